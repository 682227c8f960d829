"""Whether what is stored was made, or found unchanged, after what it is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pipelines.storage.store import WHOLE, Commit, Store

#: Milliseconds since 1970 when a partition (`2024` or `all`) of a dataset was last computed.
Computed = Callable[[str], int | None]


def stale_inputs(store: Store, commits: Iterable[Commit], computed: Computed) -> list[str]:
    """One line per partition with an input that was stored anew since the partition was last computed."""
    lines = []
    for commit in commits:
        since = max(commit.committed_at_ms, computed(commit.partition) or 0)
        moved = [name for name in commit.inputs if _stored_after(store, name, since)]
        if moved:
            where = "" if commit.partition == WHOLE else f"{commit.partition}: "
            lines.append(f"{where}{', '.join(moved)} changed since")
    return lines


def _stored_after(store: Store, name: str, since_ms: int) -> bool:
    """Whether input `name` (`dataset` or `dataset@year`) has a later commit; sources are not datasets."""
    dataset, _, year = name.partition("@")
    if "/" not in dataset:
        return False
    current = store.current(dataset, int(year) if year else None)
    return current is not None and current.committed_at_ms > since_ms
