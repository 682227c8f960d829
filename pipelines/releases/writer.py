"""A release from what is held: cut, figures, inputs, report, manifest; all of it, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from assets.catalogue.loader import load_catalogue
from pipelines.lock import Lock
from pipelines.releases.cut import Cut, refuse_absent, refuse_stale, take_cut
from pipelines.releases.frozen import LINES, Frozen, frozen_inputs, is_internal
from pipelines.releases.layout import (
    DATAPACKAGE,
    LOCK,
    README,
    REPORT,
    SAMPLE_MARK,
    data_file,
    marked,
    release_name,
)
from pipelines.releases.manifest import (
    DatasetEntry,
    Manifest,
    Part,
    ReleaseError,
    content_sha256,
    tree_sha256,
)
from pipelines.releases.pages import Pages, is_shown
from pipelines.releases.selected import lock_for, selection_of, years_left_out
from pipelines.releases.staging import Staging
from pipelines.releases.tables import content_of, csv_bytes, parquet_bytes
from pipelines.settings import Settings
from pipelines.storage.frames import as_frame
from pipelines.years import shown_years
from schemas.catalogue.catalogue import Catalogue
from schemas.contracts import Contract
from schemas.datapackage import package, resource
from schemas.registry import datasets_of

EXPECTATIONS = "quality/expectations"
_NOT_ASKED_FOR = "linjene i filer som er levert inn: tatt med bare når utgivelsen lages med --with-imported"


@dataclass(frozen=True, slots=True)
class Made:
    """A release as made; `new` is False when an equal one was there already."""

    folder: Path
    manifest: Manifest
    new: bool


def make_release(
    settings: Settings,
    year: int,
    instance: dg.DagsterInstance,
    *,
    out: Path | None = None,
    with_imported: bool = False,
    catalogue: Catalogue | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Made:
    """Freeze the report year `year` as it is held.

    Args:
        settings: whose warehouse; with a lock, the warehouse it was replayed in.
        year: the report year.
        instance: the history that tells which runs are writing, and when things were last computed.
        out: the folder the release is put in; the releases of the source by default.
        with_imported: take in the files that were handed in, and the datasets that hold their lines.
        catalogue: what the figures were computed by; the project's own by default.
        say: told what was left out, and how it goes.

    Raises:
        ReleaseError: the year is not held, or what is held does not hang together.
    """
    catalogue = catalogue or load_catalogue()
    datasets = datasets_of(catalogue, settings.municipality)
    profile = f"{settings.municipality}/service_profile"
    cut = take_cut(settings, datasets, instance)
    for running in cut.running:
        say(f"{running} is writing: the release is of what was held before it, {cut.moment:%H:%M:%S} UTC")
    refuse_absent(cut, profile, year)
    lock, lock_file = lock_for(settings, cut, datasets, profile, year)
    selection = selection_of(lock, datasets, year)
    refuse_stale(cut, instance, selection)
    left_out = years_left_out(selection, cut, year)
    if left_out:
        say(f"left out: {shown_years(left_out)}, which run {lock.invocation} did not make")
    frozen = frozen_inputs(settings, lock, with_imported=with_imported)
    work = _Work(settings, year, catalogue, cut, lock, frozen, with_imported)
    with Staging(out or settings.folder / "releases") as staging:
        return work.write(staging, selection, lock_file.read_bytes())


@dataclass(frozen=True, slots=True)
class _Work:
    """Everything one release is made of."""

    settings: Settings
    year: int
    catalogue: Catalogue
    cut: Cut
    lock: Lock
    frozen: Frozen
    with_imported: bool

    def write(self, staging: Staging, selection: Mapping[str, list[str]], lock: bytes) -> Made:
        """Write all files, the manifest last."""
        entries, resources, frames = [], [], {}
        withheld = dict(self.frozen.withheld)
        for name, parts in selection.items():
            if is_internal(name) and not self.with_imported:
                withheld[name] = _NOT_ASKED_FOR
                continue
            table = self.cut.read(name, parts)
            if name == EXPECTATIONS and not self.with_imported:
                table = without_quoted_lines(table)
            entry, described = self._write_dataset(staging, name, table, parts)
            entries.append(entry)
            resources += described
            if is_shown(name):
                frames[name] = as_frame(self.cut.tables[name].contract, table)
        for path, held in self.frozen.files.items():
            staging.put(path, held.read_bytes())
        staging.put(LOCK, lock)
        staging.put(DATAPACKAGE, _json(self._package(resources)))
        self._write_pages(staging, entries, frames, withheld)
        manifest = self._manifest(staging, entries, withheld)
        folder, new = staging.finish(manifest)
        return Made(folder, manifest, new)

    def _write_dataset(
        self, staging: Staging, name: str, table: pa.Table, parts: list[str]
    ) -> tuple[DatasetEntry, list[dict[str, Any]]]:
        contract, source = self.cut.tables[name].contract, self.settings.source
        written, described = [], []
        for ending, content in (
            ("parquet", parquet_bytes(table, self._properties(contract))),
            ("csv", csv_bytes(table)),
        ):
            file = staging.put(data_file(name, ending, source), content, table.num_rows)
            written.append(file.path)
            described.append(
                resource(
                    contract,
                    path=file.path,
                    format=ending,
                    rows=table.num_rows,
                    sha256=file.sha256,
                    bytes=file.bytes,
                    source=source,
                )
            )
        parquet, csv = written
        held = tuple(self._part(contract, table, part) for part in parts)
        return DatasetEntry(name, parquet, csv, contract.key, contract.content_columns, held), described

    def _part(self, contract: Contract, table: pa.Table, name: str) -> Part:
        """One partition with its hash, which is that of the commit unless something was taken out."""
        sha256, rows = content_of(table, name, contract.content_columns)
        stored = self.cut.tables[contract.dataset].commits[name]
        if sha256 != stored.content_sha256 and contract.dataset != EXPECTATIONS:
            raise ReleaseError(
                f"{contract.dataset} {name}: the stored rows no longer have the content their commit "
                "recorded; restore the warehouse from a backup, or recompute it from the archive"
            )
        return Part(name, sha256, rows)

    def _properties(self, contract: Contract) -> dict[str, str]:
        said = {
            "kostra.dataset": contract.dataset,
            "kostra.title": contract.title,
            "kostra.source": self.settings.source,
        }
        return said | ({"kostra.notice": SAMPLE_MARK} if self.settings.source == "sample" else {})

    def _package(self, resources: list[dict[str, Any]]) -> dict[str, Any]:
        return package(
            name=f"{self.settings.municipality}-{self.year}",
            title=f"KOSTRA {self.settings.municipality} {self.year}",
            year=self.year,
            municipality=self.settings.municipality,
            source=self.settings.source,
            resources=resources,
        )

    def _write_pages(
        self,
        staging: Staging,
        entries: list[DatasetEntry],
        frames: Mapping[str, pd.DataFrame],
        withheld: Mapping[str, str],
    ) -> None:
        pages = Pages(self.settings, self.year, self.catalogue, self.lock, entries, frames, withheld)
        staging.put(marked(REPORT, self.settings.source), pages.report().encode())
        staging.put(marked(README, self.settings.source), pages.readme().encode())

    def _manifest(
        self, staging: Staging, entries: list[DatasetEntry], withheld: Mapping[str, str]
    ) -> Manifest:
        files = tuple(sorted(staging.files, key=lambda file: file.path))
        datasets, tree = tuple(entries), tree_sha256(files)
        now = datetime.now(UTC)
        return Manifest(
            name=release_name(self.settings.municipality, self.year, tree, self.settings.source),
            municipality=self.settings.municipality,
            network=self.settings.network,
            year=self.year,
            source=self.settings.source,
            created_at=now.isoformat(timespec="seconds"),
            cut_at=self.cut.moment.isoformat(timespec="milliseconds"),
            code_version=self.lock.code_version,
            code_sha256=self.lock.code_sha256,
            catalogue_sha256=self.lock.catalogue_sha256,
            requirements_lock_sha256=self.lock.requirements_lock_sha256,
            files=files,
            datasets=datasets,
            withheld=dict(sorted(withheld.items())),
            content_sha256=content_sha256(datasets),
            tree_sha256=tree,
        )


def without_quoted_lines(expectations: pa.Table) -> pa.Table:
    """`quality/expectations` without the rows its examples quote of files that were handed in."""
    quoted = pc.starts_with(expectations.column("dataset"), pattern=LINES)
    place = expectations.schema.get_field_index("examples")
    kept = pc.if_else(quoted, "", expectations.column("examples"))
    return expectations.set_column(place, expectations.schema.field("examples"), kept)


def _json(record: Mapping[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
