"""Network aggregates: mean, highest and lowest of each indicator over the members with data."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from assets.asss.given import with_given
from assets.errors import look_up
from assets.frames import join_vintages, only_source
from assets.vintages import of_ranks, ranks
from schemas.catalogue import Catalogue

FEWEST_MEMBERS = 3
"""With data from fewer members nothing is published: a mean of two tells each the other's figure."""

KEY = ["year", "network", "indicator"]
COLUMNS = [
    *KEY,
    "mean",
    "mean_method",
    "max",
    "max_holder",
    "min",
    "min_holder",
    "members_with_data",
    "members_missing",
    "unit",
    "status",
    "origin",
    "vintage_status",
    "source",
    "vintage_id",
]


def members_of(catalogue: Catalogue, networks: Iterable[str], years: Iterable[int]) -> pd.DataFrame:
    """The members of networks: one row per year × network × municipality.

    Raises:
        DataError: an unknown network.
    """
    years = sorted({int(year) for year in years})
    rows = [
        (year, name, member)
        for name in networks
        for year in years
        for member in look_up("network", name, catalogue.networks).members_in(year)
    ]
    frame = pd.DataFrame(rows, columns=["year", "network", "municipality"])
    return frame.astype({"year": "int64", "network": "str", "municipality": "str"})


def aggregates(
    indicators: pd.DataFrame,
    catalogue: Catalogue,
    networks: Iterable[str] | None = None,
    register: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Aggregate indicators over the networks' members of each year.

    A weighted mean is the indicator's own expression on summed parts, over the members with a value; a
    simple mean is the mean of the members' values. With fewer than three members with data, mean, highest
    and lowest are null. Of an imported indicator they are as given, where they are given; who holds them and
    how many members have data is not known then.

    Args:
        indicators: `asss/indicators`, one or several years.
        catalogue: mean method, scale and membership.
        networks: ids of networks; all by default.
        register: `register/figures` of the same years, for what is given of networks.

    Returns:
        `asss/aggregates`: one row per year × network × indicator, also for a network without members.

    Raises:
        DataError: an unknown network, or figures of several sources.
    """
    rows = _member_rows(indicators, catalogue, networks or catalogue.networks)
    with_data = rows[rows["with_data"]]
    groups = rows.groupby(KEY)
    table = pd.DataFrame(index=groups.size().index)
    table["members_with_data"] = groups["with_data"].sum().astype("int64")
    table["members_missing"] = _joined(rows[~rows["with_data"] & rows["municipality"].notna()], table.index)
    for name, holders in (("max", "max_holder"), ("min", "min_holder")):
        table[name] = with_data.groupby(KEY)["value"].agg(name)
        table[holders] = _holders(with_data, table[name], table.index)
    table["vintage_id"] = groups["vintage_id"].agg(lambda texts: join_vintages(texts.dropna().unique()))
    table["vintage_status"] = of_ranks(groups["vintage_rank"].max())
    table["undefined"] = groups["undefined"].all()
    table["one_left"] = groups["hidden"].any() & (groups.size() - table["members_with_data"] == 1)
    table = _with_means(table.reset_index(), with_data, catalogue)
    table = _withheld(table).assign(origin="computed", source=_sources(table, indicators, catalogue))
    if register is None:
        return table[COLUMNS]
    return with_given(table[COLUMNS], register, catalogue, revealed=table["one_left"])


def _sources(table: pd.DataFrame, indicators: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """The register for what is imported, the one source of the others for the rest."""
    imported = [name for name, entry in catalogue.indicators.items() if entry.imported]
    computed = pd.Series(only_source(indicators), index=table.index, dtype="str")
    return computed.mask(table["indicator"].isin(imported), "register")


def _member_rows(indicators: pd.DataFrame, catalogue: Catalogue, networks: Iterable[str]) -> pd.DataFrame:
    """Every member × indicator; a member without a row in `indicators` has no status and no data.

    A network without members in a year has one row per indicator, without a municipality.
    """
    names = ["year", "municipality", "indicator", "numerator", "denominator", "value", "status", "vintage_id"]
    figures = (
        indicators[names]
        .assign(vintage_rank=ranks(indicators))
        .astype({"municipality": "str", "indicator": "str", "status": "str", "vintage_id": "str"})
    )
    names = list(networks)
    members = members_of(catalogue, names, indicators["year"].unique())
    asked = figures[["year", "indicator"]].drop_duplicates()
    asked = asked.merge(pd.Series(names, name="network", dtype="str"), how="cross")
    wanted = asked.merge(members, on=["year", "network"], how="left")
    rows = wanted.merge(figures, on=["year", "municipality", "indicator"], how="left")
    status = rows["status"].fillna("missing").mask(rows["municipality"].isna(), "not_applicable")
    return rows.assign(
        with_data=status == "ok", undefined=status == "not_applicable", hidden=status == "suppressed"
    )


def _joined(rows: pd.DataFrame, index: pd.Index) -> pd.Series:
    """The municipalities of each group, sorted and joined; empty where there are none."""
    ordered = rows.sort_values("municipality").groupby(KEY)["municipality"]
    return ordered.agg(", ".join).reindex(index).fillna("").astype("str")


def _holders(with_data: pd.DataFrame, extreme: pd.Series, index: pd.Index) -> pd.Series:
    """The municipalities that hold the extreme value of their group."""
    found = with_data.join(extreme.rename("extreme"), on=KEY)
    return _joined(found[(found["value"] == found["extreme"]).to_numpy()], index)


def _with_means(table: pd.DataFrame, with_data: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The mean by the indicator's own method, and what the catalogue says of the indicator."""
    declared = [catalogue.indicators[name] for name in table["indicator"]]
    groups = with_data.groupby(KEY)
    sums = groups[["numerator", "denominator"]].sum()
    wanted = pd.MultiIndex.from_frame(table[KEY])
    scale = np.array([indicator.scale for indicator in declared])
    below = sums["denominator"].reindex(wanted).to_numpy()
    weighted = np.full(len(table), np.nan)
    above = scale * sums["numerator"].reindex(wanted).to_numpy()
    np.divide(above, below, out=weighted, where=~np.isnan(below) & (below != 0))
    simple = groups["value"].mean().reindex(wanted).to_numpy()
    methods = np.array([indicator.mean for indicator in declared])
    return table.assign(
        mean=np.where(methods == "weighted", weighted, simple),
        mean_method=pd.Series(methods, index=table.index, dtype="str"),
        unit=pd.Series([indicator.unit for indicator in declared], index=table.index, dtype="str"),
    )


def _withheld(table: pd.DataFrame) -> pd.DataFrame:
    """Too few members with data: no figures, and a status that says so."""
    few = (table["members_with_data"] < FEWEST_MEMBERS) | table["mean"].isna()
    status = np.select([~few, table["undefined"]], ["ok", "not_applicable"], default="missing")
    figures = ["mean", "max", "max_holder", "min", "min_holder"]
    table = table.assign(status=pd.Series(status, index=table.index, dtype="str"))
    return table.assign(**{name: table[name].where(~few) for name in figures})
