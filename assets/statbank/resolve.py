"""Catalogue entry × live metadata → the literal codes to ask for, or every reason why not.

A code in the catalogue is checked against the live table, a label is looked up in it; nothing is guessed
and the first of several matches is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from assets.errors import DataError
from assets.klass.spans import UNSPECIFIED
from assets.statbank.labels import begins_with, normalise, same
from schemas.catalogue import Dimension, Measure, Table
from schemas.nearest import nearest

if TYPE_CHECKING:
    from pipelines.statbank.jsonstat_model import Unit
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
        super().__init__(f"table {table} does not fit tables.yaml:\n{listed}")


@dataclass(frozen=True, slots=True)
class ResolvedTable:
    """What to ask a table for.

    Attributes:
        table: SSB table id.
        dimensions: role → SSB's dimension code, in the catalogue's order.
        codes: role → codes in metadata order; `period` holds every period from the entry's first year.
        measures: measure id → contents code.
        units: contents code → unit of the catalogue's vocabulary.
        ssb_units: contents code → unit as SSB writes it.
        periods: accounting year → period code.
        absent: role → optional codes the live table does not have.
        eliminated: dimension codes that are left to SSB to sum.
        rows: the `statbank/metadata` frame, one row per code named in the catalogue.
        warnings: what a person should look at, though the figures can be fetched.
    """

    table: str
    dimensions: Mapping[str, str]
    codes: Mapping[str, tuple[str, ...]]
    measures: Mapping[str, str]
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
    """What has been found so far in one table."""

    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)
    absent: dict[str, tuple[str, ...]] = field(default_factory=dict)
    eliminated: list[str] = field(default_factory=list)
    periods: dict[int, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def fail(self, dimension: str, wanted: str, message: str) -> None:
        """Note that `wanted` (a code, a pattern, a dimension) cannot be had, and why."""
        self.rows.append(Row(dimension, wanted, problem=message))


def resolve(
    entry: Table, metadata: TableMetadata, municipality_codes: Iterable[str], *, metadata_sha256: str = ""
) -> ResolvedTable:
    """Resolve a catalogue entry in the live metadata of its table.

    Args:
        entry: the entry of `tables.yaml`.
        metadata: the live metadata; the order of its dimensions does not matter.
        municipality_codes: every municipality code known to KLASS, old ones included.
        metadata_sha256: hash of the metadata body, kept with the rows.

    Raises:
        ResolveError: with every code, label, unit and dimension that does not fit, and what is nearest.
    """
    live = {variable.code: variable for variable in metadata.dimensions}
    found = _Findings()
    _check_dimensions(entry, live, found)
    known = frozenset(municipality_codes)
    for role, dimension in entry.dimensions.items():
        if dimension.code not in live:
            continue
        variable = live[dimension.code]
        if role == "contents":
            _resolve_measures(dimension, variable, found)
        elif role == "period":
            _resolve_periods(entry, variable, found)
        else:
            _resolve_codes(role, dimension, variable, known, found)
    if not _same_title(entry.title, metadata.label):
        found.warnings.append(f"the title is {metadata.label!r}, expected {entry.title!r}")
    return _result(entry, found, metadata_sha256)


def unresolved_rows(table: str, problem: str) -> pd.DataFrame:
    """The `statbank/metadata` frame of a table whose metadata cannot be had at all."""
    return _frame(table, [Row("", problem=problem)], "")


def _frame(table: str, rows: Iterable[Row], metadata_sha256: str) -> pd.DataFrame:
    values = [
        (table, row.dimension, row.wanted_label, row.code, row.label, row.unit, metadata_sha256, row.problem)
        for row in rows
    ]
    return pd.DataFrame(values, columns=list(ROW_COLUMNS)).astype("str")


def _result(entry: Table, found: _Findings, metadata_sha256: str) -> ResolvedTable:
    rows = _frame(entry.id, found.rows, metadata_sha256)
    problems = [row.problem for row in found.rows if row.problem]
    if problems:
        raise ResolveError(entry.id, problems, rows)
    by_id = {measure.id: measure for measure in entry.measures}
    return ResolvedTable(
        table=entry.id,
        dimensions={role: dimension.code for role, dimension in entry.dimensions.items()},
        codes=found.codes,
        measures=found.measures,
        units={code: by_id[name].unit for name, code in found.measures.items()},
        ssb_units={code: by_id[name].ssb_unit for name, code in found.measures.items()},
        periods=found.periods,
        absent=found.absent,
        eliminated=tuple(found.eliminated),
        rows=rows,
        warnings=tuple(found.warnings),
    )


def _check_dimensions(entry: Table, live: Mapping[str, VariableMetadata], found: _Findings) -> None:
    named = {dimension.code for dimension in entry.dimensions.values()}
    spare = {code: variable for code, variable in live.items() if code not in named}
    for role, dimension in entry.dimensions.items():
        if dimension.code not in live:
            candidates = _candidates(dimension.code, [(v.code, v.label) for v in spare.values()])
            missing = f"there is no dimension {dimension.code} (role {role})"
            found.fail(dimension.code, dimension.code, f"{missing}; nearest: {candidates}")
    for code, variable in spare.items():
        named_so = f"dimension {code} ({variable.label})"
        if code not in entry.eliminate:
            found.fail(code, code, f"the table has a {named_so} that tables.yaml does not name")
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
            candidates = _candidates(code, labels.items())
            message = f"{role} {code} is not in {dimension.code}; nearest: {candidates}"
            found.fail(dimension.code, code, message)
    for code in dimension.wanted:
        if code in labels:
            found.rows.append(_checked(role, dimension, code, labels[code]))
    absent = tuple(code for code in dimension.optional if code not in labels)
    if absent:
        found.absent[role] = absent
    wanted = set(dimension.wanted)
    if dimension.pattern:
        matching = {code for code in labels if re.fullmatch(dimension.pattern, code)}
        wanted |= _some(matching, dimension, f"codes matching {dimension.pattern}", found)
    if dimension.municipalities:
        wanted |= _some(municipalities & set(labels), dimension, "municipality codes of KLASS", found)
        _warn_of_strangers(dimension, labels, municipalities, found)
    found.codes[role] = tuple(code for code in variable.codes if code in wanted)


def _checked(role: str, dimension: Dimension, code: str, live: str) -> Row:
    """The row of a code that exists; its meaning must still be the recorded one."""
    recorded = dimension.labels.get(code)
    if recorded is None:
        return Row(dimension.code, None, code, live)
    wanted = recorded[0]
    if any(begins_with(live, wording) for wording in recorded):
        return Row(dimension.code, wanted, code, live)
    problem = f"{role} {code} in {dimension.code} now means {live!r}, recorded was {wanted!r}"
    return Row(dimension.code, wanted, code, live, problem=problem)


def _some(codes: Set[str], dimension: Dimension, wanted: str, found: _Findings) -> Set[str]:
    if not codes:
        found.fail(dimension.code, wanted, f"{dimension.code} has no {wanted}")
    return codes


def _warn_of_strangers(
    dimension: Dimension, live: Iterable[str], municipalities: frozenset[str], found: _Findings
) -> None:
    known = municipalities | {UNSPECIFIED}
    strangers = [code for code in live if re.fullmatch(r"\d{4}", code) and code not in known]
    if strangers:
        shown = ", ".join(strangers[:5]) + (" …" if len(strangers) > 5 else "")
        found.warnings.append(
            f"{dimension.code}: {len(strangers)} municipality code(s) unknown to KLASS: {shown}"
        )


def _resolve_measures(dimension: Dimension, variable: VariableMetadata, found: _Findings) -> None:
    labels = variable.labelled
    for measure in dimension.measures:
        row = _measure_row(dimension.code, measure, labels, variable.units)
        if row.code in found.measures.values():
            row = replace(row, problem=f"contents {row.code} ({row.label}) is asked for by two measures")
        found.rows.append(row)
        if row.code is not None:
            found.measures[measure.id] = row.code
    taken = set(found.measures.values())
    found.codes["contents"] = tuple(code for code in variable.codes if code in taken)


def _measure_row(
    dimension: str, measure: Measure, labels: Mapping[str, str], units: Mapping[str, Unit]
) -> Row:
    wanted = measure.label[0]
    if measure.code is None:
        matches = [code for code, live in labels.items() if any(same(live, word) for word in measure.label)]
        problem = f"{len(matches)} contents are labelled {' or '.join(map(repr, measure.label))}, not one"
    else:
        matches = [measure.code] if measure.code in labels else []
        problem = f"contents {measure.code} ({wanted}) is not in the table"
    if len(matches) == 1:
        return _measure_checked(dimension, measure, matches[0], labels[matches[0]], units)
    candidates = _candidates(wanted, labels.items(), by_label=True)
    return Row(dimension, wanted, problem=f"{problem}; nearest: {candidates}")


def _measure_checked(
    dimension: str, measure: Measure, code: str, live: str, units: Mapping[str, Unit]
) -> Row:
    wanted, unit = measure.label[0], units[code].base if code in units else ""
    problem = None
    if not any(begins_with(live, wording) for wording in measure.label):
        problem = f"contents {code} is now labelled {live!r}, recorded was {wanted!r}"
    elif not same(unit, measure.ssb_unit):
        problem = f"contents {code} ({live}) is now in {unit!r}, recorded was {measure.ssb_unit!r}"
    return Row(dimension, wanted, code, live, unit or None, problem)


def _resolve_periods(entry: Table, variable: VariableMetadata, found: _Findings) -> None:
    yearly = [code for code in variable.codes if re.fullmatch(r"\d{4}", code)]
    if len(yearly) < len(variable.codes):
        odd = next(code for code in variable.codes if code not in yearly)
        found.fail(variable.code, "years", f"{variable.code} holds {odd!r}: only yearly periods can be used")
        return
    years = {entry.year(int(code)): code for code in yearly}
    found.periods = {year: years[year] for year in sorted(years) if year >= entry.first_year}
    found.codes["period"] = tuple(found.periods.values())
    if not found.periods:
        found.fail(variable.code, "years", f"{variable.code} has nothing for {entry.first_year} or later")


def _same_title(wanted: str, live: str) -> bool:
    """Whether the live title holds the wanted one; table number, dimensions and years around it vary."""
    return normalise(wanted) in normalise(live)


def _candidates(wanted: str, pairs: Iterable[tuple[str, str]], *, by_label: bool = False) -> str:
    """The five nearest candidates as "code (label)"."""
    named: dict[str, str] = {}
    for code, label in pairs:
        named.setdefault(label if by_label else code, f"{code} ({label})")
    return ", ".join(named[name] for name in nearest(wanted, named, 5)) or "none"
