"""Whether what is stored was made, or found unchanged, after what it is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pipelines.storage.store import WHOLE, Commit

#: The commit that counts of a dataset and year, or None.
Current = Callable[[str, int | None], Commit | None]
#: Milliseconds since 1970 when a partition (`2024` or `all`) of a dataset was last computed.
Computed = Callable[[str], int | None]


def stale_inputs(current: Current, commits: Iterable[Commit], computed: Computed) -> list[str]:
    """One line per partition with an input that was stored anew since the partition was last computed."""
    lines = []
    for commit in commits:
        moved = _stored_after(current, commit.inputs, commit.committed_at_ms)
        if moved:
            moved = _stored_after(current, moved, computed(commit.partition) or 0)
        if moved:
            where = "" if commit.partition == WHOLE else f"{commit.partition}: "
            lines.append(f"{where}{', '.join(moved)} changed since")
    return lines


def _stored_after(current: Current, names: Iterable[str], since_ms: int) -> list[str]:
    """Those inputs (`dataset` or `dataset@year`) with a later commit; sources are not datasets."""
    moved = []
    for name in names:
        dataset, _, year = name.partition("@")
        commit = current(dataset, int(year) if year else None) if "/" in dataset else None
        if commit is not None and commit.committed_at_ms > since_ms:
            moved.append(name)
    return moved
