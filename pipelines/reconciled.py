"""What is stored, as a report is held against it."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from assets.quality.reconciliation.computed import Computed, computed_of
from pipelines.earlier import EarlierFigures
from pipelines.storage.store import Store
from pipelines.stored import Stored


def read_computed(stored: Stored, network: str, years: Iterable[int]) -> Computed:
    """The stored rows of the years a report shows; years and datasets nobody has made are left out.

    Args:
        stored: the warehouse.
        network: id of the network compared with.
        years: accounting years.
    """
    wanted = set(years)

    def read(dataset: str) -> pd.DataFrame | None:
        held = sorted(wanted & set(stored.years(dataset)))
        return stored.rows(dataset, *held) if held else None

    settings = stored.settings
    earlier = EarlierFigures(Store(settings.warehouse)).figures(sorted(wanted))
    return computed_of(read, stored.catalogue, settings.municipality, network, str(settings.source), earlier)
