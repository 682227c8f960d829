"""What a release is of: the partitions one finished run left behind, as they are at the cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipelines.lock import LOCK_FILE, Lock, locks_in, read_lock
from pipelines.releases.cut import Cut
from pipelines.releases.manifest import ReleaseError
from pipelines.settings import Settings
from pipelines.storage.store import WHOLE
from schemas.registry import Datasets

#: Partitions by dataset, in order.
Selection = Mapping[str, Sequence[str]]


def lock_for(settings: Settings, cut: Cut, datasets: Datasets, profile: str, year: int) -> tuple[Lock, Path]:
    """The lock of what is held at the cut, and its file: the one given, or of the run that made most of it.

    Raises:
        ReleaseError: nothing that is held at the cut is what one finished run made.
    """
    if settings.lock is not None:
        candidates = [(read_lock(settings.lock), settings.lock)]
    else:
        candidates = _of_runs(settings, cut.moment)
    fitting, reasons = [], []
    for lock, path in candidates:
        if str(year) not in lock.contents.get(profile, {}):
            continue
        selection = selection_of(lock, datasets, year)
        amiss = next(_amiss(lock, selection, cut, year), None)
        if amiss is None:
            fitting.append((sum(map(len, selection.values())), lock, path))
        else:
            reasons.append(f"run {lock.invocation}: {amiss}")
    if not fitting:
        raise ReleaseError(_no_run(profile, year, reasons))
    _, lock, path = max(fitting, key=lambda found: (found[0], found[1].finished))
    return lock, path


def selection_of(lock: Lock, datasets: Datasets, year: int) -> dict[str, list[str]]:
    """The partitions of a report on `year` that the run of `lock` made or read."""
    chosen: dict[str, list[str]] = {}
    for name in datasets:
        parts = {*lock.contents.get(name, {}), *lock.read.get(name, {})}
        kept = sorted(part for part in parts if part == WHOLE or int(part) <= year)
        if kept:
            chosen[name] = kept
    return chosen


def years_left_out(selection: Selection, cut: Cut, year: int) -> list[int]:
    """Years up to `year` that are held and not of the run the release is of."""
    held = {part for table in cut.tables.values() for part in table.commits if part != WHOLE}
    chosen = {part for parts in selection.values() for part in parts}
    return sorted(int(part) for part in held - chosen if int(part) <= year)


def _of_runs(settings: Settings, moment: datetime) -> list[tuple[Lock, Path]]:
    """Locks of runs that had ended by then, newest first."""
    folder = settings.folder / "runs"
    locks = [lock for lock in locks_in(folder) if lock.is_first_hand and _is_ours(lock, settings)]
    ended = sorted((lock for lock in locks if lock.finished <= moment), key=lambda lock: lock.finished)
    return [(lock, folder / lock.invocation / LOCK_FILE) for lock in reversed(ended)]


def _is_ours(lock: Lock, settings: Settings) -> bool:
    return (lock.source, lock.municipality, lock.network) == (
        settings.source,
        settings.municipality,
        settings.network,
    )


def _amiss(lock: Lock, selection: Selection, cut: Cut, year: int) -> Iterator[str]:
    """What is held at the cut and not as the run left it, or not of the run."""
    for name, parts in selection.items():
        made = {**lock.read.get(name, {}), **lock.contents.get(name, {})}
        for part in parts:
            commit = cut.current(name, None if part == WHOLE else int(part))
            if commit is None or commit.content_sha256 != made[part]:
                yield f"{name} {part} has been made anew since" if commit else f"{name} {part} is not held"
    for name, held in cut.tables.items():
        for part in (WHOLE, str(year)):
            if part in held.commits and part not in selection.get(name, ()):
                yield f"it did not make {name} {part}"


def _no_run(profile: str, year: int, reasons: Sequence[str]) -> str:
    told = "".join(f"\n  {reason}" for reason in reasons[:3])
    return (
        f"no finished `kostra run` of this municipality and network left what is held of {profile} {year} "
        "and what it rests on; run `kostra run` to its end first (what has not changed is not fetched "
        f"again){told}"
    )
