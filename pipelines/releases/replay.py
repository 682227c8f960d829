"""A release of what a lock names: the lock is replayed first, where that was not done yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dagster as dg

from pipelines.lock import read_lock, settings_of
from pipelines.releases.manifest import ReleaseError
from pipelines.run import run_pipeline
from pipelines.run_lock import differences
from pipelines.settings import Settings
from pipelines.storage.store import Store
from schemas.catalogue.catalogue import Catalogue


def replayed_settings(
    settings: Settings,
    path: Path,
    say: Callable[[str], None] = lambda _: None,
    catalogue: Catalogue | None = None,
    instance: dg.DagsterInstance | None = None,
) -> Settings:
    """The settings of the warehouse a lock was replayed in, replayed now unless it holds all of it.

    Raises:
        ReleaseError: the replay made something else.
        LockError: the lock cannot be replayed here.
    """
    lock = read_lock(path)
    settings = settings_of(lock, settings.but(lock=path))
    if not differences(lock, Store(settings.warehouse)):
        return settings
    say(f"replaying {path} ({lock.invocation})")
    report = run_pipeline(settings, None, say=say, catalogue=catalogue, instance=instance)
    if not report.succeeded:
        told = "\n".join(f"  {f.dataset} {f.year or ''}: {f.message}" for f in report.failures)
        raise ReleaseError(f"{path} does not give what it names any more:\n{told}")
    return settings
