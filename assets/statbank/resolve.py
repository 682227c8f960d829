"""Catalogue entry × live metadata → the literal codes to ask for, or every reason why not.

A code in the catalogue is checked against the live table, a label is looked up in it; nothing is guessed
and the first of several matches is never taken. A measure that cannot be found is told and left out; anything
else that does not fit makes the table as a whole unusable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from assets.errors import DataError
from assets.klass.spans import UNSPECIFIED
from assets.statbank.finding import find, nearest_of
from assets.statbank.labels import begins_with, normalise, same, unit_in
from schemas.catalogue import UNIT_RULES, Dimension, Measure, Table

if TYPE_CHECKING:
    from pipelines.statbank.metadata import TableMetadata, VariableMetadata

ROW_COLUMNS = (
    "table",
    "dimension",
    "wanted_label",
    "resolved_code",
    "label",
    "unit",
    "metadata_sha256",
    "problem",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One wanted value and what it resolved to, or why it did not."""

    dimension: str
    wanted_label: str | None = None
    code: str | None = None
    label: str | None = None
    unit: str | None = None
    problem: str | None = None


class ResolveError(DataError):
    """The live table does not hold what the catalogue asks for.

    `problems` lists every finding, `rows` is the `statbank/metadata` frame with what did and did not resolve.
    """

    def __init__(self, table: str, problems: Sequence[str], rows: pd.DataFrame) -> None:
        self.table = table
        self.problems = tuple(problems)
        self.rows = rows
        listed = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"table {table} does not fit the catalogue:\n{listed}")


@dataclass(frozen=True, slots=True)
class ResolvedTable:
    """What to ask a table for.

    Attributes:
        table: SSB table id.
        dimensions: role → SSB's dimension code, in the catalogue's order.
        codes: role → codes in metadata order; `period` holds every period of the entry's years.
        members: role → the catalogue's names of values, and codes named one by one → code.
        measures: measure id → contents code.
        unresolved: measure id → why it cannot be had.
        units: contents code → unit of the catalogue's vocabulary.
        ssb_units: contents code → unit as the metadata states it, where it does.
        periods: accounting year → period code.
        absent: role → optional codes the live table does not have.
        eliminated: dimension codes that are left to SSB to sum.
        rows: the `statbank/metadata` frame, one row per code named in the catalogue.
        warnings: what a person should look at, though the figures can be fetched.
    """

    table: str
    dimensions: Mapping[str, str]
    codes: Mapping[str, tuple[str, ...]]
    members: Mapping[str, Mapping[str, str]]
    measures: Mapping[str, str]
    unresolved: Mapping[str, str]
    units: Mapping[str, str]
    ssb_units: Mapping[str, str]
    periods: Mapping[int, str]
    absent: Mapping[str, tuple[str, ...]]
    eliminated: tuple[str, ...]
    rows: pd.DataFrame
    warnings: tuple[str, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The accounting years the table has."""
        return tuple(self.periods)

    def selection(self, years: Iterable[int]) -> dict[str, tuple[str, ...]]:
        """SSB dimension code → the codes to ask for, for these accounting years.

        Raises:
            DataError: the table does not have one of the years.
        """
        wanted = sorted(set(years))
        missing = [year for year in wanted if year not in self.periods]
        if missing or not wanted:
            has = f"it has {min(self.periods)}-{max(self.periods)}"
            raise DataError(f"table {self.table} has no accounting year {missing or 'to ask for'}; {has}")
        chosen = {**self.codes, "period": tuple(self.periods[year] for year in wanted)}
        return {self.dimensions[role]: codes for role, codes in chosen.items()}


@dataclass(slots=True)
class _Findings:
    """What has been found so far in one table; `broken` makes the whole of it unusable."""

    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    members: dict[str, dict[str, str]] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)
    unresolved: dict[str, str] = field(default_factory=dict)
    ssb_units: dict[str, str] = field(default_factory=dict)
    absent: dict[str, tuple[str, ...]] = field(default_factory=dict)
    eliminated: list[str] = field(default_factory=list)
    periods: dict[int, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def fail(self, dimension: str, wanted: str, message: str) -> None:
        """Note that `wanted` (a code, a pattern, a dimension) cannot be had, and why."""
        self.take(Row(dimension, wanted, problem=message))

    def take(self, row: Row) -> None:
        """Add a row; a problem in it is one of the table's."""
        self.rows.append(row)
        if row.problem:
            self.broken.append(row.problem)


def resolve(
    entry: Table, metadata: TableMetadata, municipality_codes: Iterable[str], *, metadata_sha256: str = ""
) -> ResolvedTable:
    """Resolve a catalogue entry in the live metadata of its table.

    Args:
        entry: the entry of `tables/*.yaml`.
        metadata: the live metadata; the order of its dimensions does not matter.
        municipality_codes: every municipality code known to KLASS, old ones included.
        metadata_sha256: hash of the metadata body, kept with the rows.

    Raises:
        ResolveError: with every code, label, unit and dimension that does not fit, and what is nearest;
            only when the table as a whole cannot be used, or none of its measures.
    """
    found = _Findings()
    variables = _dimensions(entry, metadata, found)
    known = frozenset(municipality_codes)
    for role, dimension in entry.dimensions.items():
        if role == "period" and role in variables:
            _resolve_periods(entry, variables[role], found)
        elif role != "contents" and role in variables:
            _resolve_codes(role, dimension, variables[role], known, found)
    if "contents" in variables:
        _resolve_measures(entry, variables["contents"], found)
    if not _same_title(entry.title, metadata.label):
        found.warnings.append(f"the title is {metadata.label!r}, expected {entry.title!r}")
    return _result(
        entry, found, {role: variable.code for role, variable in variables.items()}, metadata_sha256
    )


def unresolved_rows(table: str, problem: str, dimension: str = "") -> pd.DataFrame:
    """The `statbank/metadata` frame of a table whose metadata cannot be had at all."""
    return _frame(table, [Row(dimension, problem=problem)], "")


def _frame(table: str, rows: Iterable[Row], metadata_sha256: str) -> pd.DataFrame:
    values = [
        (table, row.dimension, row.wanted_label, row.code, row.label, row.unit, metadata_sha256, row.problem)
        for row in rows
    ]
    frame = pd.DataFrame(values, columns=list(ROW_COLUMNS)).astype("str")
    return frame.drop_duplicates(ignore_index=True)


def _result(
    entry: Table, found: _Findings, dimensions: Mapping[str, str], metadata_sha256: str
) -> ResolvedTable:
    rows = _frame(entry.id, found.rows, metadata_sha256)
    if found.broken or not found.measures:
        raise ResolveError(entry.id, [*found.broken, *dict.fromkeys(found.unresolved.values())], rows)
    by_id = {measure.id: measure for measure in entry.measures}
    return ResolvedTable(
        table=entry.id,
        dimensions=dimensions,
        codes={role: found.codes[role] for role in dimensions},
        members=found.members,
        measures=found.measures,
        unresolved=found.unresolved,
        units={code: by_id[name].unit for name, code in found.measures.items()},
        ssb_units=found.ssb_units,
        periods=found.periods,
        absent=found.absent,
        eliminated=tuple(found.eliminated),
        rows=rows,
        warnings=tuple(found.warnings),
    )


def _dimensions(entry: Table, metadata: TableMetadata, found: _Findings) -> dict[str, VariableMetadata]:
    """Role → live dimension, in the catalogue's order; what is left over must be declared so."""
    live = {variable.code: variable for variable in metadata.dimensions}
    labels = {variable.code: variable.label for variable in metadata.dimensions}
    variables: dict[str, VariableMetadata] = {}
    problems: list[tuple[str, str]] = []
    for role, dimension in entry.dimensions.items():
        code, problem = find("dimension", dimension, labels)
        if code is not None:
            variables[role] = live[code]
        else:
            problems.append((dimension.name, f"role {role}: {problem}"))
    taken = {variable.code for variable in variables.values()}
    for name, problem in problems:
        found.fail(name, name, problem)
    for code, variable in live.items():
        if code not in taken:
            _left_over(entry, variable, found)
    return variables


def _left_over(entry: Table, variable: VariableMetadata, found: _Findings) -> None:
    code, named_so = variable.code, f"dimension {variable.code} ({variable.label})"
    if code not in entry.eliminate:
        found.fail(code, code, f"the table has a {named_so} that the catalogue does not name")
    elif not variable.elimination:
        found.fail(code, code, f"{named_so} cannot be left out: it has no elimination")
    else:
        found.eliminated.append(code)


def _resolve_codes(
    role: str,
    dimension: Dimension,
    variable: VariableMetadata,
    municipalities: frozenset[str],
    found: _Findings,
) -> None:
    labels = variable.labelled
    for code in dimension.codes:
        if code not in labels:
            near = nearest_of(code, labels.items())
            found.fail(variable.code, code, f"{role} {code} is not in {variable.code}; nearest: {near}")
    for code in dimension.wanted:
        if code in labels:
            found.take(_checked(role, dimension, variable.code, code, labels[code]))
    members = {code: code for code in dimension.wanted if code in labels}
    absent = tuple(code for code in dimension.optional if code not in labels)
    if absent:
        found.absent[role] = absent
    members |= _found_values(role, dimension, variable, found)
    wanted = set(members.values())
    if dimension.pattern:
        matching = {code for code in labels if re.fullmatch(dimension.pattern, code)}
        wanted |= _some(matching, variable.code, f"codes matching {dimension.pattern}", found)
    if dimension.municipalities:
        wanted |= _some(municipalities & set(labels), variable.code, "municipality codes of KLASS", found)
        _warn_of_strangers(variable.code, labels, municipalities, found)
    found.members[role] = members
    found.codes[role] = tuple(code for code in variable.codes if code in wanted)


def _found_values(
    role: str, dimension: Dimension, variable: VariableMetadata, found: _Findings
) -> dict[str, str]:
    """The values looked up one by one; the measures that need one that is not found are lost with it."""
    members: dict[str, str] = {}
    for name, value in dimension.values.items():
        code, problem = find(f"{role} in {variable.code}", value, variable.labelled)
        label = variable.labelled[code] if code is not None else None
        found.rows.append(Row(variable.code, value.name, code, label, problem=problem))
        if code is not None and problem is None:
            members[name] = code
    return members


def _checked(role: str, dimension: Dimension, named: str, code: str, live: str) -> Row:
    """The row of a code that exists; its meaning must still be the recorded one."""
    recorded = dimension.labels.get(code)
    if recorded is None:
        return Row(named, None, code, live)
    wanted = recorded[0]
    if any(begins_with(live, wording) for wording in recorded):
        return Row(named, wanted, code, live)
    problem = f"{role} {code} in {named} now means {live!r}, recorded was {wanted!r}"
    return Row(named, wanted, code, live, problem=problem)


def _some(codes: Set[str], named: str, wanted: str, found: _Findings) -> Set[str]:
    if not codes:
        found.fail(named, wanted, f"{named} has no {wanted}")
    return codes


def _warn_of_strangers(
    named: str, live: Iterable[str], municipalities: frozenset[str], found: _Findings
) -> None:
    known = municipalities | {UNSPECIFIED}
    strangers = [code for code in live if re.fullmatch(r"\d{4}", code) and code not in known]
    if strangers:
        shown = ", ".join(strangers[:5]) + (" …" if len(strangers) > 5 else "")
        found.warnings.append(f"{named}: {len(strangers)} municipality code(s) unknown to KLASS: {shown}")


def _resolve_measures(entry: Table, variable: VariableMetadata, found: _Findings) -> None:
    taken: set[tuple[str, object]] = set()
    for measure in entry.measures:
        row = _measure_row(measure, variable, found)
        place = (row.code or "", frozenset(measure.at.items()))
        lost = [
            f"{role} `{name}`"
            for role, names in measure.at.items()
            for name in names
            if role in found.members and name not in found.members[role]
        ]
        if row.problem is None and place in taken:
            row = replace(row, problem=f"contents {row.code} ({row.label}) is asked for by two measures")
        elif row.problem is None and lost:
            row = replace(row, problem=f"{row.wanted_label}: {' and '.join(lost)} cannot be found")
        found.rows.append(row)
        if row.problem is not None:
            found.unresolved[measure.id] = row.problem
        elif row.code is not None:
            taken.add(place)
            found.measures[measure.id] = row.code
    codes = set(found.measures.values())
    found.codes["contents"] = tuple(code for code in variable.codes if code in codes)


def _measure_row(measure: Measure, variable: VariableMetadata, found: _Findings) -> Row:
    code, problem = find("contents", measure, variable.labelled)
    if code is None:
        return Row(variable.code, measure.wanted, problem=problem)
    label = variable.labelled[code]
    stated = variable.units[code].base if code in variable.units else ""
    if stated:
        found.ssb_units[code] = stated
    problem = problem or _unit_problem(measure, code, label, stated or unit_in(label), found)
    return Row(variable.code, measure.wanted, code, label, stated or None, problem)


def _unit_problem(measure: Measure, code: str, label: str, stated: str, found: _Findings) -> str | None:
    """What is wrong with the unit SSB states. Without one, money cannot be read; a count can."""
    rule = UNIT_RULES[measure.unit]
    wordings = measure.ssb_unit or rule.ssb
    if any(same(stated, wording) for wording in wordings):
        return None
    if not stated and rule.quantity != "money":
        found.warnings.append(f"contents {code} ({label}) has no unit; it is read as {measure.unit}")
        return None
    return f"contents {code} ({label}) is in {stated!r}, expected was {wordings[0]!r}"


def _resolve_periods(entry: Table, variable: VariableMetadata, found: _Findings) -> None:
    yearly = [code for code in variable.codes if re.fullmatch(r"\d{4}", code)]
    if len(yearly) < len(variable.codes):
        odd = next(code for code in variable.codes if code not in yearly)
        found.fail(variable.code, "years", f"{variable.code} holds {odd!r}: only yearly periods can be used")
        return
    years = {entry.year(int(code)): code for code in yearly}
    found.periods = {year: years[year] for year in sorted(years) if entry.covers(year)}
    found.codes["period"] = tuple(found.periods.values())
    if not found.periods:
        span = f"{entry.first_year} or later" if entry.last_year is None else entry.years
        found.fail(variable.code, "years", f"{variable.code} has nothing for {span}")


def _same_title(wanted: str, live: str) -> bool:
    """Whether the live title holds the wanted one; table number, dimensions and years around it vary."""
    return normalise(wanted) in normalise(live)
