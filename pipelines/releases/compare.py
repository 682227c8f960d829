"""What differs between two releases: figures, inputs, code, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pipelines.lock import Lock, read_lock
from pipelines.releases.layout import LOCK
from pipelines.releases.manifest import DatasetEntry, Manifest, read_manifest
from pipelines.releases.tables import partition_rows, read_parquet
from pipelines.storage.difference import difference

COLUMNS = ["what", "name", "partition", "row", "column", "old", "new"]
"""`what` is figure, partition, column, input, code, file or setting."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What two releases of a dataset have in common."""

    key: Sequence[str]
    content_columns: Sequence[str]


def compare(old: Path, new: Path) -> pd.DataFrame:
    """One row per difference (`COLUMNS`); none when the releases hold the same.

    Raises:
        ReleaseError: one of them has no whole manifest.
    """
    one, other = read_manifest(old), read_manifest(new)
    rows = [*_settings(one, other), *_inputs(read_lock(old / LOCK), read_lock(new / LOCK))]
    rows += _figures(old, new, one, other)
    rows += _files(one, other)
    return pd.DataFrame(rows, columns=COLUMNS)


Row = tuple[str, str, str, str, str, str, str]


def _settings(one: Manifest, other: Manifest) -> Iterator[Row]:
    for what, names in (
        ("setting", ("source", "municipality", "network", "year")),
        ("code", ("code_version", "code_sha256", "catalogue_sha256", "requirements_lock_sha256")),
    ):
        for name in names:
            old, new = str(getattr(one, name)), str(getattr(other, name))
            if old != new:
                yield what, name, "", "", "", old[:12], new[:12]


def _inputs(one: Lock, other: Lock) -> Iterator[Row]:
    old, new = _named(one), _named(other)
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield "input", name, "", "", "", old.get(name, ""), new.get(name, "")


def _named(lock: Lock) -> dict[str, str]:
    """Every input by name: editions of tables, answers of KLASS, files."""
    named = {f"table {name}": table.vintage_id or "" for name, table in lock.tables.items()}
    named |= {name: sha256[:12] for name, sha256 in lock.klass.items()}
    for file in lock.files:
        name = f"{file.kind} {file.name}"
        named[name] = " ".join(filter(None, (named.get(name), file.sha256[:12])))
    return named


def _figures(old: Path, new: Path, one: Manifest, other: Manifest) -> Iterator[Row]:
    mine, theirs = _datasets(one), _datasets(other)
    for name in sorted({*mine, *theirs}):
        before, after = _contents(mine.get(name)), _contents(theirs.get(name))
        moved = [part for part in sorted({*before, *after}) if before.get(part) != after.get(part)]
        both = [part for part in moved if part in before and part in after]
        for part in sorted({*moved} - {*both}):
            yield "partition", name, part, "", "", before.get(part, "")[:12], after.get(part, "")[:12]
        if both:
            entries = mine[name], theirs[name]
            tables = read_parquet(old / entries[0].parquet), read_parquet(new / entries[1].parquet)
            yield from _columns(name, *entries)
            for part in both if entries[0].key == entries[1].key else ():
                yield from _cells(name, part, entries, tables)


def _columns(name: str, old: DatasetEntry, new: DatasetEntry) -> Iterator[Row]:
    mine, theirs = {*old.content_columns}, {*new.content_columns}
    if old.key != new.key:
        yield "column", name, "", "", "key", " ".join(old.key), " ".join(new.key)
    for column in sorted(mine ^ theirs):
        yield (
            "column",
            name,
            "",
            "",
            column,
            "" if column in theirs else column,
            "" if column in mine else column,
        )


def _cells(
    name: str, part: str, entries: tuple[DatasetEntry, DatasetEntry], tables: tuple[pa.Table, pa.Table]
) -> Iterator[Row]:
    old, new = entries
    shared = [column for column in old.content_columns if column in new.content_columns]
    shape = _Shape(old.key, shared)
    rows = [partition_rows(table, part) for table in tables]
    told = difference(shape, rows[0], rows[1])
    for record in told.cells.to_dict("records"):
        row = " ".join(str(record[column]) for column in old.key if column != "year")
        yield "figure", name, part, row, str(record["column"]), str(record["old"]), str(record["new"])


def _files(one: Manifest, other: Manifest) -> Iterator[Row]:
    """Files that differ, but for those whose figures do: pages, descriptors, provenance of figures."""
    mine, theirs = _datasets(one), _datasets(other)
    told = [name for name in {*mine, *theirs} if _contents(mine.get(name)) != _contents(theirs.get(name))]
    entries = [held[name] for held in (mine, theirs) for name in told if name in held]
    data = {path for entry in entries for path in (entry.parquet, entry.csv)}
    old = {entry.path: entry.sha256 for entry in one.files if entry.path not in data}
    new = {entry.path: entry.sha256 for entry in other.files if entry.path not in data}
    for path in sorted({*old, *new}):
        if old.get(path) != new.get(path):
            yield "file", path, "", "", "", old.get(path, "")[:12], new.get(path, "")[:12]


def _datasets(manifest: Manifest) -> Mapping[str, DatasetEntry]:
    return {entry.dataset: entry for entry in manifest.datasets}


def _contents(entry: DatasetEntry | None) -> dict[str, str]:
    return {part.partition: part.content_sha256 for part in entry.parts} if entry else {}
