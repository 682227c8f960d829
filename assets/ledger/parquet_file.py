"""Ledgers in Parquet."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.tabular.problems import Findings
from assets.tabular.sheet import Column, Sheet

_MOST_ROWS = 50_000_000


def read_parquet(content: bytes, findings: Findings) -> Sheet | None:
    """The rows of a Parquet file; None when it cannot be read, which is then among the findings.

    Columns of text, whole numbers, decimals and floats are read; lines are row numbers from 1.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        if file.metadata.num_rows > _MOST_ROWS:
            findings.problem("too_large", f"at most {_MOST_ROWS} rows; split the file by year")
            return None
        table = file.read()
        table.validate(full=True)
        columns = tuple(_column(table.column(at).combine_chunks()) for at in range(table.num_columns))
    except (pa.ArrowException, OSError, ValueError) as error:
        findings.problem("parquet", "a Parquet file that opens", value=str(error).splitlines()[0])
        return None
    if not table.num_rows:
        findings.problem("empty_file", "at least one row")
        return None
    return Sheet(tuple(table.column_names), columns, np.arange(1, table.num_rows + 1, dtype=np.int64))


def _column(values: pa.Array) -> Column:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    kind = values.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return Column(_texts(values))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numeric(values)
    dates = np.full(len(values), pa.types.is_temporal(kind))
    return Column(_texts(pc.cast(values, pa.string(), safe=False)), None, dates)


def _numeric(values: pa.Array) -> Column:
    """Whole numbers are written without a decimal point, whatever type they came in."""
    numbers = pc.cast(values, pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    whole = (np.abs(numbers) < 2**53) & (numbers == np.floor(numbers))
    as_integers = pc.cast(pa.array(np.where(whole, numbers, 0)), pa.int64())
    texts = pc.if_else(
        pa.array(whole), pc.cast(as_integers, pa.string()), pc.cast(pa.array(numbers), pa.string())
    )
    return Column(_texts(pc.if_else(pc.is_valid(values), texts, None)), numbers)


def _texts(values: pa.Array) -> pa.Array:
    return pc.fill_null(pc.cast(values, pa.string()), "")
