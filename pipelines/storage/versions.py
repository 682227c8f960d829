"""Versions as people count them: all commits of one command, tick or backfill are one version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.storage.store import WHOLE, Commit, Store, StoreError


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a dataset: the partitions it changed, each with its commit."""

    number: int
    commits: tuple[Commit, ...]

    @property
    def delta_version(self) -> int:
        """The Delta version to open to see the dataset as this version left it."""
        return self.commits[-1].delta_version

    @property
    def committed_at(self) -> datetime:
        """When the last partition of the version was stored."""
        return datetime.fromtimestamp(self.commits[-1].committed_at_ms / 1000, UTC)

    @property
    def years(self) -> tuple[int, ...]:
        """The years the version changed, ascending; empty for a dataset without years."""
        return tuple(sorted(int(c.partition) for c in self.commits if c.partition != WHOLE))


def versions(store: Store, dataset: str) -> list[Version]:
    """Every version of `dataset`, oldest first; empty when nothing was stored."""
    groups: list[list[Commit]] = []
    for commit in store.commits(dataset):
        if groups and groups[-1][-1].invocation == commit.invocation:
            groups[-1].append(commit)
        else:
            groups.append([commit])
    return [Version(number, tuple(group)) for number, group in enumerate(groups, start=1)]


def version(store: Store, dataset: str, number: int) -> Version:
    """The version `number` of `dataset`.

    Raises:
        StoreError: when there is none.
    """
    known: Sequence[Version] = versions(store, dataset)
    if not 1 <= number <= len(known):
        raise StoreError(f"{dataset} has versions 1-{len(known)}, not {number}")
    return known[number - 1]
