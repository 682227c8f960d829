"""From published ratios to counts: mean, extremes and given figures of a measure become whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from pipelines.standin.model.allocation import allocate
from pipelines.standin.model.data import (
    FIRST_YEAR,
    LAST_YEAR,
    MICRO,
    YEARS,
    Counts,
    half_up,
    jitter,
    micro,
    rows,
)
from pipelines.standin.model.entities import members, wholes

Given = dict[tuple[str, int], int]
"""Counts that are not the model's to choose, by entity and year."""

_INSIDE = 6  # per mille that a free member keeps away from a published extreme
_WIDEST = 4  # without published extremes no member is more than so many times above or below the mean


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """A count per member whose ratio to ``base`` times ``scale`` has a known mean in every year.

    ``base`` is (whole, year). ``means`` is in millionths, one per year.
    """

    name: str
    base: Counts
    scale: int
    means: tuple[int, ...]

    def count(self, ratio: int, whole: int, year_at: int) -> int:
        """The count that gives ``ratio`` (in millionths) for one whole in one year."""
        return half_up(ratio * int(self.base[whole, year_at]), self.scale * MICRO)


@cache
def _price() -> dict[int, int]:
    return {int(row["year"]): int(row["index"]) for row in rows("price_index")}


@cache
def _means() -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for row in rows("means"):
        found.setdefault(row["measure"], {})[int(row["year"])] = micro(row["mean"])
    return found


@cache
def _bounds() -> dict[tuple[str, int], tuple[int, int]]:
    return {
        (row["measure"], int(row["year"])): (micro(row["low"]), micro(row["high"])) for row in rows("bounds")
    }


@cache
def _levels() -> dict[str, dict[str, int]]:
    return {
        row["measure"]: {name: int(row[name]) for name in wholes() if row[name]} for row in rows("levels")
    }


def means(name: str, last: str | None = None, *, follow_prices: bool = False) -> tuple[int, ...]:
    """Mean per year in millionths; a year without one takes the next year's, less the price change.

    ``last`` is the mean of the last year when the table of means does not give it.
    """
    given = _means().get(name, {})
    if last is not None:
        given = {LAST_YEAR: micro(last), **given}
    if LAST_YEAR not in given:
        raise ValueError(f"measure {name}: means.csv gives no mean for {LAST_YEAR}")
    found: dict[int, int] = {}
    for year in reversed(YEARS):
        if year in given:
            found[year] = given[year]
        elif follow_prices:
            found[year] = half_up(found[year + 1] * _price()[year], _price()[year + 1])
        else:
            found[year] = found[year + 1]
    return tuple(found[year] for year in YEARS)


def level(name: str, entity: str, year: int) -> int:
    """A whole's usual place relative to the mean, in per mille, with a small fixed movement per year."""
    base = _levels().get(name, {}).get(entity, 1000 + jitter(f"{name}/{entity}", 60))
    return base if year == LAST_YEAR else base * (1000 + jitter(f"{name}/{entity}/{year}", 12)) // 1000


def counts(measure: Measure, given: Given) -> Counts:
    """(whole, year): given figures as they are, the other members spread so that the mean comes out."""
    result = np.zeros((len(wholes()), len(YEARS)), dtype=np.int64)
    for year in YEARS:
        for entity, value in _year(measure, given, year).items():
            result[wholes().index(entity), year - FIRST_YEAR] = value
    return result


def _year(measure: Measure, given: Given, year: int) -> dict[str, int]:
    at = year - FIRST_YEAR
    mean = measure.means[at]
    result = {name: given[name, year] for name in wholes() if (name, year) in given}
    network = members(year)
    for name in wholes():
        if name not in network and name not in result:
            result[name] = measure.count(
                mean * level(measure.name, name, year) // 1000, wholes().index(name), at
            )
    free = [name for name in network if name not in result]
    if not free:
        return result
    size = sum(int(measure.base[wholes().index(name), at]) for name in network)
    total = half_up(mean * size, measure.scale * MICRO) - sum(
        result[name] for name in network if name in result
    )
    return result | _spread(measure, free, total, year)


def _spread(measure: Measure, free: list[str], total: int, year: int) -> dict[str, int]:
    at = year - FIRST_YEAR
    mean = measure.means[at]
    low, high = _bounds().get((measure.name, year), (mean // _WIDEST, mean * _WIDEST))
    if (measure.name, year) in _bounds():
        low, high = low * (1000 + _INSIDE) // 1000, high * (1000 - _INSIDE) // 1000
    positions = [wholes().index(name) for name in free]
    weights = [
        int(measure.base[position, at]) * level(measure.name, name, year)
        for name, position in zip(free, positions, strict=True)
    ]
    lowest = [measure.count(low, position, at) for position in positions]
    highest = [measure.count(high, position, at) for position in positions]
    spread = allocate(total, weights, lowest, highest, f"{measure.name} {year}")
    return dict(zip(free, spread, strict=True))
