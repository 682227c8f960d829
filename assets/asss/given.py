"""Aggregates as others give them: the figures of networks that come with imported indicators."""

from __future__ import annotations

import pandas as pd

from assets.frames import join_vintages
from assets.register.levels import levels, of_networks
from assets.vintages import of_ranks, ranks
from schemas.catalogue import Catalogue
from schemas.register import MEAN_OF

KEY = ["year", "network", "indicator"]
FIGURES = ["mean", "max", "min"]


def with_given(
    table: pd.DataFrame, register: pd.DataFrame, catalogue: Catalogue, *, revealed: pd.Series
) -> pd.DataFrame:
    """The aggregates, those of imported indicators as they are given.

    Given mean, highest and lowest take the place of what the members' figures would make, and so does a mean
    that is fixed by how the index is made. How many members have data, and who holds the extremes, is then
    not known. Computed indicators stay as computed. What is given counts the members that are suppressed
    here: where it would leave the figure of the only one over, it is not taken.

    Args:
        table: `asss/aggregates` from the members' figures.
        register: `register/figures` of the same years.
        catalogue: which indicators are imported, and fixed means.
        revealed: per row of `table`, whether one member is suppressed and all others have data.
    """
    table = table.astype({"members_with_data": "Int64"})
    given = _given(table, register, catalogue)
    taken = given[[*FIGURES, "status"]].notna().any(axis=1) & ~revealed
    vintages = zip(table["vintage_id"], given["vintage_id"].fillna(""), strict=True)
    ranked = pd.concat([ranks(table), ranks(given)], axis=1).max(axis=1)
    changed = table.assign(**{name: given[name] for name in FIGURES}).assign(
        max_holder=None,
        min_holder=None,
        members_with_data=pd.Series(pd.NA, index=table.index, dtype="Int64"),
        members_missing=None,
        status=given["status"].where(given["mean"].isna(), "ok").fillna("missing"),
        origin="register",
        vintage_status=of_ranks(ranked),
        vintage_id=[join_vintages(pair) for pair in vintages],
    )
    return table.where(~taken, changed)


def _given(table: pd.DataFrame, register: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """What is given beside each row of `table`; nothing beside computed indicators."""
    imported = {name: entry.fixed_mean for name, entry in catalogue.indicators.items() if entry.imported}
    values = levels(register, catalogue)
    given = of_networks(values[values["indicator"].isin(list(imported))])
    found = table[KEY].merge(given, on=KEY, how="left")
    known = (table["members_with_data"] > 0) | found[FIGURES].notna().any(axis=1)
    known &= table["network"] == MEAN_OF
    fixed = table["indicator"].map(imported).astype("float64").where(known)
    return found.assign(mean=found["mean"].fillna(fixed))
