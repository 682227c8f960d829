"""Whether a release is what it says it is: every file, every hash, and the same figures in both forms."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from pipelines.releases.layout import DATAPACKAGE, MANIFEST
from pipelines.releases.manifest import DatasetEntry, FileEntry, Manifest
from pipelines.releases.tables import content_of, csv_differs, read_parquet
from pipelines.storage.archive import sha256_of


def problems_of(folder: Path, manifest: Manifest) -> list[str]:
    """One line per thing that is not as the manifest says, each naming the file."""
    found = [*_other_files(folder, manifest), *_altered(folder, manifest)]
    return found or [*_inconsistent(folder, manifest)]


def _other_files(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Files that are there and not named, links, and folders that hold nothing that is named."""
    named = {entry.path for entry in manifest.files} | {MANIFEST}
    parents = {parent.as_posix() for path in named for parent in Path(path).parents}
    for path in sorted(_everything(folder)):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            yield f"{name}: a link; a release holds its files itself"
        elif name not in (parents if path.is_dir() else named):
            yield f"{name}: not in the manifest; it was added"


def _everything(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent) / name for name in (*folders, *files))


def _altered(folder: Path, manifest: Manifest) -> list[str]:
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda entry: _amiss(folder, entry), manifest.files)
        return [line for line in found if line]


def _amiss(folder: Path, entry: FileEntry) -> str | None:
    path = folder / entry.path
    if path.is_symlink():
        return None
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return f"{entry.path}: missing"
    except OSError as error:
        return f"{entry.path}: cannot be read ({error.strerror})"
    if len(content) != entry.bytes:
        return f"{entry.path}: altered, {len(content)} bytes and not {entry.bytes}"
    if sha256_of(content) != entry.sha256:
        return f"{entry.path}: altered, its SHA-256 is not {entry.sha256[:12]}…"
    return None


def _inconsistent(folder: Path, manifest: Manifest) -> Iterator[str]:
    yield from _package_differs(folder, manifest)
    for entry in manifest.datasets:
        yield from _dataset_differs(folder, entry)


def _dataset_differs(folder: Path, entry: DatasetEntry) -> Iterator[str]:
    try:
        table = read_parquet(folder / entry.parquet)
    except pa.ArrowInvalid as error:
        yield f"{entry.parquet}: not Parquet ({error})"
        return
    absent = {*entry.key, *entry.content_columns} - {*table.column_names}
    if absent:
        yield f"{entry.parquet}: no column {', '.join(sorted(absent))}"
        return
    if table.num_rows != entry.rows_in():
        yield f"{entry.parquet}: {table.num_rows} rows, {entry.rows_in()} in the manifest"
    for part in entry.parts:
        sha256, rows = content_of(table, part.partition, entry.content_columns)
        if (sha256, rows) != (part.content_sha256, part.rows):
            yield f"{entry.parquet}: {part.partition} does not have the content the manifest names"
    differs = csv_differs(table, folder / entry.csv)
    if differs:
        yield f"{entry.csv}: not the figures of {entry.parquet}: {differs}"


def _package_differs(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Whether the descriptor tells of the files of all datasets, with their hashes and columns."""
    try:
        package = json.loads((folder / DATAPACKAGE).read_bytes())
        told = {resource["path"]: resource for resource in package["resources"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield f"{DATAPACKAGE}: not a data package ({error})"
        return
    files = {entry.path: entry for entry in manifest.files}
    wanted = {path: entry for entry in manifest.datasets for path in (entry.parquet, entry.csv)}
    for path in sorted({*told} ^ {*wanted}):
        yield f"{DATAPACKAGE}: {path} is " + ("not described" if path in wanted else "not of the release")
    for path in sorted({*told} & {*wanted}):
        resource = told[path]
        if (
            resource.get("hash") != f"sha256:{files[path].sha256}"
            or resource.get("bytes") != files[path].bytes
        ):
            yield f"{DATAPACKAGE}: hash or size of {path} is not the file's"
        columns = [field["name"] for field in resource["schema"]["fields"]]
        if columns != read_parquet(folder / wanted[path].parquet).column_names:
            yield f"{DATAPACKAGE}: {path} does not have the columns described"
