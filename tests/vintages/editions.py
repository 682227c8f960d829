"""A StatBank that publishes March figures, then June figures that differ in named cells."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from pipelines.settings import Settings
from pipelines.standin.server import StandinServer
from pipelines.standin.table import StandinTable, with_cell
from pipelines.storage.frames import as_frame
from pipelines.storage.store import Store
from schemas.registry import datasets_of
from tests.pipeline.worlds import (
    FUNCTION,
    NET_OF_2024,
    PERIOD,
    REGION,
    settings_for,
    small_accounts,
    small_catalogue,
)

MARCH = datetime(2025, 3, 15, 7, tzinfo=UTC)
JUNE = datetime(2025, 6, 15, 6, tzinfo=UTC)
BAERUM, ASKER, OSLO, BERGEN = "3201", "3203", "0301", "4601"
#: Code in force in 2023.
BAERUM_2023 = "3024"


def cell(region: str, function: str, year: int = 2024) -> dict[str, str]:
    """The net operating expenditure of a function in table 12367."""
    return {**NET_OF_2024, REGION: region, FUNCTION: function, PERIOD: str(year)}


def value_of(table: StandinTable, where: Mapping[str, str]) -> float:
    """The figure of one cell."""
    at = tuple(d.codes.index(where[d.code]) for d in table.dimensions)
    return float(table.values[at])


def published(table: StandinTable, updated: datetime) -> StandinTable:
    """The table as of another date."""
    return replace(table, updated=updated)


def march_accounts() -> StandinTable:
    """12367 as published in March."""
    return published(small_accounts(), MARCH)


def revised(
    server: StandinServer,
    changes: Mapping[tuple[str, str, int], float],
    *,
    updated: datetime = JUNE,
    symbols: Mapping[tuple[str, str, int], str] | None = None,
) -> StandinTable:
    """12367 with other figures in some cells, as of `updated`; published at once."""
    table = published(server.table("12367"), updated)
    for where, value in changes.items():
        symbol = (symbols or {}).get(where)
        table = with_cell(table, cell(*where), value, updated=updated, symbol=symbol)
    server.replace_table(table)
    return table


def hashes(settings: Settings) -> dict[str, str]:
    """Content hash of every partition stored, by `dataset partition`."""
    store = Store(settings.warehouse)
    return {
        f"{name} {commit.partition}": commit.content_sha256
        for name in datasets_of(small_catalogue(), settings.municipality)
        for commit in store.commits(name)
    }


def stored(server: StandinServer, home: Path, dataset: str, year: int, **others: object) -> pd.DataFrame:
    """The stored rows of one year."""
    settings = settings_for(server, home, **others)
    contract = datasets_of(small_catalogue(), settings.municipality)[dataset]
    return as_frame(contract, Store(settings.warehouse).read(contract, [year]))
