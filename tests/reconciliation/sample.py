"""The sample of the years the published report shows, as a run would leave it, without server or store."""

from functools import cache

import pandas as pd

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.baerum.director_area_costs import director_area_costs
from assets.baerum.efficiency import efficiency
from assets.baerum.time_series import time_series
from assets.kostra.accounts import accounts
from assets.kostra.population import population
from assets.kostra.statistics.measures import service_statistics
from assets.ledger.entries import ledger_entries
from assets.ledger.hierarchy import read_hierarchy
from assets.ledger.ledger_file import read_ledger
from assets.quality.reconciliation.computed import Computed, computed_of
from pipelines.register_files import RegisterFiles
from pipelines.settings import Settings
from pipelines.standin.ledger import sample_ledger_files
from schemas.catalogue import ACCOUNTS_TABLE, POPULATION_TABLE
from schemas.ledger_layout import LedgerLayout
from tests.algebra.facts import WHOLE
from tests.algebra.sample_world import YEARS, municipalities, tables


@cache
def frames() -> dict[str, pd.DataFrame]:
    """Dataset → rows of 2021-2024, for Bærum beside ASSS."""
    places, whole = municipalities(), tables()
    by_year = {year: {name: held[year] for name, held in whole.items() if year in held} for year in YEARS}
    statistics = [service_statistics(WHOLE, year, use, {}, places, "sample") for year, use in by_year.items()]
    facts = {
        "kostra/service_statistics": pd.concat([found.frame for found in statistics]),
        "kostra/accounts": accounts(_cells(ACCOUNTS_TABLE), places, WHOLE),
        "kostra/population": population(_cells(POPULATION_TABLE), places, WHOLE),
        "register/figures": pd.concat(
            [RegisterFiles(Settings(), WHOLE).figures(year, places).frame for year in YEARS]
        ),
    }
    indicators = evaluate(WHOLE, *(facts[name] for name in _PARTS))
    beside = aggregates(indicators, WHOLE, register=facts["register/figures"])
    return facts | {
        "asss/indicators": indicators,
        "asss/aggregates": beside,
        "baerum/time_series": time_series(
            indicators, beside, facts["register/figures"], WHOLE, "baerum", "asss"
        ),
        "baerum/efficiency": efficiency(indicators, facts["register/figures"], WHOLE, "baerum", "asss"),
        "baerum/director_area_costs": pd.concat([_costs(year) for year in YEARS]),
    }


_PARTS = ("kostra/accounts", "kostra/population", "kostra/service_statistics", "register/figures")


def _cells(table: str) -> pd.DataFrame:
    return pd.concat([held.cells for held in tables()[table].values()])


def _costs(year: int) -> pd.DataFrame:
    files = sample_ledger_files()
    hierarchy = read_hierarchy(files["sample-hierarchy.csv"].encode(), "sample-hierarchy.csv")
    name = f"sample-ledger-{year}.csv"
    ledger = read_ledger(files[name].encode(), name, LedgerLayout(decimal="comma"), hierarchy=hierarchy)
    return director_area_costs(ledger_entries(ledger.entries, WHOLE, year, "0" * 64, "sample"), WHOLE, year)


@cache
def computed() -> Computed:
    """The sample as a report is held against it."""
    return computed_of(frames().get, WHOLE, "baerum", "asss", "sample")
