"""Assets of `register/…`: what was imported from registers outside SSB."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.describe import described, upstream
from assets.publish import publish
from pipelines.gate import Gate
from pipelines.register_files import RegisterFiles
from pipelines.storage.io_manager import Publication
from schemas.registry import Datasets

Result = dg.MaterializeResult[Publication]


def register_assets(datasets: Datasets) -> Iterator[dg.AssetsDefinition]:
    """All assets of the group."""
    contract = datasets["register/figures"]

    @dg.asset(
        **described(
            contract,
            "Figures from outside SSB (KS/ASSS, NAV, IPLOS, TTU, HR, consultants): those that come with the "
            "catalogue, and those imported (`kostra register import`). Of each figure the newest counts.",
            kinds={"csv", "deltalake"},
        ),
        ins={"municipalities": upstream("klass/municipalities")},
    )
    def figures(
        context: dg.AssetExecutionContext,
        municipalities: pd.DataFrame,
        register: dg.ResourceParam[RegisterFiles],
        gate: dg.ResourceParam[Gate],
    ) -> Result:
        year = int(context.partition_key)
        found = register.figures(year, municipalities)
        return publish(contract, found.frame, year, inputs=found.inputs, gate=gate)

    yield figures
