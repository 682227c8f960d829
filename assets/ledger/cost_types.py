"""What a ledger line is to the services: a direct cost, an allocated one, or a purchase from outside."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd

from assets.frames import labelled
from assets.ledger.allocation import in_area, in_ranges
from schemas.catalogue import Catalogue, DirectorArea
from schemas.ledger import COST_TYPES
from schemas.nearest import nearest_text

_log = logging.getLogger(__name__)
_DIRECT, _ALLOCATED, _PURCHASED = range(len(COST_TYPES))


def cost_types(entries: pd.DataFrame, catalogue: Catalogue, year: int) -> pd.Categorical[str]:
    """Direct, allocated or purchased, for each row of one year.

    Allocated: a share that a key has moved to another function. Purchased: what a breakdown takes out as
    purchases (kjøp av plasser), whatever the area. Allocated again: what is left of the central areas on the
    services. Direct: the rest.

    Args:
        entries: with `director_area`, `function`, `art`, `origin_function`.
        catalogue: breakdowns, director areas and functions.
        year: the accounting year of all rows.
    """
    breakdowns = catalogue.breakdowns_in(year)
    services = {f.id for f in catalogue.functions.values() if f.area and f.covers(year)}
    services |= {code for _, functions in breakdowns for code in functions}
    origin = entries["origin_function"].astype("str")
    moved = (origin.notna() & (origin != entries["function"].astype("str"))).to_numpy(dtype=bool)
    purchased = np.zeros(len(entries), dtype=bool)
    for breakdown, functions in breakdowns:
        if breakdown.purchased is not None:
            bought = in_ranges(entries["art"], breakdown.purchased.arts)
            purchased |= bought & entries["function"].isin(functions).to_numpy(dtype=bool)
    areas = [area for area in catalogue.director_areas.values() if area.covers(year)]
    _tell_unlisted(entries["director_area"], areas, year)
    central = in_area(entries["director_area"], [a.code for a in areas if a.counts_as == "allocated"])
    allocated = central & entries["function"].isin(services).to_numpy(dtype=bool)
    codes = np.select([moved, purchased, allocated], [_ALLOCATED, _PURCHASED, _ALLOCATED], _DIRECT)
    return labelled(codes, COST_TYPES)


def _tell_unlisted(names: pd.Series, areas: list[DirectorArea], year: int) -> None:
    codes = [area.code for area in areas]
    unlisted = sorted(set(names[~in_area(names, codes)]))
    for name in unlisted:
        _log.warning(
            "%d: director area %r is not in director_areas.yaml and counts as direct; %s",
            year,
            name,
            nearest_text(name, codes),
        )
