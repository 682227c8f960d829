"""A release being written: in a folder of its own until every byte is on disk, then there in one move."""

from __future__ import annotations

import shutil
import time
import uuid
from pathlib import Path

from pipelines.releases.layout import MANIFEST
from pipelines.releases.manifest import (
    FileEntry,
    Manifest,
    ReleaseError,
    manifest_bytes,
    read_manifest,
)
from pipelines.storage.archive import sha256_of
from pipelines.storage.files import ABANDONED_AFTER_SECONDS, sync_directory, write_durably


class Staging:
    """Collects the files of one release under `parent`; a context manager that leaves nothing behind."""

    def __init__(self, parent: Path) -> None:
        self._parent = parent
        self._folder = parent / f".{uuid.uuid4().hex}.tmp"
        self.files: list[FileEntry] = []

    def __enter__(self) -> Staging:
        _sweep(self._parent)
        self._folder.mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def put(self, path: str, content: bytes, rows: int | None = None) -> FileEntry:
        """Write one file."""
        write_durably(self._folder / path, content)
        entry = FileEntry(path, sha256_of(content), len(content), rows)
        self.files.append(entry)
        return entry

    def finish(self, manifest: Manifest) -> tuple[Path, bool]:
        """Write the manifest, last, and move the release to its place.

        Returns:
            The folder, and whether it is new: an equal release that is there already stays as it is.

        Raises:
            ReleaseError: what lies there under that name is not this release.
        """
        write_durably(self._folder / MANIFEST, manifest_bytes(manifest))
        for folder in sorted((path for path in self._folder.rglob("*") if path.is_dir()), reverse=True):
            sync_directory(folder)
        sync_directory(self._folder)
        final = self._parent / manifest.name
        try:
            self._folder.rename(final)
        except OSError:
            _refuse_other(final, manifest)
            return final, False
        sync_directory(self._parent)
        return final, True


def _refuse_other(final: Path, manifest: Manifest) -> None:
    if not final.exists():
        raise ReleaseError(f"{final} cannot be written; see that the folder may be written to")
    held = read_manifest(final)
    if held.tree_sha256 != manifest.tree_sha256:
        raise ReleaseError(f"{final} is there already and is another release; it is left as it is")


def _sweep(parent: Path) -> None:
    """Remove what writers that were killed left behind."""
    before = time.time() - ABANDONED_AFTER_SECONDS
    for path in parent.glob(".*.tmp"):
        if path.is_dir() and path.stat().st_mtime < before:
            shutil.rmtree(path, ignore_errors=True)
