"""A file as cells under the columns its contract names, whatever format it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from assets.tabular.csv_file import read_csv
from assets.tabular.problems import Findings
from assets.tabular.sheet import Column, Sheet, not_empty
from assets.tabular.xlsx_file import read_xlsx
from schemas.file_layout import FileLayout
from schemas.nearest import nearest_text

_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a file must have, those it may have, and those in which a spreadsheet's date is a date.

    Further columns are a mistake, or, where `others_pass`, only told.
    """

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    of_dates: tuple[str, ...] = ()
    others_pass: bool = False

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every column a file may have."""
        return (*self.needed, *self.optional)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text without surrounding space, and its number where the format has typed cells."""

    line: int
    text: str
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file; `cells` has every column of the contract that the file has, in row order."""

    lines: tuple[int, ...]
    cells: Mapping[str, Sequence[Cell]]


def read_table(content: bytes, wanted: Columns, findings: Findings) -> Table | None:
    """The rows of a CSV or XLSX file; None when they cannot be used, which is then among the findings."""
    sheet = _sheet(content, wanted, findings)
    if sheet is None:
        return None
    sheet = sheet.without_blank_rows()
    if not len(sheet.lines):
        findings.problem("empty_file", "at least one row with something in it")
    columns = _by_name(sheet, wanted, findings)
    lines = tuple(int(line) for line in sheet.lines)
    if findings.counts:
        return None
    cells = {
        name: _cells(name, column, lines, findings, dates=name in wanted.of_dates)
        for name, column in columns.items()
    }
    return Table(lines, cells)


def _sheet(content: bytes, wanted: Columns, findings: Findings) -> Sheet | None:
    if not content:
        findings.problem("empty_file", "a file with a header and at least one row")
    elif content.startswith((_OLE, _PARQUET)):
        findings.problem("format", "CSV or XLSX")
    elif content.startswith(_ZIP):
        return read_xlsx(content, FileLayout(), findings)
    else:
        return read_csv(content, FileLayout(), wanted.allowed, findings)
    return None


def _by_name(sheet: Sheet, wanted: Columns, findings: Findings) -> dict[str, Column]:
    """The columns by their names in the contract; all needed must be there.

    A column with neither a name nor anything in it is passed over. One with another name may be a needed one
    misspelt, when that is missing.
    """
    found: dict[str, Column] = {}
    names = [header.strip().casefold() for header in sheet.header]
    unread = wanted.others_pass and set(wanted.needed) <= set(names)
    tell_other = findings.warn if unread else findings.problem
    for at, (name, column) in enumerate(zip(names, sheet.columns, strict=True)):
        if not name and not_empty(column.texts).any():
            findings.problem("header", f"a name for column {at + 1}")
        elif name and name not in wanted.allowed:
            said = "no such column, left unread" if unread else "no such column"
            tell_other("header", f"{said}; {nearest_text(name, wanted.allowed)}", column=name)
        elif name in found:
            findings.problem("header", "one column of this name", column=name)
        elif name:
            found[name] = column
    for name in wanted.needed:
        if name not in found:
            findings.problem("header", f"the column `{name}` is missing", column=name)
    return found


def _cells(
    name: str, column: Column, lines: Sequence[int], findings: Findings, *, dates: bool
) -> tuple[Cell, ...]:
    texts = pc.utf8_trim_whitespace(column.texts).to_pylist()
    typed = column.numbers is not None
    numbers = column.numbers if column.numbers is not None else np.full(len(lines), np.nan)
    is_dates = column.dates if column.dates is not None else np.zeros(len(lines), dtype=bool)
    cells = tuple(
        Cell(line, _day_of(text) if is_date else text, None if np.isnan(number) else float(number))
        for line, text, number, is_date in zip(lines, texts, numbers, is_dates, strict=True)
    )
    formulas = [(cell, _FORMULA) for cell in cells if typed and cell.text.startswith("=")]
    tell(findings, "formula", name, formulas)
    if not dates:
        made = [(cell, _DATE_CELL) for cell, is_date in zip(cells, is_dates, strict=True) if is_date]
        tell(findings, "date_cell", name, made)
    return cells


_FORMULA = "the figure itself: the cell is a formula, whose result is not in the file for certain"
_DATE_CELL = "text or a number; the cell is a date: type it again with the column formatted as text"


def _day_of(text: str) -> str:
    """A date cell's date without the midnight a spreadsheet gives it."""
    return text.removesuffix(" 00:00:00")


def tell(findings: Findings, rule: str, column: str, wrong: Sequence[tuple[Cell, str]]) -> None:
    """Add a problem for each cell, with what would be right in its place."""
    lines = np.array([cell.line for cell, _ in wrong], dtype=np.int64)
    findings.lines(rule, column, lines, [cell.text for cell, _ in wrong], [allowed for _, allowed in wrong])
