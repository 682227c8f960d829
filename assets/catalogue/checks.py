"""What must hold between entries of the catalogue: names that exist, years without gaps, units that fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assets.catalogue.breakdown_checks import check_breakdowns
from assets.catalogue.draft import Draft, Placed
from assets.catalogue.indicator_checks import check_indicators
from assets.catalogue.limit_checks import check_limits
from assets.catalogue.measure_checks import check_measures
from assets.catalogue.problems import Problem
from assets.catalogue.series_checks import check_adjustments, check_efficiency_areas, check_series
from schemas.catalogue import Dated, Table
from schemas.nearest import nearest_text


def check(draft: Draft) -> Iterator[Problem]:
    """Every mistake in the references between entries."""
    yield from _check_function_sets(draft)
    yield from _check_concepts(draft)
    yield from _check_tables(draft)
    yield from check_measures(draft)
    yield from _check_networks(draft)
    yield from check_indicators(draft)
    yield from _check_profiles(draft)
    yield from check_adjustments(draft)
    yield from check_series(draft)
    yield from check_efficiency_areas(draft)
    yield from check_breakdowns(draft)
    yield from check_limits(draft)


def _check_function_sets(draft: Draft) -> Iterator[Problem]:
    for placed in draft.placed("function_sets"):
        yield from _year_gaps(placed, "versions", placed.entry.versions)
        for i, version in enumerate(placed.entry.versions):
            for j, code in enumerate(version.functions):
                if message := draft.unknown("functions", code):
                    yield placed.problem(message, "versions", i, "functions", j)
                elif (function := draft.entry("functions", code)) and not function.encloses(version):
                    message = f"function {code} is in use {function.years}, the set's version {version.years}"
                    yield placed.problem(message, "versions", i, "functions", j)


def _check_concepts(draft: Draft) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for placed in draft.placed("concepts"):
        first = seen.setdefault(placed.entry.art, placed.entry.id)
        if first != placed.entry.id:
            yield placed.problem(f"art {placed.entry.art} is already the concept `{first}`", "art")


def _check_tables(draft: Draft) -> Iterator[Problem]:
    arts = {placed.entry.art for placed in draft.placed("concepts")}
    groups = {placed.entry.ssb_code for placed in draft.placed("function_sets")} - {None}
    known = {"function": draft.names["functions"] | groups, "art": arts}
    where = {
        "function": "no function, and no function set has it as `ssb_code`",
        "art": "no concept has this art",
    }
    for placed in draft.placed("tables"):
        for role, names in known.items():
            for key, i, code in _codes(placed.entry, role):
                if code not in names:
                    message = f"{role} {code}: {where[role]}; {nearest_text(code, names)}"
                    yield placed.problem(message, "dimensions", role, key, i)


def _codes(table: Table, role: str) -> Iterator[tuple[str, int, str]]:
    """The codes a table names in a role, with the list and the position they stand in."""
    dimension = {str(name): dimension for name, dimension in table.dimensions.items()}.get(role)
    if dimension:
        yield from (("codes", i, code) for i, code in enumerate(dimension.codes))
        yield from (("optional", i, code) for i, code in enumerate(dimension.optional))


def _check_networks(draft: Draft) -> Iterator[Problem]:
    for placed in draft.placed("networks"):
        yield from _year_gaps(placed, "memberships", placed.entry.memberships)


def _check_profiles(draft: Draft) -> Iterator[Problem]:
    for placed in draft.placed("profiles"):
        if message := draft.unknown("networks", placed.entry.network):
            yield placed.problem(message, "network")
        for i, name in enumerate(placed.entry.rows):
            if message := draft.unknown("indicators", name):
                yield placed.problem(message, "rows", i)


def _year_gaps(placed: Placed, key: str, versions: Sequence[Dated]) -> Iterator[Problem]:
    """Versions follow one another without a hole and without an overlap, oldest first."""
    for i, (earlier, later) in enumerate(pairwise(versions), start=1):
        if earlier.last_year is None or later.first_year is None or later.first_year <= earlier.last_year:
            message = f"{key} overlap or are not in order: {earlier.years}, then {later.years}"
            yield placed.problem(message, key, i)
        elif later.first_year > earlier.last_year + 1:
            gap = Dated(first_year=earlier.last_year + 1, last_year=later.first_year - 1)
            yield placed.problem(f"year gap: nothing holds in {gap.years}", key, i)
