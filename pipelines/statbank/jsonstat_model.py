"""A StatBank dataset in memory: typed columns, and everything needed to read them without the body."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

import numpy as np
import pandas as pd

from pipelines.statbank.errors import StatbankError

Role = Literal["time", "geo", "metric"]

VALUE = "value"
SYMBOL = "symbol"
UNIT = "unit"
DECIMALS = "decimals"
LABEL_SUFFIX = "_label"


@dataclass(frozen=True, slots=True)
class Unit:
    """Unit of one contents code (måleenhet): base text such as "1000 kr", and presentation decimals."""

    base: str
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """One note (fotnote). A mandatory one must be shown with the figures.

    `variable` is None for a note on the whole table; `code` is None unless the note is on one value.
    """

    text: str
    mandatory: bool = False
    variable: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """One variable of the table, with its values in the order of `category.index`.

    `units` is keyed by contents code and empty except on the metric dimension; `notes` holds the texts
    of the notes on single values, keyed by code.
    """

    code: str
    label: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    role: Role | None = None
    units: Mapping[str, Unit] = field(default_factory=dict)
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """A decoded data answer.

    `frame` has one row per cell, the last dimension varying fastest, and the columns: one per dimension,
    named by its code (category of str codes, categories in index order); "value" (float64, NaN where the
    body has null); "symbol" (category of str, "" where the body has no status). Symbol and value are
    independent: a symbol may stand beside a figure. `decimals` belongs to the table, `Unit.decimals` to
    one contents code. `notes` holds the notes of all levels: table, variable and value.
    """

    table: str | None
    label: str
    source: str
    updated: datetime | None
    dimensions: tuple[Dimension, ...]
    frame: pd.DataFrame
    decimals: int | None = None
    notes: tuple[Note, ...] = ()

    @property
    def mandatory_notes(self) -> tuple[Note, ...]:
        """The notes that must be shown with the figures."""
        return tuple(note for note in self.notes if note.mandatory)

    def dimension(self, code: str) -> Dimension:
        """The dimension with this code.

        Raises:
            StatbankError: no such dimension; the message names the nearest codes.
        """
        known = {dimension.code: dimension for dimension in self.dimensions}
        if code not in known:
            near = get_close_matches(code, known, n=3, cutoff=0.0)
            raise StatbankError(f"table {self.table}: no dimension {code!r}; nearest: {', '.join(near)}")
        return known[code]

    def with_role(self, role: Role) -> Dimension | None:
        """The first dimension with this role, or None."""
        return next((dimension for dimension in self.dimensions if dimension.role == role), None)

    def units_by_row(self) -> pd.DataFrame:
        """Unit and decimals of every row.

        Returns:
            Same index as `frame`; "unit" (category, "" when the body states none) and "decimals" (Int64;
            the contents code's own, else the table's, else NA).
        """
        metric = self.with_role("metric")
        units = [Unit("")]
        rows: np.ndarray = np.zeros(len(self.frame), dtype=np.int8)
        if metric is not None:
            units = [metric.units.get(code, Unit("")) for code in metric.codes]
            rows = self.frame[metric.code].cat.codes.to_numpy()
        decimals = [self.decimals if unit.decimals is None else unit.decimals for unit in units]
        return pd.DataFrame(
            {
                UNIT: _relabelled(rows, [unit.base for unit in units]),
                DECIMALS: pd.array(decimals, dtype="Int64").take(rows),
            },
            index=self.frame.index,
        )

    def with_labels(self) -> pd.DataFrame:
        """The tidy frame: per dimension `<code>` and `<code>_label`, then value, symbol, unit, decimals.

        Raises:
            StatbankError: two columns would get the same name.
        """
        columns: dict[str, object] = {}
        for dimension in self.dimensions:
            codes = self.frame[dimension.code]
            columns[dimension.code] = codes
            columns[dimension.code + LABEL_SUFFIX] = _relabelled(codes.cat.codes.to_numpy(), dimension.labels)
        units = self.units_by_row()
        columns |= {VALUE: self.frame[VALUE], SYMBOL: self.frame[SYMBOL]}
        columns |= {UNIT: units[UNIT], DECIMALS: units[DECIMALS]}
        if len(columns) != 2 * len(self.dimensions) + 4:
            names = ", ".join(dimension.code for dimension in self.dimensions)
            raise StatbankError(
                f"table {self.table}: two columns would get the same name; dimensions: {names}"
            )
        return pd.DataFrame(columns, index=self.frame.index, copy=False)


def _relabelled(rows: np.ndarray, texts: list[str] | tuple[str, ...]) -> pd.Categorical:
    """A column of `texts[row]`; equal texts, which labels may be, become one category."""
    categories = list(dict.fromkeys(texts))
    place = {text: number for number, text in enumerate(categories)}
    recode = np.array([place[text] for text in texts], dtype=np.int32)
    return pd.Categorical.from_codes(
        recode[rows], categories=pd.Index(categories, dtype="str"), validate=False
    )
