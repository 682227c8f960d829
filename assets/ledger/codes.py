"""Functions, arts and counties that are valid in a year, from the data beside the catalogue."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parents[1] / "catalogue" / "ledger"
#: The years the lists of codes are known for.
FIRST_LISTED, LAST_LISTED = 2015, 2026
_ANNUAL_LISTED = 2021

Kind = Literal["functions", "arts"]
#: O operating accounts (driftsregnskap), I investment accounts (investeringsregnskap).
AccountKind = Literal["O", "I"]


@dataclass(frozen=True, slots=True)
class Place:
    """Which accounts a code is to stand in; a ledger is the annual operating accounts of the treasury."""

    year: int
    account: AccountKind = "O"
    form: str = "0A"
    quarterly: bool = False
    municipality: str = ""

    @property
    def words(self) -> str:
        """The accounts in words, for messages."""
        kind = "operating" if self.account == "O" else "investment"
        return f"{'quarterly' if self.quarterly else 'annual'} {kind} accounts {self.year}"


@dataclass(frozen=True, slots=True)
class Combination:
    """An art that belongs to one function; an exclusive function takes no other art than its own."""

    art: str
    function: str
    classes: str
    exclusive: bool


@cache
def valid_codes(kind: Kind, place: Place) -> frozenset[str]:
    """The function or art codes that may stand in `place`."""
    return frozenset(
        row["code"]
        for row in _rows(kind)
        if _in_force(row, place.year)
        and place.account in _accounts(row, place)
        and place.form in row["forms"].split()
        and row["region"] in ("", place.municipality)
    )


def _accounts(row: dict[str, str], place: Place) -> str:
    """Kinds of accounts a code may stand in.

    What annual investment accounts took is known from 2021; before, only what no investment accounts take
    is left out.
    """
    unlisted = place.account == "I" and place.year < _ANNUAL_LISTED and row["annual"]
    return row["quarterly" if place.quarterly or unlisted else "annual"]


@cache
def counties(year: int) -> frozenset[str]:
    """First two digits of the municipality codes in use in `year`."""
    return frozenset(row["code"] for row in _rows("counties") if _in_force(row, year))


def nearest_codes(code: str, valid: Iterable[str]) -> str:
    """The valid codes most like `code`, as the end of a message: fewest other digits, then nearest number."""
    wanted = code.strip().zfill(3)
    number = int(wanted) if wanted.isascii() and wanted.isdigit() else 0

    def distance(candidate: str) -> tuple[int, int]:
        other = sum(mine != its for mine, its in zip(wanted, candidate, strict=False))
        return other + abs(len(wanted) - len(candidate)), abs(number - int(candidate))

    return f"nearest: {', '.join(sorted(valid, key=distance)[:3])}"


@cache
def combinations() -> tuple[Combination, ...]:
    """Arts that belong to one function, in annual accounts from 2021."""
    return tuple(
        Combination(row["art"], row["function"], row["classes"], bool(row["exclusive"]))
        for row in _rows("combinations")
    )


@cache
def art_ranges(concept: str, year: int) -> tuple[tuple[str, str], ...]:
    """First and last art of every range an expense concept adds up in `year`."""
    return tuple(
        (row["art_from"], row["art_to"])
        for row in _rows("concepts")
        if row["concept"] == concept and _in_force(row, year)
    )


@cache
def concept_names() -> tuple[str, ...]:
    """The expense concepts, in the order they are shown."""
    return tuple(dict.fromkeys(row["concept"] for row in _rows("concepts")))


def _in_force(row: dict[str, str], year: int) -> bool:
    return int(row["first_year"] or 0) <= year <= int(row["last_year"] or 9999)


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from _table(name)
