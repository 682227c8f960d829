"""`kostra status`: what is held, how fresh it is, what is stale, and how the last runs went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import dagster as dg
import pandas as pd

from assets.catalogue.loader import load_catalogue
from assets.vintages import vintage_status
from pipelines.cli import output
from pipelines.cli.common import (
    datasets,
    format_options,
    home_option,
    plain_errors,
    source_option,
    store,
    stored_settings,
    talk,
)
from pipelines.instance import last_computed, open_instance
from pipelines.run_report import reports
from pipelines.settings import Settings, SourceKind
from pipelines.storage.staleness import stale_inputs
from pipelines.storage.store import Commit, Store
from pipelines.years import shown_years
from schemas.catalogue import Table

RUNS_SHOWN = 5


@click.command()
@format_options
@source_option
@home_option
@plain_errors
def status(as_csv: bool, as_json: bool, source: SourceKind | None, home: Path | None) -> None:
    """Datasets with their years, newest version and staleness; then the last runs."""
    settings = stored_settings(home, source)
    warehouse = store(settings)
    with open_instance(settings) as history:
        tables = load_catalogue().tables
        rows = [_row(warehouse, name, history, _table(name, tables)) for name in datasets(settings)]
    frame = pd.DataFrame(rows)
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    else:
        output.print_table(frame, f"{settings.warehouse} · source: {settings.source}", limit=None)
        _tell_runs(settings)


def _table(dataset: str, tables: Mapping[str, Table]) -> Table | None:
    """The SSB table a dataset holds, if it holds one."""
    return tables.get(dataset.removeprefix("statbank/t"))


def _row(
    warehouse: Store, dataset: str, history: dg.DagsterInstance, table: Table | None
) -> dict[str, object]:
    commits = warehouse.commits(dataset)
    newest = {commit.partition: commit for commit in commits}
    stale = stale_inputs(warehouse.current, newest.values(), partial(last_computed, history, dataset))
    return {
        "dataset": dataset,
        "years": shown_years(warehouse.years(dataset)),
        "rows": sum(commit.rows for commit in newest.values()),
        "stored (UTC)": f"{_moment(commits[-1]):%Y-%m-%d %H:%M}" if commits else "never",
        "edition": _edition(commits[-1]) if commits else "",
        "figures": _vintage_statuses(newest, table) if table else "",
        "stale": "; ".join(stale),
    }


def _edition(commit: Commit) -> str:
    return "; ".join(what for name, what in commit.inputs.items() if name.startswith("SSB "))


def _vintage_statuses(newest: Mapping[str, Commit], table: Table) -> str:
    """Which years' figures are preliminary, and which are final."""
    years: dict[str, list[int]] = {}
    for partition, commit in newest.items():
        said = vintage_status(
            _edition(commit), int(partition), final_when_published=table.final_when_published
        )
        years.setdefault(said, []).append(int(partition))
    return "; ".join(f"{said} {shown_years(held)}" for said, held in sorted(years.items()))


def _moment(commit: Commit) -> datetime:
    return datetime.fromtimestamp(commit.committed_at_ms / 1000, UTC)


def _tell_runs(settings: Settings) -> None:
    for record in reports(settings)[-RUNS_SHOWN:]:
        outcome = "ok" if record.succeeded else f"{len(record.failures)} failure(s)"
        talk.print(f"run {record.started_at}: {outcome}, {len(record.written)} new partition(s)")
