"""What must hold for an indicator: its terms exist and are fetched, its units fit, its mean has a meaning."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from assets.catalogue.draft import Draft, Placed
from assets.catalogue.problems import Problem
from assets.catalogue.term_checks import check_term, measure_problem, unit_of_measure
from schemas.catalogue import (
    UNIT_RULES,
    IndicatorTerm,
    MeasureTerm,
    ProductTerm,
    RegisterTerm,
    Term,
    implied_scale,
)
from schemas.nearest import nearest_text


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
            for message, within in check_term(draft, placed.entry, term):
                yield placed.problem(message, part, i, *within)
    if placed.entry.ready is not None:
        if told := measure_problem(draft, placed.entry, placed.entry.ready):
            yield placed.problem(told, "ready")
        elif (unit := unit_of_measure(draft, placed.entry.ready)) != placed.entry.unit:
            yield placed.problem(f"`{placed.entry.ready}` is in {unit}, not {placed.entry.unit}", "ready")


def _check_units(draft: Draft, placed: Placed) -> Iterator[Problem]:
    indicator = placed.entry
    if indicator.unit not in UNIT_RULES:
        text = f"unknown unit `{indicator.unit}`; {nearest_text(indicator.unit, UNIT_RULES)}"
        yield placed.problem(text, "unit")
        return
    units: dict[str, str | None] = {}
    for part in ("numerator", "denominator"):
        terms = getattr(indicator, part)
        units[part], mixed = _one_unit(draft, terms)
        if mixed:
            yield placed.problem(f"the terms of the {part} have {mixed}", part)
        for i, term in enumerate(terms):
            if isinstance(term, ProductTerm) and (told := _factor_problem(draft, term)):
                yield placed.problem(told, part, i, "by")
        if mixed or (terms and units[part] is None):
            return
    yield from _check_scale(placed, str(units["numerator"]), units["denominator"])


def _one_unit(draft: Draft, terms: Sequence[Term]) -> tuple[str | None, str | None]:
    """The unit all terms have, or what is wrong; neither where a term has no valid unit of its own."""
    found = {_unit_of(draft, term) for term in terms}
    if None in found or not found:
        return None, None
    if len(found) > 1:
        return None, f"different units: {' and '.join(sorted(map(str, found)))}"
    return found.pop(), None


def _factor_problem(draft: Draft, term: ProductTerm) -> str | None:
    """What is wrong with the factor of a product, which must be a plain number."""
    by, problem = _one_unit(draft, term.by)
    per, other = _one_unit(draft, term.per)
    if problem or other:
        return f"the factor has {problem or other}"
    if by is None or (term.per and per is None):
        return None
    if implied_scale(by, per, "count") is None or (per is None and UNIT_RULES[by].quantity != "number"):
        return f"the factor is in {by}{f' / {per}' if per else ''}, not a plain number"
    return None


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
    """The unit of a term; None where it refers to something that has no valid unit."""
    if isinstance(term, ProductTerm):
        return _unit_of(draft, term.of)
    if isinstance(term, MeasureTerm):
        return unit_of_measure(draft, term.measure)
    if not isinstance(term, IndicatorTerm | RegisterTerm):
        return term.unit
    referred = draft.entry("indicators", term.indicator)
    return referred.unit if referred and referred.unit in UNIT_RULES else None


def _check_mean(draft: Draft, placed: Placed) -> Iterator[Problem]:
    indicator = placed.entry
    if indicator.fixed_mean is not None and not (indicator.imported and indicator.unit == "index"):
        yield placed.problem("only an index that is taken from the register has its mean given", "fixed_mean")
    if indicator.mean == "simple" or indicator.imported:
        return
    if not indicator.denominator:
        yield placed.problem("a weighted mean needs a denominator; declare `mean: simple`", "mean")
    for term in indicator.terms:
        text = ""
        if isinstance(term, IndicatorTerm) and not _is_amount(draft, term.indicator, frozenset()):
            text = f"`{term.indicator}` is a ratio, which cannot be summed over municipalities"
        unit = _unit_of(draft, term)
        if (
            isinstance(term, MeasureTerm | ProductTerm | RegisterTerm)
            and unit
            and not UNIT_RULES[unit].summable
        ):
            text = f"a term in {unit} cannot be summed over municipalities"
        if text:
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
