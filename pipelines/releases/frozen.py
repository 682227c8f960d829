"""The inputs of a release, frozen: every archived answer its lock names, and what was handed in if asked for.

    inputs/archive/    as in the home: snapshots/, objects/
    inputs/ledger/     inputs/register/     as in the home: imports/, objects/; only with `with_imported`

Files that were handed in are account data and figures of own registers, in more detail than what is published
of them. They are left out unless asked for, each with its hash in the lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.lock import Lock, LockedFile
from pipelines.releases.layout import INPUTS
from pipelines.releases.manifest import ReleaseError
from pipelines.settings import Settings
from pipelines.storage.archive import Archive, Snapshot
from pipelines.storage.imports import Imports

#: Datasets that hold the lines of files that were handed in.
LINES = "ledger/"
_NOT_ASKED_FOR = "internt: tatt med bare når utgivelsen lages med --with-imported"


@dataclass(frozen=True, slots=True)
class Frozen:
    """Path in the release → file in the home; and what was left out, with the reason in Norwegian."""

    files: Mapping[str, Path]
    withheld: Mapping[str, str]


def frozen_inputs(settings: Settings, lock: Lock, *, with_imported: bool) -> Frozen:
    """The inputs that `lock` names.

    Raises:
        ReleaseError: an input is not held any more.
        ArchiveError: one is damaged.
    """
    files = {f"{INPUTS}/{settings.archive.name}/{path.as_posix()}": settings.archive / path
             for path in _answers(Archive(settings.archive), lock)}  # fmt: skip
    handed_in = [file for file in lock.files if file.imported_at is not None]
    if not with_imported:
        return Frozen(files, {f"{file.kind} {file.name}": _NOT_ASKED_FOR for file in handed_in})
    for folder in (settings.ledger, settings.register):
        for path in _imported(Imports(folder), handed_in):
            files[f"{INPUTS}/{folder.name}/{path.as_posix()}"] = folder / path
    return Frozen(files, {})


def is_internal(dataset: str) -> bool:
    """Whether a dataset holds the lines of files that were handed in."""
    return dataset.startswith(LINES)


def _answers(archive: Archive, lock: Lock) -> Iterator[Path]:
    for key, sha256 in _named(lock):
        snapshot = _held(archive, key, sha256, lock)
        archive.bodies(snapshot)
        yield from archive.files(snapshot)


def _named(lock: Lock) -> Iterator[tuple[str, str]]:
    """Key and hash of every archived answer a lock names."""
    if lock.listing is not None:
        yield "statbank/tables", lock.listing
    for name, table in sorted(lock.tables.items()):
        if table.sha256 is not None:
            yield f"statbank/t{name}/data", table.sha256
        if table.metadata_sha256 is not None:
            yield f"statbank/t{name}/metadata", table.metadata_sha256
    yield from sorted(lock.klass.items())


def _held(archive: Archive, key: str, sha256: str, lock: Lock) -> Snapshot:
    """The answer as the run had it: the same one may have been given again since."""
    found = archive.latest(key, lambda s: s.sha256 == sha256 and s.retrieved_at <= lock.finished)
    if found is None:
        raise ReleaseError(f"{archive.root} no longer holds {key} {sha256[:12]}; restore it from a backup")
    return found


def _imported(imports: Imports, wanted: list[LockedFile]) -> Iterator[Path]:
    named = {(file.sha256, file.imported_at) for file in wanted}
    for held in imports.all():
        if (held.sha256, held.imported_at) in named:
            imports.content(held)
            yield from imports.files(held)
