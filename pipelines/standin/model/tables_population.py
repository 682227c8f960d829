"""Population tables: 07459 (1 January, by sex and single year) and 11805 (31 December, by band)."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from pipelines.standin.model.build import closed, contents, kostra_region, mark, table, years
from pipelines.standin.model.data import FIRST_YEAR, LAST_YEAR
from pipelines.standin.model.entities import kostra_regions, population_regions
from pipelines.standin.model.population import OPEN_AGE, by_sex_and_age, inhabitants
from pipelines.standin.table import StandinDimension, StandinPathItem, StandinTable, Values

_UPDATED = datetime(2025, 2, 25, 7, 0, tzinfo=UTC)
_PATH = (
    StandinPathItem("be", "Befolkning"),
    StandinPathItem("be05", "Folketall"),
    StandinPathItem("folkemengde", "Befolkning"),
)
_AGES_11805 = {
    "A00-17": ("0-17 år", 0, 17),
    "A18-24": ("18-24 år", 18, 24),
    "A25-66": ("25-66 år", 25, 66),
    "A18-66": ("18-66 år", 18, 66),
    "A67-79": ("67-79 år", 67, 79),
    "A80+": ("80 år og over", 80, OPEN_AGE),
    "ALLE": ("Alle aldre", 0, OPEN_AGE),
}


def table_07459() -> StandinTable:
    """Population at 1 January: region, sex, age, contents, year; 31.12.Y stands under Tid = Y + 1."""
    regions = population_regions()
    people = regions.fold(by_sex_and_age()).transpose(0, 2, 3, 1)
    values: Values = np.ascontiguousarray(people[:, :, :, None, :].astype(np.float64))
    symbols = mark(values, ~regions.valid[:, None, None, None, :], ".")
    ages = tuple(f"{age:03d}" for age in range(OPEN_AGE))
    age_labels = tuple(f"{age} år" for age in range(OPEN_AGE))
    dimensions = (
        StandinDimension(
            "Region",
            "region",
            regions.codes,
            regions.labels,
            role="geo",
            elimination=True,
            elimination_code="0",
        ),
        StandinDimension("Kjonn", "kjønn", ("2", "1"), ("Kvinner", "Menn"), elimination=True),
        StandinDimension(
            "Alder",
            "alder",
            (*ages, f"{OPEN_AGE}+"),
            (*age_labels, f"{OPEN_AGE} år eller eldre"),
            elimination=True,
        ),
        contents({"Personer1": "Personer"}, {"Personer1": ("personer", 0)}),
        years(range(FIRST_YEAR, LAST_YEAR + 2)),
    )
    return table(
        "07459",
        "Befolkning",
        dimensions,
        values,
        symbols,
        updated=_UPDATED,
        paths=(_PATH,),
        subject_code="be",
    )


def table_11805() -> StandinTable:
    """KOSTRA population at 31 December: region, age, contents, year."""
    regions = kostra_regions()
    stack = [regions.fold(inhabitants(first, last)) for _, first, last in _AGES_11805.values()]
    values: Values = np.stack(stack, axis=1)[:, :, None, :].astype(np.float64)
    symbols = mark(values, ~regions.valid[:, None, None, :], ".")
    dimensions = (
        kostra_region(regions),
        closed("KOKalder0000", "alder", {code: label for code, (label, *_) in _AGES_11805.items()}),
        contents({"KOSpersoner0000": "Personer (antall)"}, {"KOSpersoner0000": ("personer", 0)}),
        years(),
    )
    return table("11805", "Befolkning per 31.12.", dimensions, values, symbols)
