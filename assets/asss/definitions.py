"""Assets of `asss/…`: indicators of every municipality, and the networks' aggregates."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.asss.aggregates import aggregates as aggregates_of
from assets.asss.algebra import evaluate
from assets.asss.cells import CellStatuses
from assets.asss.networks import with_network
from assets.asss.protection import totals_of, withhold_revealing_totals
from assets.describe import described, upstream
from assets.publish import publish
from pipelines.gate import Gate
from pipelines.storage.io_manager import Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import Datasets

Result = dg.MaterializeResult[Publication]


def asss_assets(catalogue: Catalogue, datasets: Datasets, network: str) -> Iterator[dg.AssetsDefinition]:
    """All assets of the group; `network` is compared with, and may be a KOSTRA group."""
    yield _indicators(catalogue, datasets)
    yield _aggregates(catalogue, datasets, network)


def _indicators(catalogue: Catalogue, datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets["asss/indicators"]

    @dg.asset(
        **described(
            contract,
            "Every indicator of the catalogue for every municipality, group and country, by the algebra.",
            kinds={"pandas", "deltalake"},
        ),
        ins={
            "accounts": upstream("kostra/accounts"),
            "population": upstream("kostra/population"),
            "statistics": upstream("kostra/service_statistics"),
            "register": upstream("register/figures"),
            "municipalities": upstream("klass/municipalities"),
            "groups": upstream("klass/kostra_groups"),
        },
    )
    def indicators(
        context: dg.AssetExecutionContext,
        accounts: pd.DataFrame,
        population: pd.DataFrame,
        statistics: pd.DataFrame,
        register: pd.DataFrame,
        municipalities: pd.DataFrame,
        groups: pd.DataFrame,
        gate: dg.ResourceParam[Gate],
    ) -> Result:
        year = int(context.partition_key)
        frame = evaluate(catalogue, accounts, population, statistics, register)
        regions = frame.loc[(frame["region_kind"] != "municipality").to_numpy(), "municipality"].unique()
        cells = CellStatuses(accounts, population, statistics, frame)
        totals = totals_of(year, regions, municipalities, groups)
        published = withhold_revealing_totals(frame, cells, catalogue, totals)
        return publish(contract, published, year, inputs=_catalogue_input(catalogue), gate=gate)

    return indicators


def _aggregates(catalogue: Catalogue, datasets: Datasets, network: str) -> dg.AssetsDefinition:
    contract = datasets["asss/aggregates"]

    @dg.asset(
        **described(
            contract,
            "Mean, highest and lowest of every network, with dated membership.",
            kinds={"pandas", "deltalake"},
        ),
        ins={
            "indicators": upstream("asss/indicators"),
            "register": upstream("register/figures"),
            "groups": upstream("klass/kostra_groups"),
        },
    )
    def aggregates(
        context: dg.AssetExecutionContext,
        indicators: pd.DataFrame,
        register: pd.DataFrame,
        groups: pd.DataFrame,
        gate: dg.ResourceParam[Gate],
    ) -> Result:
        year, compared = int(context.partition_key), with_network(catalogue, network, groups)
        frame = aggregates_of(indicators, compared, register=register)
        return publish(contract, frame, year, inputs=_catalogue_input(catalogue), gate=gate)

    return aggregates


def _catalogue_input(catalogue: Catalogue) -> dict[str, str]:
    return {"catalogue": catalogue.sha256[:12]}
