"""Register figures as values in their indicator's own unit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.frames import join_vintages
from assets.register.entities import network_of
from assets.vintages import worst
from schemas.catalogue import Catalogue

KEY = ["year", "indicator", "entity"]
COLUMNS = [*KEY, "value", "status", "vintage_status", "vintage_id"]
ABOVE_MEAN = "percent_above_mean"


def levels(figures: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The figures that are values of their indicator: given so, or following from a distance to the mean.

    A distance gives a value only where the mean is fixed by the way the index is made; no other level can
    be known from it.

    Args:
        figures: `register/figures`, one or several years.
        catalogue: units and fixed means.

    Returns:
        `year`, `indicator`, `entity`, `value`, `status`, `vintage_status`, `vintage_id`; one row per year ×
        indicator × entity.
    """
    rows = figures.astype(
        dict.fromkeys(["indicator", "entity", "unit", "status", "vintage_status", "vintage_id"], "str")
    )
    units = rows["indicator"].map({name: entry.unit for name, entry in catalogue.indicators.items()})
    fixed = rows["indicator"].map({name: entry.fixed_mean for name, entry in catalogue.indicators.items()})
    means = fixed.to_numpy(dtype=np.float64, na_value=np.nan)
    given = rows[(rows["unit"] == units).to_numpy()]
    following = ((rows["unit"] == ABOVE_MEAN).to_numpy()) & ~np.isnan(means)
    derived = rows.assign(value=means * (1 + rows["value"] / 100))[following]
    found: pd.DataFrame = pd.concat([given[COLUMNS], derived[COLUMNS]], ignore_index=True)
    return found.drop_duplicates(KEY, keep="first").reset_index(drop=True)


def of_regions(values: pd.DataFrame) -> pd.DataFrame:
    """The values of municipalities, KOSTRA groups and country, with `municipality` and `region_kind`."""
    # An empty list of truths would choose columns, not rows.
    own = np.array([network_of(entity) is None for entity in values["entity"]], dtype=bool)
    rows = values[own]
    rows = rows.rename(columns={"entity": "municipality"})
    return rows.assign(region_kind=rows["municipality"].map(_kind).astype("str"))


def of_networks(values: pd.DataFrame) -> pd.DataFrame:
    """Per network and indicator: `mean`, `max`, `min` as given, `status` (of the mean), and its editions."""
    parts = [network_of(entity) for entity in values["entity"]]
    rows = values.assign(
        network=[p[0] if p else "" for p in parts], figure=[p[1] if p else "" for p in parts]
    )
    rows = rows[rows["network"] != ""]
    key = ["year", "network", "indicator"]
    wide = rows.pivot(index=key, columns="figure", values="value").reindex(columns=["mean", "max", "min"])
    status = rows[rows["figure"] == "mean"].set_index(key)["status"]
    editions = rows.groupby(key).agg({"vintage_id": join_vintages, "vintage_status": worst})
    return wide.join(status).join(editions).reset_index()


def _kind(entity: str) -> str:
    if entity.startswith("EKG"):
        return "kostra_group"
    return "country" if entity.startswith("EAK") else "municipality"
