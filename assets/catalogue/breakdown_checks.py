"""What must hold for breakdowns by director area, the areas, and the keys costs are distributed by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from assets.catalogue.draft import Draft, Placed
from assets.catalogue.problems import Problem
from assets.ledger.codes import FIRST_LISTED, LAST_LISTED, Kind, Place, nearest_codes, valid_codes
from assets.ledger.concepts import CATALOGUE_CONCEPTS
from schemas.catalogue import Dated
from schemas.catalogue.breakdowns import arts_of

_YEARS = range(FIRST_LISTED, LAST_LISTED + 1)


def check_breakdowns(draft: Draft) -> Iterator[Problem]:
    """Every mistake in breakdowns, director areas and allocation keys."""
    for placed in draft.placed("breakdowns"):
        yield from _check_concept(draft, placed)
        yield from _check_functions(draft, placed)
        if placed.entry.indicator and (unknown := draft.unknown("indicators", placed.entry.indicator)):
            yield placed.problem(unknown, "indicator")
        if placed.entry.purchased:
            yield from _check_arts(placed, placed.entry.purchased.arts, "purchased", "arts")
    yield from _check_areas(list(draft.placed("director_areas")))
    for placed in draft.placed("allocation_keys"):
        yield from _check_key(placed)


def _check_concept(draft: Draft, placed: Placed) -> Iterator[Problem]:
    concept = placed.entry.concept
    unknown = draft.unknown("concepts", concept)
    if unknown:
        yield placed.problem(unknown, "concept")
    elif concept not in CATALOGUE_CONCEPTS.values():
        allowed = ", ".join(CATALOGUE_CONCEPTS.values())
        message = f"`{concept}` cannot be made from a ledger's arts; allowed: {allowed}"
        yield placed.problem(message, "concept")


def _check_functions(draft: Draft, placed: Placed) -> Iterator[Problem]:
    functions = placed.entry.functions
    if not isinstance(functions, str):
        for i, message in _mistaken("functions", placed.entry, functions):
            yield placed.problem(message, "functions", i)
    elif unknown := draft.unknown("function_sets", functions):
        yield placed.problem(unknown, "functions")
    elif (held := draft.entry("function_sets", functions)) and not held.span.encloses(placed.entry):
        message = f"year gap: `{functions}` holds {held.span.years}, the breakdown {placed.entry.years}"
        yield placed.problem(message, "functions")


def _mistaken(kind: Kind, dated: Dated, codes: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Codes that may not stand in a ledger in every year that `dated` holds in: position and message."""
    for i, code in enumerate(codes):
        valid = [year for year in _YEARS if code in valid_codes(kind, Place(year))]
        if not valid:
            yield i, f"unknown {kind.removesuffix('s')} {code}; {nearest_codes(code, _known(kind))}"
        elif any(dated.covers(year) and year not in valid for year in _YEARS):
            span = f"{min(valid)}-{max(valid)}"
            yield i, f"year gap: {code} is valid {span}, the entry holds {dated.years}"


def _known(kind: Kind) -> set[str]:
    return {code for year in _YEARS for code in valid_codes(kind, Place(year))}


def _check_arts(placed: Placed, ranges: tuple[str, ...], *within: str) -> Iterator[Problem]:
    for i, (first, last) in enumerate(arts_of(ranges)):
        if not any(first <= art <= last for art in _known("arts")):
            message = f"no art is in {ranges[i]}; {nearest_codes(first, _known('arts'))}"
            yield placed.problem(message, *within, i)


def _check_areas(areas: list[Placed]) -> Iterator[Problem]:
    """In no year do two entries stand for the same director area."""
    for earlier, later in combinations(areas, 2):
        one, other = earlier.entry, later.entry
        if one.code == other.code and any(one.covers(year) and other.covers(year) for year in _YEARS):
            message = f"`{other.code}` is `{one.id}` already, {one.years}"
            yield later.problem(message, "code")


def _check_key(placed: Placed) -> Iterator[Problem]:
    key = placed.entry
    for i, message in _mistaken("functions", key, key.lines.functions):
        yield placed.problem(message, "lines", "functions", i)
    for i, message in _mistaken("functions", key, (share.function for share in key.shares)):
        yield placed.problem(message, "shares", i, "function")
    yield from _check_arts(placed, key.lines.arts, "lines", "arts")
