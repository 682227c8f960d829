"""Assets of `kostra/…`: tidy facts per municipality and year."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.describe import described, upstream
from assets.kostra.accounts import accounts as accounts_of
from assets.kostra.population import population as population_of
from assets.publish import publish
from pipelines.gate import Gate
from pipelines.storage.io_manager import Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.catalogue.tables import ACCOUNTS_TABLE, POPULATION_TABLE
from schemas.registry import Datasets

Result = dg.MaterializeResult[Publication]


def kostra_assets(catalogue: Catalogue, datasets: Datasets) -> Iterator[dg.AssetsDefinition]:
    """All assets of the group."""
    yield _accounts(catalogue, datasets)
    yield _population(catalogue, datasets)


def _accounts(catalogue: Catalogue, datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets["kostra/accounts"]

    @dg.asset(
        **described(
            contract,
            "Amounts by function and expense concept; old and new codes of a municipality are one series.",
            kinds={"pandas", "deltalake"},
        ),
        ins={
            "table": upstream(f"statbank/t{ACCOUNTS_TABLE}"),
            "municipalities": upstream("klass/municipalities"),
        },
    )
    def accounts(
        context: dg.AssetExecutionContext,
        table: pd.DataFrame,
        municipalities: pd.DataFrame,
        gate: dg.ResourceParam[Gate],
    ) -> Result:
        frame = accounts_of(table, municipalities, catalogue)
        return publish(contract, frame, int(context.partition_key), gate=gate)

    return accounts


def _population(catalogue: Catalogue, datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets["kostra/population"]

    @dg.asset(
        **described(
            contract,
            "Inhabitants at 31 December, in the age bands the indicators are divided by.",
            kinds={"pandas", "deltalake"},
        ),
        ins={
            "table": upstream(f"statbank/t{POPULATION_TABLE}"),
            "municipalities": upstream("klass/municipalities"),
        },
    )
    def population(
        context: dg.AssetExecutionContext,
        table: pd.DataFrame,
        municipalities: pd.DataFrame,
        gate: dg.ResourceParam[Gate],
    ) -> Result:
        frame = population_of(table, municipalities, catalogue)
        return publish(contract, frame, int(context.partition_key), gate=gate)

    return population
