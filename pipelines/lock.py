"""The lock of a run: everything it was made from and everything it made, by hash.

Two runs with the same lock have the same content hashes, whatever was published or handed in since.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from assets.errors import DataError
from pipelines import __version__
from pipelines.settings import PROJECT, Settings
from pipelines.storage.archive import Archive, sha256_of
from pipelines.storage.files import write_durably
from pipelines.storage.imports import Imported, Imports
from schemas.catalogue.catalogue import Catalogue

log = logging.getLogger(__name__)

LOCK_FILE = "inputs.lock.json"
_FORMAT = 1
#: What the figures do not depend on.
_NOT_CODE = ("pipelines/standin/", "pipelines/cli/", "pipelines/releases/")
#: Data that is read beside the catalogue's own entries.
_DATA = ("assets/catalogue/ledger/", "assets/catalogue/published/")


class LockError(DataError):
    """A lock cannot be read, or what it names is not here."""


@dataclass(frozen=True, slots=True)
class LockedTable:
    """One SSB table: the edition and metadata used. `vintage_id` is None for a table that was not fetched."""

    listed_updated: str
    metadata_sha256: str | None = None
    vintage_id: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class LockedFile:
    """One file that was handed in, or that comes with the catalogue (`imported_at` is None then)."""

    kind: str
    name: str
    sha256: str
    stands_for: tuple[str, ...] = ()
    imported_at: str | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """What one run was made from (by hash), and the content hash of every partition it made.

    `listing` and `klass` are archived answers. `register_by`: register figures published later were left out.
    `read` are partitions that were read and not made in the run. `contents` and `read` are by dataset and
    partition (a year, or `all`).
    """

    invocation: str
    started_at: str
    finished_at: str
    source: str
    municipality: str
    network: str
    years: tuple[int, ...]
    select: tuple[str, ...]
    as_of: str | None
    register_by: str | None
    replay_of: str | None
    catalogue_sha256: str
    code_version: str
    code_sha256: str
    requirements_lock_sha256: str | None
    listing: str | None
    tables: Mapping[str, LockedTable]
    klass: Mapping[str, str]
    files: tuple[LockedFile, ...]
    contents: Mapping[str, Mapping[str, str]]
    read: Mapping[str, Mapping[str, str]]

    @property
    def finished(self) -> datetime:
        """When the run ended."""
        return datetime.fromisoformat(self.finished_at)

    @property
    def inputs(self) -> dict[str, str]:
        """Table → vintage, and file → hash, of everything that was used."""
        vintages = {name: table.vintage_id for name, table in self.tables.items() if table.vintage_id}
        return vintages | {f"{file.kind} {file.name}": file.sha256 for file in self.files}

    @property
    def is_first_hand(self) -> bool:
        """Whether the run worked from everything that was known, not from a date or another lock."""
        return self.as_of is None and self.replay_of is None

    def published_by(self, day: date) -> bool:
        """Whether every edition in it was published by that day."""
        vintages = [table.vintage_id for table in self.tables.values() if table.vintage_id]
        return bool(vintages) and all(v.partition("@")[2][:10] <= day.isoformat() for v in vintages)


def write_lock(path: Path, lock: Lock) -> None:
    """Write a lock, whole or not at all."""
    text = json.dumps({"lock_format": _FORMAT, **asdict(lock)}, ensure_ascii=False, indent=1)
    write_durably(path, text.encode())


def read_lock(path: Path) -> Lock:
    """Read a lock.

    Raises:
        LockError: it is not there, or not a lock this version can read.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LockError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise LockError(f"{path} is not a lock: {error}") from error
    return _lock(record, path)


def _lock(record: Any, path: Path) -> Lock:  # noqa: ANN401 - whatever the file holds
    if not isinstance(record, dict) or record.pop("lock_format", None) != _FORMAT:
        raise LockError(f"{path} is not a lock of format {_FORMAT}; take {LOCK_FILE} of a run's folder")
    wanted = {field.name for field in fields(Lock)}
    if record.keys() != wanted:
        wrong = ", ".join(sorted(record.keys() ^ wanted))
        raise LockError(f"{path} is not a whole lock: {wrong}")
    try:
        record["tables"] = {name: LockedTable(**entry) for name, entry in record["tables"].items()}
        record["files"] = tuple(_file(entry) for entry in record["files"])
    except (TypeError, AttributeError, KeyError) as error:
        raise LockError(f"{path} is not a lock: {error}") from error
    return Lock(**{**record, "years": tuple(record["years"]), "select": tuple(record["select"])})


def _file(entry: dict[str, Any]) -> LockedFile:
    return LockedFile(**{**entry, "stands_for": tuple(entry["stands_for"])})


def settings_of(lock: Lock, settings: Settings) -> Settings:
    """The settings with what the lock says: whose figures, beside which network, from the archive alone."""
    return settings.but(
        source=lock.source, municipality=lock.municipality, network=lock.network, offline=True
    )


def locks_in(folder: Path) -> list[Lock]:
    """The locks of finished runs under `folder`, oldest first; those of another format are passed by."""
    found = []
    for path in sorted(folder.glob(f"*/{LOCK_FILE}")):
        try:
            found.append(read_lock(path))
        except LockError as error:
            log.info("%s", error)
    return found


def locked_files(shipped: Mapping[str, bytes], imported: Iterable[Imported]) -> tuple[LockedFile, ...]:
    """The files that come with the catalogue, by name, and those that were handed in, in their order."""
    of_catalogue = [
        LockedFile("register", name, sha256_of(content), ("catalogue",))
        for name, content in sorted(shipped.items())
    ]
    handed_in = [
        LockedFile(each.kind, each.name, each.sha256, _shown(each.slots), each.imported_at)
        for each in imported
    ]
    return (*of_catalogue, *handed_in)


def _shown(slots: tuple[str, ...], most: int = 12) -> tuple[str, ...]:
    """What a file stands for; of one that stands for many figures the first and last."""
    return slots if len(slots) <= most else (slots[0], f"… {len(slots)} in all …", slots[-1])


def differences_of(lock: Lock, catalogue: Catalogue) -> list[str]:
    """How the catalogue and code of today differ from those of the lock."""
    return [
        f"{what}: {_short(then)} in the lock, {_short(now)} here"
        for what, then, now in (
            ("catalogue", lock.catalogue_sha256, catalogue.sha256),
            ("code version", lock.code_version, __version__),
            ("code", lock.code_sha256, code_sha256()),
        )
        if then != now
    ]


def _short(text: str) -> str:
    return text[:12]


def absent_of(lock: Lock, archive: Archive, imports: Iterable[Imports], catalogue: Catalogue) -> list[str]:
    """What the lock names and the archive, the imports or the catalogue do not hold; a line each."""
    return [*_absent_answers(lock, archive), *_absent_files(lock, imports, catalogue)]


def _absent_answers(lock: Lock, archive: Archive) -> Iterator[str]:
    def held(key: str) -> set[str]:
        return {snapshot.sha256 for snapshot in archive.snapshots(key)}

    if lock.listing is not None and lock.listing not in held("statbank/tables"):
        yield f"the list of tables {_short(lock.listing)}"
    for name, table in lock.tables.items():
        if table.sha256 is not None and table.sha256 not in held(f"statbank/t{name}/data"):
            yield f"table {name}: edition {table.vintage_id}"
        wanted = table.metadata_sha256
        if wanted is not None and wanted not in held(f"statbank/t{name}/metadata"):
            yield f"table {name}: metadata {_short(wanted)}"
    for key, sha256 in lock.klass.items():
        if sha256 not in held(key):
            yield f"{key} {_short(sha256)}"


def _absent_files(lock: Lock, imports: Iterable[Imports], catalogue: Catalogue) -> Iterator[str]:
    shipped = {(name, sha256_of(content)) for name, content in catalogue.registers.items()}
    held = {(each.sha256, each.imported_at) for folder in imports for each in folder.all()}
    for file in lock.files:
        there = (
            (file.name, file.sha256) in shipped
            if file.imported_at is None
            else (file.sha256, file.imported_at) in held
        )
        if not there:
            yield f"{file.kind} file {file.name} ({_short(file.sha256)})"


@cache
def code_sha256() -> str:
    """Hash of the code and the fixed data the figures depend on, beside the catalogue."""
    digest = hashlib.sha256()
    for path in _code_files():
        digest.update(f"{path.relative_to(PROJECT).as_posix()}\n".encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _code_files() -> list[Path]:
    every = [path for top in ("assets", "pipelines", "schemas") for path in (PROJECT / top).rglob("*")]
    named = {path.relative_to(PROJECT).as_posix(): path for path in every if path.is_file()}
    return [
        named[name]
        for name in sorted(named)
        if (name.endswith(".py") and not name.startswith(_NOT_CODE))
        or (name.startswith(_DATA) and name.endswith((".csv", ".yaml")))
    ]


def requirements_sha256() -> str | None:
    """Hash of the locked requirements, where the project's folder has them."""
    path = PROJECT / "requirements.lock"
    return sha256_of(path.read_bytes()) if path.exists() else None
