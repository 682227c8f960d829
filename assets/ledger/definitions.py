"""Assets of `ledger/…`: what was imported of the municipality's own accounts."""

from collections.abc import Iterator

import dagster as dg

from assets.describe import described
from assets.publish import publish
from pipelines.gate import Gate
from pipelines.ledger_files import LedgerFiles
from pipelines.storage.io_manager import Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import Datasets

Results = Iterator[dg.MaterializeResult[Publication]]


def ledger_assets(catalogue: Catalogue, datasets: Datasets) -> Iterator[dg.AssetsDefinition]:
    """All assets of the group. A year nothing is imported for is skipped, and what depends on it with it."""
    yield _entries(catalogue, datasets)
    yield _account_records(datasets)


def _entries(catalogue: Catalogue, datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets["ledger/entries"]

    @dg.asset(
        **described(
            contract,
            "The imported ledger (`kostra ledger import`), with director areas and cost types. "
            "A line that an allocation key distributes is one row per share.",
            kinds={"csv", "deltalake"},
        ),
        output_required=False,
    )
    def entries(
        context: dg.AssetExecutionContext, ledger: dg.ResourceParam[LedgerFiles], gate: dg.ResourceParam[Gate]
    ) -> Results:
        year = int(context.partition_key)
        found = ledger.entries(year, catalogue)
        if found is not None:
            inputs = {**found.inputs, "catalogue": catalogue.sha256[:12]}
            yield publish(contract, found.frame, year, inputs=inputs, gate=gate)

    return entries


def _account_records(datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets["ledger/account_records"]

    @dg.asset(
        **described(
            contract,
            "The imported KOSTRA account files: no centres, but the totals a ledger must meet.",
            kinds={"deltalake"},
        ),
        output_required=False,
    )
    def account_records(
        context: dg.AssetExecutionContext, ledger: dg.ResourceParam[LedgerFiles], gate: dg.ResourceParam[Gate]
    ) -> Results:
        year = int(context.partition_key)
        found = ledger.account_records(year)
        if found is not None:
            yield publish(contract, found.frame, year, inputs=found.inputs, gate=gate)

    return account_records
