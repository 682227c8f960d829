"""Assets of the focal municipality (`baerum/…` by default): what it publishes."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.asss.networks import with_network
from assets.baerum.service_profile import service_profile as profile_of
from assets.describe import described, upstream
from assets.publish import publish
from pipelines.partitions import REPORT_YEARS
from pipelines.storage.io_manager import YEARS_HELD, Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import Datasets

Result = dg.MaterializeResult[Publication]


def municipality_assets(
    catalogue: Catalogue, datasets: Datasets, municipality: str, network: str
) -> Iterator[dg.AssetsDefinition]:
    """All assets of the group."""
    contract = datasets[f"{municipality}/service_profile"]

    @dg.asset(
        **described(
            contract,
            f"The service profiles of {municipality} beside {network}: three years, mean, highest, lowest.",
            kinds={"pandas", "deltalake"},
        ),
        ins={
            "indicators": upstream(
                "asss/indicators", partition_mapping=REPORT_YEARS, metadata={YEARS_HELD: True}
            ),
            "aggregates": upstream("asss/aggregates"),
            "register": upstream("register/figures"),
            "groups": upstream("klass/kostra_groups"),
        },
    )
    def service_profile(
        context: dg.AssetExecutionContext,
        indicators: pd.DataFrame,
        aggregates: pd.DataFrame,
        register: pd.DataFrame,
        groups: pd.DataFrame,
    ) -> Result:
        year, compared = int(context.partition_key), with_network(catalogue, network, groups)
        frame = profile_of(indicators, aggregates, compared, municipality, network, year, register=register)
        return publish(contract, frame, year, inputs={"catalogue": catalogue.sha256[:12]})

    yield service_profile
