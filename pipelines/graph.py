"""The graph: assets, resources, jobs and schedules, put together from the settings."""

from __future__ import annotations

from functools import partial

import dagster as dg

from assets.asss.definitions import asss_assets
from assets.asss.networks import network_id
from assets.baerum.definitions import municipality_assets
from assets.catalogue.loader import load_catalogue
from assets.catalogue.municipalities import load_municipalities
from assets.describe import labelled
from assets.klass.definitions import klass_assets
from assets.kostra.definitions import kostra_assets
from assets.kostra.statistics.definitions import statistics_assets
from assets.ledger.definitions import ledger_assets
from assets.quality.definitions import KEY as EXPECTATIONS
from assets.quality.definitions import check_keys, expectation_checks, expectations_asset
from assets.quality.reconciliation.definitions import reconciliation_assets
from assets.quality.revisions.definitions import revisions_asset
from assets.register.definitions import register_assets
from assets.statbank.definitions import statbank_assets
from pipelines.alerts import tell_failure
from pipelines.connections import Connections
from pipelines.editions import Editions
from pipelines.gate import Gate
from pipelines.jobs import jobs
from pipelines.judging import judging_sensors
from pipelines.klass_editions import KlassEditions
from pipelines.ledger_files import LedgerFiles
from pipelines.quality_log import QualityLog
from pipelines.register_files import RegisterFiles
from pipelines.revision_history import RevisionHistory
from pipelines.schedules import nightly
from pipelines.settings import Settings
from pipelines.storage.archive import Archive
from pipelines.storage.io_manager import StoreIOManager
from pipelines.storage.store import Store
from pipelines.watch import Watch
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import Datasets, datasets_of


def build_definitions(
    settings: Settings, connections: Connections, catalogue: Catalogue | None = None
) -> dg.Definitions:
    """The code location for `settings`. Nothing is opened, started or asked before an asset needs it."""
    catalogue = catalogue or load_catalogue()
    datasets = datasets_of(catalogue, settings.municipality)
    network = network_id(settings.network, catalogue)
    night, judge, checks = jobs(EXPECTATIONS, check_keys(datasets))
    assets = dg.map_asset_specs(
        partial(labelled, source=settings.source), _assets(catalogue, datasets, settings, network)
    )
    return dg.Definitions(
        assets=list(assets),
        asset_checks=[expectation_checks(datasets)],
        resources=_resources(settings, connections, catalogue, datasets, network),
        jobs=[night, judge, checks],
        schedules=[nightly],
        sensors=[tell_failure, *judging_sensors(night, judge)],
        # A process per step would cost three seconds each; the whole graph takes less.
        executor=dg.in_process_executor,
    )


def _assets(
    catalogue: Catalogue, datasets: Datasets, settings: Settings, network: str
) -> list[dg.AssetsDefinition]:
    municipality = settings.municipality
    return [
        *statbank_assets(catalogue, datasets),
        *klass_assets(datasets),
        *kostra_assets(catalogue, datasets),
        statistics_assets(catalogue, datasets),
        *register_assets(datasets),
        *asss_assets(catalogue, datasets, network),
        *municipality_assets(catalogue, datasets, municipality, network),
        *ledger_assets(catalogue, datasets),
        *reconciliation_assets(catalogue, datasets, municipality, network),
        revisions_asset(catalogue, datasets, municipality, network),
        expectations_asset(datasets, municipality, settings.source),
    ]


def _resources(
    settings: Settings, connections: Connections, catalogue: Catalogue, datasets: Datasets, network: str
) -> dict[str, object]:
    municipality, store = settings.municipality, Store(settings.warehouse)
    archive, log = Archive(settings.archive), QualityLog(settings.quality)
    gate = Gate(log, catalogue, municipality, network)
    return {
        "io_manager": StoreIOManager(store, datasets, settings.source),
        "gate": gate,
        "watch": Watch(store, datasets, log, gate, catalogue, municipality, network),
        "editions": Editions(settings, connections, archive),
        "register": RegisterFiles(settings, catalogue),
        "klass": KlassEditions(settings, connections, archive, load_municipalities()),
        "ledger": LedgerFiles(settings, connections.hand_in_ledger),
        "history": RevisionHistory(settings, datasets),
    }
