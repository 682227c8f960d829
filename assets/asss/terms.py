"""What each kind of term is worth, and how it is said in words. A new kind of term is one more rule here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from assets.asss.facts import Facts, Parts
from assets.errors import DataError
from assets.statuses import MISSING, NOT_APPLICABLE, OK, add_parts
from schemas.catalogue import (
    OPEN_AGE,
    UNIT_RULES,
    AccountsTerm,
    Catalogue,
    Indicator,
    IndicatorTerm,
    MeasureTerm,
    PlaceAdjustmentTerm,
    PopulationTerm,
    ProductTerm,
    RegisterTerm,
    Term,
)

SCOPES = {"A": "konsern", "B": "kommunekasse"}


class Evaluation(Protocol):
    """What a term may ask for while it is evaluated."""

    @property
    def catalogue(self) -> Catalogue:
        """The checked catalogue."""
        ...

    @property
    def facts(self) -> Facts:
        """The facts on their grid."""
        ...

    def value(self, indicator: str) -> Parts:
        """Another indicator's value."""
        ...


@dataclass(frozen=True, slots=True)
class TermRule:
    """How one kind of term is evaluated on the whole grid, and how it reads in a year."""

    value: Callable[[Any, Evaluation], Parts]
    words: Callable[[Any, Catalogue, int], str]


def combine(terms: Sequence[Term], evaluation: Evaluation) -> Parts:
    """The linear combination of terms; a part that is not there makes the whole so, with the worst status."""
    parts = [RULES[type(term)].value(term, evaluation) for term in terms]
    weighted = [term.coefficient * part.figures for term, part in zip(terms, parts, strict=True)]
    figures, severity = add_parts(np.stack(weighted), np.stack([part.severity for part in parts]))
    return Parts(figures, severity, _vintages(parts))


def formula(indicator: Indicator, catalogue: Catalogue, year: int) -> str:
    """The indicator in words (Norwegian), with the functions of the year."""
    if not indicator.covers(year):
        return "ikke definert for året"
    above = _sum_in_words(indicator.numerator, catalogue, year)
    below = _sum_in_words(indicator.denominator, catalogue, year)
    scaled = above if indicator.scale == 1 else f"{_number(indicator.scale)} × {above}"
    return f"{scaled} / {below}" if below else scaled


def _sum_in_words(terms: Sequence[Term], catalogue: Catalogue, year: int) -> str:
    text = ""
    for term in terms:
        size = abs(term.coefficient)
        words = RULES[type(term)].words(term, catalogue, year)
        words = words if size == 1 else f"{_number(size)} × {words}"
        sign = "−" if term.coefficient < 0 else "+"
        text = f"{text} {sign} {words}" if text else (words if sign == "+" else f"−{words}")
    return f"({text})" if len(terms) > 1 else text


def _number(number: float) -> str:
    return f"{number:g}".replace(".", ",")


def _vintages(parts: Sequence[Parts]) -> tuple[Any, ...]:
    return tuple(numbers for part in parts for numbers in part.vintages)


def _accounts(term: AccountsTerm, evaluation: Evaluation) -> Parts:
    """The sum over the functions each year has; one that did not exist for a municipality is left out."""
    facts, years_of = evaluation.facts, defaultdict(list)
    for year in np.unique(facts.grid.years):
        for function in evaluation.catalogue.functions_in(term.functions, int(year)):
            years_of[function].append(year)
    parts = [
        facts.accounts.look_up((term.scope, function, term.concept)).only(np.isin(facts.grid.years, years))
        for function, years in years_of.items()
    ]
    if not parts:
        cells = len(facts.grid)
        return Parts(np.full(cells, np.nan), np.full(cells, NOT_APPLICABLE, dtype=np.int8))
    figures, severity = add_parts(
        np.stack([part.figures for part in parts]),
        np.stack([part.severity for part in parts]),
        absent_is_left_out=True,
    )
    return Parts(figures, severity, _vintages(parts))


def _accounts_words(term: AccountsTerm, catalogue: Catalogue, year: int) -> str:
    concept = catalogue.concepts[term.concept]
    functions = "+".join(catalogue.functions_in(term.functions, year))
    return f"{concept.name[:1].lower()}{concept.name[1:]} ({concept.art}) f{functions}, {SCOPES[term.scope]}"


def _population(term: PopulationTerm, evaluation: Evaluation) -> Parts:
    band = (term.age_from, term.age_to)
    bands = evaluation.facts.population
    if band not in bands.known:
        made = ", ".join(sorted(f"{first}-{last}" for first, last in bands.known))
        raise DataError(f"kostra/population has no band {band[0]}-{band[1]}; it has {made or 'none'}")
    return bands.look_up(band)


def _population_words(term: PopulationTerm, _: Catalogue, __: int) -> str:
    if term.age_to < OPEN_AGE:
        return f"innbyggere {term.age_from}–{term.age_to} år"
    return f"innbyggere {term.age_from} år og over" if term.age_from else "innbyggere"


def _measure(term: MeasureTerm, evaluation: Evaluation) -> Parts:
    served = evaluation.facts.statistics.look_up((term.measure,))
    if term.stand_in is None:
        return served
    return served.where(served.severity != MISSING, evaluation.facts.register.look_up((term.stand_in,)))


def _measure_words(term: MeasureTerm, catalogue: Catalogue, _: int) -> str:
    words = measure_words(term.measure, catalogue)
    return words if term.stand_in is None else f"{words} (eller registertall)"


def measure_words(name: str, catalogue: Catalogue) -> str:
    """A measure by its title, else as SSB calls it, else by its own name."""
    held = [source.measure for source in catalogue.measures()[name]]
    titles = [measure.title for measure in held if measure.title]
    labels = [measure.label[0] for measure in held if measure.label]
    wording = (*titles, *labels, name.replace("_", " "))[0]
    return f"{wording[:1].lower()}{wording[1:]}"


def _register(term: RegisterTerm, evaluation: Evaluation) -> Parts:
    return evaluation.facts.register.look_up((term.indicator,))


def _register_words(term: RegisterTerm, catalogue: Catalogue, _: int) -> str:
    named = catalogue.indicators[term.indicator]
    mean = "" if named.fixed_mean is None else f", snittet er {_number(named.fixed_mean)}"
    return f"registertall ({named.source}{mean})"


def _place_adjustment(_: PlaceAdjustmentTerm, evaluation: Evaluation) -> Parts:
    grid = evaluation.facts.grid
    places = np.zeros(len(grid))
    for entry in evaluation.catalogue.place_adjustments.values():
        places[(grid.years == entry.year) & (grid.municipalities == entry.municipality)] += entry.places
    return Parts(places, np.full(len(grid), OK, dtype=np.int8))


def _place_adjustment_words(_: PlaceAdjustmentTerm, catalogue: Catalogue, year: int) -> str:
    named = [
        f"{entry.unit} {entry.places:+d}"
        for entry in catalogue.place_adjustments.values()
        if entry.year == year
    ]
    return f"justering av plasser ({', '.join(named) or 'ingen'})"


def _product(term: ProductTerm, evaluation: Evaluation) -> Parts:
    """`of` × `by` / `per`; units of the factor cancel out, a share in percent is hundredths."""
    of, by = combine([term.of], evaluation), combine(term.by, evaluation)
    per = combine(term.per, evaluation) if term.per else None
    parts = [part for part in (of, by, per) if part is not None]
    severity = np.max([part.severity for part in parts], axis=0)
    size = _size(term.by, evaluation.catalogue)
    product = of.figures * by.figures * size
    if per is not None:
        severity = np.where((severity == OK) & (per.figures == 0), np.int8(MISSING), severity)
        whole = np.where(severity == OK, per.figures, 1.0) * _size(term.per, evaluation.catalogue)
        product = product / whole
    return Parts(np.where(severity == OK, product, np.nan), severity, _vintages(parts))


def _size(terms: Sequence[Term], catalogue: Catalogue) -> float:
    """What one unit of the terms is; the catalogue has seen to it that all have the same."""
    first: Any = terms[0]
    named = catalogue.measures()[first.measure][0].measure if isinstance(first, MeasureTerm) else first
    return UNIT_RULES[named.unit].factor


def _product_words(term: ProductTerm, catalogue: Catalogue, year: int) -> str:
    of, by = (_sum_in_words(terms, catalogue, year) for terms in ((term.of,), term.by))
    per = f" / {_sum_in_words(term.per, catalogue, year)}" if term.per else ""
    return f"{of} × {by}{per}"


def _reference(term: IndicatorTerm, evaluation: Evaluation) -> Parts:
    return evaluation.value(term.indicator)


def _reference_words(term: IndicatorTerm, catalogue: Catalogue, _: int) -> str:
    return f"«{catalogue.indicators[term.indicator].title}»"


RULES: Mapping[type[Any], TermRule] = {
    AccountsTerm: TermRule(_accounts, _accounts_words),
    PopulationTerm: TermRule(_population, _population_words),
    MeasureTerm: TermRule(_measure, _measure_words),
    RegisterTerm: TermRule(_register, _register_words),
    PlaceAdjustmentTerm: TermRule(_place_adjustment, _place_adjustment_words),
    ProductTerm: TermRule(_product, _product_words),
    IndicatorTerm: TermRule(_reference, _reference_words),
}
