"""Versioned Parquet: one Delta table per dataset, one accounting year replaced per commit.

Only `Store.commit` writes, always a `ValidatedTable`, always with the year as predicate: an overwrite
without one would replace every other year, and an empty one would silently empty the year.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from pipelines.storage.difference import difference
from pipelines.storage.files import sync_directory, sync_file
from schemas.contracts import Contract
from schemas.validation import ValidatedTable, arrow_schema, content_sha256

#: delta-rs deletes log entries, and with them old versions, unless told not to.
_TABLE_CONFIGURATION = {"delta.enableExpiredLogCleanup": "false"}
_WRITE_ATTEMPTS = 5
_PREFIX = "kostra."
WHOLE = "all"


class StoreError(Exception):
    """The store does not hold what was asked for, or would be harmed by what was offered."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a commit remembers of how it came about.

    `invocation` ties the commits of one command, tick or backfill together; `inputs` names each input
    dataset or archived edition with its content hash or vintage.
    """

    invocation: str
    run_id: str
    code_version: str
    source: str
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the Delta log: which partition, which content, why, from what."""

    delta_version: int
    committed_at_ms: int
    partition: str
    content_sha256: str
    invocation: str
    run_id: str
    code_version: str
    source: str
    reason: str
    inputs: Mapping[str, str]
    rows: int


@dataclass(frozen=True, slots=True)
class Stored:
    """The outcome of offering a table to the store."""

    written: bool
    commit: Commit


@dataclass(frozen=True, slots=True)
class _Log:
    """Which log of a table was read: its folder, when that last changed, and its newest version."""

    inode: int
    changed_ns: int
    version: int


@dataclass(frozen=True, slots=True)
class _Opened:
    """A table as it was when opened, and its commits; without a `log` it is not used a second time."""

    log: _Log | None
    table: DeltaTable
    commits: tuple[Commit, ...]


class Store:
    """The warehouse of one source: Delta tables under `root`, a local folder or an object-store address."""

    def __init__(self, root: str | Path, storage_options: Mapping[str, str] | None = None) -> None:
        self.root = str(root).rstrip("/")
        self._options = dict(storage_options) if storage_options else None
        self._opened: dict[str, _Opened] = {}

    def path(self, dataset: str) -> str:
        """Where the Delta table of `dataset` lies."""
        return f"{self.root}/{dataset}"

    def holds(self, dataset: str) -> bool:
        """Whether anything was ever stored of `dataset`."""
        return DeltaTable.is_deltatable(self.path(dataset), self._options)

    def commit(self, offered: ValidatedTable, provenance: Provenance) -> Stored:
        """Store `offered` unless the current content of its partition is equal already."""
        for attempt in range(1, _WRITE_ATTEMPTS + 1):
            try:
                return self._commit_once(offered, provenance)
            except CommitFailedError:
                if attempt == _WRITE_ATTEMPTS:
                    raise
                time.sleep(0.05 * attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _commit_once(self, offered: ValidatedTable, provenance: Provenance) -> Stored:
        contract, partition = offered.contract, partition_of(offered.year)
        opened = self._current(contract.dataset) if self.holds(contract.dataset) else None
        current = _newest(opened.commits, partition) if opened else None
        if current is not None and current.content_sha256 == offered.content_sha256:
            return Stored(written=False, commit=current)
        reason = self._reason(offered, current, provenance)
        metadata = {
            "partition": partition,
            "content_sha256": offered.content_sha256,
            "invocation": provenance.invocation,
            "run_id": provenance.run_id,
            "code_version": provenance.code_version,
            "source": provenance.source,
            "reason": reason,
            "inputs": json.dumps(dict(sorted(provenance.inputs.items()))),
            "rows": str(offered.arrow.num_rows),
        }
        table = opened.table if opened else None
        self._write(offered, table, {_PREFIX + name: text for name, text in metadata.items()})
        stored = _newest(self._look(contract.dataset, table).commits, partition)
        if stored is None:
            raise StoreError(f"{contract.dataset}: the commit of {partition} is not in the log")
        self._flush(contract.dataset, stored.delta_version)
        return Stored(written=True, commit=stored)

    def _write(self, offered: ValidatedTable, table: DeltaTable | None, metadata: dict[str, str]) -> None:
        """Write to `table`, brought up to date by it, or as the first of its dataset."""
        by_year = offered.contract.partitioned
        write_deltalake(
            table or self.path(offered.contract.dataset),
            offered.arrow,
            mode="overwrite",
            predicate=f"year = {offered.year}" if by_year else None,
            partition_by=["year"] if by_year else None,
            name=offered.contract.dataset,
            description=f"{offered.contract.title} (one row per {offered.contract.one_row_per})",
            configuration=_TABLE_CONFIGURATION,
            storage_options=None if table else self._options,
            commit_properties=CommitProperties(custom_metadata=metadata),
        )

    def _reason(self, offered: ValidatedTable, current: Commit | None, provenance: Provenance) -> str:
        if current is None:
            return "first version"
        old = self.read(offered.contract, [offered.year] if offered.year is not None else None)
        what = difference(offered.contract, old, offered.arrow).summary()
        moved = [
            f"{name} {current.inputs.get(name, 'new')} → {now}"
            for name, now in sorted(provenance.inputs.items())
            if current.inputs.get(name) != now
        ]
        if not moved:
            moved = [f"no input changed; code {current.code_version} → {provenance.code_version}"]
        return f"{what}; because {', '.join(moved)}"

    def current(self, dataset: str, year: int | None) -> Commit | None:
        """The newest commit of a partition, or None when it was never stored."""
        return _newest(self._current(dataset).commits, partition_of(year)) if self.holds(dataset) else None

    def commits(self, dataset: str) -> list[Commit]:
        """Every commit of `dataset`, oldest first."""
        return list(self._current(dataset).commits) if self.holds(dataset) else []

    def years(self, dataset: str) -> list[int]:
        """The years held, ascending."""
        return sorted({int(c.partition) for c in self.commits(dataset) if c.partition != WHOLE})

    def read(
        self,
        contract: Contract,
        years: Sequence[int | None] | None = None,
        *,
        delta_version: int | None = None,
    ) -> pa.Table:
        """Rows of `contract`'s dataset in stored types and key order.

        Raises:
            StoreError: when the dataset, or one of `years`, is not there.
        """
        current = delta_version is None
        table = (
            self._current(contract.dataset).table if current else self._open(contract.dataset, delta_version)
        )
        files = pa.table(table.get_add_actions(flatten=True))
        if contract.partitioned and years is not None:
            held = files.column("partition.year").to_pylist()
            absent = {y for y in years if y is not None} - set(held)
            # A year that was stored without rows has no file.
            absent -= set(self.years(contract.dataset)) if absent else set()
            if absent:
                raise StoreError(_absent(contract.dataset, sorted(absent), held))
            files = files.filter(pc.is_in(files.column("partition.year"), pa.array(years, pa.int64())))
        rows = self._rows(contract, files.column("path").to_pylist())
        return rows.sort_by([(name, "ascending") for name in contract.key])

    def verify(self, contract: Contract) -> list[str]:
        """Partitions whose rows no longer have the content hash their commit recorded."""
        broken = []
        for partition in sorted({c.partition for c in self.commits(contract.dataset)}):
            year = None if partition == WHOLE else int(partition)
            rows = self.read(contract, None if year is None else [year])
            commit = self.current(contract.dataset, year)
            if commit is None or content_sha256(contract, rows) != commit.content_sha256:
                broken.append(f"{contract.dataset} {partition}")
        return broken

    def _rows(self, contract: Contract, paths: list[str]) -> pa.Table:
        schema = arrow_schema(contract)
        root = self.path(contract.dataset)
        if not paths:
            return schema.empty_table()
        partitioning = pads.partitioning(pa.schema([("year", pa.int64())]), flavor="hive")
        files = pads.dataset(
            [f"{root}/{path}" for path in paths],
            schema=schema,
            format="parquet",
            partitioning=partitioning if contract.partitioned else None,
        )
        try:
            return files.to_table(columns=list(contract.columns)).cast(schema)
        except (pa.ArrowInvalid, ValueError) as error:
            raise StoreError(
                f"{contract.dataset} in {self.root} was stored by another version, with other columns "
                f"({error}); move the warehouse aside and run again: what is archived is not fetched again"
            ) from error

    def _current(self, dataset: str) -> _Opened:
        """The table as it is now; opened anew only when its log has changed since it was opened last."""
        opened = self._opened.get(dataset)
        if opened is None or opened.log is None or opened.log != self._log(dataset):
            return self._look(dataset, None)
        return opened

    def _look(self, dataset: str, table: DeltaTable | None) -> _Opened:
        """Read the commits of `table`, or of the dataset's as it is now, and remember them for its log."""
        log = self._log(dataset)
        table = table or self._open(dataset)
        # Somebody else may have committed since: what was opened is then not what the log says.
        known = log if log and log.version == table.version() else None
        opened = _Opened(known, table, tuple(_commits(table)))
        self._opened[dataset] = opened
        return opened

    def _log(self, dataset: str) -> _Log | None:
        """Which log a table has now; None on object stores, where asking costs as much as opening."""
        if not self._is_local:
            return None
        folder = Path(self.path(dataset)) / "_delta_log"
        try:
            state, names = folder.stat(), [path.name for path in folder.iterdir()]
        except FileNotFoundError:
            return None
        newest = max((name for name in names if name.endswith(".json")), default="")
        return _Log(state.st_ino, state.st_mtime_ns, int(newest.partition(".")[0])) if newest else None

    @property
    def _is_local(self) -> bool:
        return urlparse(self.root).scheme in ("", "file")

    def _open(self, dataset: str, version: int | None = None) -> DeltaTable:
        try:
            return DeltaTable(self.path(dataset), version=version, storage_options=self._options)
        except TableNotFoundError as error:
            raise StoreError(
                f"nothing is stored of {dataset} in {self.root}; run `kostra run` first"
            ) from error

    def _flush(self, dataset: str, version: int) -> None:
        """delta-rs renames without fsync; a commit counts only when files, folders and log are on disk."""
        if not self._is_local:
            return
        root = Path(self.path(dataset))
        entry = root / "_delta_log" / f"{version:020d}.json"
        added = [
            root / action["add"]["path"]
            for action in map(json.loads, entry.read_text(encoding="utf-8").splitlines())
            if "add" in action
        ]
        for path in added:
            sync_file(path)
        for folder in {path.parent for path in added}:
            sync_directory(folder)
        sync_file(entry)
        sync_directory(entry.parent)
        sync_directory(root)


def partition_of(year: int | None) -> str:
    """The partition name of a year, or of a dataset without years."""
    return WHOLE if year is None else str(year)


def _commits(table: DeltaTable) -> list[Commit]:
    entries = reversed(table.history())
    return [_commit(entry) for entry in entries if f"{_PREFIX}partition" in entry]


def _newest(commits: Sequence[Commit], partition: str) -> Commit | None:
    return next((c for c in reversed(commits) if c.partition == partition), None)


def _commit(entry: Mapping[str, Any]) -> Commit:
    said = {name.removeprefix(_PREFIX): text for name, text in entry.items() if name.startswith(_PREFIX)}
    inputs, rows = json.loads(said.pop("inputs")), int(said.pop("rows"))
    return Commit(
        delta_version=int(entry["version"]),
        committed_at_ms=int(entry["timestamp"]),
        inputs=inputs,
        rows=rows,
        **said,
    )


def _absent(dataset: str, absent: list[int], held: list[int]) -> str:
    have = f"{min(held)}-{max(held)}" if held else "no year"
    return f"{dataset} has no rows for {', '.join(map(str, absent))}; it holds {have}"
