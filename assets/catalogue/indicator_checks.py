"""What must hold for an indicator: its terms exist and are fetched, its units fit, its mean has a meaning."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assets.catalogue.draft import Draft, Placed
from assets.catalogue.problems import Problem
from schemas.catalogue import (
    ACCOUNTS_TABLE,
    POPULATION_TABLE,
    UNIT_RULES,
    AccountsTerm,
    Indicator,
    IndicatorTerm,
    PopulationTerm,
    Term,
    implied_scale,
)
from schemas.nearest import nearest_text

Within = tuple[str | int, ...]
Finding = tuple[str, Within]
"""A message, and the keys that lead from the term to the value it is about."""


def check_indicators(draft: Draft) -> Iterator[Problem]:
    """Every mistake in the indicators' references, units and means."""
    yield from _cycles(draft)
    for placed in draft.placed("indicators"):
        yield from _check_terms(draft, placed)
        yield from _check_units(draft, placed)
        yield from _check_mean(draft, placed)
        for i, name in enumerate(placed.entry.breaks):
            if message := draft.unknown("breaks", name):
                yield placed.problem(message, "breaks", i)


def _check_terms(draft: Draft, placed: Placed) -> Iterator[Problem]:
    for part in ("numerator", "denominator"):
        for i, term in enumerate(getattr(placed.entry, part)):
            for message, within in _TERM_CHECKS[type(term)](draft, placed.entry, term):
                yield placed.problem(message, part, i, *within)


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


def _check_reference(draft: Draft, _: Indicator, term: IndicatorTerm) -> Iterator[Finding]:
    if message := draft.unknown("indicators", term.indicator):
        yield message, ("indicator",)


_TERM_CHECKS: Mapping[type[Any], Callable[[Draft, Indicator, Any], Iterator[Finding]]] = {
    AccountsTerm: _check_accounts,
    PopulationTerm: _check_population,
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
        yield f"{role} {code} is not asked for in table {ACCOUNTS_TABLE}; add it to tables.yaml", within


def _check_units(draft: Draft, placed: Placed) -> Iterator[Problem]:
    indicator = placed.entry
    if indicator.unit not in UNIT_RULES:
        text = f"unknown unit `{indicator.unit}`; {nearest_text(indicator.unit, UNIT_RULES)}"
        yield placed.problem(text, "unit")
        return
    units: dict[str, str | None] = {}
    for part in ("numerator", "denominator"):
        found = [_unit_of(draft, term) for term in getattr(indicator, part)]
        if any(unit is None for unit in found):
            return
        if len(set(found)) > 1:
            mixed = " and ".join(sorted(str(unit) for unit in set(found)))
            yield placed.problem(f"the terms of the {part} have different units: {mixed}", part)
            return
        units[part] = found[0] if found else None
    yield from _check_scale(placed, str(units["numerator"]), units["denominator"])


def _check_scale(placed: Placed, numerator: str, denominator: str | None) -> Iterator[Problem]:
    indicator = placed.entry
    quotient = f"{numerator} / {denominator}" if denominator else numerator
    scale = implied_scale(numerator, denominator, indicator.unit)
    if scale is None:
        yield placed.problem(f"{quotient} cannot be given in {indicator.unit}", "unit")
    elif not math.isclose(scale, indicator.scale):
        text = f"{quotient} in {indicator.unit} needs scale {scale:g}, not {indicator.scale:g}"
        yield placed.problem(text, "scale")


def _unit_of(draft: Draft, term: Term) -> str | None:
    """The unit of a term; None where it refers to an indicator that has no valid unit."""
    if not isinstance(term, IndicatorTerm):
        return term.unit
    referred = draft.entry("indicators", term.indicator)
    return referred.unit if referred and referred.unit in UNIT_RULES else None


def _check_mean(draft: Draft, placed: Placed) -> Iterator[Problem]:
    indicator = placed.entry
    if indicator.mean == "simple":
        return
    if not indicator.denominator:
        yield placed.problem("a weighted mean needs a denominator; declare `mean: simple`", "mean")
    for term in indicator.terms:
        if isinstance(term, IndicatorTerm) and not _is_amount(draft, term.indicator, frozenset()):
            text = f"`{term.indicator}` is a ratio, which cannot be summed over municipalities"
            yield placed.problem(f"{text}: a weighted mean has no meaning; declare `mean: simple`", "mean")


def _is_amount(draft: Draft, name: str, seen: frozenset[str]) -> bool:
    """Whether an indicator is a plain amount or count, and so are all it is made of.

    True for unknown names and within cycles: those are told elsewhere.
    """
    indicator = draft.entry("indicators", name)
    if indicator is None or name in seen:
        return True
    if indicator.denominator or indicator.unit not in UNIT_RULES or not UNIT_RULES[indicator.unit].summable:
        return False
    referred = [term.indicator for term in indicator.terms if isinstance(term, IndicatorTerm)]
    return all(_is_amount(draft, other, seen | {name}) for other in referred)


def _cycles(draft: Draft) -> Iterator[Problem]:
    """Each cycle of references once, told where it begins in alphabetical order."""
    for start in sorted(draft.entries["indicators"]):
        if path := _way_back(draft, start, (start,)):
            placed = draft.entries["indicators"][start]
            yield placed.problem(f"refers to itself: {' → '.join(path)}", "numerator")


def _way_back(draft: Draft, start: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """A chain of references from the end of `path` to `start` over later names, or None."""
    indicator = draft.entry("indicators", path[-1])
    for term in indicator.terms if indicator else ():
        if not isinstance(term, IndicatorTerm):
            continue
        if term.indicator == start:
            return (*path, start)
        if term.indicator > start and term.indicator not in path:
            found = _way_back(draft, start, (*path, term.indicator))
            if found:
                return found
    return None
