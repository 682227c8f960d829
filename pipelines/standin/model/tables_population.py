"""Population tables: 07459 (1 January, by sex and single year)."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from pipelines.standin.model.build import contents, mark, table, years
from pipelines.standin.model.data import FIRST_YEAR, LAST_YEAR
from pipelines.standin.model.entities import population_regions
from pipelines.standin.model.population import OPEN_AGE, by_sex_and_age
from pipelines.standin.table import StandinDimension, StandinPathItem, StandinTable, Values

_UPDATED = datetime(2025, 2, 25, 7, 0, tzinfo=UTC)
_PATH = (
    StandinPathItem("be", "Befolkning"),
    StandinPathItem("be05", "Folketall"),
    StandinPathItem("folkemengde", "Befolkning"),
)


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
