"""The asset `quality/revisions`."""

import dagster as dg
import pandas as pd

from assets.describe import described, key_of, upstream
from assets.publish import publish
from assets.quality.revisions.of_year import Place, revisions_of
from pipelines.gate import Gate
from pipelines.revision_history import RevisionHistory
from pipelines.run_report import NEWS
from pipelines.storage.io_manager import INVOCATION_TAG, Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import Datasets


def revisions_asset(
    catalogue: Catalogue, datasets: Datasets, municipality: str, network: str
) -> dg.AssetsDefinition:
    """What changed between the editions of the tables, and what that moved, by year."""
    contract = datasets["quality/revisions"]

    @dg.asset(
        **described(
            contract,
            "What changed between consecutive editions of SSB's tables, cell by cell, and what it moved: "
            f"indicators, network figures, the printed profile of {municipality}. From the store's history.",
            kinds={"pandas", "deltalake"},
        ),
        ins={
            "municipalities": upstream("klass/municipalities"),
            "recorded": upstream("statbank/metadata"),
        },
        # Their versions are what is compared; the rows are read by version, not as they are now.
        deps=[
            key_of("asss/indicators"),
            key_of("asss/aggregates"),
            key_of(f"{municipality}/service_profile"),
        ],
    )
    def revisions(
        context: dg.AssetExecutionContext,
        municipalities: pd.DataFrame,
        recorded: pd.DataFrame,
        history: dg.ResourceParam[RevisionHistory],
        gate: dg.ResourceParam[Gate],
    ) -> dg.MaterializeResult[Publication]:
        year, invocation = (
            int(context.partition_key),
            context.run.tags.get(INVOCATION_TAG, context.run.run_id),
        )
        place = Place(municipality, network, municipalities, recorded)
        found = revisions_of(year, history, catalogue, place, invocation)
        news = {NEWS: dg.MetadataValue.json(list(found.news))} if found.news else {}
        return publish(contract, found.frame, year, inputs=found.inputs, metadata=news, gate=gate)

    return revisions
