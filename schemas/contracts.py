"""What each dataset must be: its columns, its key, and the rules its rows obey.

Asset key = dataset name = folder name. A dataset that is not here cannot be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from schemas.fields import FIELDS, Field

#: Answers one boolean per row (does the row obey?), or one for the whole dataset.
Test = Callable[[pd.DataFrame], "pd.Series[bool] | bool"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule over rows or the whole dataset, named by the sentence a reader is shown when it is broken."""

    name: str
    holds: Test


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract of one dataset.

    `key` identifies a row and is unique. `partitioned` datasets hold one accounting year per partition.
    `title` is the Norwegian name shown to readers, `one_row_per` says what a row stands for. `origins` are
    the columns upstream (`dataset.column`) that a column is made from (see `schemas.lineage`).
    """

    dataset: str
    title: str
    one_row_per: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    partitioned: bool = True
    min_rows: int = 1
    rules: tuple[Rule, ...] = field(default=())
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    def made_from(self, origins: Mapping[str, tuple[str, ...]]) -> Contract:
        """The same contract, knowing what its columns are made from."""
        return replace(self, origins=dict(origins))

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in stored order."""
        return tuple(f.name for f in self.fields)

    @property
    def content_columns(self) -> tuple[str, ...]:
        """The columns that make up the content: everything but provenance."""
        return tuple(f.name for f in self.fields if not f.provenance)


def columns(*wanted: str | Field) -> tuple[Field, ...]:
    """Fields by name; a `Field` stands for itself."""
    return tuple(FIELDS[item] if isinstance(item, str) else item for item in wanted)


def taken_from(source: tuple[str, ...], *wanted: str | Field) -> tuple[Field, ...]:
    """Fields that a dataset fills from another source than most (see `schemas.fields.SOURCES`)."""
    return tuple(field.but(source=source) for field in columns(*wanted))


def figure_matches_status(figure: str) -> Rule:
    """A figure is there exactly when its status says so: null is never 0, and never unexplained."""
    return Rule(
        f"`{figure}` is filled exactly when `status` is ok",
        lambda frame: frame[figure].notna() == (frame["status"] == "ok"),
    )


def some_figure(figure: str) -> Rule:
    """A year of nothing but dots or zeros is SSB being rewritten, not a year of figures."""

    def holds(frame: pd.DataFrame) -> bool:
        return bool((frame[figure].notna() & (frame[figure] != 0)).any())

    return Rule(f"at least one `{figure}` in the year is filled and not 0", holds)


def only_kinds(kinds: Iterable[str]) -> Field:
    """`region_kind` narrowed to what a dataset may hold."""
    return FIELDS["region_kind"].but(allowed=tuple(kinds))
