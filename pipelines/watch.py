"""The watch: what is stored of a year, held against each other, the year before, and the domain's controls.

Reads the store only where something was stored anew since it looked last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from assets.quality.controls import controlled, controls_sha256, outcomes_of_controls
from assets.quality.judging import watch_outcomes
from assets.quality.outcomes import Outcome
from pipelines.gate import Gate
from pipelines.quality_log import QualityLog
from pipelines.storage.frames import as_frame
from pipelines.storage.store import Store, partition_of
from schemas.catalogue.catalogue import Catalogue
from schemas.expectations.suites import watched
from schemas.quality import EXPECTATIONS
from schemas.registry import Datasets

_ITSELF = EXPECTATIONS.dataset
#: Partitions kept in memory: those of about two years.
_KEPT = 60


@dataclass(frozen=True, slots=True)
class Judged:
    """All outcomes of a year, the datasets whose rows were refused, and what was looked at (name → hash)."""

    outcomes: tuple[Outcome, ...]
    refused: frozenset[str]
    inputs: Mapping[str, str]


class Watch:
    """Looks at one warehouse."""

    def __init__(
        self,
        store: Store,
        datasets: Datasets,
        log: QualityLog,
        gate: Gate,
        catalogue: Catalogue,
        municipality: str,
        network: str,
    ) -> None:
        self._store = store
        self._datasets = datasets
        self._log = log
        self._gate = gate
        self._catalogue = catalogue
        self._municipality = municipality
        self._network = network
        now, self._before = watched(municipality)
        self._now = now | (controlled(municipality) & {*datasets})
        self._recent: dict[tuple[str, int | None, str], pd.DataFrame] = {}

    def of_year(self, year: int) -> Judged:
        """What is known of the datasets of `year`: by the gate, and by looking at what is stored."""
        held = self._held(year)
        inputs = {_named(*partition): content for partition, content in held.items()}
        content = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
        judged_by = f"{self._gate.judged_by} {controls_sha256()}"
        seen = self._log.watch(year, content, judged_by, lambda: self._look(year, held))
        gate, refused = self._of_gate(year)
        short = {name: sha256[:12] for name, sha256 in inputs.items()}
        return Judged((*gate, *seen), refused, short)

    def rows(self) -> pd.DataFrame:
        """`quality/expectations` of every year that is held; empty before anything was judged."""
        if not self._store.holds(_ITSELF):
            return pd.DataFrame(columns=list(EXPECTATIONS.columns))
        return as_frame(EXPECTATIONS, self._store.read(EXPECTATIONS))

    def _of_gate(self, year: int) -> tuple[list[Outcome], frozenset[str]]:
        """What the gate said last of every dataset, and whose rows it refused."""
        outcomes: list[Outcome] = []
        refused: set[str] = set()
        for dataset, contract in self._datasets.items():
            entry = self._log.gate(dataset, year if contract.partitioned else None)
            if entry.latest is not None and dataset != _ITSELF:
                outcomes += entry.latest.outcomes
            if entry.refused is not None:
                refused.add(dataset)
        return outcomes, frozenset(refused)

    def _held(self, year: int) -> dict[tuple[str, int | None], str]:
        """Content hash of every stored partition that is looked at, of the year and of the one before."""
        found: dict[tuple[str, int | None], str] = {}
        for dataset in sorted(self._now | self._before):
            by_year = self._datasets[dataset].partitioned
            contents = {commit.partition: commit.content_sha256 for commit in self._store.commits(dataset)}
            wanted = [year] if dataset in self._now else []
            wanted += [year - 1] if dataset in self._before else []
            for each in wanted if by_year else [None]:
                if (name := partition_of(each)) in contents:
                    found[dataset, each] = contents[name]
        return found

    def _look(self, year: int, held: Mapping[tuple[str, int | None], str]) -> list[Outcome]:
        frames, before = (
            {name: self._rows(name, each, content) for (name, each), content in held.items() if each in years}
            for years in ((year, None), (year - 1,))
        )
        seen = watch_outcomes(frames, before, self._catalogue, self._municipality, self._network, year)
        return [*seen, *outcomes_of_controls(frames, self._catalogue, year)]

    def _rows(self, dataset: str, year: int | None, content: str) -> pd.DataFrame:
        """The stored rows of a partition; a year is read once, for itself and as the year before the next."""
        partition = (dataset, year, content)
        if partition not in self._recent:
            contract = self._datasets[dataset]
            rows = self._store.read(contract, None if year is None else [year])
            self._recent[partition] = as_frame(contract, rows)
            if len(self._recent) > _KEPT:
                self._recent.pop(next(iter(self._recent)))
        return self._recent[partition]


def _named(dataset: str, year: int | None) -> str:
    return dataset if year is None else f"{dataset}@{year}"
