"""The Dagster instance of a source: run history beside the data it tells of."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import dagster as dg
import yaml
from dagster._core.instance.ref import InstanceRef
from sqlalchemy import event
from sqlalchemy.engine import Engine

from pipelines.history import History
from pipelines.settings import PROJECT, Settings
from pipelines.storage.files import write_durably
from pipelines.storage.store import WHOLE


@event.listens_for(Engine, "connect")
def _commit_without_waiting(connection: object, _: object) -> None:
    """Let Dagster's history reach the disk when the system sees fit.

    Dagster commits every event by itself, some hundred a run, and each commit waited for the disk. In WAL
    mode a process that dies loses nothing by this, and a machine that dies at most the last moments of the
    history; the tables and the archive are flushed by themselves.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = NORMAL")


def dagster_folder(settings: Settings) -> Path:
    """Where the history of a source is kept; also its DAGSTER_HOME."""
    return settings.folder / "dagster"


def configure(settings: Settings) -> Path:
    """Write the source's `dagster.yaml`, the project's with its folders moved; return its folder."""
    folder = dagster_folder(settings).resolve()
    instance = yaml.safe_load((PROJECT / "dagster.yaml").read_text(encoding="utf-8"))
    instance["storage"]["sqlite"]["base_dir"] = str(folder)
    instance["local_artifact_storage"]["config"]["base_dir"] = str(folder)
    text = "# Written by kostra from the project's dagster.yaml; change it there.\n"
    wanted = (text + yaml.safe_dump(instance, sort_keys=False)).encode()
    path = folder / "dagster.yaml"
    if not path.exists() or path.read_bytes() != wanted:
        write_durably(path, wanted)
    return folder


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The instance of a source, made when it is not there.

    For the length of a command; Dagster's own processes read and write the same files their own way.
    """
    folder = str(configure(settings))
    kept_open = {"module": History.__module__, "class": History.__name__, "config": {"base_dir": folder}}
    return dg.DagsterInstance.from_ref(
        InstanceRef.from_dir(folder, overrides={"storage": {"custom": kept_open}})
    )


def last_computed(
    instance: dg.DagsterInstance, dataset: str, partition: str, *, before_ms: int | None = None
) -> int | None:
    """When a partition was last computed, changed or not, in milliseconds since 1970; None when never.

    With `before_ms`, when it was last computed before that moment.
    """
    records = instance.fetch_materializations(
        dg.AssetRecordsFilter(
            asset_key=dg.AssetKey(dataset.split("/")),
            asset_partitions=None if partition == WHOLE else [partition],
            before_timestamp=None if before_ms is None else before_ms / 1000,
        ),
        limit=1,
    ).records
    return int(records[0].timestamp * 1000) if records else None
