"""Cells as the text they stand for: codes keep their zeros, dates and amounts are never codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assets.tabular.problems import SHOWN, Findings, Lines
from assets.tabular.sheet import Column


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of few distinct texts: `values[codes[row]]` is the text of the row."""

    name: str
    codes: npt.NDArray[np.int64]
    values: tuple[str, ...]

    def lines_of(self, wrong: npt.NDArray[np.bool_], lines: Lines) -> tuple[Lines, list[str]]:
        """Lines of wrong texts and the texts of the first of them; `wrong` is per distinct value."""
        at = np.flatnonzero(wrong[self.codes])
        return lines[at], [self.values[code] for code in self.codes[at[:SHOWN]]]


def coded(name: str, column: Column, lines: Lines, findings: Findings, *, digits: int = 0) -> Coded:
    """A column of codes.

    Args:
        name: the file's name of the column.
        column: its cells.
        lines: where each stands.
        findings: dates in the column are added here.
        digits: length of the code; a cell that is a number has lost its leading zeros and gets them back.
    """
    refuse_dates(name, column, lines, findings)
    texts = column.texts
    if digits and column.numbers is not None:
        numeric = pa.array(np.isfinite(column.numbers) & (column.numbers >= 0))
        texts = pc.if_else(numeric, pc.utf8_lpad(texts, digits, "0"), texts)
    encoded = texts.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return Coded(name, codes, tuple(encoded.dictionary.to_pylist()))


def refuse_dates(name: str, column: Column, lines: Lines, findings: Findings) -> None:
    """Add a problem for every date cell: the spreadsheet made it from something else."""
    if column.dates is None or not column.dates.any():
        return
    at = np.flatnonzero(column.dates)
    values = column.texts.take(pa.array(at[:SHOWN])).to_pylist()
    allowed = ["text or a number; the cell is a date: type it again with the column formatted as text"]
    findings.lines("date_cell", name, lines[at], values, allowed * len(values))


def per_year(
    column: Coded, years: npt.NDArray[np.int64]
) -> tuple[list[tuple[int, str]], npt.NDArray[np.int64]]:
    """The distinct pairs of year and text, and which of them each row has."""
    size = max(len(column.values), 1)
    distinct, inverse = np.unique(years * size + column.codes, return_inverse=True)
    return [(int(pair) // size, column.values[int(pair) % size]) for pair in distinct], inverse
