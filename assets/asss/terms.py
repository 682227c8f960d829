"""What each kind of term is worth, and how it is said in words. A new kind of term is one more rule here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from assets.asss.facts import Facts, Parts
from assets.errors import DataError
from assets.statuses import NOT_APPLICABLE, add_parts
from schemas.catalogue import (
    OPEN_AGE,
    AccountsTerm,
    Catalogue,
    Indicator,
    IndicatorTerm,
    PopulationTerm,
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


def _reference(term: IndicatorTerm, evaluation: Evaluation) -> Parts:
    return evaluation.value(term.indicator)


def _reference_words(term: IndicatorTerm, catalogue: Catalogue, _: int) -> str:
    return f"«{catalogue.indicators[term.indicator].title}»"


RULES: Mapping[type[Any], TermRule] = {
    AccountsTerm: TermRule(_accounts, _accounts_words),
    PopulationTerm: TermRule(_population, _population_words),
    IndicatorTerm: TermRule(_reference, _reference_words),
}
