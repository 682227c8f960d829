"""`kostra history`: the versions of a dataset, with reason and inputs."""

from __future__ import annotations

import json
from pathlib import Path

import click
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
)
from pipelines.settings import SourceKind
from pipelines.storage.store import WHOLE, Commit, StoreError
from pipelines.storage.versions import Version, versions
from pipelines.years import shown_years


@click.command()
@click.argument("dataset")
@format_options
@source_option
@home_option
@plain_errors
def history(dataset: str, as_csv: bool, as_json: bool, source: SourceKind | None, home: Path | None) -> None:
    """List the versions of DATASET: when, which years, and why."""
    settings = stored_settings(home, source)
    name = datasets(settings)[dataset].dataset
    known = versions(store(settings), name)
    if not known:
        raise StoreError(f"nothing is stored of {name} in {settings.warehouse}; run `kostra run` first")
    if as_json:
        click.echo(json.dumps([_record(v) for v in known], ensure_ascii=False, indent=1))
    elif as_csv:
        output.print_csv(pd.DataFrame([_flat(v, c) for v in known for c in v.commits]))
    else:
        headers = [("Version", True), ("Stored (UTC)", False), ("Years", False), ("Why", False)]
        output.print_columns(headers, [_line(v) for v in known], f"{name} · source: {settings.source}")


def _line(version: Version) -> list[str]:
    return [
        str(version.number),
        f"{version.committed_at:%Y-%m-%d %H:%M:%S}",
        shown_years(version.years) or "–",
        "\n".join(_reasons(version)),
    ]


def _reasons(version: Version) -> list[str]:
    """Reasons by year; years with one and the same reason on one line."""
    by_reason: dict[str, list[Commit]] = {}
    for commit in version.commits:
        by_reason.setdefault(commit.reason, []).append(commit)
    return [
        reason if commits[0].partition == WHOLE else f"{_years_of(commits)}: {reason}"
        for reason, commits in by_reason.items()
    ]


def _years_of(commits: list[Commit]) -> str:
    return shown_years([int(commit.partition) for commit in commits])


def _record(version: Version) -> dict[str, object]:
    return {
        "version": version.number,
        "committed_at": version.committed_at.isoformat(),
        "years": list(version.years),
        "changes": [
            {
                "partition": commit.partition,
                "rows": commit.rows,
                "reason": commit.reason,
                "content_sha256": commit.content_sha256,
                "inputs": dict(commit.inputs),
                "delta_version": commit.delta_version,
                "run_id": commit.run_id,
                "code_version": commit.code_version,
            }
            for commit in version.commits
        ],
    }


def _flat(version: Version, commit: Commit) -> dict[str, object]:
    return {
        "version": version.number,
        "committed_at": version.committed_at.isoformat(),
        "partition": commit.partition,
        "rows": commit.rows,
        "reason": commit.reason,
        "content_sha256": commit.content_sha256,
        "inputs": "; ".join(f"{name} {what}" for name, what in commit.inputs.items()),
    }
