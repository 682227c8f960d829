"""What the stand-in server serves: one StatBank table held whole in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

import numpy as np
import numpy.typing as npt

Role = Literal["time", "geo", "metric"]
Values = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class StandinCodelistValue:
    """One group of a codelist and the codes of the dimension that it sums."""

    code: str
    label: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandinCodelist:
    """A codelist of one dimension: ``agg_…`` sums its members, ``vs_…`` has one member per value."""

    id: str
    label: str
    values: tuple[StandinCodelistValue, ...]

    def __post_init__(self) -> None:
        if not self.id.startswith(("agg_", "vs_")):
            raise ValueError(f"codelist {self.id!r}: the id must start with 'agg_' or 'vs_'")

    @property
    def type(self) -> str:
        """``Aggregation`` or ``Valueset``, as the API names the kind."""
        return "Aggregation" if self.id.startswith("agg_") else "Valueset"


@dataclass(frozen=True, slots=True)
class StandinDimension:
    """One variable of a table, with its values in metadata order.

    ``units`` holds (base, decimals) per code and belongs on the metric dimension only.
    ``elimination_code`` is the code of the total; without one an eliminated dimension is summed.
    """

    code: str
    label: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    role: Role | None = None
    elimination: bool = False
    elimination_code: str | None = None
    units: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    codelists: tuple[StandinCodelist, ...] = ()
    category_notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"dimension {self.code!r}"
        if len(self.codes) != len(self.labels):
            raise ValueError(f"{where}: {len(self.codes)} codes but {len(self.labels)} labels")
        if len({code.lower() for code in self.codes}) != len(self.codes):
            raise ValueError(f"{where}: the codes must be distinct, ignoring case")
        if self.elimination_code is not None and self.elimination_code not in self.codes:
            raise ValueError(f"{where}: elimination code {self.elimination_code!r} is not one of its codes")
        unknown = [code for code in (*self.units, *self.category_notes) if code not in self.codes]
        if unknown:
            raise ValueError(f"{where}: units or notes for unknown codes {unknown}")
        self._check_codelists(where)

    def _check_codelists(self, where: str) -> None:
        for codelist in self.codelists:
            members = {member for value in codelist.values for member in value.members}
            strangers = sorted(members - set(self.codes))
            if strangers:
                raise ValueError(f"{where}: codelist {codelist.id!r} maps to unknown codes {strangers[:5]}")


@dataclass(frozen=True, slots=True)
class StandinPathItem:
    """One level of the subject tree above a table."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class StandinTable:
    """A table as published at one moment.

    ``label`` is the text without table id and year span ("Befolkning, etter region og år").
    ``values`` has one axis per dimension (row-major; NaN is null). ``symbols`` maps a flat position
    to a status symbol. ``notes`` are numbered by ``mandatory_notes``. ``contents_updated`` overrides
    ``updated`` for single contents codes; the data answer carries the newest over the selected ones.
    ``paths`` are the subject-tree paths; a KOSTRA table has the id ``kostrahoved`` at the third level.
    ``marks`` is made from ``symbols``: per cell the place of its symbol in ``alphabet`` ("" is first).
    """

    id: str
    label: str
    updated: datetime
    dimensions: tuple[StandinDimension, ...]
    values: Values
    symbols: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    mandatory_notes: frozenset[int] = frozenset()
    discontinued: bool = False
    time_unit: str = "Annual"
    subject_code: str = "os"
    source: str = "Modellerte eksempeltall"
    aggregation_allowed: bool = False
    paths: tuple[tuple[StandinPathItem, ...], ...] = ()
    contents_updated: Mapping[str, datetime] = field(default_factory=dict)
    alphabet: tuple[str, ...] = field(init=False, repr=False)
    marks: Marks = field(init=False, repr=False)

    def __post_init__(self) -> None:
        where = f"table {self.id}"
        if self.label.startswith(self.id):
            raise ValueError(f"{where}: give the label without the table id")
        for moment in (self.updated, *self.contents_updated.values()):
            if moment.tzinfo is None:
                raise ValueError(f"{where}: updated must carry a time zone")
        if not self.mandatory_notes <= set(range(len(self.notes))):
            raise ValueError(f"{where}: mandatory_notes must be positions in notes")
        for role in ("time", "metric"):
            if sum(dimension.role == role for dimension in self.dimensions) != 1:
                raise ValueError(f"{where}: exactly one dimension must have the role {role!r}")
        self._check_cells(where)
        alphabet, marks = _marked(self.symbols, self.values.shape)
        object.__setattr__(self, "alphabet", alphabet)
        object.__setattr__(self, "marks", marks)

    def _check_cells(self, where: str) -> None:
        if self.values.shape != self.shape or self.values.dtype != np.float64:
            raise ValueError(
                f"{where}: values must be float64 of shape {self.shape}, "
                f"not {self.values.dtype} of shape {self.values.shape}"
            )
        if self.symbols and not (min(self.symbols) >= 0 and max(self.symbols) < self.values.size):
            raise ValueError(f"{where}: a symbol lies outside the {self.values.size} cells")

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values per dimension."""
        return tuple(len(dimension.codes) for dimension in self.dimensions)

    @property
    def time(self) -> StandinDimension:
        """The time dimension."""
        return next(dimension for dimension in self.dimensions if dimension.role == "time")

    @property
    def metric(self) -> StandinDimension:
        """The contents dimension."""
        return next(dimension for dimension in self.dimensions if dimension.role == "metric")

    @property
    def newest(self) -> datetime:
        """The newest update over all contents."""
        return self.updated_for(self.metric.codes)

    def updated_for(self, contents: Iterable[str]) -> datetime:
        """The newest update over the given contents codes."""
        return max(self.contents_updated.get(code, self.updated) for code in contents)

    def position(self, codes: Mapping[str, str]) -> int:
        """Flat position of the cell given by one code per dimension.

        Raises:
            KeyError: a dimension is missing, or a code is not one of its values.
        """
        try:
            where = [dimension.codes.index(codes[dimension.code]) for dimension in self.dimensions]
        except ValueError as exc:
            raise KeyError(f"table {self.id} has no cell {dict(codes)}") from exc
        return int(np.ravel_multi_index(where, self.shape))


def _marked(symbols: Mapping[int, str], shape: tuple[int, ...]) -> tuple[tuple[str, ...], Marks]:
    alphabet = ("", *sorted(set(symbols.values())))
    place = {symbol: number for number, symbol in enumerate(alphabet)}
    if not symbols:
        return alphabet, np.broadcast_to(np.int8(0), shape)
    marks = np.zeros(shape, dtype=np.int8)
    marks.flat[list(symbols)] = [place[symbol] for symbol in symbols.values()]
    return alphabet, marks


def with_cell(
    table: StandinTable,
    codes: Mapping[str, str],
    value: float | None,
    *,
    symbol: str | None = None,
    updated: datetime | None = None,
) -> StandinTable:
    """A new edition of ``table`` with one cell changed; its old symbol is dropped.

    Give ``updated`` to date the edition; without it the numbers change silently.
    """
    position = table.position(codes)
    values = table.values.copy()
    values.flat[position] = np.nan if value is None else value
    symbols = {at: text for at, text in table.symbols.items() if at != position}
    if symbol is not None:
        symbols[position] = symbol
    return replace(table, values=values, symbols=symbols, updated=updated or table.updated)
