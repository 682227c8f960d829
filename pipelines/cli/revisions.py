"""`kostra revisions`: what SSB has revised, and what that moved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click
import pandas as pd

from assets.quality.revisions.rows import STATUS_WORDS
from assets.rounding import norwegian
from pipelines.cli import output
from pipelines.cli.common import (
    format_options,
    home_option,
    plain_errors,
    source_option,
    stored_settings,
    talk,
)
from pipelines.cli.profile_view import SAMPLE_MARK, VINTAGE_STATUSES
from pipelines.settings import Settings, SourceKind
from pipelines.stored import Stored
from pipelines.years import UsageError, parse_years, shown_years

_SHOWN = 40


@click.command()
@click.option("--year", help="One year, a range (2022-2024) or a list; all years by default.")
@click.option("--table", help="SSB table id, such as 12367.")
@click.option("--from", "first", help="A date, or a vintage (12367@2025-03-15…): what to start from.")
@click.option("--to", "last", help="A later date, or another vintage of the same table.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="What a run with the same --as-of made.")
@format_options
@source_option
@home_option
@plain_errors
def revisions(
    year: str | None,
    table: str | None,
    first: str | None,
    last: str | None,
    as_of: pd.Timestamp | None,
    as_csv: bool,
    as_json: bool,
    source: SourceKind | None,
    home: Path | None,
) -> None:
    """List what SSB revised, cell by cell, and the indicators and printed figures that moved.

    Without --from and --to every revision the store has seen; with them what differs between any two dates or
    editions, as archived.
    """
    if (first is None) != (last is None):
        raise UsageError("--from and --to belong together: two dates, or two vintages of one table")
    stored = Stored(stored_settings(home, source, as_of=as_of.date() if as_of else None))
    years = parse_years(year) if year else None
    frame = _rows(stored, years, table) if first is None else _between(stored, first, last, years, table)
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    else:
        print_revisions(frame, stored.settings)


def _rows(stored: Stored, years: list[int] | None, table: str | None) -> pd.DataFrame:
    """What the store holds, of the years and the table asked for."""
    held = stored.years("quality/revisions")
    wanted = held if years is None else [year for year in years if year in held]
    if not wanted:
        of_years = f" for {shown_years(years)}" if years else ""
        raise UsageError(f"no year of quality/revisions is stored{of_years}; run `kostra run` first")
    frame = stored.rows("quality/revisions", *wanted)
    if table is None:
        return frame
    if table not in stored.catalogue.tables:
        raise UsageError(f"the catalogue has no table {table!r}")
    named = frame["tables"].astype("str").str.split(", ")
    return frame[[table in tables for tables in named]].reset_index(drop=True)


def _between(
    stored: Stored, first: str, last: str | None, years: list[int] | None, table: str | None
) -> pd.DataFrame:
    # Reading editions takes the client's parser along; the plain listing does without it.
    from pipelines.revisions_between import revisions_between  # noqa: PLC0415

    return revisions_between(stored, first, last or "", years, table)


def print_revisions(frame: pd.DataFrame, settings: Settings) -> None:
    """Cells, then what they moved; without anything, that nothing was revised."""
    mark = f" – {SAMPLE_MARK}" if settings.source == "sample" else ""
    cells = frame[(frame["level"] == "cell").to_numpy()]
    moved = frame[(frame["level"] != "cell").to_numpy()]
    if frame.empty:
        talk.print("nothing is revised")
        return
    headers = [("År", True), ("Tabell", False), ("Celle", False), *_CHANGE, ("Indikatorer", False)]
    _print(headers, [_cell(row) for row in _records(cells)], f"Reviderte celler{mark}")
    if len(moved):
        headers = [("År", True), ("Tabell", False), ("Tall", False), *_CHANGE, ("Trykt", False)]
        printed = moved.sort_values(["year", "level"], ascending=[True, False], kind="stable")
        _print(headers, [_effect(row) for row in _records(printed)], f"Tall som flyttet seg{mark}")


_CHANGE = (("Før", True), ("Nå", True), ("Endring", True), ("Utgave", False))


def _records(frame: pd.DataFrame) -> list[Mapping[str, object]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict(orient="records")]


def _print(headers: list[tuple[str, bool]], rows: list[list[str]], title: str) -> None:
    output.print_columns(headers, rows[:_SHOWN], title)
    if len(rows) > _SHOWN:
        click.echo(f"… {norwegian(len(rows) - _SHOWN)} more rows; --csv prints all", err=True)


def _cell(row: Mapping[str, object]) -> list[str]:
    indicators = str(row["indicators"]).replace(", ", "\n") or "–"
    return [str(row["year"]), str(row["tables"]), str(row["label"]), *_change(row), indicators]


def _effect(row: Mapping[str, object]) -> list[str]:
    where = "tjenesteprofilen: " if row["level"] == "profile" else ""
    printed = "endret" if row["printed_change"] else "som før"
    return [str(row["year"]), str(row["tables"]), f"{where}{row['label']}", *_change(row), printed]


def _change(row: Mapping[str, object]) -> list[str]:
    statuses = [VINTAGE_STATUSES[str(row[f"{side}_vintage_status"])] for side in ("old", "new")]
    edition = " → ".join(dict.fromkeys(statuses))
    difference = row["difference"]
    return [_side(row, "old"), _side(row, "new"), _number(difference), edition]


def _side(row: Mapping[str, object], side: str) -> str:
    status = str(row[f"{side}_status"])
    return _number(row[side]) if status == "ok" else STATUS_WORDS[status]


def _number(value: object) -> str:
    """At most two decimals: what is smaller moves nothing that is printed."""
    if pd.isna(value):  # type: ignore[call-overload]
        return "–"
    figure = float(value)  # type: ignore[arg-type]
    return norwegian(figure, 0 if figure.is_integer() else 2)
