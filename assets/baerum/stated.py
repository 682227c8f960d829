"""What the register states of a municipality without a value: how far from the mean, how much changed."""

from __future__ import annotations

import pandas as pd

from assets.frames import join_vintages
from assets.register.register_file import no_figures
from assets.vintages import ranks
from schemas.catalogue import Catalogue
from schemas.fields import RELATIVE_UNITS
from schemas.register import MEAN_OF


def stated_figures(
    register: pd.DataFrame | None, catalogue: Catalogue, municipality: str, year: int
) -> pd.DataFrame:
    """The relative figures of imported indicators, one row per indicator.

    Args:
        register: `register/figures` of the year; None is none.
        catalogue: which indicators are imported.
        municipality: slug of the focal municipality.
        year: report year.

    Returns:
        `indicator`, a column per relative unit, `stated_vintages` and `stated_rank` (see `assets.vintages`).
    """
    register = no_figures() if register is None else register
    imported = [name for name, entry in catalogue.indicators.items() if entry.imported]
    here = (register["entity"] == municipality) & (register["year"] == year)
    rows = register[here & register["indicator"].isin(imported) & register["unit"].isin(RELATIVE_UNITS)]
    rows = rows.astype({"indicator": "str", "unit": "str", "vintage_id": "str"})
    wide = rows.pivot(index="indicator", columns="unit", values="value").reindex(columns=list(RELATIVE_UNITS))
    editions = (
        rows.assign(rank=ranks(rows))
        .groupby("indicator")
        .agg(stated_vintages=("vintage_id", join_vintages), stated_rank=("rank", "max"))
    )
    return wide.astype("float64").join(editions).reset_index()


def with_stated(table: pd.DataFrame) -> pd.DataFrame:
    """The profile with index, distances and change as stated where they do not follow from values.

    Distances are stated from the mean of one network and count in its profiles only. Nothing is stated
    beside a value that is suppressed, nor a change from one: the value would follow.
    """
    shown = table["status"] != "suppressed"
    same = shown & (table["network"] == MEAN_OF)
    stated = {unit: table[unit].where(same) for unit in RELATIVE_UNITS[:2]}
    both = shown & (table["status_y_minus_1"] != "suppressed")
    table = table.assign(**{unit: table[unit].where(both) for unit in RELATIVE_UNITS[2:]})
    index = table["index"].fillna(100 + stated["percent_above_mean"])
    points = (table["value"] - table["mean"]).where(table["change_unit"] == "percentage_points")
    return table.assign(
        index=index,
        distance_percent=index - 100,
        distance_points=points.fillna(stated["percentage_points_above_mean"]),
        **_change(table),
    )


def _change(table: pd.DataFrame) -> dict[str, pd.Series]:
    """The change, and its unit, which is the stated one's where only that is known."""
    own, points, percent = table["change"], table["percentage_points_change"], table["percent_change"]
    unit = table["change_unit"].mask(own.isna() & points.notna(), "percentage_points")
    unit = unit.mask(own.isna() & points.isna() & percent.notna(), "percent")
    return {"change": own.fillna(points).fillna(percent), "change_unit": unit}
