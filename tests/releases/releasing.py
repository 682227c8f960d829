"""Runs and releases of a small home."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import dagster as dg
import pyarrow as pa

from pipelines.releases.layout import DATAPACKAGE, MANIFEST
from pipelines.releases.manifest import (
    FileEntry,
    Manifest,
    Part,
    content_sha256,
    manifest_bytes,
    read_manifest,
    tree_sha256,
)
from pipelines.releases.tables import content_of, csv_bytes, parquet_bytes, read_parquet
from pipelines.releases.verify import problems_of
from pipelines.releases.writer import Made, make_release
from pipelines.run import run_pipeline
from pipelines.run_report import Report
from pipelines.settings import Settings
from pipelines.standin.server import StandinServer
from pipelines.standin.table import with_cell
from pipelines.storage.archive import sha256_of
from tests.pipeline.worlds import FUNCTION, LATER, NET_OF_2024, REGION, settings_for, small_catalogue

YEARS = (2024,)
CELL = {**NET_OF_2024, REGION: "3201", FUNCTION: "281"}

catalogue = cache(small_catalogue)


@dataclass
class World:
    """A home beside a stand-in that acts as SSB."""

    server: StandinServer
    home: Path
    instance: dg.DagsterInstance

    @property
    def settings(self) -> Settings:
        return settings_for(self.server, self.home)

    def run(self, *years: int, say: Callable[[str], None] = lambda _: None) -> Report:
        return run_pipeline(
            self.settings, years or YEARS, instance=self.instance, catalogue=catalogue(), say=say
        )

    def release(self, year: int = 2024, settings: Settings | None = None, **options: object) -> Made:
        return make_release(settings or self.settings, year, self.instance, catalogue=catalogue(), **options)

    def correct(self, amount: float) -> None:
        """SSB publishes another figure."""
        self.server.replace_table(with_cell(self.server.table("12367"), CELL, amount, updated=LATER))


def problems(folder: Path) -> list[str]:
    """What verifying without computing finds."""
    return problems_of(folder, read_manifest(folder))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest."""
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {path: content for path, content in files.items() if path != MANIFEST}


def reseal(folder: Path, **changes: object) -> Manifest:
    """Write a manifest that fits the files as they are now, as somebody would who covers their traces."""
    manifest = replace(read_manifest(folder), **changes)
    files = tuple(_entry(folder, entry) for entry in manifest.files)
    manifest = replace(
        manifest,
        files=files,
        content_sha256=content_sha256(manifest.datasets),
        tree_sha256=tree_sha256(files),
    )
    (folder / MANIFEST).write_bytes(manifest_bytes(manifest))
    return manifest


def _entry(folder: Path, entry: FileEntry) -> FileEntry:
    content = (folder / entry.path).read_bytes()
    return replace(entry, sha256=sha256_of(content), bytes=len(content))


def forge(folder: Path, dataset: str, edit: Callable[[pa.Table], pa.Table], *, csv: bool) -> None:
    """Alter the rows of a dataset, in the CSV as well with `csv`, and every hash that tells of it."""
    manifest = read_manifest(folder)
    entry = next(each for each in manifest.datasets if each.dataset == dataset)
    table = edit(read_parquet(folder / entry.parquet))
    (folder / entry.parquet).write_bytes(parquet_bytes(table, {}))
    if csv:
        (folder / entry.csv).write_bytes(csv_bytes(table))
    parts = tuple(
        Part(part.partition, *content_of(table, part.partition, entry.content_columns))
        for part in entry.parts
    )
    _describe(folder, entry.parquet, entry.csv)
    others = (each for each in manifest.datasets if each.dataset != dataset)
    reseal(folder, datasets=(*others, replace(entry, parts=parts)))


def _describe(folder: Path, *paths: str) -> None:
    package = json.loads((folder / DATAPACKAGE).read_bytes())
    for resource in package["resources"]:
        if resource["path"] in paths:
            content = (folder / resource["path"]).read_bytes()
            resource |= {"hash": f"sha256:{sha256_of(content)}", "bytes": len(content)}
    (folder / DATAPACKAGE).write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n")
