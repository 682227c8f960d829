"""What changed between two editions of a dataset, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd
import pyarrow as pa

EXAMPLES = 3


class Keyed(Protocol):
    """What is to be known of a dataset, such as its contract: key of a row, and what is content."""

    @property
    def key(self) -> Sequence[str]:
        """Columns that identify a row."""

    @property
    def content_columns(self) -> Sequence[str]:
        """Everything but provenance."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Changed cells as a frame, and how many rows came, went and changed.

    `cells` has the key columns and `column`, `old`, `new` (as text); a row that came or went has one
    line per content column.
    """

    cells: pd.DataFrame
    added: int
    removed: int
    changed: int

    def summary(self) -> str:
        """One sentence for people: counts, and the first changed cells."""
        counts = [
            f"{count} row(s) {word}"
            for word, count in (("changed", self.changed), ("added", self.added), ("removed", self.removed))
            if count
        ]
        shown = "; ".join(self._examples())
        return ", ".join(counts) + (f" ({shown})" if shown else "")

    def _examples(self) -> list[str]:
        keys = [c for c in self.cells.columns if c not in ("column", "old", "new")]
        return [
            " ".join(str(row[k]) for k in keys) + f": {row['column']} {row['old']} → {row['new']}"
            for _, row in self.cells.head(EXAMPLES).iterrows()
        ]


def difference(contract: Keyed, old: pa.Table, new: pa.Table) -> Difference:
    """Compare the content columns of two tables of one dataset, matched by key."""
    key = list(contract.key)
    figures = [c for c in contract.content_columns if c not in key]
    before, after = (_indexed(table, contract) for table in (old, new))
    both = before.index.intersection(after.index)
    added, removed = after.index.difference(before.index), before.index.difference(after.index)
    changed = _unequal(before.loc[both], after.loc[both])
    lines = [
        line
        for rows in (both[changed.any(axis=1).to_numpy()], added, removed)
        if len(rows)
        for line in _cells(before.reindex(rows), after.reindex(rows), figures)
    ]
    none = pd.DataFrame(columns=[*key, "column", "old", "new"])
    cells = pd.concat(lines, ignore_index=True) if lines else none
    return Difference(cells, len(added), len(removed), int(changed.any(axis=1).sum()))


def _indexed(table: pa.Table, contract: Keyed) -> pd.DataFrame:
    frame = table.select(list(contract.content_columns)).to_pandas()
    indexed: pd.DataFrame = frame.set_index(list(contract.key)).sort_index()
    return indexed


def _unequal(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame((before != after) & ~(before.isna() & after.isna()))


def _cells(before: pd.DataFrame, after: pd.DataFrame, figures: list[str]) -> Iterator[pd.DataFrame]:
    """One line per cell that differs, column by column."""
    unequal = _unequal(before, after)
    for column in figures:
        differs = unequal[column].to_numpy()
        if differs.any():
            yield (
                before.index[differs]
                .to_frame(index=False)
                .assign(
                    column=column,
                    old=before.loc[differs, column].map(_shown).to_numpy(dtype=object),
                    new=after.loc[differs, column].map(_shown).to_numpy(dtype=object),
                )
            )


def _shown(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return "–"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
