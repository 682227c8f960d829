"""The sample of one year as a run would leave it, made by the product's own functions without a server."""

from functools import cache

import pandas as pd

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.kostra.accounts import accounts
from assets.kostra.population import population
from assets.kostra.statistics.measures import service_statistics
from pipelines.register_files import RegisterFiles
from pipelines.settings import Settings
from schemas.catalogue import ACCOUNTS_TABLE, POPULATION_TABLE
from tests.algebra.facts import WHOLE
from tests.algebra.sample_world import held, municipalities

YEAR = 2024


@cache
def stored() -> dict[str, pd.DataFrame]:
    """Dataset → rows of the year, or all rows of one without years."""
    places = municipalities()
    tables = {name: held(entry, [YEAR]) for name, entry in WHOLE.tables.items()}
    use = {name: by_year[YEAR] for name, by_year in tables.items() if by_year}
    statistics = service_statistics(WHOLE, YEAR, use, {}, places, "sample").frame
    made_of = (
        accounts(use[ACCOUNTS_TABLE].cells, places, WHOLE),
        population(use[POPULATION_TABLE].cells, places, WHOLE),
    )
    register = RegisterFiles(Settings(), WHOLE).figures(YEAR, places).frame
    indicators = evaluate(WHOLE, *made_of, statistics, register)
    return {
        **{f"statbank/t{name}": table.cells for name, table in use.items()},
        "statbank/metadata": pd.concat([table.resolved.rows for table in use.values()]),
        "klass/municipalities": places,
        "kostra/accounts": made_of[0],
        "kostra/population": made_of[1],
        "kostra/service_statistics": statistics,
        "register/figures": register,
        "asss/indicators": indicators,
        "asss/aggregates": aggregates(indicators, WHOLE, ["asss"], register=register),
    }
