"""Who has figures: municipalities within today's borders, the parts they were merged from, and the rest.

An entity is a municipality with one set of borders. Code numbers and groups (``StandinKlass`` codes,
``EKG12`` …) are made of entities, year by year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from pipelines.standin.model.data import FIRST_YEAR, LAST_YEAR, YEARS, Counts, jitter, rows

MEMBERS_FROM = 2022
JOINED = ("asker", "lillestrom")


@dataclass(frozen=True, slots=True)
class Code:
    """One validity of a municipality code (kommunenummer); ``valid_to`` is excluded."""

    code: str
    entity: str
    name: str
    valid_from: date
    valid_to: date | None
    predecessors: tuple[str, ...]

    def holds(self, day: date) -> bool:
        """Whether the code is in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Part:
    """A municipality that was merged away, as a share of the one it became."""

    entity: str
    whole: str
    permille: int
    last_year: int


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """The values of a region dimension and what they are made of.

    ``members`` is 0 or 1 per (region, year, entity); ``valid`` says where the region exists.
    """

    codes: tuple[str, ...]
    labels: tuple[str, ...]
    members: Counts
    valid: npt.NDArray[np.bool_]

    def fold(self, values: Counts) -> Counts:
        """Sums (entity, year, …) to (region, year, …); a region outside its years gets 0."""
        return np.asarray(np.einsum("rye,ey...->ry...", self.members, values))


@cache
def codes() -> tuple[Code, ...]:
    """All municipality codes of the model except 9999."""
    return tuple(
        Code(
            row["code"],
            row["entity"],
            row["name"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            tuple(row["predecessors"].split()),
        )
        for row in rows("codes")
        if row["entity"]
    )


@cache
def wholes() -> tuple[str, ...]:
    """The twelve ASSS municipalities within today's borders and the rest of the country."""
    return tuple(row["entity"] for row in rows("population"))


@cache
def parts() -> tuple[Part, ...]:
    """The merged municipalities before the merger, and two parts of the rest of the country."""
    return tuple(
        Part(row["part"], row["whole"], int(row["permille"]), int(row["last_year"])) for row in rows("parts")
    )


@cache
def index() -> dict[str, int]:
    """Position of every entity on the entity axis: wholes first, then parts."""
    return {name: at for at, name in enumerate((*wholes(), *(part.entity for part in parts())))}


def members(year: int) -> tuple[str, ...]:
    """The ASSS members of an accounting year: ten, and twelve from 2022."""
    left_out = {"rest"} if year >= MEMBERS_FROM else {"rest", *JOINED}
    return tuple(name for name in wholes() if name not in left_out)


def with_parts(values: Counts, years: tuple[int, ...], key: str, spread: int = 0) -> Counts:
    """Appends the parts to (whole, year, …), so that the parts of a whole add up to it exactly.

    ``spread`` moves the parts' shares by up to so many per mille of themselves, fixed by ``key``.
    """
    result = np.zeros((len(index()), *values.shape[1:]), dtype=np.int64)
    result[: len(wholes())] = values
    for whole in dict.fromkeys(part.whole for part in parts()):
        mine = [part for part in parts() if part.whole == whole]
        weights = [part.permille * (1000 + jitter(f"{key}/{part.entity}", spread)) for part in mine]
        edges = np.cumsum([0, *weights])
        for part, low, high in zip(mine, edges[:-1], edges[1:], strict=True):
            keep = [at for at, year in enumerate(years) if year <= part.last_year]
            source = values[index()[whole]][keep]
            result[index()[part.entity], keep] = source * high // edges[-1] - source * low // edges[-1]
    return result


def label(code: str) -> str:
    """The text of a code in a StatBank table: the newest name, with its years when it has ended."""
    mine = [row for row in codes() if row.code == code]
    last = mine[-1]
    if last.valid_to is None:
        return last.name
    start = min(row.valid_from for row in mine).year
    span = f"-{last.valid_to.year - 1}" if start < FIRST_YEAR else f"{start}-{last.valid_to.year - 1}"
    return f"{last.name} ({span})"


def _regions(sets: dict[str, tuple[str, list[tuple[str, ...]]]]) -> Regions:
    shape = (len(sets), len(next(iter(sets.values()))[1]), len(index()))
    members_of = np.zeros(shape, dtype=np.int64)
    for at, (_, per_year) in enumerate(sets.values()):
        for year_at, names in enumerate(per_year):
            members_of[at, year_at, [index()[name] for name in names]] = 1
    labels = tuple(text for text, _ in sets.values())
    return Regions(tuple(sets), labels, members_of, np.asarray(members_of.any(axis=2)))


def _municipalities(days: list[date]) -> dict[str, tuple[str, list[tuple[str, ...]]]]:
    return {
        code: (
            label(code),
            [tuple(row.entity for row in codes() if row.code == code and row.holds(day)) for day in days],
        )
        for code in sorted({row.code for row in codes()})
    }


def _groups() -> dict[str, tuple[str, list[tuple[str, ...]]]]:
    found: dict[str, tuple[str, list[tuple[str, ...]]]] = {}
    for row in rows("groups"):
        per_year = found.setdefault(row["region"], (row["label"], [()] * len(YEARS)))[1]
        for year in range(int(row["first_year"]), int(row["last_year"]) + 1):
            per_year[year - FIRST_YEAR] = tuple(row["entities"].split())
    return found


@cache
def kostra_regions() -> Regions:
    """Regions of the KOSTRA tables, per accounting year: a code counts in the years it is in force."""
    groups = _groups()
    country = {code: value for code, value in groups.items() if code.startswith("EAK")}
    peers = {code: value for code, value in groups.items() if code not in country}
    days = [date(year, 12, 31) for year in YEARS]
    return _regions({**country, **_municipalities(days), **peers})


def _with_country(days: list[date]) -> Regions:
    country = {"0": ("Hele landet", [wholes()] * len(days))}
    return _regions({**country, **_municipalities(days)})


@cache
def plain_regions() -> Regions:
    """Regions of the tables outside KOSTRA, per accounting year: the country is ``0``, no groups."""
    return _with_country([date(year, 12, 31) for year in YEARS])


@cache
def population_regions() -> Regions:
    """Regions of 07459, per 1 January of the year after the accounting year.

    The figures at 31 December 2019 therefore stand under the codes of 2020.
    """
    return _with_country([date(tid, 1, 1) for tid in range(FIRST_YEAR, LAST_YEAR + 2)])
