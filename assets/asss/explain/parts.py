"""What each kind of term is made of, one municipality at a time.

The arithmetic is done here once more, on single numbers, apart from the evaluator that works on all
municipalities at once: so a stored figure that does not follow from its cells is found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from assets.asss.explain.model import Cell, Part
from assets.asss.explain.place import Place, Row, number
from assets.asss.explain.registers import register_part
from assets.asss.terms import RULES
from assets.errors import DataError
from assets.kostra.population import SEXES
from assets.kostra.statistics.codes import codes_of
from assets.statuses import RANKED, add_parts
from schemas.catalogue import (
    ACCOUNTS_TABLE,
    POPULATION_TABLE,
    UNIT_RULES,
    AccountsTerm,
    IndicatorTerm,
    MeasureTerm,
    PlaceAdjustmentTerm,
    PopulationTerm,
    ProductTerm,
    RegisterTerm,
    Term,
)

CLOSE = 1e-9
"""Two ways of adding up the same numbers may differ by so much of them."""


def part_of(term: Term, place: Place) -> Part:
    """The quantity a term stands for, with what it is made of."""
    part = _PARTS[type(term)](term, place)
    words = RULES[type(term)].words(term, place.catalogue, place.year)
    return replace(part, coefficient=term.coefficient, words=words)


def total(parts: Sequence[Part], *, absent_is_left_out: bool = False) -> tuple[float | None, str]:
    """The sum of parts, each with its coefficient, and the status it inherits from them."""
    if not parts:
        return None, "not_applicable"
    figures = [math.nan if part.value is None else part.coefficient * part.value for part in parts]
    severity = [RANKED.index(part.status) for part in parts]
    value, worst = add_parts(
        np.array(figures).reshape(-1, 1),
        np.array(severity, dtype=np.int8).reshape(-1, 1),
        absent_is_left_out=absent_is_left_out,
    )
    return number(value[0]), RANKED[worst[0]]


def _accounts(term: AccountsTerm, place: Place) -> Part:
    functions = place.catalogue.functions_in(term.functions, place.year)
    parts = tuple(_function(term, function, place) for function in functions)
    value, status = total(parts, absent_is_left_out=True)
    return Part("accounts", "", value, status, term.unit, parts=parts)


def _function(term: AccountsTerm, function: str, place: Place) -> Part:
    """One amount of the accounts: one cell."""
    fact = place.fact("kostra/accounts", scope=term.scope, function=function, concept=term.concept)
    art = place.catalogue.concepts[term.concept].art
    codes: dict[str, list[str]] = {"scope": [term.scope], "function": [function], "art": [art]}
    words = f"f{function} {place.catalogue.functions[function].name}"
    cells = place.cells(ACCOUNTS_TABLE, codes)
    return _checked(
        Part("function", words, *_of(fact, "amount"), term.unit, dataset="kostra/accounts", cells=cells)
    )


def _population(term: PopulationTerm, place: Place) -> Part:
    fact = place.fact("kostra/population", age_from=term.age_from, age_to=term.age_to)
    if fact is None:
        return _population_of_group(term, place)
    cells = place.cells(POPULATION_TABLE, {"sex": SEXES})
    cells = tuple(cell for cell in cells if term.age_from <= _age(cell) <= term.age_to)
    part = Part(
        "population", "", *_of(fact, "inhabitants"), term.unit, dataset="kostra/population", cells=cells
    )
    return _checked(part)


def _age(cell: Cell) -> int:
    return int(cell.codes["age"].rstrip("+"))


def _population_of_group(term: PopulationTerm, place: Place) -> Part:
    """KOSTRA groups and country: the inhabitants are a measure."""
    band = (term.age_from, term.age_to)
    measure = next((name for name, ages in place.catalogue.bands().items() if ages == band), None)
    if measure is None:
        return Part("population", "", None, "missing", term.unit, note="ingen tabell har innbyggertallet")
    return replace(_measure_part(measure, place), kind="population")


def _measure(term: MeasureTerm, place: Place) -> Part:
    """The measure, or the imported figure that stands in for one the tables do not have."""
    served = _measure_part(term.measure, place)
    if term.stand_in is None or served.status != "missing":
        return served
    return register_part(RegisterTerm(kind="register", indicator=term.stand_in), place)


def _measure_part(name: str, place: Place) -> Part:
    dataset = "kostra/service_statistics"
    sources = [s for s in place.catalogue.measures()[name] if not s.measure.cross_check]
    unit = sources[0].measure.unit
    fact = place.fact(dataset, measure=name)
    source = next((s for s in sources if fact is not None and s.table.id == fact["table"]), None)
    if fact is None or source is None:
        return Part(
            "measure", "", None, "missing", unit, dataset=dataset, note="målet er ikke hentet for stedet"
        )
    note: str | None = None if pd.isna(fact["problem"]) else str(fact["problem"])
    codes = codes_of(source.measure, source.table, place.rows("statbank/metadata"))
    cells = () if note or codes is None else place.cells(source.table.id, codes)
    return _checked(Part("measure", "", *_of(fact, "value"), unit, dataset=dataset, note=note, cells=cells))


def _place_adjustment(term: PlaceAdjustmentTerm, place: Place) -> Part:
    entries = [
        entry
        for entry in place.catalogue.place_adjustments.values()
        if (entry.municipality, entry.year) == (place.municipality, place.year)
    ]
    parts = tuple(
        Part(
            "declared", f"{entry.unit}: {entry.reason} ({entry.source})", float(entry.places), "ok", term.unit
        )
        for entry in entries
    )
    return Part(
        "place_adjustment", "", sum(entry.places for entry in entries) + 0.0, "ok", term.unit, parts=parts
    )


def _product(term: ProductTerm, place: Place) -> Part:
    """`of` × `by` / `per`, each factor in the size of its unit (a percent is a hundredth)."""
    of = part_of(term.of, place)
    by = _sum("by", term.by, place)
    factors = (of, by, _sum("per", term.per, place)) if term.per else (of, by)
    worst = max((part.status for part in factors), key=RANKED.index)
    figures = [part.value for part in factors]
    if worst != "ok" or None in figures or (term.per and figures[2] == 0):
        return Part("product", "", None, "missing" if worst == "ok" else worst, of.unit, parts=factors)
    sizes = [1.0, *(UNIT_RULES[part.unit].factor for part in factors[1:])]
    sized = [float(figure or 0.0) * size for figure, size in zip(figures, sizes, strict=True)]
    value = sized[0] * sized[1] / (sized[2] if term.per else 1.0)
    return Part("product", "", value, "ok", of.unit, parts=factors)


def _sum(kind: str, terms: Sequence[Term], place: Place) -> Part:
    parts = tuple(part_of(term, place) for term in terms)
    if len(parts) == 1 and parts[0].coefficient == 1:
        return parts[0]
    value, status = total(parts)
    return Part(kind, " + ".join(part.words for part in parts), value, status, parts[0].unit, parts=parts)


def _reference(term: IndicatorTerm, place: Place) -> Part:
    """Another indicator: its numerator and denominator, and their quotient."""
    declared = place.catalogue.indicators[term.indicator]
    value, status, above, below = quotient(term.indicator, place)
    return Part(
        "indicator", "", value, status, declared.unit, dataset="asss/indicators", parts=(*above, *below)
    )


def quotient(indicator: str, place: Place) -> tuple[float | None, str, tuple[Part, ...], tuple[Part, ...]]:
    """Value and status of an indicator from its parts, with numerator and denominator."""
    declared = place.catalogue.indicators[indicator]
    above = tuple(part_of(term, place) for term in declared.numerator)
    below = tuple(part_of(term, place) for term in declared.denominator)
    numerator, status = total(above)
    if not below:
        return (None if numerator is None else declared.scale * numerator), status, above, below
    denominator, other = total(below)
    worst = max(status, other, key=RANKED.index)
    if worst == "ok" and denominator == 0:
        worst = "missing"
    if worst != "ok" or numerator is None or denominator is None:
        return None, worst, above, below
    return declared.scale * (numerator / denominator), "ok", above, below


def _checked(part: Part) -> Part:
    """The part, if its stored value is the sum of its cells.

    Raises:
        DataError: it is not.
    """
    if part.status != "ok" or not part.cells:
        return part
    value = math.fsum(cell.value for cell in part.cells if cell.value is not None)
    if part.value is None or not math.isclose(part.value, value, rel_tol=CLOSE, abs_tol=CLOSE):
        told = (
            f"{part.dataset} holds {part.value}, the cells of table {part.cells[0].table} add up to {value}"
        )
        raise DataError(f"{part.words or part.kind}: {told}; run `kostra run` again")
    return part


def _of(fact: Row | None, figure: str) -> tuple[float | None, str]:
    if fact is None:
        return None, "missing"
    return number(fact[figure]), str(fact["status"])


_PARTS: Mapping[type[Any], Callable[[Any, Place], Part]] = {
    AccountsTerm: _accounts,
    PopulationTerm: _population,
    MeasureTerm: _measure,
    RegisterTerm: register_part,
    PlaceAdjustmentTerm: _place_adjustment,
    ProductTerm: _product,
    IndicatorTerm: _reference,
}
