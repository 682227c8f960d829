"""Parser for JSON-stat 2 data answers: value, symbol and codes of every cell in one typed frame, or an error.

The cost is the making of Python numbers by the JSON module; all that follows works on whole columns.
Nothing is repaired: a body that contradicts itself is refused, because any figure in it may stand in the
wrong place.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import NoReturn, cast

import numpy as np
import pandas as pd

from pipelines.statbank.errors import BodyError
from pipelines.statbank.jsonstat_document import (
    Members,
    as_text,
    get_text,
    kind,
    read_decimals,
    read_dimensions,
    read_document,
    read_notes,
    read_table_id,
    read_updated,
)
from pipelines.statbank.jsonstat_model import SYMBOL, VALUE, Dataset, Dimension

# A sparse body of a few bytes can claim any number of cells; SSB answers at most 800 000 in one call.
MAX_SPARSE_CELLS = 20_000_000
# From here on float64 no longer holds every whole number.
_INEXACT_FROM = 2.0**53


def parse(body: bytes | str) -> Dataset:
    """Decode the body of a data answer (json-stat2, v2 or v0).

    Returns:
        The dataset; its frame has one row per cell in the order of the body.

    Raises:
        BodyError: the body is not JSON, not a dataset, a metadata answer, or contradicts itself. The
            message names the table and the dimension or position at fault.
    """
    document = read_document(body)
    table = read_table_id(document)
    try:
        return _dataset(document, table)
    except BodyError as error:
        raise BodyError(f"table {table}: {error}" if table else str(error)) from error


def _dataset(document: Members, table: str | None) -> Dataset:
    dimensions = read_dimensions(document)
    grid = _Grid(dimensions, tuple(len(dimension.codes) for dimension in dimensions))
    return Dataset(
        table=table,
        label=get_text(document, "label", "the body"),
        source=get_text(document, "source", "the body"),
        updated=read_updated(document),
        dimensions=dimensions,
        frame=_frame(grid, _values(document, grid), _symbols(document, grid)),
        decimals=read_decimals(document),
        notes=read_notes(document),
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cells of the body: row-major over the dimensions, the last one varying fastest."""

    dimensions: tuple[Dimension, ...]
    sizes: tuple[int, ...]

    @property
    def cells(self) -> int:
        """Number of cells, exact whatever the sizes: Python's whole numbers do not wrap."""
        return math.prod(self.sizes)

    def name(self, position: int) -> str:
        """A flat position with the codes of its cell, for messages."""
        places = np.unravel_index(position, self.sizes)
        cell = (f"{dim.code}={dim.codes[place]}" for dim, place in zip(self.dimensions, places, strict=True))
        return f"[{position}] ({', '.join(cell)})"

    def positions(self, keys: Collection[str], member: str) -> np.ndarray:
        """The positions a sparse member is keyed by: decimal numbers, each in range and used once."""
        digits = "".join(keys)
        if keys and not (all(keys) and digits.isascii() and digits.encode().isdigit()):
            bad = next(key for key in keys if not (key.isascii() and key.isdigit()))
            raise BodyError(f"{member} has the key {bad[:40]!a}, which is not a position")
        # A number too long for int64 becomes its largest, which is outside as well.
        positions = np.fromstring(",".join(keys), dtype=np.int64, sep=",")
        outside = positions[positions >= self.cells]
        if len(outside):
            raise BodyError(f"{member} has the position {outside[0]}, but the last cell is {self.cells - 1}")
        used = np.bincount(positions, minlength=1)
        if used.max() > 1:
            raise BodyError(f"{member} has the position {used.argmax()} more than once")
        return positions


def _values(document: Members, grid: _Grid) -> np.ndarray:
    """One float64 per cell, NaN for null and for a cell that a sparse body leaves out."""
    stated = document.get("value")
    if isinstance(stated, dict):
        if grid.cells > MAX_SPARSE_CELLS:
            raise BodyError(
                f"the dimensions span {grid.cells} cells, more than {MAX_SPARSE_CELLS} in a sparse body"
            )
        positions = grid.positions(stated, "value")
        values = np.full(grid.cells, np.nan)
        values[positions] = _numbers(list(stated.values()), lambda at: int(positions[at]), grid)
        return values
    if not isinstance(stated, list):
        raise BodyError("value is absent" if stated is None else f"value is {kind(stated)}, not an array")
    if not stated:
        raise BodyError("value is empty: this is a metadata answer, without figures; ask for data instead")
    if len(stated) != grid.cells:
        sizes = " x ".join(map(str, grid.sizes))
        raise BodyError(f"value has {len(stated)} entries, but size spans {grid.cells} cells ({sizes})")
    return _numbers(stated, lambda at: at, grid)


def _numbers(items: list[object], position: Callable[[int], int], grid: _Grid) -> np.ndarray:
    """The items as float64, None as NaN; `position` gives the cell of an item, for messages."""

    def refuse(at: int, why: str) -> NoReturn:
        raise BodyError(f"value{grid.name(position(at))} is {why}")

    # Checked by type first: the conversion below would take "1" and true for 1.
    strange = set(map(type, items)) - {int, float, NoneType}
    if strange:
        at = next(at for at, item in enumerate(items) if type(item) in strange)
        refuse(at, f"{kind(items[at])}, not a number")
    numbers = cast("list[float | None]", items)
    try:
        values = np.fromiter(numbers, np.float64, len(numbers))
    except OverflowError:
        refuse(max(range(len(numbers)), key=lambda at: abs(numbers[at] or 0)), "beyond the largest number")
    for at in np.flatnonzero(np.abs(values) >= _INEXACT_FROM).tolist():
        # As a Python float: it is compared exactly with a whole number, a numpy one is not.
        if numbers[at] != float(values[at]) or np.isinf(values[at]):
            refuse(at, "too large to be held exactly")
    return values


def _symbols(document: Members, grid: _Grid) -> pd.Categorical:
    """One status symbol per cell, "" for none; categories: "" first, then the symbols that occur, sorted."""
    stated = document.get("status")
    positions: np.ndarray | slice = slice(None)
    items: list[object] = stated if isinstance(stated, list) else [stated]
    if isinstance(stated, dict):
        positions, items = grid.positions(stated, "status"), list(stated.values())
    elif isinstance(stated, list) and len(stated) not in (1, grid.cells):
        raise BodyError(f"status has {len(stated)} entries, but size spans {grid.cells} cells")
    strange = set(map(type, items)) - {str, NoneType}
    if strange:
        at = next(at for at, item in enumerate(items) if type(item) in strange)
        cell = int(positions[at]) if isinstance(positions, np.ndarray) else at
        raise BodyError(f"status{grid.name(cell)} is {kind(items[at])}, not a text")
    symbols = ["", *sorted(as_text(item, "a status symbol") for item in set(items) if item)]
    code_of: dict[object, int] = {None: 0} | {symbol: code for code, symbol in enumerate(symbols)}
    codes = np.zeros(grid.cells, dtype=_code_type(len(symbols)))
    codes[positions] = np.fromiter(map(code_of.__getitem__, items), codes.dtype, len(items))
    return _categorical(codes, symbols)


def _frame(grid: _Grid, values: np.ndarray, symbols: pd.Categorical) -> pd.DataFrame:
    columns: dict[str, object] = {}
    outer, inner = 1, grid.cells
    for dimension, size in zip(grid.dimensions, grid.sizes, strict=True):
        if dimension.code in (VALUE, SYMBOL):
            raise BodyError(f"a dimension is called {dimension.code!r}, the name of a column of figures")
        inner //= size
        codes = np.tile(np.repeat(np.arange(size, dtype=_code_type(size)), inner), outer)
        columns[dimension.code] = _categorical(codes, dimension.codes)
        outer *= size
    return pd.DataFrame({**columns, VALUE: values, SYMBOL: symbols}, copy=False)


def _categorical(codes: np.ndarray, categories: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(
        codes, categories=pd.Index(list(categories), dtype="str"), validate=False
    )


def _code_type(count: int) -> type[np.signedinteger]:
    """The narrowest type pandas itself would choose for this many categories, so that it makes no copy."""
    return np.int8 if count < 2**7 - 1 else np.int16 if count < 2**15 - 1 else np.int32
