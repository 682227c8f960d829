"""Assets of `klass/…`: municipalities and KOSTRA groups, dated."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.describe import described, upstream
from assets.publish import publish
from pipelines.gate import Gate
from pipelines.klass_editions import KlassEditions
from pipelines.storage.io_manager import Publication
from schemas.registry import Datasets

Result = dg.MaterializeResult[Publication]


def klass_assets(datasets: Datasets) -> Iterator[dg.AssetsDefinition]:
    """All assets of the group."""
    yield _municipalities(datasets)
    yield _kostra_groups(datasets)


def _municipalities(datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets["klass/municipalities"]

    @dg.asset(
        **described(
            contract,
            "KLASS 131: every municipality code since the first accounting year, under a slug that stays the "
            "same when the code changes.",
            kinds={"json"},
        )
    )
    def municipalities(klass: dg.ResourceParam[KlassEditions], gate: dg.ResourceParam[Gate]) -> Result:
        frame, inputs = klass.municipalities()
        return publish(contract, frame, inputs=inputs, gate=gate)

    return municipalities


def _kostra_groups(datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets["klass/kostra_groups"]

    @dg.asset(
        **described(contract, "KLASS 112: which KOSTRA group a municipality is in, dated.", kinds={"json"}),
        ins={"municipalities": upstream("klass/municipalities")},
    )
    def kostra_groups(
        municipalities: pd.DataFrame, klass: dg.ResourceParam[KlassEditions], gate: dg.ResourceParam[Gate]
    ) -> Result:
        frame, inputs = klass.kostra_groups(municipalities)
        return publish(contract, frame, inputs=inputs, gate=gate)

    return kostra_groups
