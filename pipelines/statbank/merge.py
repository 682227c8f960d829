"""Puts the parts of a fetch together in metadata order, after each was compared with what was asked for.

The service answers 200 to much that was not asked: a small default selection, a dimension gone because a
pattern matched nothing, values in the order of the request. None of that gets past this module.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.statbank.errors import TableChangedError, WrongAnswerError
from pipelines.statbank.jsonstat_model import SYMBOL, VALUE, Dataset, Dimension, Unit
from pipelines.statbank.metadata import TableMetadata, VariableMetadata
from pipelines.statbank.planner import Part, cells_of

_SHOWN = 5
Positions = npt.NDArray[np.int64]


def verify(metadata: TableMetadata, part: Part, dataset: Dataset) -> None:
    """Compare an answer with what was asked for: table, variables, and the values of each.

    Args:
        metadata: of the table.
        part: codes per variable, as sent.
        dataset: the decoded answer. The order of its variables and values does not matter.

    Raises:
        WrongAnswerError: the answer is for something else; the message names variable and codes.
    """
    where = f"table {metadata.table}"
    if dataset.table and dataset.table.lower() != metadata.table.lower():
        raise WrongAnswerError(f"{where}: the server answered with table {dataset.table}")
    answered = {dimension.code: dimension.codes for dimension in dataset.dimensions}
    vanished = [code for code in part if code not in answered]
    if vanished:
        raise WrongAnswerError(
            f"{where}: the answer has no {', '.join(vanished)}; its figures are totals over that, not what "
            "was asked for"
        )
    strange = [code for code in answered if code not in part]
    if strange:
        raise WrongAnswerError(
            f"{where}: the answer is divided by {', '.join(strange)}, which was eliminated"
        )
    for code, codes in part.items():
        _compare_codes(f"{where}: variable {code}", codes, answered[code])
    if len(dataset.frame) != cells_of(part):
        raise WrongAnswerError(f"{where}: {cells_of(part)} cells asked for, {len(dataset.frame)} answered")


def merge(metadata: TableMetadata, datasets: Iterable[Dataset]) -> Dataset:
    """One dataset from the parts of a fetch.

    Args:
        metadata: of the table; gives the order of variables and values.
        datasets: the decoded parts, in any order.

    Returns:
        Every cell of every part once, row-major in metadata order.

    Raises:
        TableChangedError: the parts are from different editions of the table.
        WrongAnswerError: they overlap, leave a hole, or disagree on variables, labels or units.
    """
    parts = tuple(datasets)
    if not parts:
        raise ValueError(f"table {metadata.table}: no parts to merge")
    _refuse_editions(metadata, parts)
    dimensions = _dimensions(metadata, parts)
    updates = [part.updated for part in parts if part.updated]
    decimals = [part.decimals for part in parts if part.decimals is not None]
    return Dataset(
        table=metadata.table,
        label=parts[0].label,
        source=parts[0].source,
        updated=max(updates, default=None),
        dimensions=dimensions,
        frame=_frame(metadata, dimensions, parts),
        decimals=max(decimals, default=None),
        notes=tuple(dict.fromkeys(chain.from_iterable(part.notes for part in parts))),
    )


def _compare_codes(where: str, wanted: Sequence[str], answered: Sequence[str]) -> None:
    there = set(answered)
    lacking = [code for code in wanted if code not in there]
    if lacking:
        raise WrongAnswerError(
            f"{where}: the answer has {len(answered)} values where {len(wanted)} were asked for; it lacks "
            f"{_some(lacking)}. It may be the table's default selection"
        )
    surplus = sorted(there - set(wanted))
    if surplus:
        raise WrongAnswerError(f"{where}: the answer has {_some(surplus)}, which was not asked for")


def _some(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - _SHOWN} more" if len(codes) > _SHOWN else ""
    return ", ".join(codes[:_SHOWN]) + more


def _refuse_editions(metadata: TableMetadata, parts: Sequence[Dataset]) -> None:
    """All parts must be from the edition that the metadata describes.

    `updated` of an answer is the newest over the contents asked for, so parts with different contents may
    differ; none can be newer than the metadata, which spans all contents.
    """
    updated_of: dict[tuple[str, ...], object] = {}
    for part in parts:
        newest = metadata.updated
        if part.updated and newest and part.updated > newest:
            raise TableChangedError(
                f"table {metadata.table}: published anew at {part.updated:%Y-%m-%dT%H:%M:%SZ}, after its "
                f"metadata was read ({newest:%Y-%m-%dT%H:%M:%SZ})"
            )
        metric = part.with_role("metric")
        contents = tuple(sorted(metric.codes)) if metric else ()
        first = updated_of.setdefault(contents, part.updated)
        if first != part.updated:
            raise TableChangedError(
                f"table {metadata.table}: changed during the fetch; one part is of {first}, another of "
                f"{part.updated}"
            )


def _dimensions(metadata: TableMetadata, parts: Sequence[Dataset]) -> tuple[Dimension, ...]:
    codes = {dimension.code for dimension in parts[0].dimensions}
    for part in parts:
        other = {dimension.code for dimension in part.dimensions}
        if other != codes:
            raise WrongAnswerError(
                f"table {metadata.table}: one part has the variables {sorted(codes)}, another {sorted(other)}"
            )
    known = [variable for variable in metadata.dimensions if variable.code in codes]
    if len(known) != len(codes):
        raise WrongAnswerError(f"table {metadata.table}: {sorted(codes)} are not all variables of the table")
    return tuple(_dimension(metadata, variable, parts) for variable in known)


def _dimension(metadata: TableMetadata, variable: VariableMetadata, parts: Sequence[Dataset]) -> Dimension:
    """One variable over all parts; what two parts say of the same value must be the same."""
    where = f"table {metadata.table}: variable {variable.code}"
    described: dict[str, tuple[str, Unit | None]] = {}
    notes: dict[str, dict[str, None]] = {}
    for part in parts:
        dimension = part.dimension(variable.code)
        for code, label in zip(dimension.codes, dimension.labels, strict=True):
            stated = (label, dimension.units.get(code))
            known = described.setdefault(code, stated)
            if known != stated:
                raise WrongAnswerError(f"{where}: {code} is {known} in one part and {stated} in another")
            notes.setdefault(code, {}).update(dict.fromkeys(dimension.notes.get(code, ())))
    strange = sorted(described.keys() - set(variable.codes))
    if strange:
        raise WrongAnswerError(f"{where}: {_some(strange)} is not in the table's metadata")
    first = parts[0].dimension(variable.code)
    codes = tuple(code for code in variable.codes if code in described)
    return Dimension(
        code=variable.code,
        label=first.label,
        codes=codes,
        labels=tuple(described[code][0] for code in codes),
        role=first.role or variable.role,
        units={code: unit for code in codes if (unit := described[code][1]) is not None},
        notes={code: tuple(notes[code]) for code in codes if notes[code]},
    )


def _frame(
    metadata: TableMetadata, dimensions: Sequence[Dimension], parts: Sequence[Dataset]
) -> pd.DataFrame:
    positions = [_positions(part, dimensions) for part in parts]
    _refuse_gaps(metadata, dimensions, positions)
    cells = sum(map(len, positions))
    columns: dict[str, object] = {}
    for dimension in dimensions:
        columns[dimension.code] = _scattered(
            [part.frame[dimension.code] for part in parts], positions, dimension.codes, cells
        )
    values = np.empty(cells, dtype=np.float64)
    for part, places in zip(parts, positions, strict=True):
        values[places] = part.frame[VALUE].to_numpy()
    symbols = {symbol for part in parts for symbol in part.frame[SYMBOL].cat.categories}
    listed = ("", *sorted(symbols - {""}))
    columns[VALUE] = values
    columns[SYMBOL] = _scattered([part.frame[SYMBOL] for part in parts], positions, listed, cells)
    return pd.DataFrame(columns, copy=False)


def _positions(part: Dataset, dimensions: Sequence[Dimension]) -> Positions:
    """Where each row of a part stands in the whole, row-major over `dimensions`."""
    positions = np.zeros(len(part.frame), dtype=np.int64)
    for dimension in dimensions:
        positions *= len(dimension.codes)
        positions += _recoded(part.frame[dimension.code], dimension.codes)
    return positions


def _recoded(column: pd.Series, codes: Sequence[str]) -> Positions:
    """The category of each row as its place in `codes`."""
    place = {code: at for at, code in enumerate(codes)}
    recode = np.array([place[code] for code in column.cat.categories], dtype=np.int64)
    return recode[column.cat.codes.to_numpy()]


def _scattered(
    columns: Sequence[pd.Series], positions: Sequence[Positions], codes: Sequence[str], cells: int
) -> pd.Categorical:
    merged = np.empty(cells, dtype=np.int32)
    for column, places in zip(columns, positions, strict=True):
        merged[places] = _recoded(column, codes)
    return pd.Categorical.from_codes(merged, categories=pd.Index(list(codes), dtype="str"), validate=False)


def _refuse_gaps(
    metadata: TableMetadata, dimensions: Sequence[Dimension], positions: Sequence[Positions]
) -> None:
    """Every cell of the whole must be in exactly one part."""
    sizes = [len(dimension.codes) for dimension in dimensions]
    times = np.bincount(np.concatenate(positions), minlength=math.prod(sizes))
    wrong = np.flatnonzero(times != 1)
    if len(wrong):
        cell = np.unravel_index(wrong[0], sizes)
        named = ", ".join(f"{d.code}={d.codes[at]}" for d, at in zip(dimensions, cell, strict=True))
        raise WrongAnswerError(
            f"table {metadata.table}: {len(wrong)} cells are not in exactly one part; "
            f"{named} is in {times[wrong[0]]}"
        )
