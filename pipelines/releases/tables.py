"""A dataset as plain files: Parquet and CSV, byte for byte the same whenever the rows are."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from pipelines.spreadsheet import safe_cell
from pipelines.storage.store import WHOLE
from schemas.validation import columns_sha256


def parquet_bytes(table: pa.Table, said: Mapping[str, str]) -> bytes:
    """`table` as one Parquet file; `said` is kept as its properties."""
    out = io.BytesIO()
    labelled = table.combine_chunks().replace_schema_metadata(dict(said))
    pq.write_table(labelled, out, compression="zstd", version="2.6", row_group_size=1 << 20)
    return out.getvalue()


def csv_bytes(table: pa.Table) -> bytes:
    """`table` as RFC 4180 in UTF-8 with a header.

    A decimal point, ISO dates, nothing at all where there is no value (an empty text is `""`), and an
    apostrophe before text that a spreadsheet would run as a formula.
    """
    out = io.BytesIO()
    pacsv.write_csv(_as_printed(table), out, pacsv.WriteOptions(quoting_style="needed"))
    return out.getvalue()


def read_parquet(path: Path) -> pa.Table:
    """The rows of a released Parquet file, in stored types and order."""
    return pq.read_table(path, partitioning=None)


def csv_differs(table: pa.Table, path: Path) -> str | None:
    """What in the CSV file is not as in `table`: a column and the first line, or None."""
    wanted = _as_printed(table)
    try:
        held = _read_csv(path, wanted.schema)
    except pa.ArrowInvalid as error:
        return f"it cannot be read as the same columns ({error})"
    if held.column_names != wanted.column_names:
        return f"its columns are {', '.join(held.column_names)}"
    if held.num_rows != wanted.num_rows:
        return f"it has {held.num_rows} rows, Parquet {wanted.num_rows}"
    return next(_unequal(wanted, held), None)


def content_of(table: pa.Table, partition: str, columns: Sequence[str]) -> tuple[str, int]:
    """Hash of the content columns of one partition (a year or `all`), as the store has it, and its rows."""
    rows = partition_rows(table, partition)
    return columns_sha256(_laid_out(rows), columns), rows.num_rows


def partition_rows(table: pa.Table, partition: str) -> pa.Table:
    """The rows of one partition."""
    if partition == WHOLE:
        return table
    return table.filter(pc.equal(table.column("year"), int(partition)))


def _laid_out(rows: pa.Table) -> pa.Table:
    """The rows in fresh memory, as a sort leaves them: the hash covers the bits behind the last row too."""
    return rows.take(pa.array(range(rows.num_rows), pa.int64()))


def _as_printed(table: pa.Table) -> pa.Table:
    columns = [_printed(column) for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _printed(column: pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    if pa.types.is_string(column.type):
        encoded = column.combine_chunks().dictionary_encode()
        safe = pa.array([safe_cell(text) for text in encoded.dictionary.to_pylist()], pa.string())
        return safe.take(encoded.indices)
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
    return column


def _read_csv(path: Path, schema: pa.Schema) -> pa.Table:
    return pacsv.read_csv(
        path,
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _unequal(wanted: pa.Table, held: pa.Table) -> Iterator[str]:
    for name in wanted.column_names:
        ours, theirs = wanted.column(name), held.column(name)
        if ours.equals(theirs):
            continue
        pairs = zip(ours.to_pylist(), theirs.to_pylist(), strict=True)
        row, (one, other) = next((n, pair) for n, pair in enumerate(pairs) if pair[0] != pair[1])
        yield f"row {row + 1}, column {name}: {other!r}, Parquet has {one!r}"
