"""The history of the store, partition by partition: what one stored version had and the next had not.

Comparing two versions costs reading both, so what came of it is kept, under
`<home>/<source>/quality/revisions`, named by the two commits. The history is that of the source's own
warehouse; a run as of a date, or from a lock, sees it as far as it went then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from assets.statbank.resolve import ResolveError
from pipelines.archived import ArchivedEditions
from pipelines.known import known_to
from pipelines.settings import Settings
from pipelines.storage.archive import Archive
from pipelines.storage.files import write_durably
from pipelines.storage.frames import as_frame
from pipelines.storage.store import Commit, Store
from schemas.catalogue.tables import Table
from schemas.registry import Datasets

#: Raised when what is kept would come out otherwise.
_COMPARISON = 1

Compare = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two consecutive stored versions of one year of a dataset; `revision` numbers the later one."""

    dataset: str
    year: int
    revision: int
    old: Commit
    new: Commit


class RevisionHistory:
    """Consecutive versions of the datasets of one warehouse."""

    def __init__(self, settings: Settings, datasets: Datasets) -> None:
        self._store = Store(settings.main_warehouse)
        self._kept = settings.folder / "quality" / "revisions"
        self._datasets = datasets
        self._archived = ArchivedEditions(Archive(settings.archive), settings.source)
        known = known_to(settings)
        self._until: datetime | None = known.lock.finished if known.lock else known.held_by

    def commits(self, dataset: str) -> list[Commit]:
        """The commits of a dataset that count, oldest first."""
        every = self._store.commits(dataset)
        if self._until is None:
            return every
        limit = self._until.timestamp() * 1000
        return [commit for commit in every if commit.committed_at_ms <= limit]

    @staticmethod
    def pairs(dataset: str, year: int, commits: Collection[Commit]) -> list[Pair]:
        """The consecutive versions of one year of a dataset, of its commits (oldest first)."""
        held = [commit for commit in commits if commit.partition == str(year)]
        return [
            Pair(dataset, year, number, old, new) for number, (old, new) in enumerate(pairwise(held), start=2)
        ]

    def changed(self, pair: Pair, about: str, compare: Compare) -> pd.DataFrame:
        """What `compare` finds between the two versions; `about` names what it compares."""
        path = self._kept / pair.dataset.replace("/", "-") / f"{pair.year}-{_name(pair, about)}.parquet"
        if path.exists():
            kept: pd.DataFrame = pq.read_table(path).to_pandas()
            return kept
        found = compare(self._rows(pair, pair.old), self._rows(pair, pair.new))
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pandas(found, preserve_index=False), sink)
        write_durably(path, sink.getvalue().to_pybytes())
        return found

    def offered(
        self, entry: Table, vintage_id: str, municipality_codes: Collection[str]
    ) -> Mapping[str, frozenset[str]]:
        """Role → every code SSB offered in an edition; empty where that cannot be told any more."""
        edition = self._archived.find(entry.id, vintage_id)
        try:
            return self._archived.offered(entry, edition, municipality_codes) if edition else {}
        except ResolveError:
            return {}

    def _rows(self, pair: Pair, commit: Commit) -> pd.DataFrame:
        contract = self._datasets[pair.dataset]
        return as_frame(contract, self._store.read(contract, [pair.year], delta_version=commit.delta_version))


def _name(pair: Pair, about: str) -> str:
    named = [about, _COMPARISON, pair.old.committed_at_ms, pair.old.content_sha256]
    named += [pair.new.committed_at_ms, pair.new.content_sha256]
    return hashlib.sha256("\n".join(map(str, named)).encode()).hexdigest()[:24]
