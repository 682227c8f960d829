"""The sample tables as facts, by the product's own functions and without a server: twelve members, groups."""

from collections.abc import Iterable
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.kostra.accounts import accounts
from assets.kostra.population import population
from assets.kostra.statistics.measures import HeldTable, service_statistics
from assets.statbank.resolve import ResolvedTable, resolve
from assets.statbank.tidy import tidy_table
from pipelines.standin.sample import sample_table
from pipelines.standin.table import StandinTable
from pipelines.statbank.jsonstat_model import Unit
from pipelines.statbank.metadata import TableMetadata, VariableMetadata
from schemas.catalogue import ACCOUNTS_TABLE, POPULATION_TABLE, Table
from tests.algebra.facts import COMPUTED
from tests.standin.sampled import ASSS

YEARS = (2021, 2022, 2023, 2024)
GROUPS = ("EAK", "EAKUO", "EKG12", "EKG13")
REFORM, RENUMBERING = date(2020, 1, 1), date(2024, 1, 1)


def municipalities() -> pd.DataFrame:
    """`klass/municipalities` of the twelve members since 2020."""
    rows = []
    for slug, codes in ASSS.items():
        held = [code for code in codes.split() if _since_reform(code)]
        ends = [RENUMBERING] * (len(held) - 1) + [None]
        starts = [REFORM] + [RENUMBERING] * (len(held) - 1)
        rows += [(slug, code, slug, *span) for code, *span in zip(held, starts, ends, strict=True)]
    return pd.DataFrame(rows, columns=["slug", "code", "name", "valid_from", "valid_to"])


def _since_reform(code: str) -> bool:
    return code in {"0301", "1103", "5001", "1108"} or code[:2] in {
        "30",
        "31",
        "32",
        "33",
        "42",
        "46",
        "54",
        "55",
    }


def held(entry: Table, wanted: Iterable[int] = YEARS) -> dict[int, HeldTable]:
    """One sample table as the product holds it, by accounting year."""
    table, codes = sample_table(entry.id), list(municipalities()["code"])
    resolved = resolve(entry, _metadata(table), codes)
    years = [year for year in wanted if year in resolved.periods]
    if not years:
        return {}
    frame = _cells(table, resolved, years, {*codes, *GROUPS})
    rows = tidy_table(entry, frame, resolved, source="sample", vintage_id=f"{entry.id}@sample")
    return {year: HeldTable(resolved, rows[(rows["year"] == year).to_numpy()]) for year in years}


def _metadata(table: StandinTable) -> TableMetadata:
    variables = [
        VariableMetadata(
            d.code, d.label, d.codes, d.labels, units={code: Unit(*unit) for code, unit in d.units.items()}
        )
        for d in table.dimensions
    ]
    return TableMetadata(table.id, table.label, table.updated, tuple(variables))


def _cells(
    table: StandinTable, resolved: ResolvedTable, years: Iterable[int], regions: set[str]
) -> pd.DataFrame:
    """The cells the product would ask for, of some regions."""
    wanted = resolved.selection(years)
    kept = [
        [d.codes.index(code) for code in wanted[d.code] if d.role != "geo" or code in regions]
        for d in table.dimensions
    ]
    at = np.ix_(*kept)
    names = [[d.codes[place] for place in places] for d, places in zip(table.dimensions, kept, strict=True)]
    index = pd.MultiIndex.from_product(names, names=[d.code for d in table.dimensions])
    symbols = np.array(table.alphabet)[table.marks[at].ravel()]
    frame = index.to_frame(index=False).astype("category")
    return frame.assign(value=table.values[at].ravel(), symbol=pd.Categorical(symbols))


@cache
def tables() -> dict[str, dict[int, HeldTable]]:
    """Every sample table of the catalogue, by id and accounting year."""
    return {name: held(entry) for name, entry in COMPUTED.tables.items()}


@cache
def computed() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Service statistics, indicators and aggregates of the sample, 2021-2024."""
    places, catalogue = municipalities(), COMPUTED
    whole = tables()
    years = []
    for year in YEARS:
        use = {name: by_year[year] for name, by_year in whole.items() if year in by_year}
        years.append(service_statistics(catalogue, year, use, {}, places, "sample"))
    assert [found.problems for found in years] == [()] * len(YEARS)
    statistics = pd.concat([found.frame for found in years])
    net, people = (
        pd.concat([table.cells for table in whole[name].values()])
        for name in (ACCOUNTS_TABLE, POPULATION_TABLE)
    )
    indicators = evaluate(
        catalogue, accounts(net, places, catalogue), population(people, places, catalogue), statistics
    )
    return statistics, indicators, aggregates(indicators, catalogue, ["asss"])
