"""Assets of `statbank/…`: what SSB lists, what the catalogue resolves to, and one asset per table."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pandas as pd

from assets.describe import described, key_of, upstream
from assets.publish import publish
from pipelines.archived import TableEdition
from pipelines.editions import Editions
from pipelines.gate import Gate
from pipelines.listing import Listing
from pipelines.storage.io_manager import Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.catalogue.tables import ACCOUNTS_TABLE, POPULATION_TABLE, Table
from schemas.contracts import Contract
from schemas.registry import Datasets

#: Run tag: an answer of SSB's newer than this moment is good enough, so that one tick asks once.
NOT_BEFORE_TAG = "kostra/not_before"
#: Only one question at a time goes to SSB.
POOL = "ssb"

Result = dg.MaterializeResult[Publication]


def statbank_assets(catalogue: Catalogue, datasets: Datasets) -> Iterator[dg.AssetsDefinition]:
    """The assets of the group but the tables of `kostra/service_statistics`, which are made with it."""
    yield _updates(catalogue, datasets)
    yield _metadata(catalogue, datasets)
    for table_id in (ACCOUNTS_TABLE, POPULATION_TABLE):
        yield _table(catalogue.tables[table_id], datasets)


def _updates(catalogue: Catalogue, datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets["statbank/updates"]

    @dg.asset(
        **described(contract, "One question to SSB about all tables the catalogue uses.", kinds={"json"}),
        pool=POOL,
        # A night without an answer is worth a look, two are worth an alarm.
        freshness_policy=dg.FreshnessPolicy.time_window(
            fail_window=timedelta(hours=50), warn_window=timedelta(hours=26)
        ),
    )
    def updates(
        context: dg.AssetExecutionContext, editions: dg.ResourceParam[Editions], gate: dg.ResourceParam[Gate]
    ) -> Result:
        asked = context.run.tags.get(NOT_BEFORE_TAG)
        not_before = datetime.fromisoformat(asked) if asked else datetime.now(UTC)
        listing = editions.listing(tuple(catalogue.tables), not_before)
        checked = dg.MetadataValue.timestamp(listing.checked_at)
        return publish(contract, listing.frame(), metadata={"checked_at": checked}, gate=gate)

    return updates


def _metadata(catalogue: Catalogue, datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets["statbank/metadata"]

    @dg.asset(
        **described(
            contract,
            "Every code the catalogue asks for, looked up in the live table; or why it does not resolve.",
            kinds={"json"},
        ),
        ins={
            "updates": upstream("statbank/updates"),
            "municipalities": upstream("klass/municipalities"),
        },
        pool=POOL,
    )
    def metadata(
        updates: pd.DataFrame,
        municipalities: pd.DataFrame,
        editions: dg.ResourceParam[Editions],
        gate: dg.ResourceParam[Gate],
    ) -> Result:
        frame = editions.resolved(catalogue, Listing.from_frame(updates), known_codes(municipalities))
        return publish(contract, frame, gate=gate)

    return metadata


def _table(entry: Table, datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets[f"statbank/t{entry.id}"]

    @dg.asset(
        **described(contract, **about_table(entry)),
        ins={
            "updates": upstream("statbank/updates"),
            "municipalities": upstream("klass/municipalities"),
        },
        deps=[key_of("statbank/metadata")],
        pool=POOL,
    )
    def table(
        context: dg.AssetExecutionContext,
        updates: pd.DataFrame,
        municipalities: pd.DataFrame,
        editions: dg.ResourceParam[Editions],
        gate: dg.ResourceParam[Gate],
    ) -> Result:
        year = int(context.partition_key)
        edition = editions.table(entry, Listing.from_frame(updates), known_codes(municipalities))
        return publish_table(contract, edition, year, gate=gate)

    return table


def about_table(entry: Table) -> dict[str, Any]:
    """What Dagster is told of the asset of one SSB table."""
    return {
        "text": f"SSB table {entry.id}, {entry.title}: the cells the catalogue asks for, as served.",
        "kinds": {"json", "deltalake"},
        "metadata": {"ssb_table": dg.MetadataValue.url(f"https://www.ssb.no/statbank/table/{entry.id}")},
    }


def publish_table(
    contract: Contract, edition: TableEdition, year: int, *, gate: Gate, key: dg.AssetKey | None = None
) -> Result:
    """One year of an edition, as the asset's result.

    Raises:
        UnlistedTableError: the table does not offer the year.
        dg.Failure: the rows break their contract.
    """
    return publish(
        contract,
        edition.of_year(year),
        year,
        key=key,
        inputs={f"SSB {edition.table}": edition.vintage_id},
        metadata={"vintage_id": dg.MetadataValue.text(edition.vintage_id)},
        gate=gate,
    )


def known_codes(municipalities: pd.DataFrame) -> list[str]:
    """Every municipality code KLASS knows."""
    return sorted(municipalities["code"].unique())
