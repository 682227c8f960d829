"""What a run was made from and what it made, as its lock; and whether a replay made the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.editions import Editions
from pipelines.klass_editions import KlassEditions
from pipelines.known import Known
from pipelines.listing import Listing
from pipelines.lock import (
    Lock,
    LockedFile,
    LockError,
    absent_of,
    code_sha256,
    differences_of,
    locked_files,
    read_lock,
    requirements_sha256,
    settings_of,
)
from pipelines.run_report import Report
from pipelines.settings import Settings
from pipelines.storage.archive import Archive
from pipelines.storage.imports import Imports
from pipelines.storage.store import WHOLE, Commit, Store
from pipelines.years import REPORT_SPAN
from schemas.catalogue.catalogue import Catalogue

Contents = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Sources:
    """What a run reads its sources through."""

    editions: Editions
    klass: KlassEditions
    listed: Listing


def lock_of(
    settings: Settings,
    report: Report,
    select: Sequence[str],
    catalogue: Catalogue,
    sources: Sources,
    known: Known,
) -> Lock:
    """The lock of a run that has just ended."""
    listing, tables = sources.editions.locked(sources.listed)
    made = _newest(Store(settings.warehouse), [*report.written, *report.unchanged])
    return Lock(
        invocation=report.invocation,
        started_at=report.started_at,
        finished_at=datetime.now(UTC).isoformat(),
        source=settings.source,
        municipality=settings.municipality,
        network=settings.network,
        years=tuple(report.years),
        select=tuple(select),
        as_of=settings.as_of.isoformat() if settings.as_of else None,
        register_by=known.register_by.isoformat() if known.register_by else None,
        replay_of=known.lock.invocation if known.lock else None,
        catalogue_sha256=catalogue.sha256,
        code_version=report.code_version,
        code_sha256=code_sha256(),
        requirements_lock_sha256=requirements_sha256(),
        listing=listing,
        tables=tables,
        klass=sources.klass.locked(),
        files=_files(settings, catalogue, known),
        contents=_hashes(made),
        read=_read_by(made, Store(settings.warehouse)),
    )


def _files(settings: Settings, catalogue: Catalogue, known: Known) -> tuple[LockedFile, ...]:
    shipped = {name: content for name, content in catalogue.registers.items() if known.ships(name)}
    imported = [each for folder in _imports(settings) for each in folder.all() if known.counts(each)]
    return locked_files(shipped, imported)


def _imports(settings: Settings) -> tuple[Imports, Imports]:
    return Imports(settings.ledger), Imports(settings.register)


def _newest(store: Store, names: Iterable[str]) -> dict[str, dict[str, Commit]]:
    """The newest commit of each partition named (`dataset` or `dataset year`), by dataset and partition."""
    wanted: dict[str, set[str]] = {}
    for name in names:
        dataset, _, year = name.partition(" ")
        wanted.setdefault(dataset, set()).add(year or WHOLE)
    found = {dataset: {c.partition: c for c in store.commits(dataset)} for dataset in sorted(wanted)}
    return {
        dataset: {partition: held[partition] for partition in sorted(wanted[dataset]) if partition in held}
        for dataset, held in found.items()
    }


def _hashes(commits: Mapping[str, Mapping[str, Commit]]) -> Contents:
    return {
        dataset: {partition: commit.content_sha256 for partition, commit in held.items()}
        for dataset, held in commits.items()
        if held
    }


def _read_by(made: Mapping[str, Mapping[str, Commit]], store: Store) -> Contents:
    """The partitions that were read and are not among those made, as they are stored."""
    inputs = {name for held in made.values() for commit in held.values() for name in commit.inputs}
    parts = {name.partition("@")[::2] for name in inputs if "/" in name}
    others = [
        f"{dataset} {year}".strip() for dataset, year in parts if (year or WHOLE) not in made.get(dataset, {})
    ]
    return _hashes(_newest(store, others))


def replayed(settings: Settings, path: Path, catalogue: Catalogue) -> Settings:
    """The settings a lock is replayed with: its municipality and network, from the archive alone.

    Raises:
        LockError: the lock cannot be read; something it names is not here; or it is of another catalogue or
            code, and `lock_anyway` is not set.
    """
    lock = read_lock(path)
    settings = settings_of(lock, settings)
    absent = absent_of(lock, Archive(settings.archive), _imports(settings), catalogue)
    if absent:
        listed = "\n".join(f"  - {line}" for line in absent)
        raise LockError(f"{path} names what {settings.folder} does not hold:\n{listed}")
    differences = differences_of(lock, catalogue)
    if differences and not settings.lock_anyway:
        listed = "\n".join(f"  - {line}" for line in differences)
        raise LockError(
            f"{path} was written by other code or another catalogue:\n{listed}\n"
            "check out the version it was written by, or see with --lock-anyway what differs today"
        )
    return settings


def years_of(lock: Lock) -> list[int]:
    """The years a replay computes: the lock's own, and those the run read as they were stored."""
    read = {int(part) for parts in lock.read.values() for part in parts if part != WHOLE}
    return sorted({*lock.years, *read})


def years_then(known: Known, history: Store, asked: Sequence[int] | None) -> list[int] | None:
    """The years of a run as of a date: those asked for, and those their reports showed then; None for all.

    Args:
        known: what is known; names the run whose state is used.
        history: the warehouse of that run.
        asked: the years asked for.
    """
    if known.run is None:
        return None if asked is None else list(asked)
    until = known.run.finished.timestamp() * 1000
    then = {int(c.partition) for c in history.commits("asss/indicators") if c.committed_at_ms <= until}
    if asked is None:
        return sorted(then) or None
    shown = {year for year in then for report in asked if 0 <= report - year < REPORT_SPAN}
    return sorted({*asked, *shown})


def differences(lock: Lock, store: Store) -> list[tuple[str, int | None, str]]:
    """The partitions whose content is not the lock's: dataset, year, and what is amiss."""
    names = [_name(dataset, part) for dataset, parts in lock.contents.items() for part in parts]
    now = _hashes(_newest(store, names))
    return [
        (dataset, None if part == WHOLE else int(part), _amiss(sha256, now.get(dataset, {}).get(part)))
        for dataset, parts in lock.contents.items()
        for part, sha256 in parts.items()
        if now.get(dataset, {}).get(part) != sha256
    ]


def _name(dataset: str, partition: str) -> str:
    return dataset if partition == WHOLE else f"{dataset} {partition}"


def _amiss(then: str, now: str | None) -> str:
    if now is None:
        return f"the lock has content {then[:12]}; the replay made none"
    return f"the lock has content {then[:12]}; the replay made {now[:12]}"


def selected_by(lock: Lock) -> list[str]:
    """What a replay selects: what the run did, with everything upstream, which is not stored there."""
    return [f"+{name.lstrip('+')}" for name in lock.select]
