"""Asset `quality/reconciliation`: the published report of a year held against what is computed."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.describe import described, upstream
from assets.frames import only_source
from assets.publish import publish
from assets.quality.reconciliation.computed import computed_of, datasets_read
from assets.quality.reconciliation.dataset import reconciliation
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.shipped import shipped_reports
from pipelines.gate import Gate
from pipelines.partitions import LATER_REPORTS
from pipelines.storage.io_manager import YEARS_HELD, Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import Datasets

Results = Iterator[dg.MaterializeResult[Publication]]


def reconciliation_assets(
    catalogue: Catalogue, datasets: Datasets, municipality: str, network: str
) -> Iterator[dg.AssetsDefinition]:
    """The asset. A year that no published report is on is skipped."""
    contract, read = datasets["quality/reconciliation"], datasets_read(municipality)

    @dg.asset(
        **described(
            contract,
            "Every figure and claim of the published report that comes with the catalogue, held against what "
            "is computed and against the report itself: verdict and arithmetic.",
            kinds={"pandas", "deltalake"},
        ),
        ins={
            name: upstream(dataset, partition_mapping=LATER_REPORTS, metadata={YEARS_HELD: True})
            for name, dataset in read.items()
        },
        output_required=False,
    )
    def reconciliation_of_reports(
        context: dg.AssetExecutionContext, gate: dg.ResourceParam[Gate], **frames: pd.DataFrame
    ) -> Results:
        year = int(context.partition_key)
        reports = shipped_reports(catalogue).get(year, ())
        if reports:
            shown = sorted({shown for report in reports for shown in report.years})
            held = {dataset: _of_years(frames[name], shown) for name, dataset in read.items()}
            source = only_source(frames["indicators"])
            computed = computed_of(held.get, catalogue, municipality, network, source)
            frame = reconciliation(reports, Knowledge.of(catalogue, computed))
            inputs = {f"report {report.name}": report.sha256[:12] for report in reports}
            yield publish(
                contract, frame, year, inputs={**inputs, "catalogue": catalogue.sha256[:12]}, gate=gate
            )

    yield reconciliation_of_reports


def _of_years(frame: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    return frame[frame["year"].isin(years).to_numpy()]
