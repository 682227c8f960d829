"""Several revisions of a figure as one: from what it was before the first to what it is after the last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from assets.frames import join_vintages
from assets.quality.revisions.figures import printed_change

KEY = ["year", "level", "municipality", "indicators", "cell"]
_FIRST = ["old", "old_status", "old_vintage_status"]
_LAST = ["new", "new_status", "new_vintage_status", "label", "unit", "source"]


def net_effects(rows: pd.DataFrame, decimals: Mapping[str, int]) -> pd.DataFrame:
    """The net of recorded effects; a figure that is back where it was is left out.

    Args:
        rows: rows of `quality/revisions` that are no cells.
        decimals: decimals of each indicator.

    Returns:
        `quality/revisions`, one row per figure; `revision` is the last one's.
    """
    texts = rows.select_dtypes("category").columns
    ordered = rows.astype(dict.fromkeys(texts, "str")).sort_values([*KEY, "revision"])
    groups = ordered.groupby(KEY, sort=True)
    # `first` and `last` would pass over figures that are not there.
    ends = pd.concat([groups.nth(0).set_index(KEY)[_FIRST], groups.nth(-1).set_index(KEY)[_LAST]], axis=1)
    net = ends.join(
        groups.agg(
            tables=("tables", _tables),
            old_vintage=("old_vintage", join_vintages),
            new_vintage=("new_vintage", join_vintages),
            revision=("revision", "max"),
        )
    ).reset_index()
    same = (net["old"] == net["new"]) | (net["old"].isna() & net["new"].isna())
    net = net[~(same & (net["old_status"] == net["new_status"]))]
    printed = printed_change(net.assign(indicator=net["indicators"]), decimals)
    found: pd.DataFrame = net.assign(difference=net["new"] - net["old"], printed_change=printed)
    return found[list(rows.columns)]


def _tables(texts: Iterable[str]) -> str:
    return ", ".join(sorted({table for text in texts for table in text.split(", ")}))
