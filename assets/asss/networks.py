"""Networks of comparison by id: those of the catalogue, and any KOSTRA group under its code."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import groupby

import pandas as pd

from assets.errors import DataError, look_up
from schemas.catalogue import Catalogue, Membership, Network
from schemas.nearest import nearest_text
from schemas.years import YEARS

_GROUP = re.compile(r"e?kg\s*(\d{1,2})", re.IGNORECASE)


def network_id(name: str, catalogue: Catalogue) -> str:
    """The id of a network as people may write it: a KOSTRA group (EKG12, kg12) is `ekg12`.

    Raises:
        DataError: neither a network of the catalogue nor the code of a group.
    """
    found = _GROUP.fullmatch(name.strip())
    return f"ekg{int(found[1]):02d}" if found else look_up("network", name, catalogue.networks).id


def with_network(catalogue: Catalogue, network: str, groups: pd.DataFrame) -> Catalogue:
    """The catalogue with `network` among its networks, also where that is a KOSTRA group.

    A group has the members that stand in it on 31 December. It begins when its code began to name it: the
    groups were numbered anew in 2020.

    Args:
        catalogue: the checked catalogue.
        network: an id as `network_id` gives it.
        groups: `klass/kostra_groups`.

    Raises:
        DataError: neither a network nor a group of that name.
    """
    if network in catalogue.networks:
        return catalogue
    code = network_id(network, catalogue).upper()
    rows = groups[(groups["group"] == code).to_numpy()]
    if rows.empty:
        raise DataError(
            f"klass/kostra_groups has no group {code}; {nearest_text(code, groups['group'].unique())}"
        )
    begins = max((b.before for b in catalogue.breaks.values() if b.new_identity), default=0)
    by_year = [(year, _members(rows, year)) for year in YEARS if year >= begins]
    memberships = [
        Membership(first_year=span[0], last_year=span[-1], members=members)
        for members, held in groupby((pair for pair in by_year if pair[1]), key=lambda pair: pair[1])
        for span in [[year for year, _ in held]]
    ]
    if not memberships:
        raise DataError(f"klass/kostra_groups: {code} has no members from {begins} on")
    made = Network(id=network, name=str(rows["group_name"].iloc[-1]), memberships=tuple(memberships))
    return replace(catalogue, networks={**catalogue.networks, network: made})


def _members(rows: pd.DataFrame, year: int) -> tuple[str, ...]:
    last_day = date(year, 12, 31)
    validities = zip(rows["slug"], rows["valid_from"], rows["valid_to"], strict=True)
    held = {
        str(slug)
        for slug, begins, ends in validities
        if begins <= last_day and (pd.isna(ends) or ends > last_day)
    }
    return tuple(sorted(held))
