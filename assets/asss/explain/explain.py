"""One figure explained, and held against what is stored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from assets.asss.explain.model import Explanation, Part
from assets.asss.explain.network import network_mean
from assets.asss.explain.parts import CLOSE, part_of, quotient, total
from assets.asss.explain.place import Place, number
from assets.asss.protection import WITHHELD
from assets.errors import DataError, look_up
from schemas.catalogue import Indicator, MeasureTerm
from schemas.nearest import nearest_text


def explain(indicator: str, place: Place, network: str) -> Explanation:
    """How the figure of an indicator came about.

    Args:
        indicator: id of the catalogue.
        place: year and municipality (a slug, or SSB's code of a group or country), and the stored rows.
        network: id of the network whose mean is explained beside it.

    Raises:
        DataError: an unknown indicator, municipality or network; a year the indicator does not hold in;
            nothing stored; or a stored figure that does not follow from its parts and cells.
    """
    declared = look_up("indicator", indicator, place.catalogue.indicators)
    if not declared.covers(place.year):
        raise DataError(f"{indicator} holds {declared.years}, not in {place.year}")
    stored = _stored(declared, place)
    value, status, above, below = _computed(declared, place, stored)
    _refuse_difference(declared, stored, value, status)
    return Explanation(
        indicator=declared.id,
        number=declared.number,
        title=declared.title,
        year=place.year,
        municipality=place.municipality,
        unit=declared.unit,
        decimals=declared.decimals,
        scale=declared.scale,
        status=status,
        value=number(stored["value"]),
        recomputed=value,
        formula=str(stored["method"]),
        calculation=_calculation(declared, above, below, value),
        origin=str(stored["origin"]),
        source=str(stored["source"]),
        definition_source=declared.source,
        confidence=declared.confidence,
        note=declared.note,
        break_before=bool(stored["break_before"]),
        numerator=above,
        denominator=below,
        network=network_mean(declared, place, network),
        vintages=tuple(part for part in str(stored["vintage_id"]).split(" + ") if part),
        vintage_status=str(stored["vintage_status"]),
    )


def _stored(declared: Indicator, place: Place) -> Any:  # noqa: ANN401 - a row
    stored = place.fact("asss/indicators", indicator=declared.id)
    if stored is None:
        known = place.rows("asss/indicators")["municipality"].astype("str").unique()
        near = nearest_text(place.municipality, known)
        raise DataError(f"no figures of `{place.municipality}` in {place.year}; {near}")
    return stored


def _computed(
    declared: Indicator,
    place: Place,
    stored: Any,  # noqa: ANN401 - a row
) -> tuple[float | None, str, tuple[Part, ...], tuple[Part, ...]]:
    """Value, status, numerator and denominator; of groups and country what SSB gives ready.

    Of a total that is withheld nothing is shown.
    """
    if str(stored["method"]).endswith(WITHHELD):
        return None, "suppressed", (), ()
    if declared.ready is None or stored["region_kind"] == "municipality":
        return quotient(declared.id, place)
    ready = part_of(MeasureTerm(kind="measure", measure=declared.ready), place)
    return ready.value, ready.status, (ready,), ()


def _refuse_difference(declared: Indicator, stored: Any, value: float | None, status: str) -> None:  # noqa: ANN401
    held = number(stored["value"])
    same = held is value is None or (
        held is not None and value is not None and math.isclose(held, value, rel_tol=CLOSE, abs_tol=CLOSE)
    )
    if not same or str(stored["status"]) != status:
        told = f"stored is {held} ({stored['status']}), the parts give {value} ({status})"
        raise DataError(f"{declared.id}: {told}; run `kostra run` again, or the catalogue has changed since")


def _calculation(
    declared: Indicator, above: Sequence[Part], below: Sequence[Part], value: float | None
) -> str:
    """The formula with numbers in place of words."""
    numerator = norwegian(total(above)[0])
    scaled = numerator if declared.scale == 1 else f"{norwegian(declared.scale)} × {numerator}"
    divided = f" / {norwegian(total(below)[0])}" if below else ""
    return f"{scaled}{divided} = {norwegian(value)}"


def norwegian(value: float | None) -> str:
    """A number as Norwegians write it, with the decimals it has, six at most."""
    if value is None:
        return "-"
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return text.replace(",", "\u00a0").replace(".", ",")
