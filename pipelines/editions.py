"""Editions of the sources: what SSB and KLASS served, archived once and read from the archive ever after.

A table is fetched when `/tables` reports another `updated` than the archived edition was fetched under, or
when the catalogue asks for other cells. One fetch covers all accounting years the table has: an edition is
always the whole table at one moment.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from assets.statbank.resolve import ResolvedTable, ResolveError, resolve, unresolved_rows
from pipelines.archived import (
    ArchivedEditions,
    TableEdition,
    data_key,
    is_of,
    metadata_key,
    vintage_of,
)
from pipelines.connections import Connections, OfflineError
from pipelines.known import known_to
from pipelines.listing import ListedTable, Listing, UnlistedTableError, zulu
from pipelines.lock import LockedTable
from pipelines.settings import Settings
from pipelines.statbank.errors import BodyError, RefusedError
from pipelines.statbank.metadata import TableMetadata, parse_metadata
from pipelines.statbank.selection import Choice
from pipelines.statbank.table_list import TableEntry, read_page
from pipelines.storage.archive import Archive, Snapshot
from pipelines.years import YEARS
from schemas.catalogue.catalogue import Catalogue
from schemas.catalogue.tables import ACCOUNTS_TABLE, POPULATION_TABLE, Table

log = logging.getLogger(__name__)

LISTING = "statbank/tables"


@dataclass(frozen=True, slots=True)
class ArchivedMetadata:
    """Metadata of one table as archived, with the hash of the body."""

    metadata: TableMetadata
    sha256: str


class Editions:
    """The editions of SSB's tables, by way of the archive."""

    def __init__(self, settings: Settings, connections: Connections, archive: Archive) -> None:
        self._settings = settings
        self._connections = connections
        self._archive = archive
        self._held: dict[tuple[str, str, tuple[str, ...]], TableEdition] = {}
        self._editions = ArchivedEditions(archive, settings.source)
        self._known = known_to(settings)
        self._refetched: set[str] = set()
        self._asked: set[str] = set()
        self._listing: str | None = None

    @property
    def source(self) -> str:
        """Where the figures come from: `ssb` or `sample`."""
        return self._settings.source

    def listing(self, table_ids: Sequence[str], not_before: datetime) -> Listing:
        """What SSB lists of `table_ids`: one question, unless an answer since `not_before` is archived.

        Offline, the archived editions that count, and what the archived list tells of tables never fetched.
        """
        if self._settings.offline:
            return self._archived_listing(table_ids)
        with self._archive.locked(LISTING):
            snapshot = self._archive.latest(LISTING, lambda s: s.retrieved_at >= not_before)
            if snapshot is None:
                responses = self._connections.statbank("the list of tables").tables().responses
                self._connections.refuse_unsettled("the list of tables")
                snapshot = self._archive.store(LISTING, responses, {})
        return self._read_listing(snapshot, table_ids)

    def _read_listing(self, snapshot: Snapshot, table_ids: Iterable[str]) -> Listing:
        entries = [entry for body in self._archive.bodies(snapshot) for entry in read_page(body).entries]
        tables = {entry.id: _listed(entry) for entry in entries if entry.id in table_ids}
        self._listing = snapshot.sha256
        return Listing(tables, snapshot.retrieved_at)

    def _archived_listing(self, table_ids: Sequence[str]) -> Listing:
        """The edition of each table that counts; of tables never fetched what the archived list tells."""
        snapshot = self._known.listing(self._archive.snapshots(LISTING))
        listed = self._read_listing(snapshot, table_ids) if snapshot else None
        tables = {
            name: table
            for name, table in (listed.tables if listed else {}).items()
            if self._known.published_by is None or table.updated[:10] <= self._known.published_by.isoformat()
        }
        editions = [self._known.edition(name, self._archive.snapshots(data_key(name))) for name in table_ids]
        held = {name: s for name, s in zip(table_ids, editions, strict=True) if s is not None}
        if not held:
            raise UnlistedTableError(
                f"the archive {self._archive.root} holds no edition to work from; "
                f"run `kostra run --source {self._settings.source}` first"
            )
        for name, edition in held.items():
            if name not in tables or not is_of(edition, tables[name].updated):
                tables[name] = _listed_by(name, edition)
        return Listing(tables, listed.checked_at if listed else max(s.retrieved_at for s in held.values()))

    def _find(
        self, entry: Table, listed: Listing, municipality_codes: Sequence[str]
    ) -> tuple[ArchivedMetadata, ResolvedTable]:
        """A table's metadata and what the catalogue finds in it.

        Metadata from the archive in which something cannot be found is asked for once more: what was amiss
        may have been put right without a new date.

        Raises:
            ResolveError: the table cannot be used.
        """
        for again in (False, True):
            described = self.metadata(entry.id, listed, again=again)
            last = again or self._settings.offline or entry.id in self._asked
            try:
                resolved = resolve(
                    entry, described.metadata, municipality_codes, metadata_sha256=described.sha256
                )
            except ResolveError:
                if last:
                    raise
            else:
                if last or not resolved.unresolved:
                    break
        return described, resolved

    def metadata(self, table_id: str, listed: Listing, *, again: bool = False) -> ArchivedMetadata:
        """Metadata of a table as of the listed `updated`, fetched when the archive lacks it or `again`."""
        updated = listed.updated_of(table_id)
        key = metadata_key(table_id)
        with self._archive.locked(key):
            snapshot = self._archived_metadata(table_id, updated)
            if snapshot is None or again or self._wants_again(key):
                self._asked.add(table_id)
                fetched = self._connections.statbank(f"metadata of table {table_id}").metadata(
                    table_id, updated=datetime.fromisoformat(updated)
                )
                self._connections.refuse_unsettled(f"metadata of table {table_id}")
                snapshot = self._archive.store(key, [fetched.response], {"listed_updated": updated})
        [body] = self._archive.bodies(snapshot)
        return ArchivedMetadata(parse_metadata(body, table=table_id), snapshot.sha256)

    def _archived_metadata(self, table_id: str, updated: str) -> Snapshot | None:
        """The newest archived metadata as of `updated`; offline those that count."""
        held = [s for s in self._archive.snapshots(metadata_key(table_id)) if is_of(s, updated)]
        if not self._settings.offline:
            return held[-1] if held else None
        editions = [s for s in self._archive.snapshots(data_key(table_id)) if is_of(s, updated)]
        edition = self._known.edition(table_id, editions)
        return self._known.metadata(table_id, edition.facts["metadata_sha256"] if edition else None, held)

    def resolved(
        self, catalogue: Catalogue, listed: Listing, municipality_codes: Sequence[str]
    ) -> pd.DataFrame:
        """The rows of `statbank/metadata`: every catalogue entry in its live table, or why it fails."""
        return pd.concat(
            [self._resolved_rows(table, listed, municipality_codes) for table in catalogue.tables.values()],
            ignore_index=True,
        )

    def _resolved_rows(
        self, entry: Table, listed: Listing, municipality_codes: Sequence[str]
    ) -> pd.DataFrame:
        try:
            _, resolved = self._find(entry, listed, municipality_codes)
        except ResolveError as error:
            log.info("%s", error)
            return error.rows
        except (UnlistedTableError, RefusedError, BodyError, OfflineError) as error:
            log.info("%s", error)
            return unresolved_rows(entry.id, str(error), entry.dimensions["contents"].name)
        for warning in resolved.warnings:
            log.warning("table %s: %s", entry.id, warning)
        return resolved.rows

    def table(self, entry: Table, listed: Listing, municipality_codes: Sequence[str]) -> TableEdition:
        """The edition of a table that the listing points to, fetched when the archive lacks it.

        Raises:
            UnlistedTableError: SSB does not list the table.
            StatbankError: the table cannot be fetched, or not whole.
            ResolveError: the catalogue asks for something the table does not have.
        """
        asked = (entry.id, listed.updated_of(entry.id), tuple(municipality_codes))
        if asked not in self._held:
            self._held[asked] = self._edition(entry, listed, municipality_codes)
        return self._held[asked]

    def _edition(self, entry: Table, listed: Listing, municipality_codes: Sequence[str]) -> TableEdition:
        described, resolved = self._find(entry, listed, municipality_codes)
        wanted = resolved.selection(year for year in resolved.years if year in YEARS)
        facts = {
            "listed_updated": listed.updated_of(entry.id),
            "selection_sha256": _fingerprint(wanted),
            "metadata_sha256": described.sha256,
        }
        key = data_key(entry.id)
        with self._archive.locked(key):
            fitting = [s for s in self._archive.snapshots(key) if facts.items() <= s.facts.items()]
            snapshot = self._known.edition(entry.id, fitting)
            if snapshot is None or self._wants_again(key):
                snapshot = self._fetch(key, entry, described.metadata, wanted, facts | listed.facts(entry.id))
        return self._editions.read(entry, described.metadata, resolved, snapshot)

    def offered_years(self, catalogue: Catalogue, listed: Listing, codes: Sequence[str]) -> list[int]:
        """The accounting years that the accounts and the population table both offer."""
        offered = set(YEARS)
        for table_id in (ACCOUNTS_TABLE, POPULATION_TABLE):
            try:
                _, resolved = self._find(catalogue.tables[table_id], listed, codes)
                offered &= set(resolved.years)
            except (ResolveError, UnlistedTableError) as error:
                # The table's own asset fails with this, for every year; the other tables still decide.
                log.error("%s", error)
        return sorted(offered)

    def has_held(self, table_id: str) -> bool:
        """Whether an edition of the table was ever archived here."""
        return self._archive.latest(data_key(table_id)) is not None

    def vintages(self) -> dict[str, str]:
        """Table → vintage of every edition this process has read."""
        return {edition.table: edition.vintage_id for edition in self._held.values()}

    def locked(self, listed: Listing) -> tuple[str | None, dict[str, LockedTable]]:
        """Hash of the list of tables; per listed table its edition: what was read, else what counts."""
        newest = self._known.listing(self._archive.snapshots(LISTING))
        read = {edition.table: edition.sha256 for edition in self._held.values()}
        return self._listing or (newest.sha256 if newest else None), {
            name: self._locked(name, table.updated, read.get(name)) for name, table in listed.tables.items()
        }

    def _locked(self, table_id: str, updated: str, read: str | None) -> LockedTable:
        snapshots = self._archive.snapshots(data_key(table_id))
        snapshot = next((s for s in reversed(snapshots) if s.sha256 == read), None)
        snapshot = snapshot or self._known.edition(table_id, [s for s in snapshots if is_of(s, updated)])
        if snapshot is not None:
            vintage = vintage_of(table_id, snapshot)
            return LockedTable(updated, snapshot.facts["metadata_sha256"], vintage, snapshot.sha256)
        described = self._archived_metadata(table_id, updated)
        return LockedTable(updated, described.sha256 if described else None)

    def _fetch(
        self,
        key: str,
        entry: Table,
        metadata: TableMetadata,
        wanted: Mapping[str, tuple[str, ...]],
        facts: Mapping[str, str],
    ) -> Snapshot:
        client = self._connections.statbank(f"table {entry.id}")
        selection = {code: Choice(codes) for code, codes in wanted.items()}
        fetch = client.fetch(entry.id, selection, metadata=metadata, on_part=_Progress(entry.id))
        self._connections.refuse_unsettled(f"table {entry.id}")
        updated = zulu(fetch.dataset.updated) if fetch.dataset.updated else facts["listed_updated"]
        return self._archive.store(
            key, fetch.responses, {**facts, "updated": updated, "title": metadata.label}
        )

    def _wants_again(self, key: str) -> bool:
        """Whether this run was told to fetch afresh and has not done so for `key`."""
        if not self._settings.refetch or key in self._refetched:
            return False
        self._refetched.add(key)
        return True


@dataclass(frozen=True, slots=True)
class _Progress:
    """Says how far a fetch of several calls has come."""

    table: str

    def __call__(self, done: int, total: int) -> None:
        log.info("table %s: call %d of %d answered", self.table, done, total)


def _listed(entry: TableEntry) -> ListedTable:
    if entry.updated is None:
        raise UnlistedTableError(f"table {entry.id}: SSB's list does not say when it was updated")
    return ListedTable(
        entry.id, zulu(entry.updated), entry.first_period, entry.last_period, entry.discontinued
    )


def _listed_by(table_id: str, snapshot: Snapshot) -> ListedTable:
    """What was listed of a table when its edition was fetched."""
    return ListedTable(
        table=table_id,
        updated=snapshot.facts["listed_updated"],
        first_period=snapshot.facts["first_period"],
        last_period=snapshot.facts["last_period"],
        discontinued=snapshot.facts["discontinued"] == "true",
    )


def _fingerprint(wanted: Mapping[str, tuple[str, ...]]) -> str:
    codes = {dimension: list(values) for dimension, values in wanted.items()}
    return hashlib.sha256(json.dumps(codes, sort_keys=True).encode()).hexdigest()
