"""What a run may use of what is held: everything, what was known at a date, or what a lock names.

SSB's tables carry the date they were published, so an edition is known from that date on, whenever it was
fetched. KLASS and files that are handed in carry none: of them the state is used that the last run of that
time used. A run is of that time when it ended by the date, or, in an archive that is younger than the date,
when everything SSB had given it was published by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from pipelines.lock import Lock, locks_in, read_lock
from pipelines.settings import Settings
from pipelines.storage.archive import Snapshot
from pipelines.storage.imports import Imported


@dataclass(frozen=True, slots=True)
class Known:
    """What counts; everything by default.

    `published_by`: editions published later do not. `held_by`: what was fetched or handed in later does not,
    where nothing tells when it was published. `register_by`: register figures published later do not. `run`
    is the run whose state is used, `lock` the lock that names everything.
    """

    published_by: date | None = None
    held_by: datetime | None = None
    register_by: date | None = None
    run: Lock | None = None
    lock: Lock | None = None

    def edition(self, table: str, snapshots: Sequence[Snapshot]) -> Snapshot | None:
        """The edition of a table that counts, of those archived (oldest first)."""
        if self.lock is not None:
            locked = self.lock.tables.get(table)
            return _named(locked.sha256 if locked else None, snapshots)
        if self.published_by is None:
            return snapshots[-1] if snapshots else None
        limit = self.published_by.isoformat()
        out = [s for s in snapshots if s.facts["updated"][:10] <= limit]
        newest = max((s.facts["updated"] for s in out), default=None)
        return self._retrieved([s for s in out if s.facts["updated"] == newest])

    def listing(self, snapshots: Sequence[Snapshot]) -> Snapshot | None:
        """The list of tables that counts."""
        return self._answer(self.lock.listing if self.lock else None, snapshots)

    def metadata(self, table: str, sha256: str | None, snapshots: Sequence[Snapshot]) -> Snapshot | None:
        """The metadata of a table that counts: those of its edition (`sha256`), where there is one."""
        locked = self.lock.tables.get(table) if self.lock else None
        wanted = locked.metadata_sha256 if locked else sha256
        return _named(wanted, snapshots) or self._answer(wanted, snapshots)

    def klass(self, key: str, snapshots: Sequence[Snapshot]) -> Snapshot | None:
        """The answer of KLASS that counts."""
        return self._answer(self.lock.klass.get(key) if self.lock else None, snapshots)

    def counts(self, imported: Imported) -> bool:
        """Whether a file that was handed in counts."""
        if self.lock is not None:
            named = {(file.sha256, file.imported_at) for file in self.lock.files}
            return (imported.sha256, imported.imported_at) in named
        if self.held_by is None or (imported.kind == "register" and self.register_by is not None):
            return True
        return datetime.fromisoformat(imported.imported_at) <= self.held_by

    def ships(self, name: str) -> bool:
        """Whether a register file that comes with the catalogue counts."""
        state = self.lock or self.run
        return state is None or any(f.name == name for f in state.files if f.imported_at is None)

    def _answer(self, sha256: str | None, snapshots: Sequence[Snapshot]) -> Snapshot | None:
        return _named(sha256, snapshots) if self.lock is not None else self._retrieved(snapshots)

    def _retrieved(self, snapshots: Sequence[Snapshot]) -> Snapshot | None:
        """The last one fetched by then; where none was, the first."""
        if not snapshots or self.held_by is None:
            return snapshots[-1] if snapshots else None
        return ([s for s in snapshots if s.retrieved_at <= self.held_by] or list(snapshots[:1]))[-1]


def _named(sha256: str | None, snapshots: Sequence[Snapshot]) -> Snapshot | None:
    return next((s for s in reversed(snapshots) if s.sha256 == sha256), None)


def known_to(settings: Settings) -> Known:
    """What a run with these settings may use.

    Raises:
        LockError: the lock cannot be read.
    """
    if settings.lock is not None:
        lock = read_lock(settings.lock)
        register_by = date.fromisoformat(lock.register_by) if lock.register_by else None
        return Known(register_by=register_by, lock=lock)
    if settings.as_of is None:
        return Known()
    run = _run_of(settings, settings.as_of)
    if run is not None:
        return Known(published_by=settings.as_of, held_by=run.finished, run=run)
    return Known(published_by=settings.as_of, held_by=_end_of(settings.as_of), register_by=settings.as_of)


def _run_of(settings: Settings, day: date) -> Lock | None:
    """The last run of that time, or None."""
    runs = [lock for lock in locks_in(settings.folder / "runs") if lock.is_first_hand]
    by_day = [lock for lock in runs if lock.finished <= _end_of(day)]
    return next(iter((by_day or [lock for lock in runs if lock.published_by(day)])[::-1]), None)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=UTC)
