"""The mean of the network in an explanation: its members, who counts and why the others do not."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from assets.asss.aggregates import FEWEST_MEMBERS
from assets.asss.explain.model import Member, NetworkMean, RegisterRow
from assets.asss.explain.parts import CLOSE
from assets.asss.explain.place import Place, matching, number, record
from assets.asss.explain.registers import FIGURES, register_rows
from assets.errors import DataError, look_up
from assets.register.levels import levels
from schemas.catalogue import Indicator
from schemas.register import NETWORK_FIGURES

WHY_NOT = {
    "missing": "tallet mangler",
    "suppressed": "tallet er skjermet",
    "not_applicable": "ikke definert for kommunen i året",
    "not_yet": "ikke publisert ennå",
}


def network_mean(declared: Indicator, place: Place, network: str) -> NetworkMean:
    """The stored figures of a network, with the mean computed again.

    Raises:
        DataError: an unknown network, no stored aggregates of it, or a stored mean that does not follow from
            the members.
    """
    compared = look_up("network", network, place.catalogue.networks)
    found = matching(place.rows("asss/aggregates"), {"network": network, "indicator": declared.id})
    if found.empty:
        raise DataError(
            f"asss/aggregates has no {network} in {place.year}: run `kostra run --network {network}`"
        )
    stored = record(found)
    given = stored["origin"] == "register"
    members = () if given else _members(declared, place, compared.members_in(place.year))
    mean, again = (
        number(stored["mean"]),
        _given_mean(declared, place, network) if given else _mean(declared, members),
    )
    if mean is not None and (again is None or not math.isclose(mean, again, rel_tol=CLOSE, abs_tol=CLOSE)):
        raise DataError(f"{declared.id}: the mean of {network} is stored as {mean}, its members give {again}")
    return NetworkMean(
        network=network,
        name=compared.name,
        status=str(stored["status"]),
        mean=mean,
        method=str(stored["mean_method"]),
        origin=str(stored["origin"]),
        recomputed=again if mean is not None else None,
        max=number(stored["max"]),
        max_holder=_text(stored["max_holder"]),
        min=number(stored["min"]),
        min_holder=_text(stored["min_holder"]),
        members=members,
        register=_given_rows(declared, place, network) if given else (),
    )


def _members(declared: Indicator, place: Place, names: Sequence[str]) -> tuple[Member, ...]:
    rows = matching(place.rows("asss/indicators"), {"indicator": declared.id})
    by_name = {str(row["municipality"]): row for row in rows.to_dict(orient="records")}
    found = []
    for name in names:
        row = by_name.get(name)
        status = str(row["status"]) if row is not None else "missing"
        above, below, value = (
            number(row[column]) if row is not None else None
            for column in ("numerator", "denominator", "value")
        )
        why = None if status == "ok" else WHY_NOT[status] if row is not None else "kommunen har ingen tall"
        found.append(Member(name, above, below, value, status, status == "ok", why))
    return tuple(found)


def _mean(declared: Indicator, members: Sequence[Member]) -> float | None:
    """The mean by the indicator's own method over the members that count; None of too few."""
    counted = [member for member in members if member.counted]
    values = [member.value for member in counted if member.value is not None]
    if len(counted) < FEWEST_MEMBERS:
        return None
    if declared.mean == "simple":
        return math.fsum(values) / len(values)
    below = math.fsum(member.denominator for member in counted if member.denominator is not None)
    above = math.fsum(member.numerator for member in counted if member.numerator is not None)
    return declared.scale * above / below if below else None


def _given_mean(declared: Indicator, place: Place, network: str) -> float | None:
    values = levels(place.rows(FIGURES), place.catalogue)
    mine = matching(values, {"indicator": declared.id, "entity": f"{network}_mean"})
    if mine.empty:
        return declared.fixed_mean
    return number(mine["value"].iloc[0])


def _given_rows(declared: Indicator, place: Place, network: str) -> tuple[RegisterRow, ...]:
    entities = [f"{network}_{figure}" for figure in NETWORK_FIGURES]
    return tuple(row for entity in entities for row in register_rows(declared.id, entity, place))


def _text(value: object) -> str | None:
    return None if pd.isna(value) else str(value)  # type: ignore[call-overload]
