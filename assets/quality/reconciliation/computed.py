"""What the pipeline has computed, for the years a report shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from schemas.catalogue import Catalogue
from schemas.contracts import Contract
from schemas.registry import datasets_of
from schemas.validation import arrow_schema

EARLIER_COLUMNS = ["year", "indicator", "entity", "value", "vintage_id"]
"""Columns of `earlier`: values that an earlier stored version of the indicators and aggregates held."""


def datasets_read(municipality: str) -> dict[str, str]:
    """What a report is held against, by name in `Computed`; `municipality` is the focal one."""
    return {
        "indicators": "asss/indicators",
        "aggregates": "asss/aggregates",
        "time_series": f"{municipality}/time_series",
        "director_area_costs": f"{municipality}/director_area_costs",
        "efficiency": f"{municipality}/efficiency",
        "accounts": "kostra/accounts",
        "service_statistics": "kostra/service_statistics",
        "population": "kostra/population",
        "register": "register/figures",
    }


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
    contracts, frames = datasets_of(catalogue, municipality), {}
    for name, dataset in datasets_read(municipality).items():
        found = read(dataset)
        frames[name] = empty_rows(contracts[dataset]) if found is None else found
    known = {} if earlier is None else {"earlier": earlier}
    return Computed(municipality, network, source, **frames, **known)


def empty_rows(contract: Contract) -> pd.DataFrame:
    """Rows of a dataset, none of them."""
    frame: pd.DataFrame = arrow_schema(contract).empty_table().to_pandas()
    return frame
