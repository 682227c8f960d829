"""Tables in CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from assets.tabular.problems import SHOWN, Findings
from assets.tabular.sheet import Column, Sheet
from assets.tabular.text_file import clean_lines
from schemas.file_layout import DELIMITERS, FileLayout

_MOST_BYTES = 2**31 - 2**20


def read_csv(content: bytes, layout: FileLayout, wanted: Sequence[str], findings: Findings) -> Sheet | None:
    """The rows of a CSV file; None when it cannot be read at all, which is then among the findings.

    Args:
        content: the file.
        layout: encoding, delimiter and header row.
        wanted: the column names looked for; the delimiter is the one that gives most of them.
        findings: what is wrong is added here.
    """
    text = clean_lines(content, layout.encoding, findings)
    if text is None:
        return None
    if not text.strip():
        findings.problem("empty_file", "a header and at least one row")
        return None
    if len(text) > _MOST_BYTES:
        findings.problem("too_large", "a file below 2 GB; split it by year")
        return None
    head, body = _split(text, layout.header_row)
    if not head.strip():
        findings.problem("header", "the names of the columns", line=layout.header_row)
        return None
    delimiter = DELIMITERS.get(layout.delimiter) or _best_delimiter(head, wanted)
    header = _cells(head, delimiter)
    if not _quotes_close(text, delimiter, layout.header_row, findings) or not header:
        return None
    if body and not text.endswith(b"\n"):
        findings.warn("last_line", "the last line has no line end: was the file cut off?")
    return _rows(body, header, delimiter, layout.header_row, findings)


def _split(text: bytes, header_row: int) -> tuple[str, bytes]:
    """The header line, and what follows it."""
    parts = text.split(b"\n", header_row)
    head = parts[header_row - 1].decode() if len(parts) >= header_row else ""
    return head, parts[header_row] if len(parts) > header_row else b""


def _cells(line: str, delimiter: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in next(csv.reader(io.StringIO(line), delimiter=delimiter), []))


def _best_delimiter(head: str, wanted: Sequence[str]) -> str:
    names = {name.casefold() for name in wanted}

    def found(delimiter: str) -> tuple[int, int]:
        cells = _cells(head, delimiter)
        return sum(cell.casefold() in names for cell in cells), len(cells)

    return max(DELIMITERS.values(), key=found)


def _quotes_close(text: bytes, delimiter: str, header_row: int, findings: Findings) -> bool:
    """Every quote opens or closes a whole value on its line, so that a row is a line and reads in one way."""
    if b'"' not in text:
        return True
    mark = re.escape(delimiter)
    value = f'(?:"(?:[^"]|"")*"|[^"{mark}]*)'
    lines = pa.array(text.split(b"\n")).cast(pa.string())
    fits = pc.match_substring_regex(lines, f"^{value}(?:{mark}{value})*$").to_numpy(zero_copy_only=False)
    astray = np.flatnonzero(~fits)
    astray = astray[astray >= header_row - 1]
    values = [lines[int(at)].as_py() for at in astray[:SHOWN]]
    allowed = ["quotes around whole values, closed on the same line"] * len(values)
    findings.lines("quotes", "", astray + 1, values, allowed)
    return not len(astray)


def _rows(
    body: bytes, header: tuple[str, ...], delimiter: str, header_row: int, findings: Findings
) -> Sheet | None:
    if not body.strip():
        findings.problem("empty_file", "at least one row below the header", line=header_row)
        return None
    names = [f"c{number}" for number in range(len(header))]
    skipped: list[pacsv.InvalidRow] = []
    numbers: list[int] = []
    try:
        table = pacsv.read_csv(
            io.BytesIO(body),
            read_options=pacsv.ReadOptions(
                use_threads=False, column_names=names, block_size=max(len(body) + 1, 2**16)
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, ignore_empty_lines=False, invalid_row_handler=_noting(skipped, numbers)
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        findings.problem("csv", "a table in CSV", value=str(error).splitlines()[0])
        return None
    _tell_skipped(skipped, numbers, len(header), header_row, findings)
    lines = np.delete(np.arange(1, table.num_rows + len(numbers) + 1), np.array(numbers, dtype=int) - 1)
    columns = tuple(Column(column.combine_chunks()) for column in table.columns)
    return Sheet(header, columns, lines + header_row)


def _noting(skipped: list[pacsv.InvalidRow], numbers: list[int]) -> Callable[[pacsv.InvalidRow], str]:
    """A handler that keeps the first rows of another width, and the number of each."""

    def note(row: pacsv.InvalidRow) -> str:
        if len(skipped) < SHOWN:
            skipped.append(row)
        numbers.append(row.number)
        return "skip"

    return note


def _tell_skipped(
    skipped: Sequence[pacsv.InvalidRow],
    numbers: Sequence[int],
    width: int,
    header_row: int,
    findings: Findings,
) -> None:
    findings.lines(
        "row_width",
        "",
        np.array(numbers, dtype=np.int64) + header_row,
        [row.text for row in skipped],
        [f"{width} columns, as in the header; here are {row.actual_columns}" for row in skipped],
    )
