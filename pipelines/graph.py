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
from assets.quality.reconciliation.definitions import reconciliation_assets
from assets.quality.revisions.definitions import revisions_asset
from assets.register.definitions import register_assets
from assets.statbank.definitions import statbank_assets
from pipelines.alerts import tell_failure
from pipelines.connections import Connections
from pipelines.editions import Editions
from pipelines.gate import Gate
from pipelines.jobs import nightly_job
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
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import datasets_of


def build_definitions(
    settings: Settings, connections: Connections, catalogue: Catalogue | None = None
) -> dg.Definitions:
    """The code location for `settings`. Nothing is opened, started or asked before an asset needs it."""
    catalogue = catalogue or load_catalogue()
    datasets = datasets_of(catalogue, settings.municipality)
    network = network_id(settings.network, catalogue)
    archive = Archive(settings.archive)
    assets = [
        *statbank_assets(catalogue, datasets),
        *klass_assets(datasets),
        *kostra_assets(catalogue, datasets),
        statistics_assets(catalogue, datasets),
        *register_assets(datasets),
        *asss_assets(catalogue, datasets, network),
        *municipality_assets(catalogue, datasets, settings.municipality, network),
        *ledger_assets(catalogue, datasets),
        *reconciliation_assets(catalogue, datasets, settings.municipality, network),
        revisions_asset(catalogue, datasets, settings.municipality, network),
    ]
    return dg.Definitions(
        assets=list(dg.map_asset_specs(partial(labelled, source=settings.source), assets)),
        resources={
            "gate": Gate(QualityLog(settings.quality), catalogue, settings.municipality, network),
            "io_manager": StoreIOManager(Store(settings.warehouse), datasets, settings.source),
            "editions": Editions(settings, connections, archive),
            "register": RegisterFiles(settings, catalogue),
            "klass": KlassEditions(settings, connections, archive, load_municipalities()),
            "ledger": LedgerFiles(settings, connections.hand_in_ledger),
            "history": RevisionHistory(settings, datasets),
        },
        jobs=[nightly_job],
        schedules=[nightly],
        sensors=[tell_failure],
        # A process per step would cost three seconds each; the whole graph takes less.
        executor=dg.in_process_executor,
    )
