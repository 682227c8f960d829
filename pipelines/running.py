"""Which commands and runs are writing to the store at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from pipelines.settings import Settings
from pipelines.storage.files import exclusive, is_held
from pipelines.storage.io_manager import invocation_of

_MARKER = "running.lock"
#: A run that waits its turn belongs to a tick or backfill that is half done.
_UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@contextmanager
def marked_running(settings: Settings, invocation: str) -> Iterator[None]:
    """Tell others that `invocation` is at work; the lock ends with the process that holds it.

    The marker of an invocation that broke off stays, unlocked: it tells that its runs are dead.
    """
    marker = _folder(settings) / invocation / _MARKER
    with exclusive(marker):
        yield
    marker.unlink(missing_ok=True)


def in_progress(settings: Settings, instance: dg.DagsterInstance) -> dict[str, str]:
    """Invocation → what it is, of all that may yet write.

    A command tells by its lock whether it lives: one that was killed leaves its Dagster run started for ever.
    Runs that Dagster launched tell by their status.
    """
    marked = {path.parent.name: is_held(path) for path in _folder(settings).glob(f"*/{_MARKER}")}
    alive = {name: f"kostra run {name}" for name, held in marked.items() if held}
    for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED)):
        invocation = invocation_of(run.tags, run.run_id)
        if invocation not in marked:
            alive[invocation] = f"Dagster run {run.run_id} ({run.status.value.lower()})"
    return alive


def _folder(settings: Settings) -> Path:
    return settings.folder / "runs"
