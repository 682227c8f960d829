"""The responsibility hierarchy (ansvarshierarki), dated: which director area a centre belongs to in a year.

Each entry places a centre under a parent from a year on. A reorganisation is one more entry for the centre
that moved: of the entries in force, the one that began last counts. The top entry names the director area.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import ValidationError

from assets.catalogue.source import parse
from assets.ledger.codes import FIRST_LISTED, LAST_LISTED
from assets.tabular.problems import Findings
from assets.tabular.text_file import clean_lines
from schemas.file_layout import DELIMITERS
from schemas.ledger_layout import Centre
from schemas.nearest import nearest_text

COLUMNS = tuple(Centre.model_fields)
_KEY = "centres"
_YEARS = range(FIRST_LISTED, LAST_LISTED + 1)


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Entries by centre, the one that began last first."""

    entries: Mapping[str, Sequence[Centre]]

    def entry(self, centre: str, year: int) -> Centre | None:
        """The entry of a centre that holds in `year`."""
        return next((entry for entry in self.entries.get(centre, ()) if entry.covers(year)), None)

    def area_of(self, centre: str, year: int) -> str | None:
        """The director area of a centre in `year`; None when the centre has none."""
        seen: set[str] = set()
        entry = self.entry(centre, year)
        while entry is not None and entry.parent is not None and entry.centre not in seen:
            seen.add(entry.centre)
            entry = self.entry(entry.parent, year)
        return entry.director_area if entry is not None else None

    def centres(self, year: int) -> list[str]:
        """The centres that belong to a director area in `year`."""
        return [centre for centre in self.entries if self.area_of(centre, year)]


def read_hierarchy(content: bytes, name: str) -> Hierarchy:
    """Read a hierarchy from CSV (a header of `centre`, `parent` …) or YAML (a list under `centres`).

    Raises:
        FileError: with everything that is wrong, by line.
    """
    findings = Findings(name)
    yaml = PurePath(name).suffix.casefold() in (".yaml", ".yml")
    rows = _yaml_rows(content, findings) if yaml else _csv_rows(content, findings)
    placed = [(line, entry) for line, row in rows if (entry := _entry(line, row, findings))]
    if not placed and not findings.counts:
        findings.problem("empty_file", "at least one responsibility centre")
    by_centre: dict[str, list[Centre]] = {}
    lines: dict[str, int] = {}
    for line, entry in sorted(placed, key=lambda item: -(item[1].valid_from_year or 0)):
        by_centre.setdefault(entry.centre, []).append(entry)
        lines[entry.centre] = line
    hierarchy = Hierarchy(by_centre)
    _check_dates(placed, findings)
    if not findings.counts:
        _check_tops(hierarchy, lines, findings)
    findings.refuse()
    return hierarchy


def _entry(line: int, row: Mapping[str, object], findings: Findings) -> Centre | None:
    try:
        return Centre.model_validate(row)
    except ValidationError as error:
        for mistake in error.errors():
            column = ".".join(map(str, mistake["loc"]))
            allowed = mistake["msg"].removeprefix("Value error, ")
            if mistake["type"] == "extra_forbidden":
                allowed = f"a known key; {nearest_text(column, COLUMNS)}"
            value = mistake["input"] if column and isinstance(mistake["input"], str | int) else ""
            findings.problem("hierarchy", allowed, line=line, column=column, value=str(value))
        return None


def _yaml_rows(content: bytes, findings: Findings) -> Iterator[tuple[int, Mapping[str, object]]]:
    document, problems = parse(content, findings.file)
    for problem in problems:
        findings.problem("yaml", problem.message, line=problem.line or None)
    value = document.value
    items = value.get(_KEY) if isinstance(value, dict) else None
    if not isinstance(items, list):
        if not problems:
            findings.problem("hierarchy", f"a list of centres under `{_KEY}`")
        return
    for at, item in enumerate(items):
        line = document.line((_KEY, at))
        if isinstance(item, dict):
            yield line, item
        else:
            findings.problem("hierarchy", "an entry with `centre` and `parent`", line=line, value=str(item))


def _csv_rows(content: bytes, findings: Findings) -> Iterator[tuple[int, Mapping[str, object]]]:
    text = clean_lines(content, "auto", findings)
    if text is None:
        return
    head = text.decode().partition("\n")[0]
    delimiter = max(DELIMITERS.values(), key=head.count)
    reader = csv.reader(io.StringIO(text.decode()), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        if "centre" not in header:
            findings.problem("header", f"the columns {', '.join(COLUMNS)}", line=1, value=head)
            return
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, _record(header, row, reader.line_num, findings)
    except csv.Error as error:
        findings.problem("csv", "a table in CSV", line=reader.line_num, value=str(error))


def _record(header: Sequence[str], row: Sequence[str], line: int, findings: Findings) -> dict[str, object]:
    if len(row) != len(header):
        findings.problem(
            "row_width", f"{len(header)} columns, as in the header; here are {len(row)}", line=line
        )
    return {name: cell.strip() for name, cell in zip(header, row, strict=False) if cell.strip()}


def _check_dates(placed: Iterable[tuple[int, Centre]], findings: Findings) -> None:
    """No two entries of a centre may begin in the same year: neither would be the later one."""
    first: dict[tuple[str, int | None], int] = {}
    for line, entry in placed:
        key = (entry.centre, entry.valid_from_year)
        if key in first:
            findings.problem(
                "hierarchy",
                f"one entry per centre and valid_from_year; line {first[key]} has it already",
                line=line,
                column="centre",
                value=entry.centre,
            )
        first.setdefault(key, line)


def _check_tops(hierarchy: Hierarchy, lines: Mapping[str, int], findings: Findings) -> None:
    """Every centre leads to a director area in some year; in which years it must, the ledger decides."""
    for centre in hierarchy.entries:
        placed = [year for year in _YEARS if hierarchy.entry(centre, year)]
        if placed and not any(hierarchy.area_of(centre, year) for year in placed):
            findings.problem(
                "hierarchy",
                f"a line of parents that ends in a director area; {_where(hierarchy, centre, placed[-1])}",
                line=lines[centre],
                column="parent",
                value=centre,
            )


def _where(hierarchy: Hierarchy, centre: str, year: int) -> str:
    """Where the line of parents breaks."""
    seen: list[str] = []
    entry = hierarchy.entry(centre, year)
    while entry is not None and entry.parent is not None:
        seen.append(entry.centre)
        if entry.parent in seen:
            return f"it goes in a circle: {' → '.join([*seen, entry.parent])}"
        parent = entry.parent
        entry = hierarchy.entry(parent, year)
        if entry is None:
            return f"{parent} has no entry in {year}"
    return "it ends nowhere"
