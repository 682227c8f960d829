"""What a run left in the store, read the way pure functions ask for it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from assets.asss.networks import network_id, with_network
from assets.catalogue.loader import load_catalogue
from pipelines.settings import Settings
from pipelines.storage.frames import as_frame
from pipelines.storage.store import Store
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import datasets_of


class Stored:
    """The datasets of one warehouse, by the catalogue."""

    def __init__(self, settings: Settings, catalogue: Catalogue | None = None) -> None:
        self.settings = settings
        self.catalogue = catalogue or load_catalogue()
        self._datasets = datasets_of(self.catalogue, settings.municipality)
        self._store = Store(settings.warehouse)

    def rows(self, dataset: str, *years: int) -> pd.DataFrame:
        """The stored rows of a dataset, of all years by default.

        Raises:
            StoreError: the dataset, or one of the years, is not there.
        """
        contract = self._datasets[dataset]
        return as_frame(contract, self._store.read(contract, years or None))

    def years(self, dataset: str) -> list[int]:
        """The years held of a dataset."""
        return self._store.years(dataset)

    def reader(self, year: int) -> Callable[[str], pd.DataFrame | None]:
        """Reads a dataset's rows of `year` (all rows of one without years); None where it is not held."""

        def read(dataset: str) -> pd.DataFrame | None:
            if not self._datasets[dataset].partitioned:
                return self.rows(dataset) if self._store.holds(dataset) else None
            return self.rows(dataset, year) if year in self.years(dataset) else None

        return read

    def compared(self, network: str | None = None) -> tuple[Catalogue, str]:
        """The catalogue with the network compared with (the settings' by default), and its id.

        Raises:
            DataError: no network or KOSTRA group of that name.
        """
        name = network_id(network or self.settings.network, self.catalogue)
        if name in self.catalogue.networks:
            return self.catalogue, name
        return with_network(self.catalogue, name, self.rows("klass/kostra_groups")), name
