"""Responsibility centres (ansvar) of the sample ledger: director area, sector, unit, centre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipelines.standin.model.data import rows
from pipelines.standin.model.ledger_targets import weights

#: Home services are one function before this year and two from it on.
DIVIDED_IN, UNDIVIDED, DIVISIONS = 2024, "254", ("257", "258")
HierarchyRow = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Centre:
    """One centre that is posted on, with what it is posted with.

    ``functions`` are weights; ``moved_to`` is the director area it belongs to from ``moved_in`` on.
    """

    code: str
    area: str
    profile: str
    functions: tuple[tuple[str, int], ...]
    moved_to: str
    moved_in: int

    def area_in(self, year: int) -> str:
        """The director area of the centre in a year."""
        return self.moved_to if self.moved_to and year >= self.moved_in else self.area

    def weight(self, function: str) -> int:
        """How much the centre does of a function; 0 for nothing."""
        held = dict(self.functions)
        return (
            sum(held.get(each, 0) for each in DIVISIONS) if function == UNDIVIDED else held.get(function, 0)
        )


@cache
def centres() -> tuple[Centre, ...]:
    """Every centre, by code."""
    found = [
        Centre(
            code,
            row["area"],
            row["profile"],
            tuple(weights(row["functions"]).items()),
            row["moved_to"],
            int(row["moved_in"] or 0),
        )
        for row in rows("ledger_centres")
        for code, *_ in _centres_of(row)
    ]
    return tuple(sorted(found, key=lambda centre: centre.code))


def hierarchy_rows() -> Iterator[HierarchyRow]:
    """centre, parent, valid_from_year, valid_to_year, name, director_area; from the top down."""
    for row in rows("ledger_areas"):
        yield row["area"], "", "", "", row["name"], row["name"]
    for row in rows("ledger_centres"):
        sector = row["sector"]
        yield sector, row["area"], "", "", row["name"], ""
        if row["moved_to"]:
            yield sector, row["moved_to"], row["moved_in"], "", row["name"], ""
        for number in range(1, int(row["units"]) + 1):
            yield f"{sector}{number}", sector, "", "", f"{row['unit']} {number}", ""
        for code, unit, name in _centres_of(row):
            yield code, unit, "", "", name, ""


def _centres_of(row: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Code, unit and name of each centre of a sector."""
    for unit in range(1, int(row["units"]) + 1):
        for number in range(1, int(row["centres"]) + 1):
            code = f"{row['sector']}{unit}"
            yield f"{code}{number:02d}", code, f"{row['centre']} {unit}.{number}"
