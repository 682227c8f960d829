"""From a contract to a verdict: pandera model, canonical Arrow table, content hash.

`validate` is the only way to make a `ValidatedTable`, and only a `ValidatedTable` can be stored.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa_checks
import pyarrow as pa
from pandera.errors import SchemaErrors

from schemas.contracts import Contract, Rule
from schemas.fields import Field, Kind

MAX_SHOWN = 20

_ARROW: dict[str, pa.DataType] = {
    "category": pa.string(),
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


class ContractViolation(Exception):  # noqa: N818 - it names what happened, as Dagster's own failures do
    """Rows break the contract of a dataset; `cases` shows them (rule, column, value, key of the row)."""

    def __init__(self, dataset: str, year: int | None, cases: pd.DataFrame, total: int) -> None:
        self.dataset = dataset
        self.year = year
        self.cases = cases
        self.total = total
        where = dataset if year is None else f"{dataset}, year {year}"
        shown = "\n".join(f"  - {line}" for line in _case_lines(cases))
        more = f"\n  (+{total - len(cases)} more)" if total > len(cases) else ""
        super().__init__(f"{where}: {total} breach(es) of the contract, nothing was stored:\n{shown}{more}")


@dataclass(frozen=True, slots=True)
class ValidatedTable:
    """Rows that hold their contract, in stored form: declared Arrow types, sorted by key.

    `content_sha256` covers every column but provenance, so equal content has an equal hash
    whatever the row order, the pandas dtypes or the edition it came from.
    """

    contract: Contract
    year: int | None
    arrow: pa.Table
    content_sha256: str


def validate(contract: Contract, frame: pd.DataFrame, year: int | None = None) -> ValidatedTable:
    """Check `frame` against `contract`.

    Raises:
        ContractViolation: with the offending rows, when any rule is broken.
    """
    cases, total = _breaches(contract, frame, year)
    if total:
        raise ContractViolation(contract.dataset, year, cases, total)
    table = _canonical(contract, frame)
    return ValidatedTable(contract, year, table, content_sha256(contract, table))


def arrow_schema(contract: Contract) -> pa.Schema:
    """The stored schema of a dataset."""
    return pa.schema([pa.field(f.name, _ARROW[f.kind], nullable=f.nullable) for f in contract.fields])


def content_sha256(contract: Contract, table: pa.Table) -> str:
    """SHA-256 of the content columns of rows of `contract`; `table` must be sorted by key."""
    return columns_sha256(table, contract.content_columns)


def columns_sha256(table: pa.Table, columns: Sequence[str]) -> str:
    """SHA-256 of the Arrow IPC stream of `columns`, in that order."""
    content = table.select(list(columns)).combine_chunks().replace_schema_metadata(None)
    digest = hashlib.sha256()
    with pa.ipc.new_stream(_HashSink(digest), content.schema) as stream:
        stream.write_table(content)
    return digest.hexdigest()


class _HashSink:
    """A write-only file that feeds a digest, so that the stream is never held in memory."""

    closed = False

    def __init__(self, digest: hashlib._Hash) -> None:
        self._digest = digest

    def write(self, data: Any) -> int:  # noqa: ANN401 - bytes, or any buffer Arrow hands over
        self._digest.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is buffered."""

    def close(self) -> None:
        self.closed = True


@cache
def pandera_schema(contract: Contract) -> pa_checks.DataFrameSchema:
    """The pandera model of a dataset, built from its fields."""
    return pa_checks.DataFrameSchema(
        columns={f.name: _pandera_column(f) for f in contract.fields},
        checks=[_pandera_rule(rule) for rule in contract.rules],
        unique=list(contract.key),
        strict=True,
        name=contract.dataset,
    )


def _pandera_column(field: Field) -> pa_checks.Column:
    checks: list[pa_checks.Check] = [
        pa_checks.Check(partial(_is_kind, kind=field.kind), error=f"holds {_KIND_WORDS[field.kind]}")
    ]
    if field.kind == "number":
        checks.append(pa_checks.Check(_is_finite, error="is finite"))
    if field.allowed is not None:
        checks.append(pa_checks.Check.isin(field.allowed, error=f"is one of {', '.join(field.allowed)}"))
    if field.pattern is not None:
        checks.append(
            pa_checks.Check(partial(_matches, pattern=field.pattern), error=f"matches {field.pattern}")
        )
    if field.minimum is not None:
        checks.append(pa_checks.Check.ge(field.minimum, error=f"is at least {field.minimum:g}"))
    return pa_checks.Column(nullable=field.nullable, checks=checks)


def _pandera_rule(rule: Rule) -> pa_checks.Check:
    return pa_checks.Check(rule.holds, error=rule.name, ignore_na=False)


_KIND_WORDS = {
    "category": "text",
    "text": "text",
    "integer": "whole numbers",
    "number": "numbers",
    "boolean": "true or false",
    "date": "dates",
    "timestamp": "UTC timestamps",
}


def _is_kind(values: pd.Series, kind: Kind) -> bool:
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.cat.categories.to_series()
    return bool(values.isna().all()) or _KIND_TESTS[kind](values)


def _are_dates(values: pd.Series) -> bool:
    return bool(values.dropna().map(lambda day: type(day) is datetime.date).all())


def _are_numbers(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _is_finite(values: pd.Series) -> pd.Series | bool:
    return ~np.isinf(values) if pd.api.types.is_float_dtype(values) else True


_KIND_TESTS: dict[Kind, Callable[[pd.Series], bool]] = {
    "category": pd.api.types.is_string_dtype,
    "text": pd.api.types.is_string_dtype,
    "integer": pd.api.types.is_integer_dtype,
    "number": _are_numbers,
    "boolean": pd.api.types.is_bool_dtype,
    "date": _are_dates,
    "timestamp": lambda values: isinstance(values.dtype, pd.DatetimeTZDtype),
}


def _matches(values: pd.Series, pattern: str) -> pd.Series:
    """Full match; over categories a pattern is tried once per distinct value."""
    distinct = pd.Series(values.unique()).dropna().astype(str)
    good = distinct[distinct.str.fullmatch(pattern)]
    return values.isin(set(good)) | values.isna()


def _breaches(contract: Contract, frame: pd.DataFrame, year: int | None) -> tuple[pd.DataFrame, int]:
    """The broken rules, at most `MAX_SHOWN` of them spelt out, and how many there are."""
    structural = _structural_breaches(contract, frame, year)
    if structural:
        return pd.DataFrame(structural, columns=["rule", "column", "value", "row"]), len(structural)
    numbered = frame.reset_index(drop=True)
    try:
        pandera_schema(contract).validate(numbered, lazy=True)
    except SchemaErrors as errors:
        return _readable_cases(contract, numbered, errors.failure_cases)
    return pd.DataFrame(), 0


def _structural_breaches(
    contract: Contract, frame: pd.DataFrame, year: int | None
) -> list[tuple[str, str, str, str]]:
    """Breaches that make row rules meaningless: columns, number of rows, another year's rows."""
    found = [("the column is there", c, "absent", "") for c in contract.columns if c not in frame.columns]
    unknown = [str(c) for c in frame.columns if c not in contract.columns]
    found.extend(("the contract knows the column", c, "unknown", "") for c in unknown)
    if len(frame) < contract.min_rows:
        found.append((f"there are at least {contract.min_rows} row(s)", "", f"{len(frame)} rows", ""))
    if contract.partitioned and year is not None and "year" in frame.columns:
        others = sorted({str(other) for other in frame["year"].dropna().unique() if other != year})
        found.extend((f"every row is of year {year}", "year", other, "") for other in others)
    return found


def _readable_cases(
    contract: Contract, frame: pd.DataFrame, failures: pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    # A key that is not unique is told once per column of the key.
    columns = failures["column"].where(failures["schema_context"] == "Column", "")
    per_row = failures.assign(column=columns).drop_duplicates(subset=["check", "column", "index"])
    shown = per_row.head(MAX_SHOWN)
    rows = [_readable_case(contract, frame, case) for _, case in shown.iterrows()]
    return pd.DataFrame(rows, columns=["rule", "column", "value", "row"]), len(per_row)


def _readable_case(contract: Contract, frame: pd.DataFrame, case: pd.Series) -> tuple[str, str, str, str]:
    column, found = str(case["column"]), case["failure_case"]
    rule = {
        "multiple_fields_uniqueness": f"the key ({', '.join(contract.key)}) is unique",
        "not_nullable": "is filled",
    }.get(case["check"], str(case["check"]))
    value = str(found) if column and pd.notna(found) else ""
    if pd.isna(case["index"]):
        return rule, column, "" if value == "False" else value, ""
    row = frame.loc[int(case["index"])]
    named = dict.fromkeys((*contract.key, *_FIGURES, "status"))
    return rule, column, value, ", ".join(f"{name}={row[name]}" for name in named if name in frame.columns)


_FIGURES = ("value", "amount", "inhabitants", "mean", "min", "max")


def _case_lines(cases: pd.DataFrame) -> list[str]:
    lines = []
    for rule, column, value, row in cases.itertuples(index=False):
        said = f"rule broken: {rule}" + (f"; column {column}" if column else "")
        said += f"; value {value}" if value else ""
        lines.append(said + (f"; row {row}" if row else ""))
    return lines


def _canonical(contract: Contract, frame: pd.DataFrame) -> pa.Table:
    """Declared types, NaN as null, no negative zero, sorted by the unique key."""
    arrays = [_canonical_array(frame[f.name], f) for f in contract.fields]
    table = pa.Table.from_arrays(arrays, schema=arrow_schema(contract))
    return table.sort_by([(name, "ascending") for name in contract.key])


def _canonical_array(values: pd.Series, field: Field) -> pa.Array:
    arrow_type = _ARROW[field.kind]
    if field.kind == "number":
        numbers = values.to_numpy(dtype="float64", na_value=np.nan)
        return pa.array(numbers + 0.0, type=arrow_type, from_pandas=True)
    if field.kind in ("category", "text"):
        array = pa.array(values, from_pandas=True)
        return array.cast(arrow_type)
    return pa.array(values, type=arrow_type, from_pandas=True)
