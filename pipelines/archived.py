"""Editions of SSB's tables as they lie in the archive, found by the vintage they are known under."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from assets.statbank.resolve import ResolvedTable, resolve
from assets.statbank.tidy import tidy_table
from pipelines.listing import UnlistedTableError
from pipelines.statbank.jsonstat import parse
from pipelines.statbank.merge import merge
from pipelines.statbank.metadata import TableMetadata, parse_metadata
from pipelines.storage.archive import Archive, ArchiveError, Snapshot
from schemas.catalogue.tables import Table


@dataclass(frozen=True, slots=True)
class TableEdition:
    """One edition of one table: what was found in it, tidy rows by accounting year, its vintage and hash."""

    table: str
    resolved: ResolvedTable
    by_year: Mapping[int, pd.DataFrame]
    vintage_id: str
    sha256: str

    def of_year(self, year: int) -> pd.DataFrame:
        """The rows of one accounting year.

        Raises:
            UnlistedTableError: the table does not offer the year.
        """
        if year not in self.by_year:
            offered = f"{min(self.by_year)}-{max(self.by_year)}"
            raise UnlistedTableError(f"table {self.table} has no figures for {year}; it offers {offered}")
        return self.by_year[year]


def vintage_of(table_id: str, snapshot: Snapshot) -> str:
    """What an edition is known under: table, SSB's `updated`, start of the hash."""
    return f"{table_id}@{snapshot.facts['updated']}#{snapshot.sha256[:12]}"


def is_of(snapshot: Snapshot, listed_updated: str) -> bool:
    """Whether something was fetched when SSB listed the table as updated then."""
    return snapshot.facts["listed_updated"] == listed_updated


def data_key(table_id: str) -> str:
    """Where the editions of a table lie."""
    return f"statbank/t{table_id}/data"


def metadata_key(table_id: str) -> str:
    """Where its metadata lie."""
    return f"statbank/t{table_id}/metadata"


class ArchivedEditions:
    """The archived editions of one source."""

    def __init__(self, archive: Archive, source: str) -> None:
        self._archive = archive
        self._source = source

    def all(self, table_id: str) -> list[Snapshot]:
        """Every edition of a table, in the order they were fetched."""
        return self._archive.snapshots(data_key(table_id))

    def find(self, table_id: str, vintage_id: str) -> Snapshot | None:
        """The edition known under that name."""
        return next((s for s in self.all(table_id) if vintage_of(table_id, s) == vintage_id), None)

    def metadata(self, table_id: str, edition: Snapshot) -> TableMetadata:
        """The metadata an edition was fetched by.

        Raises:
            ArchiveError: they are not in the archive.
        """
        wanted = edition.facts["metadata_sha256"]
        held = self._archive.latest(metadata_key(table_id), lambda s: s.sha256 == wanted)
        if held is None:
            raise ArchiveError(f"the metadata {wanted[:12]} of table {table_id} are not in the archive")
        [body] = self._archive.bodies(held)
        return parse_metadata(body, table=table_id)

    def read(
        self, entry: Table, metadata: TableMetadata, resolved: ResolvedTable, snapshot: Snapshot
    ) -> TableEdition:
        """An edition as tidy rows by year."""
        dataset = merge(metadata, [parse(body) for body in self._archive.bodies(snapshot)])
        vintage = vintage_of(entry.id, snapshot)
        rows = tidy_table(entry, dataset.frame, resolved, source=self._source, vintage_id=vintage)
        by_year = {int(year): rows[rows["year"] == year] for year in rows["year"].unique()}
        return TableEdition(entry.id, resolved, by_year, vintage, snapshot.sha256)

    def table(self, entry: Table, snapshot: Snapshot, municipality_codes: Collection[str]) -> TableEdition:
        """An edition as the catalogue of today reads it.

        Raises:
            ResolveError: the catalogue does not fit the edition's metadata.
            DataError: the edition holds other cells than the catalogue asks for today.
        """
        metadata = self.metadata(entry.id, snapshot)
        return self.read(entry, metadata, resolve(entry, metadata, municipality_codes), snapshot)

    def offered(
        self, entry: Table, snapshot: Snapshot, municipality_codes: Collection[str]
    ) -> dict[str, frozenset[str]]:
        """Role → every code SSB offered in an edition, asked for or not.

        Raises:
            ResolveError: the catalogue does not fit the edition's metadata.
        """
        metadata = self.metadata(entry.id, snapshot)
        codes = {variable.code: frozenset(variable.codes) for variable in metadata.dimensions}
        dimensions = resolve(entry, metadata, municipality_codes).dimensions
        return {role: codes[dimension] for role, dimension in dimensions.items()}
