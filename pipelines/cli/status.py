"""`kostra status`: what is held, how fresh it is, what is stale, and how the last runs went."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
import dagster as dg
import pandas as pd

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
        frame = pd.DataFrame([_row(warehouse, name, history) for name in datasets(settings)])
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    else:
        output.print_table(frame, f"{settings.warehouse} · source: {settings.source}", limit=None)
        _tell_runs(settings)


def _row(warehouse: Store, dataset: str, history: dg.DagsterInstance) -> dict[str, object]:
    commits = warehouse.commits(dataset)
    newest = {commit.partition: commit for commit in commits}
    stale = stale_inputs(warehouse.current, newest.values(), partial(last_computed, history, dataset))
    return {
        "dataset": dataset,
        "years": shown_years(warehouse.years(dataset)),
        "rows": sum(commit.rows for commit in newest.values()),
        "stored (UTC)": f"{_moment(commits[-1]):%Y-%m-%d %H:%M}" if commits else "never",
        "edition": _edition(commits[-1]) if commits else "",
        "stale": "; ".join(stale),
    }


def _edition(commit: Commit) -> str:
    return "; ".join(what for name, what in commit.inputs.items() if name.startswith("SSB "))


def _moment(commit: Commit) -> datetime:
    return datetime.fromtimestamp(commit.committed_at_ms / 1000, UTC)


def _tell_runs(settings: Settings) -> None:
    for record in reports(settings)[-RUNS_SHOWN:]:
        outcome = "ok" if record.succeeded else f"{len(record.failures)} failure(s)"
        talk.print(f"run {record.started_at}: {outcome}, {len(record.written)} new partition(s)")
