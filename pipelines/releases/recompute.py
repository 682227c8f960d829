"""Figures of a release computed once more, from nothing but its frozen inputs, in a home made for it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets.catalogue.loader import load_catalogue
from assets.errors import DataError
from pipelines.lock import Lock, differences_of, read_lock, write_lock
from pipelines.releases.layout import INPUTS, LOCK
from pipelines.releases.manifest import DatasetEntry, Manifest, ReleaseError
from pipelines.releases.tables import partition_rows, read_parquet
from pipelines.run import run_pipeline
from pipelines.settings import Settings
from pipelines.storage.archive import ArchiveError
from pipelines.storage.difference import difference
from pipelines.storage.store import WHOLE, Store
from pipelines.years import REPORT_SPAN, shown_years
from schemas.catalogue.catalogue import Catalogue
from schemas.nearest import nearest_text
from schemas.registry import datasets_of
from schemas.validation import arrow_schema

_INDICATORS = "asss/indicators"
_REGISTER = "register/figures"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of `asss/indicators`."""

    indicator: str
    municipality: str
    year: int


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What was computed once more, in words, and what came out otherwise than in the release."""

    done: str
    problems: tuple[str, ...]


def recompute(
    folder: Path, manifest: Manifest, figure: Figure | None, catalogue: Catalogue | None = None
) -> Recomputed:
    """Compute a figure once more, or the service profiles of the report year with all they rest on.

    Raises:
        ReleaseError: the release has no such figure.
    """
    catalogue = catalogue or load_catalogue()
    lock = read_lock(folder / LOCK)
    if figure is None:
        select, years = f"+{manifest.municipality}/service_profile", _shown_years(manifest, manifest.year)
    else:
        _refuse_unknown(folder, manifest, figure)
        select, years = f"+{_INDICATORS}", [figure.year]
    with tempfile.TemporaryDirectory(prefix="kostra-verify-") as home:
        settings = _settings(folder, lock, Path(home), select, years)
        failures = _run(settings, years, catalogue)
        compared = _Comparison(folder, manifest, lock, Store(settings.warehouse), catalogue)
        outcome = compared.figure(figure) if figure else compared.everything(years)
    # A table that failed is of no concern to a figure that came out the same without it.
    problems = [*failures, *outcome.problems] if outcome.problems or not figure else []
    other = [f"not the code or catalogue it was made by: {line}" for line in differences_of(lock, catalogue)]
    return replace(outcome, problems=tuple(problems + other if problems else []))


def _shown_years(manifest: Manifest, report_year: int) -> list[int]:
    """The years a report on `report_year` shows, of those the release has."""
    held = [int(part.partition) for part in _entry(manifest, _INDICATORS).parts]
    return sorted(year for year in held if report_year - REPORT_SPAN < year <= report_year)


def is_within(manifest: Manifest, dataset: str, year: int | None, years: Sequence[int]) -> bool:
    """Whether all that a partition shows is of `years`; a profile also shows the two years before its own."""
    if year is None:
        return True
    is_report = dataset == f"{manifest.municipality}/service_profile"
    return set(_shown_years(manifest, year) if is_report else [year]) <= set(years)


def _entry(manifest: Manifest, dataset: str) -> DatasetEntry:
    found = next((entry for entry in manifest.datasets if entry.dataset == dataset), None)
    if found is None:
        raise ReleaseError(f"the release has no {dataset}")
    return found


def _refuse_unknown(folder: Path, manifest: Manifest, figure: Figure) -> None:
    rows = read_parquet(folder / _entry(manifest, _INDICATORS).parquet)
    for column in ("year", "indicator", "municipality"):
        wanted = str(getattr(figure, column))
        known = [str(value) for value in pc.unique(rows.column(column)).to_pylist()]
        if wanted not in known:
            raise ReleaseError(
                f"the release has no figures of {column} `{wanted}`; {nearest_text(wanted, known)}"
            )


def _settings(folder: Path, lock: Lock, home: Path, select: str, years: Sequence[int]) -> Settings:
    """A home with the frozen inputs, and a lock that names no more than those."""
    shutil.copytree(folder / INPUTS, home / lock.source)
    files = lock.files if _holds_files(folder) else tuple(f for f in lock.files if f.imported_at is None)
    small = replace(lock, files=files, years=tuple(years), select=(select,), contents={}, read={})
    write_lock(home / LOCK, small)
    return Settings().but(home=home, source=lock.source, offline=True, lock=home / LOCK, lock_anyway=True)


def _holds_files(folder: Path) -> bool:
    """Whether the files that were handed in are among the frozen inputs."""
    return any((folder / INPUTS / name).exists() for name in ("ledger", "register"))


def _run(settings: Settings, years: Sequence[int], catalogue: Catalogue) -> list[str]:
    """Run from the frozen inputs; what failed, a line each."""
    try:
        with dg.DagsterInstance.ephemeral() as instance:
            report = run_pipeline(settings, years, instance=instance, catalogue=catalogue)
    except (DataError, ArchiveError) as error:
        return [f"{INPUTS}: cannot be computed from: {error}"]
    return [f"{INPUTS}: {told.dataset} {told.year or ''} failed: {told.message}" for told in report.failures]


class _Comparison:
    """A release beside what was computed from its inputs."""

    def __init__(
        self, folder: Path, manifest: Manifest, lock: Lock, store: Store, catalogue: Catalogue
    ) -> None:
        self._folder = folder
        self._manifest = manifest
        self._store = store
        self._datasets = datasets_of(catalogue, manifest.municipality)
        handed_in = any(file.kind == "register" and file.imported_at for file in lock.files)
        self._without_register = handed_in and not _holds_files(folder)

    def figure(self, figure: Figure) -> Recomputed:
        """One figure, to the last bit."""
        rows = read_parquet(self._folder / _entry(self._manifest, _INDICATORS).parquet)
        then, now = _row(rows, figure), _row(self._computed(_INDICATORS, str(figure.year)), figure)
        named = f"{figure.indicator} {figure.municipality} {figure.year}"
        if then == now:
            return Recomputed(f"{named}: {_shown(then)}, computed once more from {INPUTS}/: the same", ())
        return Recomputed(
            f"{named} was computed once more",
            (f"{named}: {_shown(then)} in the release, {_shown(now)} computed once more",),
        )

    def everything(self, years: Sequence[int]) -> Recomputed:
        """Every partition that was computed, and is in the release."""
        problems: list[str] = []
        compared = 0
        for entry in self._manifest.datasets:
            for part in entry.parts:
                if not is_within(self._manifest, entry.dataset, _year(part.partition), years):
                    continue
                if self._store.current(entry.dataset, _year(part.partition)) is None:
                    continue
                compared += 1
                problems += self._differing(entry, part.partition)
        profile = f"{self._manifest.municipality}/service_profile {self._manifest.year}"
        if not compared:
            problems.append(f"{INPUTS}: nothing could be computed from it")
        return Recomputed(
            f"{profile} and what it rests on ({compared} partitions, {shown_years(list(years))}): "
            f"computed once more from {INPUTS}/",
            tuple(problems),
        )

    def _differing(self, entry: DatasetEntry, partition: str) -> Iterator[str]:
        if entry.dataset == _REGISTER and self._without_register:
            return
        contract = self._datasets[entry.dataset]
        released = partition_rows(read_parquet(self._folder / entry.parquet), partition)
        then, now = self._comparable(released), self._comparable(self._computed(entry.dataset, partition))
        told = difference(contract, then, now)
        if told.added or told.removed or told.changed:
            yield f"{entry.dataset} {partition}: computed otherwise from {INPUTS}/: {told.summary()}"

    def _comparable(self, rows: pa.Table) -> pa.Table:
        """Without the register files only what is computed from SSB's tables."""
        if not self._without_register or "origin" not in rows.column_names:
            return rows
        return rows.filter(pc.equal(rows.column("origin"), "computed"))

    def _computed(self, dataset: str, partition: str) -> pa.Table:
        if self._store.current(dataset, _year(partition)) is None:
            return arrow_schema(self._datasets[dataset]).empty_table()
        year = _year(partition)
        return self._store.read(self._datasets[dataset], None if year is None else [year])


def _year(partition: str) -> int | None:
    return None if partition == WHOLE else int(partition)


def _row(rows: pa.Table, figure: Figure) -> tuple[float | None, str] | None:
    """Value and status of a figure, or None when it is not there."""
    wanted = {"year": figure.year, "indicator": figure.indicator, "municipality": figure.municipality}
    for column, value in wanted.items():
        rows = rows.filter(pc.equal(rows.column(column), value))
    found = rows.select(["value", "status"]).to_pylist()
    return (found[0]["value"], found[0]["status"]) if found else None


def _shown(found: tuple[float | None, str] | None) -> str:
    if found is None:
        return "no figure"
    value, status = found
    return status if value is None else repr(value)
