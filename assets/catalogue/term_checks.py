"""What must hold for a term of an indicator: what it names exists, is fetched, and holds in its years."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assets.catalogue.draft import Draft
from schemas.catalogue import (
    ACCOUNTS_TABLE,
    POPULATION_TABLE,
    UNIT_RULES,
    AccountsTerm,
    Dated,
    Indicator,
    IndicatorTerm,
    MeasureTerm,
    PlaceAdjustmentTerm,
    PopulationTerm,
    ProductTerm,
    RegisterTerm,
    Term,
)
from schemas.nearest import nearest_text

Within = tuple[str | int, ...]
Finding = tuple[str, Within]
"""A message, and the keys that lead from the term to the value it is about."""


def check_term(draft: Draft, indicator: Indicator, term: Term) -> Iterator[Finding]:
    """Every mistake in one term of an indicator."""
    yield from _TERM_CHECKS[type(term)](draft, indicator, term)


def _check_accounts(draft: Draft, indicator: Indicator, term: AccountsTerm) -> Iterator[Finding]:
    if message := draft.unknown("concepts", term.concept):
        yield message, ("concept",)
    concept = draft.entry("concepts", term.concept)
    if isinstance(term.functions, str):
        yield from _check_function_set(draft, indicator, term.functions)
    else:
        yield from _check_functions(draft, indicator, term.functions)
    yield from _not_fetched(draft, "art", {concept.art} if concept else set(), ("concept",))
    yield from _not_fetched(draft, "function", _all_functions(draft, term), ("functions",))
    yield from _not_fetched(draft, "scope", {term.scope}, ("scope",))


def _check_function_set(draft: Draft, indicator: Indicator, name: str) -> Iterator[Finding]:
    if message := draft.unknown("function_sets", name):
        yield message, ("functions",)
    elif function_set := draft.entry("function_sets", name):
        span = function_set.span
        if not span.encloses(indicator):
            yield f"year gap: `{name}` holds {span.years}, the indicator {indicator.years}", ("functions",)


def _check_functions(draft: Draft, indicator: Indicator, codes: tuple[str, ...]) -> Iterator[Finding]:
    for i, code in enumerate(codes):
        if message := draft.unknown("functions", code):
            yield message, ("functions", i)
        elif (function := draft.entry("functions", code)) and not function.encloses(indicator):
            text = (
                f"year gap: function {code} is in use {function.years}, the indicator holds {indicator.years}"
            )
            yield f"{text}; name a dated function set instead", ("functions", i)


def _check_population(draft: Draft, _: Indicator, __: PopulationTerm) -> Iterator[Finding]:
    if message := draft.unknown("tables", POPULATION_TABLE):
        yield message, ()


def _check_measure(draft: Draft, indicator: Indicator, term: MeasureTerm) -> Iterator[Finding]:
    if message := measure_problem(draft, indicator, term.measure):
        yield message, ("measure",)
    if term.stand_in is not None:
        yield from _check_stand_in(draft, term, term.stand_in)


def _check_stand_in(draft: Draft, term: MeasureTerm, name: str) -> Iterator[Finding]:
    if message := draft.unknown("indicators", name):
        yield message, ("stand_in",)
    elif imported := draft.entry("indicators", name):
        unit = unit_of_measure(draft, term.measure)
        if not imported.imported:
            yield f"`{name}` is computed; only an imported indicator can stand in", ("stand_in",)
        elif unit is not None and imported.unit != unit:
            yield f"`{name}` is in {imported.unit}, `{term.measure}` in {unit}", ("stand_in",)


def measure_problem(draft: Draft, indicator: Indicator, name: str) -> str | None:
    """What is wrong with an indicator's use of a measure: no such measure, or not in all its years."""
    spans = _sources(draft).get(name)
    if spans is None:
        return f"unknown measure `{name}`; {nearest_text(name, _sources(draft))}"
    held = Dated(first_year=min(int(s.first_year or 0) for s in spans), last_year=_last(spans))
    if not held.encloses(indicator):
        return f"year gap: measure `{name}` holds {held.years}, the indicator {indicator.years}"
    return None


def unit_of_measure(draft: Draft, name: str) -> str | None:
    """The unit of a measure; None where there is no such measure, or its unit is not valid."""
    for placed in draft.placed("tables"):
        for measure in placed.entry.service_measures:
            if measure.id == name and measure.unit in UNIT_RULES:
                return str(measure.unit)
    return None


def _sources(draft: Draft) -> dict[str, list[Dated]]:
    """Measure → the years of each table it is taken from."""
    found: dict[str, list[Dated]] = {}
    for placed in draft.placed("tables"):
        for measure in placed.entry.service_measures:
            if not measure.cross_check:
                found.setdefault(measure.id, []).append(placed.entry.span_of(measure))
    return found


def _last(spans: list[Dated]) -> int | None:
    ends = [span.last_year for span in spans]
    return None if None in ends else max(int(end or 0) for end in ends)


def _check_product(draft: Draft, indicator: Indicator, term: ProductTerm) -> Iterator[Finding]:
    for message, within in check_term(draft, indicator, term.of):
        yield message, ("of", *within)
    for part in ("by", "per"):
        for i, quantity in enumerate(getattr(term, part)):
            for message, within in check_term(draft, indicator, quantity):
                yield message, (part, i, *within)


def _nothing(_: Draft, __: Indicator, ___: PlaceAdjustmentTerm) -> Iterator[Finding]:
    yield from ()


def _check_reference(draft: Draft, _: Indicator, term: IndicatorTerm | RegisterTerm) -> Iterator[Finding]:
    if message := draft.unknown("indicators", term.indicator):
        yield message, ("indicator",)


_TERM_CHECKS: Mapping[type[Any], Callable[[Draft, Indicator, Any], Iterator[Finding]]] = {
    AccountsTerm: _check_accounts,
    PopulationTerm: _check_population,
    MeasureTerm: _check_measure,
    PlaceAdjustmentTerm: _nothing,
    ProductTerm: _check_product,
    RegisterTerm: _check_reference,
    IndicatorTerm: _check_reference,
}


def _all_functions(draft: Draft, term: AccountsTerm) -> set[str]:
    """The known functions of a term in any year."""
    if not isinstance(term.functions, str):
        return set(term.functions) & draft.names["functions"]
    function_set = draft.entry("function_sets", term.functions)
    return (
        {code for version in function_set.versions for code in version.functions} if function_set else set()
    )


def _not_fetched(draft: Draft, role: str, codes: set[str], within: Within) -> Iterator[Finding]:
    if message := draft.unknown("tables", ACCOUNTS_TABLE):
        yield message, ()
        return
    table = draft.entry("tables", ACCOUNTS_TABLE)
    fetched = set(table.dimensions[role].wanted) if table and role in table.dimensions else codes
    for code in sorted(codes - fetched):
        yield f"{role} {code} is not asked for in table {ACCOUNTS_TABLE}; add it there", within
