"""Inhabitants at 31 December by sex and single year of age, from band totals and one age profile."""

from __future__ import annotations

from functools import cache

import numpy as np

from pipelines.standin.model.data import FIRST_YEAR, LAST_YEAR, YEARS, Counts, rows
from pipelines.standin.model.entities import wholes, with_parts

OPEN_AGE = 105
DAYS = (FIRST_YEAR - 1, *YEARS)
"""The years whose 31 December has figures: 1 January of the year after is table 07459's ``Tid``."""

# Yearly change of each band's share, per 10 000 inhabitants, in the years before the last one.
_DRIFT = {"age_0_17": 14, "age_18_24": 3, "age_18_66": 8, "age_67": 0, "age_80_plus": -8}


@cache
def _given() -> dict[tuple[str, str, int], int]:
    return {
        (row["entity"], row["band"], int(row["year"])): int(row["persons"])
        for row in rows("population_given")
    }


def _totals(row: dict[str, str]) -> dict[int, int]:
    found: dict[int, int] = {LAST_YEAR: int(row["inhabitants_2024"])}
    for year in reversed(DAYS[:-1]):
        grown = found[year + 1] * 10_000 // (10_000 + int(row["growth_per_10000"]))
        found[year] = _given().get((row["entity"], "all", year), grown)
    return found


def _bands(row: dict[str, str], year: int, total: int) -> list[tuple[int, int, int]]:
    """(first age, last age, persons) of six bands that cover every age."""
    back = LAST_YEAR - year
    size = {band: total * (int(row[band]) + drift * back) // 10_000 for band, drift in _DRIFT.items()}
    adults = _given().get((row["entity"], "18_66", year), size["age_18_66"])
    seniors = total - size["age_0_17"] - adults
    return [
        (0, 17, size["age_0_17"]),
        (18, 24, size["age_18_24"]),
        (25, 66, adults - size["age_18_24"]),
        (67, 67, size["age_67"]),
        (68, 79, seniors - size["age_67"] - size["age_80_plus"]),
        (80, OPEN_AGE, size["age_80_plus"]),
    ]


@cache
def by_sex_and_age() -> Counts:
    """(entity, day, sex, age): women first, ages 0 to 104 and 105 or older; days as in ``DAYS``."""
    weights = np.array([int(row["weight"]) for row in rows("age_profile")], dtype=np.int64)
    men_permille = np.array([int(row["men_permille"]) for row in rows("age_profile")], dtype=np.int64)
    ages = np.zeros((len(wholes()), len(DAYS), OPEN_AGE + 1), dtype=np.int64)
    for at, row in enumerate(rows("population")):
        totals = _totals(row)
        for day, year in enumerate(DAYS):
            for first, last, persons in _bands(row, year, totals[year]):
                edges = np.concatenate(([0], np.cumsum(weights[first : last + 1])))
                ages[at, day, first : last + 1] = np.diff(persons * edges // edges[-1])
    men = ages * men_permille // 1000
    people = np.stack([ages - men, men], axis=2)
    people.setflags(write=False)
    return with_parts(people, DAYS, "population")


def inhabitants(first: int = 0, last: int = OPEN_AGE, sexes: slice = slice(None)) -> Counts:
    """(entity, year) persons of ``first`` to ``last`` years at 31 December of the accounting years."""
    return np.asarray(by_sex_and_age()[:, 1:, sexes, first : last + 1].sum(axis=(2, 3)))
