"""The cut: every dataset as it was at one moment at which nobody was writing.

Nothing waits for a run that writes. What it has written so far is left out: the cut lies before its first
commit, and before that of any other invocation it would otherwise split.
"""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import dagster as dg
import pyarrow as pa

from pipelines.instance import last_computed
from pipelines.releases.manifest import ReleaseError
from pipelines.running import in_progress
from pipelines.settings import Settings
from pipelines.storage.staleness import stale_inputs
from pipelines.storage.store import Commit, Store, partition_of
from pipelines.years import shown_years
from schemas.contracts import Contract
from schemas.registry import Datasets

#: Lines shown of what is stale.
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Held:
    """One dataset at the cut: the Delta version to open, and the commit that counts of each partition."""

    contract: Contract
    delta_version: int
    commits: Mapping[str, Commit]


class Cut:
    """The warehouse at `moment_ms` (milliseconds since 1970); `running` says what was left out."""

    def __init__(
        self, store: Store, tables: Mapping[str, Held], moment_ms: int, running: tuple[str, ...]
    ) -> None:
        self._store = store
        self.tables = tables
        self.moment_ms = moment_ms
        self.running = running

    @property
    def moment(self) -> datetime:
        """The moment of the cut."""
        return datetime.fromtimestamp(self.moment_ms / 1000, UTC)

    def current(self, dataset: str, year: int | None) -> Commit | None:
        """The commit that counts of a partition at the cut."""
        held = self.tables.get(dataset)
        return held.commits.get(partition_of(year)) if held else None

    def read(self, dataset: str, partitions: Sequence[str]) -> pa.Table:
        """Rows of some partitions of a dataset, in stored types and key order."""
        held = self.tables[dataset]
        years = [int(name) for name in partitions] if held.contract.partitioned else None
        return self._store.read(held.contract, years, delta_version=held.delta_version)


def take_cut(settings: Settings, datasets: Datasets, instance: dg.DagsterInstance) -> Cut:
    """Every dataset as of the last moment at which nobody was writing."""
    store, now_ms = Store(settings.warehouse), time.time_ns() // 1_000_000
    # Asked before the logs are read: a run that begins later commits after `now_ms`.
    busy = in_progress(settings, instance)
    logs = {name: store.commits(name) for name in datasets}
    moment_ms = consistent_moment((commit for log in logs.values() for commit in log), busy, now_ms)
    tables = {
        name: held
        for name, log in logs.items()
        if (held := _held(datasets[name], [c for c in log if c.committed_at_ms <= moment_ms]))
    }
    written = {commit.invocation for log in logs.values() for commit in log}
    running = tuple(what for invocation, what in sorted(busy.items()) if invocation in written)
    return Cut(store, tables, moment_ms, running)


def consistent_moment(commits: Iterable[Commit], busy: Container[str], now_ms: int) -> int:
    """The last moment not after `now_ms` that splits no invocation and is before all those that are busy."""
    spans: dict[str, tuple[int, int]] = {}
    for commit in commits:
        first, last = spans.get(commit.invocation, (commit.committed_at_ms, commit.committed_at_ms))
        at = commit.committed_at_ms
        spans[commit.invocation] = (min(first, at), max(last, at))
    moment = now_ms
    while split := [
        first
        for invocation, (first, last) in spans.items()
        if first <= moment and (invocation in busy or last > moment)
    ]:
        moment = min(split) - 1
    return moment


def refuse_stale(cut: Cut, instance: dg.DagsterInstance, selection: Mapping[str, Sequence[str]]) -> None:
    """Refuse a cut in which something was not computed anew after what it is made from.

    Args:
        cut: the cut.
        instance: the history that tells when something was last computed.
        selection: the partitions looked at, by dataset.

    Raises:
        ReleaseError: naming the datasets, years and inputs.
    """
    lines = [
        f"{name} {line}"
        for name, parts in selection.items()
        for line in stale_inputs(
            cut.current,
            [cut.tables[name].commits[part] for part in parts],
            partial(last_computed, instance, name, before_ms=cut.moment_ms),
        )
    ]
    if lines:
        more = [f"… and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        shown = "\n  ".join([*lines[:_SHOWN], *more])
        raise ReleaseError(
            f"what is held as of {_shown(cut.moment)} does not hang together (a run failed, was killed, or "
            f"made only some years); run `kostra run` to its end first:\n  {shown}"
        )


def refuse_absent(cut: Cut, dataset: str, year: int) -> None:
    """Refuse a report year that is not held at the cut.

    Raises:
        ReleaseError: naming the years that are.
    """
    if cut.current(dataset, year) is not None:
        return
    held = cut.tables.get(dataset)
    years = shown_years([int(name) for name in held.commits]) if held else "no year"
    left_out = f"; left out, because it is still writing: {', '.join(cut.running)}" if cut.running else ""
    raise ReleaseError(
        f"{dataset} has no report year {year} as of {_shown(cut.moment)}; it holds {years}{left_out}. "
        f"Run `kostra run --years {year - 2}-{year}` first"
    )


def _held(contract: Contract, log: list[Commit]) -> Held | None:
    if not log:
        return None
    return Held(contract, log[-1].delta_version, {commit.partition: commit for commit in log})


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
