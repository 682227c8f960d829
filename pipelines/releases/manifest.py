"""The manifest: every file of a release with its hash, and of every dataset and year the hash of its content.

It is written in one way only and holds its own hash, so that any other byte in it is seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from assets.errors import DataError
from pipelines.releases.layout import MANIFEST
from pipelines.storage.archive import sha256_of

FORMAT = 1
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ReleaseError(DataError):
    """A release cannot be made, or is not what it says it is."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file: its path in the release, and what it must be."""

    path: str
    sha256: str
    bytes: int
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One year of a dataset, or all of one without years."""

    partition: str
    content_sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """One dataset: its files, what makes up its content, and the content of every year."""

    dataset: str
    parquet: str
    csv: str
    key: tuple[str, ...]
    content_columns: tuple[str, ...]
    parts: tuple[Part, ...]

    def rows_in(self) -> int:
        """Rows of all years."""
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release is and holds.

    `created_at` and `cut_at` are the only things that differ between two releases of the same. `withheld`
    names what was left out on purpose, each with the reason.
    """

    name: str
    municipality: str
    network: str
    year: int
    source: str
    created_at: str
    cut_at: str
    code_version: str
    code_sha256: str
    catalogue_sha256: str
    requirements_lock_sha256: str | None
    files: tuple[FileEntry, ...]
    datasets: tuple[DatasetEntry, ...]
    withheld: Mapping[str, str] = field(default_factory=dict)
    content_sha256: str = ""
    tree_sha256: str = ""
    manifest_sha256: str = ""
    format: int = FORMAT


def content_sha256(datasets: Iterable[DatasetEntry]) -> str:
    """Hash of all content: of every dataset and year."""
    lines = sorted(f"{d.dataset} {p.partition} {p.content_sha256}" for d in datasets for p in d.parts)
    return sha256_of("\n".join(lines).encode())


def tree_sha256(files: Iterable[FileEntry]) -> str:
    """Hash of all files: of every path and what lies there."""
    return sha256_of("\n".join(sorted(f"{f.path} {f.sha256}" for f in files)).encode())


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is written, sealed with its own hash."""
    unsealed = _text(replace(manifest, manifest_sha256=""))
    return _text(replace(manifest, manifest_sha256=sha256_of(unsealed)))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the release in `folder`, found to be whole.

    Raises:
        ReleaseError: it is absent, altered, of another format, or names files outside the release.
    """
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ReleaseError(f"{MANIFEST}: {folder} holds no readable manifest ({error.strerror})") from error
    try:
        manifest = _manifest(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ReleaseError(f"{MANIFEST}: altered, it cannot be read any more ({error})") from error
    if manifest_bytes(manifest) != text:
        raise ReleaseError(f"{MANIFEST}: altered, it does not have the hash it was sealed with")
    if manifest.format != FORMAT:
        raise ReleaseError(f"{MANIFEST}: format {manifest.format}; this version reads format {FORMAT}")
    problems = _inconsistencies(manifest)
    if problems:
        raise ReleaseError("\n".join(f"{MANIFEST}: {problem}" for problem in problems))
    return manifest


def _inconsistencies(manifest: Manifest) -> list[str]:
    paths = [entry.path for entry in manifest.files]
    found = [f"{path!r} is not a path inside the release" for path in paths if not is_confined(path)]
    found += [f"{path} stands twice" for path in sorted({p for p in paths if paths.count(p) > 1})]
    found += [f"{entry.path}: no SHA-256" for entry in manifest.files if not _SHA256.fullmatch(entry.sha256)]
    named = [path for d in manifest.datasets for path in (d.parquet, d.csv)]
    found += [f"{path} is a file of a dataset and not among the files" for path in named if path not in paths]
    if content_sha256(manifest.datasets) != manifest.content_sha256:
        found.append("the hash of all content is not that of the datasets it names")
    if tree_sha256(manifest.files) != manifest.tree_sha256:
        found.append("the hash of the whole is not that of the files it names")
    return found


def is_confined(path: str) -> bool:
    """Whether `path` stays inside the folder it is read in, on every system."""
    pure = PurePosixPath(path)
    plain = not pure.is_absolute() and ".." not in pure.parts and pure.as_posix() == path
    return plain and path not in ("", ".") and not any(mark in path for mark in ("\\", ":", "\0"))


def _text(manifest: Manifest) -> bytes:
    return (json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _manifest(record: dict[str, Any]) -> Manifest:
    files = tuple(FileEntry(**entry) for entry in record.pop("files"))
    datasets = tuple(_dataset(entry) for entry in record.pop("datasets"))
    return Manifest(files=files, datasets=datasets, **record)


def _dataset(entry: dict[str, Any]) -> DatasetEntry:
    parts = tuple(Part(**part) for part in entry.pop("parts"))
    return DatasetEntry(
        key=_names(entry.pop("key")),
        content_columns=_names(entry.pop("content_columns")),
        parts=parts,
        **entry,
    )


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(name) for name in names)
