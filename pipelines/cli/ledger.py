"""`kostra ledger`: the municipality's own accounts, checked, imported and added up."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click
import pandas as pd

from assets.errors import DataError
from assets.ledger.codes import FIRST_LISTED, LAST_LISTED
from assets.ledger.concepts import CONCEPTS, concepts
from pipelines.cli import output
from pipelines.cli.common import (
    format_options,
    home_option,
    plain_errors,
    source_option,
    stored_settings,
    talk,
)
from pipelines.cli.findings import findings_record, tell_findings
from pipelines.ledger_import import Examined, Options, examine, import_file
from pipelines.settings import Settings, SourceKind
from pipelines.storage.imports import Imports
from pipelines.years import shown_years

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FAILED = click.exceptions.Exit(1)


@click.group()
def ledger() -> None:
    """The municipality's own accounts: ledgers (CSV, XLSX, Parquet) and KOSTRA account files."""


def _reading(command: Command) -> Command:
    """Options of a command that reads a ledger or an account file."""
    for option in (
        click.option("--kind", type=click.Choice(["ledger", "account"]), help="[default: by content]"),
        click.option("--layout", type=_FILE, help="How to read a ledger.  [default: ledger.yaml beside it]"),
        click.option("--sum-duplicates", is_flag=True, help="Lines on one and the same account add up."),
    ):
        command = option(command)
    return command


def _checking(command: Command) -> Command:
    """Options of a command that checks a file against what else is known."""
    for option in (
        click.option(
            "--hierarchy", type=_FILE, help="Responsibility hierarchy.  [default: the imported one]"
        ),
        click.option("--control", type=_FILE, help="KOSTRA account file to hold a ledger's size against."),
        click.option(
            "--year",
            "years",
            type=click.IntRange(FIRST_LISTED, LAST_LISTED),
            multiple=True,
            help="The year the file is to be of; may be given several times.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print everything found as JSON."),
    ):
        command = option(command)
    return command


@ledger.command()
@click.argument("file", type=_FILE)
@_checking
@_reading
@source_option
@home_option
@plain_errors
def check(
    file: Path,
    as_json: bool,
    source: SourceKind | None,
    home: Path | None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Check FILE and tell every problem with line, column, value and what is allowed. Imports nothing."""
    settings = stored_settings(home, source)
    examined = examine(file, settings, _options(options))
    if as_json:
        click.echo(_as_json(examined))
    else:
        tell_findings(examined.findings, err=False)
        click.echo(_summary(examined))
    if examined.findings.counts:
        raise _FAILED


@ledger.command("import")
@click.argument("file", type=_FILE)
@click.option("--replace", metavar="REASON", help="Why FILE takes the place of what is held for its years.")
@_checking
@_reading
@source_option
@home_option
@plain_errors
def import_(
    file: Path,
    replace: str | None,
    as_json: bool,
    source: SourceKind | None,
    home: Path | None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Import FILE for its years, unless anything is wrong with it. `kostra run` then makes the tables."""
    settings = stored_settings(home, source)
    examined, imported, written = import_file(file, settings, _options(options), replace)
    if as_json:
        click.echo(_as_json(examined, imported=imported is not None, written=written))
    else:
        tell_findings(examined.findings, err=True)
        click.echo(_summary(examined), err=imported is None)
    if imported is None:
        talk.print("nothing was imported")
        raise _FAILED
    talk.print(f"imported into {settings.ledger}" if written else "held already, nothing written")
    if settings.source == "sample":
        talk.print("rows of this home are marked `sample`; real accounts belong in --source ssb")
    years = ",".join(map(str, examined.years))
    dataset = "entries" if examined.kind == "ledger" else "account_records"
    talk.print(f"make the table: kostra run --select ledger/{dataset} --years {years}")


@ledger.command()
@click.argument("file", type=_FILE)
@click.option("--year", type=click.IntRange(FIRST_LISTED, LAST_LISTED), help="Which year of the file.")
@_reading
@format_options
@plain_errors
def totals(file: Path, year: int | None, as_csv: bool, as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """Add FILE up by function and expense concept, in NOK thousand; nothing is imported or stored."""
    examined = examine(file, Settings.from_environment(), replace(_options(options), alone=True))
    examined.findings.refuse()
    chosen = _one_year(examined, year)
    frame = concepts(examined.posts, chosen)
    frame[list(CONCEPTS)] = (frame[list(CONCEPTS)] / examined.per_thousand).round(5)
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    else:
        output.print_table(frame, f"{file.name} · {chosen} · NOK thousand", limit=None)


@ledger.command("list")
@format_options
@source_option
@home_option
@plain_errors
def list_(as_csv: bool, as_json: bool, source: SourceKind | None, home: Path | None) -> None:
    """List what was imported, and which file counts for which year."""
    settings = stored_settings(home, source)
    imports = Imports(settings.ledger)
    current = imports.current()
    frame = pd.DataFrame(
        [
            {
                "stands_for": slot,
                "current": current[slot] == held,
                "file": held.name,
                "sha256": held.sha256,
                "imported_at": held.imported_at,
                "replaces_because": held.reason or "",
            }
            for held in imports.all()
            for slot in held.slots
        ],
        columns=["stands_for", "current", "file", "sha256", "imported_at", "replaces_because"],
    )
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    else:
        short = frame.assign(sha256=frame["sha256"].str[:12], imported_at=frame["imported_at"].str[:19])
        output.print_table(short, f"imported · source: {settings.source}", limit=None)


def _options(given: dict[str, Any]) -> Options:
    return Options(**{**given, "years": given.get("years") or None})


def _one_year(examined: Examined, wanted: int | None) -> int:
    if wanted is None and len(examined.years) == 1:
        return examined.years[0]
    if wanted in examined.years and wanted is not None:
        return wanted
    raise DataError(f"{examined.findings.file} is of {shown_years(examined.years)}: choose one with --year")


def _summary(examined: Examined) -> str:
    findings = examined.findings
    years = f", {shown_years(examined.years)}" if examined.years else ""
    verdict = f"{findings.total} problem(s)" if findings.counts else "no problems"
    return f"{findings.file}: {examined.kind}, {examined.rows} row(s){years}: {verdict}"


def _as_json(examined: Examined, **more: object) -> str:
    findings = examined.findings
    record = {
        "file": findings.file,
        "kind": examined.kind,
        "rows": examined.rows,
        "years": list(examined.years),
        **findings_record(findings),
        **more,
    }
    return json.dumps(record, ensure_ascii=False, indent=1)
