"""A file as columns of text, whatever format it came in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assets.tabular.problems import Lines


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `texts` has "" where the cell is empty.

    Formats with typed cells also give `numbers` (NaN where the cell is no number) and `dates` (whether the
    cell is a date, which is never a code and never an amount).
    """

    texts: pa.Array
    numbers: npt.NDArray[np.float64] | None = None
    dates: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and its columns; `lines` says where in the file each row stands."""

    header: tuple[str, ...]
    columns: tuple[Column, ...]
    lines: Lines

    def without_blank_rows(self) -> Sheet:
        """The sheet without rows that have nothing in any column."""
        filled = np.zeros(len(self.lines), dtype=bool)
        for column in self.columns:
            filled |= not_empty(column.texts)
        if filled.all():
            return self
        keep = np.flatnonzero(filled)
        columns = tuple(
            Column(
                column.texts.take(pa.array(keep)),
                None if column.numbers is None else column.numbers[keep],
                None if column.dates is None else column.dates[keep],
            )
            for column in self.columns
        )
        return Sheet(self.header, columns, self.lines[keep])


def not_empty(texts: pa.Array) -> npt.NDArray[np.bool_]:
    """Whether each text has anything in it."""
    filled: npt.NDArray[np.bool_] = pc.not_equal(pc.utf8_trim_whitespace(texts), "").to_numpy(
        zero_copy_only=False
    )
    return filled
