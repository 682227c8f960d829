"""What a report says of a distance from the network mean, and of how it changed, as intervals."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.intervals import ABOVE, BELOW, FALLING, RISING, Interval
from assets.quality.reconciliation.rules.numbers import signed
from assets.quality.reconciliation.rules.printed import Cell, Claim, Printed
from assets.register.entities import network_of

RELATIVE_UNITS = ("percent",)
_INDEX = "index"


@dataclass(frozen=True, slots=True)
class Stated:
    """Something the report says, as an interval: how it is printed and where."""

    interval: Interval
    shown: str
    places: tuple[str, ...]
    exact: bool = True


def against_mean(claim: Claim) -> bool:
    """Whether a claim is held against a mean, or says who is highest or lowest."""
    return claim.comparator in ("others", "mean") or network_of(claim.comparator) is not None


def claimed_position(claim: Claim) -> Stated | None:
    """A claim of distance as a multiple of the mean: 12,5 percent above is 1.125."""
    up = claim.direction in ("above", "highest")
    if claim.kind == "rank" and claim.direction in ("highest", "lowest"):
        return Stated(ABOVE if up else BELOW, claim.told, (claim.place,), exact=False)
    if claim.kind != "relative" or claim.direction == "equal" or not against_mean(claim):
        return None
    if not claim.has_value:
        return Stated(ABOVE if up else BELOW, claim.told, (claim.place,), exact=False)
    if claim.unit not in RELATIVE_UNITS:
        return Stated(ABOVE if up else BELOW, claim.told, (claim.place,), exact=False)
    sign = 1 if up else -1
    return Stated(claim.interval.scaled(sign / 100, 1.0), f"{_signed(claim, sign)}", (claim.place,))


def _signed(claim: Claim, sign: int) -> str:
    return f"{claim.shown} {'over' if sign > 0 else 'under'} snittet ({claim.place})"


def positions(printed: Printed, knowledge: Knowledge, indicator: str, entity: str, year: int) -> list[Stated]:
    """Everything the report says of the distance of one figure from the mean; figures with numbers first."""
    claims = [
        stated
        for claim in printed.claims_on(indicator)
        if (claim.entity, claim.year) == (entity, year) and (stated := claimed_position(claim))
    ]
    found = [*_from_cells(printed, knowledge, indicator, entity, year), *claims]
    return sorted(found, key=lambda stated: not stated.exact)


def position(printed: Printed, knowledge: Knowledge, indicator: str, entity: str, year: int) -> Stated | None:
    """The first of what the report says of the distance of one figure from the mean."""
    return next(iter(positions(printed, knowledge, indicator, entity, year)), None)


def _from_cells(
    printed: Printed, knowledge: Knowledge, indicator: str, entity: str, year: int
) -> Iterable[Stated]:
    fixed = fixed_mean(knowledge, indicator)
    for cell in printed.figures(indicator, entity, year):
        if fixed is not None and cell.unit == _INDEX:
            yield Stated(cell.interval.scaled(1 / fixed), cell.shown, (cell.place,))
            continue
        for mean in printed.means(""):
            against = _same_table(printed, cell, mean)
            if against is not None and against.value > 0:
                shown = f"{cell.shown} / {against.shown}"
                yield Stated(cell.interval / against.interval, shown, (cell.place, against.place))


def _same_table(printed: Printed, cell: Cell, entity: str) -> Cell | None:
    found = printed.figures(cell.indicator, entity, cell.year)
    return next((each for each in found if each.table == cell.table), None)


def fixed_mean(knowledge: Knowledge, indicator: str) -> float | None:
    """The mean an index is made to have (1 or 100); None for other indicators."""
    declared = knowledge.catalogue.indicators.get(indicator)
    return declared.fixed_mean if declared is not None else None


def claimed_change(printed: Printed, indicator: str, entity: str, years: tuple[int, int]) -> Stated | None:
    """A claimed change in percentage points between two years; without a number only which way."""
    claims = [
        claim
        for claim in printed.claims_on(indicator)
        if claim.kind == "change"
        and claim.direction in ("increase", "decrease")
        and claim.entity == entity
        and (claim.base_year, claim.year) == years
    ]
    for claim in sorted(claims, key=lambda claim: not claim.has_value):
        up = claim.direction == "increase"
        if claim.has_value and claim.unit == "percentage_points":
            sign = 1 if up else -1
            return Stated(claim.interval.scaled(sign), f"{'+' if up else '−'}{claim.shown}", (claim.place,))
        return Stated(RISING if up else FALLING, claim.told, (claim.place,), exact=False)
    return None


def change_of_position(
    printed: Printed, knowledge: Knowledge, indicator: str, entity: str, years: tuple[int, int]
) -> Stated | None:
    """How much the distance from the mean changed, in points; from both years' figures, or as claimed."""
    before, after = (position(printed, knowledge, indicator, entity, year) for year in years)
    if before and after and before.exact and after.exact:
        shown = f"{before.shown} → {after.shown}"
        change = (after.interval - before.interval).scaled(100)
        return Stated(change, shown, (*before.places, *after.places))
    if fixed_mean(knowledge, indicator) is None:
        return None
    return claimed_change(printed, indicator, entity, years)


def points(interval: Interval) -> str:
    """A change in points, or only which way it went."""
    if math.isinf(interval.low) or math.isinf(interval.high):
        return "opp" if interval.low > 0 else "ned"
    return signed(interval.middle)
