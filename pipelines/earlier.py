"""Figures as earlier stored versions held them: the store keeps every version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from assets.quality.reconciliation.computed import EARLIER_COLUMNS
from pipelines.storage.frames import as_frame
from pipelines.storage.store import Store
from schemas.asss import AGGREGATES, INDICATORS
from schemas.contracts import Contract
from schemas.register import NETWORK_FIGURES


class EarlierFigures:
    """Indicators and network figures of versions that are no longer the current one."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def figures(self, years: Iterable[int]) -> pd.DataFrame:
        """Every value once that an earlier version of a year held; columns `EARLIER_COLUMNS`."""
        wanted = list(years)
        parts = [_of_regions(frame) for frame in self._versions(_narrow(INDICATORS, _REGION), wanted)]
        parts += [_of_networks(frame) for frame in self._versions(_narrow(AGGREGATES, _NETWORK), wanted)]
        if not parts:
            return pd.DataFrame(columns=EARLIER_COLUMNS)
        every = pd.concat(parts, ignore_index=True)[EARLIER_COLUMNS].dropna(subset="value")
        return every.drop_duplicates(EARLIER_COLUMNS[:-1]).reset_index(drop=True)

    def _versions(self, contract: Contract, years: list[int]) -> Iterator[pd.DataFrame]:
        commits = self._store.commits(contract.dataset)
        for year in years:
            own = [commit for commit in commits if commit.partition == str(year)]
            for commit in reversed(own[:-1]):
                rows = self._store.read(contract, [year], delta_version=commit.delta_version)
                yield as_frame(contract, rows)


_REGION = ("year", "municipality", "indicator", "value", "vintage_id")
_NETWORK = ("year", "network", "indicator", *NETWORK_FIGURES, "vintage_id")


def _narrow(contract: Contract, columns: tuple[str, ...]) -> Contract:
    """The contract with some of its columns: an earlier version may not have the others."""
    return replace(contract, fields=tuple(f for f in contract.fields if f.name in columns), rules=())


def _of_regions(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={"municipality": "entity"})


def _of_networks(frame: pd.DataFrame) -> pd.DataFrame:
    key = ["year", "network", "indicator", "vintage_id"]
    long = frame.melt(key, list(NETWORK_FIGURES), var_name="figure", value_name="value")
    return long.assign(entity=long["network"].astype("str") + "_" + long["figure"].astype("str"))
