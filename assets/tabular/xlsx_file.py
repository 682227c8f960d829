"""Tables in XLSX. Numbers, dates and formulas are told apart by the cell, not by how it looks."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Sequence

import numpy as np
import openpyxl
import pyarrow as pa

from assets.tabular.problems import Findings
from assets.tabular.sheet import Column, Sheet
from schemas.file_layout import FileLayout

_MOST_BYTES = 2**30
_DATES = (datetime.date, datetime.time, datetime.timedelta)


def read_xlsx(content: bytes, layout: FileLayout, findings: Findings) -> Sheet | None:
    """The rows of one sheet; None when it cannot be read at all, which is then among the findings.

    A formula stays the text it is, with `=` in front, and is refused later: its result is not in the file
    for certain, and may differ from one program to the next.
    """
    try:
        rows = _values(content, layout, findings)
    except Exception as error:  # noqa: BLE001 - a damaged workbook makes openpyxl raise almost anything
        findings.problem("xlsx", "a workbook that opens", value=f"{type(error).__name__}: {error}")
        return None
    if rows is None:
        return None
    head = rows[layout.header_row - 1] if len(rows) >= layout.header_row else ()
    header = tuple(_text(value).strip() for value in head)
    if not any(header):
        findings.problem("header", "the names of the columns", line=layout.header_row)
        return None
    body = rows[layout.header_row :]
    if not body:
        findings.problem("empty_file", "at least one row below the header", line=layout.header_row)
        return None
    lines = np.arange(len(body), dtype=np.int64) + layout.header_row + 1
    width = max(len(header), *map(len, body))
    padded = [row + (None,) * (width - len(row)) for row in body]
    columns = tuple(_column(cells) for cells in zip(*padded, strict=True))
    _tell_stray(columns[len(header) :], findings)
    return Sheet(header, columns[: len(header)], lines)


def _values(content: bytes, layout: FileLayout, findings: Findings) -> list[tuple[object, ...]] | None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(member.file_size for member in packed.infolist()) > _MOST_BYTES:
            findings.problem("too_large", "a workbook below 1 GB unpacked; hand in CSV or Parquet")
            return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            return _sheet_values(book, layout, findings)
        finally:
            book.close()


def _sheet_values(
    book: openpyxl.Workbook, layout: FileLayout, findings: Findings
) -> list[tuple[object, ...]] | None:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if layout.sheet is None and len(sheets) != 1:
        named = ", ".join(sheets)
        findings.problem("sheet", f"one sheet, or the one to read (`sheet:` of a layout) out of {named}")
        return None
    name = layout.sheet if layout.sheet is not None else next(iter(sheets))
    if name not in sheets:
        findings.problem("sheet", f"one of {', '.join(sheets)}", value=name)
        return None
    # What a file says of its own size may be wrong, and would cut rows off.
    sheets[name].reset_dimensions()
    if not any("%" in style for style in book._number_formats) and not _uses_percent(book):
        return [tuple(row) for row in sheets[name].iter_rows(values_only=True)]
    return [tuple(_as_seen(cell) for cell in row) for row in sheets[name].iter_rows()]


def _uses_percent(book: openpyxl.Workbook) -> bool:
    """Whether any cell may be formatted as percent, by the formats every workbook knows (0 % and 0.00 %)."""
    return any(style.numFmtId in (9, 10) for style in book._cell_styles)


def _as_seen(cell: openpyxl.cell.Cell) -> object:
    """The value; a number formatted as percent as the text people see, for a hundredth of it is stored."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in cell.number_format:
        return f"{value * 100:g} %"
    return value


def _column(cells: Sequence[object]) -> Column:
    numbers = np.array([_number(value) for value in cells], dtype=np.float64)
    dates = np.array([isinstance(value, _DATES) for value in cells], dtype=bool)
    return Column(pa.array([_text(value) for value in cells], pa.string()), numbers, dates)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else np.nan


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _tell_stray(beside: Sequence[Column], findings: Findings) -> None:
    """Cells to the right of the header belong to no column."""
    for column in beside:
        if any(text.strip() for text in column.texts.to_pylist()):
            findings.problem("row_width", "no cells to the right of the last column of the header")
            return
