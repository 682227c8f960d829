"""Tables on stdout: CSV and JSON for machines, aligned text for people."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import click
import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from assets.rounding import norwegian as norwegian  # noqa: PLC0414 - passed on
from pipelines.spreadsheet import safe_cell

ROWS_SHOWN = 40


def print_csv(frame: pd.DataFrame) -> None:
    """RFC 4180 with a header; an empty cell is null; text that starts a formula is escaped."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows([_csv_cell(value) for value in row] for row in _rows(frame))
    click.echo(out.getvalue(), nl=False)


def print_json(frame: pd.DataFrame) -> None:
    """A list of records; null where there is no figure."""
    click.echo(json.dumps(records(frame), ensure_ascii=False, indent=1))


def records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """One record per row, in values that JSON has; None where there is no figure."""
    return [dict(zip(frame.columns, map(_plain, row), strict=True)) for row in _rows(frame)]


def print_table(frame: pd.DataFrame, title: str, limit: int | None = ROWS_SHOWN) -> None:
    """The first `limit` rows, aligned; says how many more there are."""
    shown = frame if limit is None else frame.head(limit)
    table = Table()
    for column in frame.columns:
        table.add_column(
            str(column), justify="right" if pd.api.types.is_numeric_dtype(frame[column]) else "left"
        )
    for row in _rows(shown):
        table.add_row(*(_cell(value) for value in row))
    people = _people()
    people.print(title, style="bold")
    people.print(table)
    if len(frame) > len(shown):
        click.echo(f"… {norwegian(len(frame) - len(shown))} more rows; --csv prints all", err=True)


@dataclass(frozen=True, slots=True)
class Printed:
    """A table as people read it: ready texts; each header says whether its column is right-aligned."""

    title: str
    headers: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


def print_tables(tables: Iterable[Printed]) -> None:
    """Each table, its notes under it."""
    for table in tables:
        print_columns(table.headers, table.rows, table.title)
        for note in table.notes:
            click.echo(f"  {note}")


def print_columns(
    headers: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]], title: str, *, lines: bool = False
) -> None:
    """A table of ready texts; each header says whether its column is right-aligned.

    With `lines`, rows of several lines of text are kept apart.
    """
    table = Table(show_lines=lines)
    for header, right in headers:
        table.add_column(header, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    people = _people()
    people.print(title, style="bold")
    people.print(table)


def _people() -> Console:
    console = Console(highlight=False, markup=False)
    # A pipe has no width of its own; 80 columns would fold every figure.
    return console if console.is_terminal else Console(highlight=False, markup=False, width=190)


def _rows(frame: pd.DataFrame) -> Iterable[tuple[object, ...]]:
    return frame.itertuples(index=False, name=None)


def _plain(value: object) -> object:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def _csv_cell(value: object) -> object:
    plain = _plain(value)
    if isinstance(plain, str):
        return safe_cell(plain)
    return "" if plain is None else plain


def _cell(value: object) -> str:
    plain = _plain(value)
    if isinstance(plain, float):
        return f"{plain:.6g}"
    return "" if plain is None else str(plain)
