"""What must hold for measures: narrowed to one figure, one source per year, one unit over their sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assets.catalogue.draft import Draft, Placed
from assets.catalogue.problems import Problem
from schemas.catalogue import UNIT_RULES, Measure, Source, Table
from schemas.nearest import nearest_text

Position = tuple[str | int, ...]
LISTED: Position = ("dimensions", "contents", "measures")


def check_measures(draft: Draft) -> Iterator[Problem]:
    """Every mistake in the measures of the tables."""
    sources: dict[str, list[tuple[Placed, int, Source]]] = {}
    for placed in draft.placed("tables"):
        yield from _check_table(placed)
        for i, measure in enumerate(placed.entry.measures):
            if measure in placed.entry.service_measures:
                found = (placed, i, Source(placed.entry, measure))
                sources.setdefault(measure.id, []).append(found)
    for name, held in sources.items():
        yield from _check_sources(name, held)


def _check_table(placed: Placed) -> Iterator[Problem]:
    table: Table = placed.entry
    repeated = [name for name, times in Counter(m.id for m in table.measures).items() if times > 1]
    for name in repeated:
        yield placed.problem(f"the measure `{name}` is given more than once", *LISTED)
    for i, measure in enumerate(table.measures):
        if measure.unit not in UNIT_RULES:
            message = f"unknown unit `{measure.unit}`; {nearest_text(measure.unit, UNIT_RULES)}"
            yield placed.problem(message, *LISTED, i, "unit")
        if measure.at:
            yield from _check_at(placed, table, measure, (*LISTED, i, "at"))


def _check_at(placed: Placed, table: Table, measure: Measure, where: Position) -> Iterator[Problem]:
    for role in sorted(table.narrowed - set(measure.at)):
        yield placed.problem(f"`{measure.id}` must say in `at` which {role} it is taken at", *where)
    for role, names in measure.at.items():
        if role not in table.narrowed:
            text = f"the table has no {role} to narrow; {nearest_text(role, table.narrowed)}"
            yield placed.problem(text, *where, role)
            continue
        known = {*table.dimensions[role].wanted, *table.dimensions[role].values}
        for name in names:
            if name not in known:
                yield placed.problem(f"unknown {role} `{name}`; {nearest_text(name, known)}", *where, role)


def _check_sources(name: str, held: list[tuple[Placed, int, Source]]) -> Iterator[Problem]:
    """One unit, one source in a year, and every cross-check beside a source."""
    unit = held[0][2].measure.unit
    for placed, i, source in held:
        if source.measure.unit != unit:
            text = f"`{name}` is in {source.measure.unit} here, and in {unit} in table {held[0][2].table.id}"
            yield placed.problem(text, *LISTED, i, "unit")
    for year in _turning_points(held):
        here = [found for found in held if found[2].covers(year)]
        main = [found for found in here if not found[2].measure.cross_check]
        if len(main) > 1:
            both = " and ".join(source.table.id for _, _, source in main)
            placed, i, _ = main[1]
            text = f"`{name}` has several sources in {year}, tables {both}; one may be a `cross_check`"
            yield placed.problem(text, *LISTED, i)
            return
        if here and not main:
            placed, i, _ = here[0]
            yield placed.problem(f"`{name}` is a cross-check of nothing in {year}", *LISTED, i)
            return
        if not here:
            placed, i, _ = held[0]
            yield placed.problem(f"year gap: `{name}` has no table in {year}", *LISTED, i)
            return


def _turning_points(held: list[tuple[Placed, int, Source]]) -> list[int]:
    """The years in which a source begins, or has just ended while another goes on."""
    spans = [source.table.span_of(source.measure) for _, _, source in held]
    begins = {span.first_year for span in spans if span.first_year is not None}
    ends = {span.last_year for span in spans}
    after = {year + 1 for year in ends if year is not None}
    last = max((year for year in ends if year is not None), default=0)
    return sorted(year for year in begins | after if None in ends or year <= max(last, *begins))
