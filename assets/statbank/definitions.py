"""Assets of `statbank/…`: what SSB lists, what the catalogue resolves to, and one asset per table."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pandas as pd

from assets.describe import described, key_of, upstream
from assets.publish import publish
from pipelines.editions import Editions
from pipelines.listing import Listing
from pipelines.storage.io_manager import Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.catalogue.tables import Table
from schemas.registry import Datasets

#: Run tag: an answer of SSB's newer than this moment is good enough, so that one tick asks once.
NOT_BEFORE_TAG = "kostra/not_before"
#: Only one question at a time goes to SSB.
POOL = "ssb"

Result = dg.MaterializeResult[Publication]


def statbank_assets(catalogue: Catalogue, datasets: Datasets) -> Iterator[dg.AssetsDefinition]:
    """All assets of the group."""
    yield _updates(catalogue, datasets)
    yield _metadata(catalogue, datasets)
    for entry in catalogue.tables.values():
        yield _table(entry, datasets)


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
    def updates(context: dg.AssetExecutionContext, editions: dg.ResourceParam[Editions]) -> Result:
        asked = context.run.tags.get(NOT_BEFORE_TAG)
        not_before = datetime.fromisoformat(asked) if asked else datetime.now(UTC)
        listing = editions.listing(tuple(catalogue.tables), not_before)
        checked = dg.MetadataValue.timestamp(listing.checked_at)
        return publish(contract, listing.frame(), metadata={"checked_at": checked})

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
        updates: pd.DataFrame, municipalities: pd.DataFrame, editions: dg.ResourceParam[Editions]
    ) -> Result:
        frame = editions.resolved(catalogue, Listing.from_frame(updates), _codes(municipalities))
        return publish(contract, frame)

    return metadata


def _table(entry: Table, datasets: Datasets) -> dg.AssetsDefinition:
    contract = datasets[f"statbank/t{entry.id}"]
    page = f"https://www.ssb.no/statbank/table/{entry.id}"

    @dg.asset(
        **described(
            contract,
            f"SSB table {entry.id}, {entry.title}: the cells the catalogue asks for, as served.",
            kinds={"json", "deltalake"},
            metadata={"ssb_table": dg.MetadataValue.url(page)},
        ),
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
    ) -> Result:
        year = int(context.partition_key)
        edition = editions.table(entry, Listing.from_frame(updates), _codes(municipalities))
        return publish(
            contract,
            edition.of_year(year),
            year,
            inputs={f"SSB {entry.id}": edition.vintage_id},
            metadata={"vintage_id": dg.MetadataValue.text(edition.vintage_id)},
        )

    return table


def _codes(municipalities: pd.DataFrame) -> list[str]:
    return sorted(municipalities["code"].unique())
