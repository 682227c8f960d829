"""`kostra reconcile`: a published report held against what is computed, and against itself."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from assets.errors import DataError
from assets.quality.reconciliation.dataset import Reconciled, reconcile
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.report import PublishedReport, read_report
from assets.quality.reconciliation.shipped import shipped_reports
from assets.quality.reconciliation.words import Vocabulary
from assets.register.entities import entities_of
from pipelines.cli import output
from pipelines.cli.common import (
    escaped,
    format_options,
    home_option,
    plain_errors,
    source_option,
    stored_settings,
    talk,
)
from pipelines.cli.reconcile_view import print_reconciled, shown_rows, summary
from pipelines.reconciled import read_computed
from pipelines.register_import import stored_municipalities
from pipelines.settings import SourceKind
from pipelines.stored import Stored
from pipelines.years import UsageError, shown_years

_PATH = click.Path(path_type=Path)


@click.command("reconcile")
@click.option(
    "--year", type=int, help="Newest accounting year of the report.  [default: the newest there is]"
)
@click.option(
    "--published",
    "paths",
    type=_PATH,
    multiple=True,
    help="A folder or file with the figures of another report; nothing is stored.  Repeatable.",
)
@click.option("--all", "everything", is_flag=True, help="Also print the figures and claims that match.")
@format_options
@source_option
@home_option
@plain_errors
def reconcile_(
    year: int | None,
    paths: tuple[Path, ...],
    everything: bool,
    as_csv: bool,
    as_json: bool,
    source: SourceKind | None,
    home: Path | None,
) -> None:
    """Print what is wrong in a published report, with the proof, and a verdict on its figures and claims."""
    stored = Stored(stored_settings(home, source))
    reports = _published(paths, stored, year) if paths else _shipped(stored, year)
    results = [_reconciled(report, stored) for report in reports]
    if as_json:
        records = [_record(each, everything=everything) for each in results]
        click.echo(json.dumps(records[0] if len(records) == 1 else records, ensure_ascii=False, indent=1))
        return
    for result in results:
        if as_csv:
            output.print_csv(shown_rows(result, everything=everything))
        else:
            print_reconciled(result, stored.settings, everything=everything)


def _shipped(stored: Stored, year: int | None) -> tuple[PublishedReport, ...]:
    """The reports of the catalogue on a year, the newest by default."""
    reports = shipped_reports(stored.catalogue)
    wanted = max(reports, default=None) if year is None else year
    if wanted is None or wanted not in reports:
        held = f"there is one for {shown_years(sorted(reports))}" if reports else "there is none at all"
        raise DataError(f"no published report for {wanted}: {held}; --published DIR reconciles another")
    return reports[wanted]


def _published(paths: tuple[Path, ...], stored: Stored, year: int | None) -> tuple[PublishedReport, ...]:
    entities = entities_of(stored.catalogue, stored_municipalities(stored.settings))
    report = read_report(paths, Vocabulary.of(stored.catalogue, entities))
    for warning in report.warnings:
        talk.print(f"[yellow]warning[/] {escaped(warning)}")
    if year is not None and year != report.year:
        raise UsageError(f"--year {year}: '{report.name}' is on {report.year}")
    return (report,)


def _reconciled(report: PublishedReport, stored: Stored) -> Reconciled:
    shown, held = report.years, stored.years("asss/indicators")
    missing = sorted(set(shown) - set(held))
    command = f"kostra run --source {stored.settings.source} --years {shown_years(missing).replace(' ', '')}"
    if report.year in missing:
        raise DataError(f"'{report.name}': {shown_years(missing)} is not computed yet; run `{command}` first")
    if missing:
        talk.print(f"[yellow]{shown_years(missing)} is not computed and is left out[/]; run `{command}`")
    _, network = stored.compared()
    computed = read_computed(stored, network, shown)
    return reconcile(report, Knowledge.of(stored.catalogue, computed))


def _record(result: Reconciled, *, everything: bool) -> dict[str, object]:
    report = result.report
    rows = shown_rows(result, everything=everything)
    return {
        "report": report.name,
        "year": report.year,
        "municipality": report.municipality,
        "source": str(result.rows["source"].iloc[0]),
        "summary": summary(result),
        "findings": [asdict(finding) for finding in result.findings],
        "rows": output.records(rows[(rows["kind"] != "finding").to_numpy()]),
    }
