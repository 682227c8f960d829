"""What the pipeline has computed, for the years a report shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from pipelines.storage.frames import as_frame
from schemas.catalogue import Catalogue
from schemas.contracts import Contract
from schemas.registry import datasets_of
from schemas.validation import arrow_schema

EARLIER_COLUMNS = ["year", "indicator", "entity", "value", "vintage_id"]
"""Columns of `earlier`: values that an earlier stored version of the indicators and aggregates held."""

DATASETS = (
    "asss/indicators",
    "asss/aggregates",
    "{own}/time_series",
    "{own}/director_area_costs",
    "{own}/efficiency",
    "kostra/accounts",
    "kostra/service_statistics",
    "kostra/population",
    "register/figures",
)
"""What a report is held against; `{own}` is the focal municipality."""


@dataclass(frozen=True)
class Computed:
    """Stored rows of every year a report shows; a dataset that nobody has made is empty.

    `municipality` and `network` are those of the settings, `source` is `sample` or `ssb`. `register` are the
    imported figures, and `earlier` the values of earlier stored versions (columns `EARLIER_COLUMNS`).
    """

    municipality: str
    network: str
    source: str
    indicators: pd.DataFrame
    aggregates: pd.DataFrame
    time_series: pd.DataFrame
    director_area_costs: pd.DataFrame
    efficiency: pd.DataFrame
    accounts: pd.DataFrame
    service_statistics: pd.DataFrame
    population: pd.DataFrame
    register: pd.DataFrame
    earlier: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=EARLIER_COLUMNS))

    @property
    def years(self) -> list[int]:
        """The years indicators are held of."""
        return sorted(int(year) for year in self.indicators["year"].unique())


def computed_of(
    read: Callable[[str], pd.DataFrame | None],
    catalogue: Catalogue,
    municipality: str,
    network: str,
    source: str,
    earlier: pd.DataFrame | None = None,
) -> Computed:
    """What is computed, by dataset.

    Args:
        read: the rows of a dataset; None where it is not held.
        catalogue: names the datasets.
        municipality: slug of the focal municipality.
        network: id of the network compared with.
        source: where the figures come from.
        earlier: values of earlier stored versions.
    """
    contracts = datasets_of(catalogue, municipality)

    def rows(name: str) -> pd.DataFrame:
        dataset = name.format(own=municipality)
        found = read(dataset)
        return empty_rows(contracts[dataset]) if found is None else found

    frames = {name.rpartition("/")[2]: rows(name) for name in DATASETS}
    frames["register"] = frames.pop("figures")
    known = {} if earlier is None else {"earlier": earlier}
    return Computed(municipality, network, source, **frames, **known)


def empty_rows(contract: Contract) -> pd.DataFrame:
    """Rows of a dataset, none of them."""
    return as_frame(contract, arrow_schema(contract).empty_table())
