"""What the sample ledger must add up to: øre by function and director area, in one year.

The published breakdowns by director area (``ledger_published.csv``) come out at their printed decimal, and
the functions at ``ledger_totals.csv``; every other function is what the sample's table 12367 has, in kroner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pipelines.standin.model.accounts import ARTS, amounts, functions
from pipelines.standin.model.allocation import proportional
from pipelines.standin.model.data import FIRST_YEAR, half_up, jitter, rows
from pipelines.standin.model.entities import index

LEDGER_YEARS = range(2021, 2025)
#: Whose ledger it is (slug).
MUNICIPALITY = "baerum"
PURCHASED = "purchased"
#: Takes what the other areas leave of a function.
_REST = "A42"
_TREASURY = 1  # scope B
_ORE_PER_THOUSAND, _ORE_PER_MILLION = 10**5, 10**8
_SPREAD = _ORE_PER_MILLION * 15 // 1000  # a cell is at most this, and its share of the rest, off the printed

Weights = dict[str, int]


@dataclass(frozen=True, slots=True)
class Target:
    """One function in one director area: gross and income (a magnitude) in øre."""

    function: str
    area: str
    gross: int
    income: int
    income_arts: tuple[tuple[str, int], ...]


def weights(text: str) -> Weights:
    """``A20:500 A30:500`` as numbers."""
    pairs = (part.split(":") for part in text.split())
    return {name: int(weight) for name, weight in pairs}


def targets(year: int) -> list[Target]:
    """Every function and director area of a year, purchases of home services left out."""
    return [target for row in rows("ledger_functions") for target in _targets(row, year)]


def _targets(row: dict[str, str], year: int) -> Iterator[Target]:
    """One function in every director area that has any of it; nothing in a year it is not in use."""
    gross, income = _accounts(row, year)
    if not gross:
        return
    incomes = _spread(income, weights(row["income_areas"]))
    by_area = _spread(gross, weights(row["areas"])) or _published(row["function"], year, incomes)
    arts = tuple(weights(row["income_arts"]).items())
    for area in sorted(by_area | incomes):
        yield Target(row["function"], area, by_area.get(area, 0), incomes.get(area, 0), arts)


def purchases(year: int) -> dict[str, int]:
    """Øre of purchased places (kjøp av plasser) by home service function."""
    cells = _cells("home", year)
    return {function: shares[PURCHASED] for function, shares in _by_function("home", year, cells).items()}


def _accounts(row: dict[str, str], year: int) -> tuple[int, int]:
    """Gross and income of a function in øre, as the sample's 12367 has them in scope B."""
    at = [function["code"] for function in functions()].index(row["source"])
    own = amounts()[index()[MUNICIPALITY], year - FIRST_YEAR, _TREASURY, at]
    gross, net = (int(own[tuple(ARTS).index(art)]) * _ORE_PER_THOUSAND for art in ("AGD10", "AGD2"))
    permille = int(row["permille"])
    return half_up(gross * permille, 1000), half_up((gross - net) * permille, 1000)


def _spread(total: int, shares: Weights) -> dict[str, int]:
    return dict(zip(shares, proportional(total, list(shares.values())), strict=True)) if shares else {}


def _published(function: str, year: int, incomes: dict[str, int]) -> dict[str, int]:
    """Gross by area of a function whose cells are published: net cells have their income added."""
    [service] = {row["service"] for row in rows("ledger_totals") if row["function"] == function}
    shares = _by_function(service, year, _cells(service, year))[function]
    if service == "home":
        shares = {area: net + incomes.get(area, 0) for area, net in shares.items()}
    return {area: ore for area, ore in shares.items() if area != PURCHASED}


@cache
def _totals(service: str, year: int) -> dict[str, int]:
    """Øre by function."""
    return {
        row["function"]: int(Decimal(row["kroner"]) * 100)
        for row in rows("ledger_totals")
        if row["service"] == service and int(row["year"]) == year
    }


def _cells(service: str, year: int) -> dict[str, int]:
    """Øre by area: near the middle of what is printed, and adding up to the total of the service."""
    printed = {
        row["area"]: int(Decimal(row["million"]) * _ORE_PER_MILLION)
        for row in rows("ledger_published")
        if row["service"] == service and int(row["year"]) == year
    }
    moved = {area: jitter(f"ledger/{service}/{year}/{area}", _SPREAD) for area in printed}
    rest = sum(_totals(service, year).values()) - sum(printed.values()) - sum(moved.values())
    even = proportional(rest, [1] * len(printed))
    return {area: ore + moved[area] + more for (area, ore), more in zip(printed.items(), even, strict=True)}


def _by_function(service: str, year: int, cells: dict[str, int]) -> dict[str, dict[str, int]]:
    """Øre by function and area; what is not divided by ``ledger_parts.csv`` makes the total come out."""
    totals = _totals(service, year)
    if len(totals) == 1:
        return dict.fromkeys(totals, cells)
    [divided] = set(totals) & {row["function"] for row in rows("ledger_parts")}
    [other] = set(totals) - {divided}
    parts = {
        row["area"]: half_up(cells[row["area"]] * int(row["permille"]), 1000)
        for row in rows("ledger_parts")
        if row["function"] == divided
    }
    parts[_REST] = totals[divided] - sum(parts.values())
    return {divided: parts, other: {area: ore - parts[area] for area, ore in cells.items()}}
