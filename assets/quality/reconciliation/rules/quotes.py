"""A claim as recorded against its sentence: number, unit, direction, years, whom it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules import text
from assets.quality.reconciliation.rules.intervals import half_unit
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.printed import Claim, Printed
from assets.register.entities import network_of

WAYS = {
    "above": "up", "increase": "up", "highest": "up", "among highest": "up", "high": "up",
    "below": "down", "decrease": "down", "lowest": "down", "among lowest": "down", "low": "down",
    "unchanged": "still",
}  # fmt: skip
"""Which way a direction points; `level` and `equal` point no way."""
_CLOSE = 1e-9
_MONEY = ("NOK", "NOK_thousand", "NOK_million")
_PARTS = ("percent", "percentage_points")


def quote_differs(printed: Printed, _: Knowledge) -> Iterator[Finding]:
    """What is recorded of a claim is what the quoted sentence says; a quote without it says nothing."""
    names = {claim.label: claim.entity for claim in printed.claims} | {
        c.label: c.entity for c in printed.cells
    }
    people = {name: entity for name, entity in names.items() if not network_of(entity) and entity.islower()}
    for claim in printed.claims:
        reasons = list(_reasons(claim, people, printed))
        if reasons:
            yield Finding(
                rule="quote_differs",
                verdict="error",
                subject=claim.indicator,
                year=claim.year,
                entity=claim.entity,
                places=(claim.place,),
                printed=claim.told,
                arithmetic="; ".join(reasons),
                explanation="Påstanden er ikke gjengitt slik den siterte setningen sier den: "
                f"{'; '.join(reasons)}.",
            )


def _reasons(claim: Claim, people: dict[str, str], printed: Printed) -> Iterator[str]:
    if claim.has_value:
        figures = {cell.value for cell in printed.cells if cell.indicator == claim.indicator}
        yield from _number_reasons(claim, figures)
    yield from _direction_reasons(claim)
    yield from _year_reasons(claim)
    for name, entity in people.items():
        if re.match(rf"{re.escape(name)}\b", claim.quote) and entity not in (claim.entity, claim.comparator):
            yield f"setningen er om {name}, påstanden om {claim.who}"


def _number_reasons(claim: Claim, figures: set[float]) -> Iterator[str]:
    """The number the sentence states, in words or figures; it may mention figures of the tables besides."""
    found = [each for each in text.quantities(claim.quote) if _may_be(each, claim)]
    equal = [each for each in found if abs(each.value - claim.value) <= half_unit(each.decimals) - _CLOSE]
    others = [each for each in found if each.value not in figures]
    if others and not equal:
        numbers = ", ".join(norwegian(each.value, each.decimals) for each in others)
        yield f"setningen sier {numbers}, påstanden {claim.shown}"
    units = {each.unit for each in equal if each.unit}
    if units and not any(_fits(unit, claim.unit) for unit in units):
        yield f"enheten i setningen er en annen enn {claim.shown}"


def _may_be(quantity: text.Quantity, claim: Claim) -> bool:
    """Whether a number of the sentence may be the claimed one: of its unit, or one it is mixed up with."""
    if claim.unit in _PARTS:
        return quantity.unit in _PARTS
    return quantity.unit == "" or _fits(quantity.unit, claim.unit)


def _fits(word: str, unit: str) -> bool:
    return word == unit or (word == "money" and unit in _MONEY)


def _year_reasons(claim: Claim) -> Iterator[str]:
    named, start = text.years(claim.quote), text.from_year(claim.quote)
    stated = {claim.year, claim.base_year}
    if claim.year is not None and (claim.base_year or 0) >= claim.year:
        yield f"en endring til {claim.year} kan ikke regnes fra {claim.base_year}"
    if claim.year is not None and named and not named & stated:
        yield f"setningen nevner {', '.join(map(str, sorted(named)))}"
    elif claim.kind == "change" and start is not None and claim.base_year not in (None, start):
        yield f"setningen sier fra {start}, påstanden fra {claim.base_year}"


def _direction_reasons(claim: Claim) -> Iterator[str]:
    way = WAYS.get(claim.direction)
    if way is None:
        return
    said = _said(claim)
    if said and way not in said:
        opposite = {"up": "opp eller over", "down": "ned eller under", "still": "uendret"}
        words = " og ".join(opposite[each] for each in sorted(said))
        yield f"setningen sier {words}, påstanden {opposite[way]}"


def _said(claim: Claim) -> set[str]:
    """Which ways the quote points; only the parts that name the comparator, where any does."""
    parts = list(text.clauses(claim.quote))
    named = [part for part in parts if _names(part, claim)]
    return set().union(*(text.directions(part, claim.kind) for part in named or parts))


def _names(part: str, claim: Claim) -> bool:
    network = network_of(claim.comparator)
    name = network[0] if network else claim.comparator
    return bool(name) and name.casefold() in part.casefold()
