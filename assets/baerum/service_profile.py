"""The service profile (tjenesteprofil): the focal municipality beside its network, in published order."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from assets.asss.aggregates import members_of
from assets.asss.algebra import origin_of
from assets.baerum.stated import stated_figures, with_stated
from assets.errors import DataError, look_up
from assets.frames import join_vintages, only_source
from assets.vintages import of_ranks, ranks
from schemas.catalogue import UNIT_RULES, Catalogue
from schemas.nearest import nearest_text

COLUMNS = [
    "year",
    "profile",
    "row",
    "indicator",
    "title",
    "unit",
    "decimals",
    "value_y_minus_2",
    "value_y_minus_1",
    "value",
    "mean",
    "max",
    "max_holder",
    "min",
    "min_holder",
    "index",
    "distance_percent",
    "distance_points",
    "rank",
    "members_with_data",
    "members_missing",
    "change",
    "change_unit",
    "status",
    "origin",
    "vintage_status",
    "source",
    "vintage_id",
]


def service_profile(
    indicators: pd.DataFrame,
    aggregates: pd.DataFrame,
    catalogue: Catalogue,
    municipality: str,
    network: str | None,
    year: int,
    profiles: Iterable[str] | None = None,
    register: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The profile rows of one municipality and report year Y.

    Args:
        indicators: `asss/indicators` of Y-2 to Y; an older year may be absent.
        aggregates: `asss/aggregates` of Y.
        catalogue: titles, order, units and directions.
        municipality: slug of the focal municipality.
        network: the network compared with; None takes each profile's own.
        year: report year Y.
        profiles: ids of profiles; all by default.
        register: `register/figures` of Y, for distances and changes that are stated without a value.

    Returns:
        One row per profile row. `index` = 100 × value / mean, null unless the mean is above 0. `rank` 1 is
        the lowest value among the members with data (the highest where higher is better); equal values
        share the best rank; null for a municipality that is not a member, and where the members are not
        known. `change` is from the year before, in percent, or in percentage points for shares.
        `distance_percent` is index − 100, `distance_points` the distance to the mean in percentage points.
        Of an imported indicator index, distance and change are as stated where there is no value they follow
        from. A member without a row in `indicators` is missing.

    Raises:
        DataError: an unknown profile, network or municipality, or no aggregates of the year.
    """
    rows = _profile_rows(catalogue, network, profiles)
    members = members_of(catalogue, rows["network"].unique(), [year])
    _refuse_stranger(municipality, indicators, members)
    own = _own_figures(indicators, municipality, year)
    ranks = _ranks(indicators, catalogue, members, municipality, year)
    table = (
        rows.merge(own, on="indicator", how="left")
        .fillna({"status": "missing", "vintages": ""})
        .merge(_beside(aggregates, year), on=["network", "indicator"], how="left")
        .merge(ranks, on=["network", "indicator"], how="left")
        .merge(stated_figures(register, catalogue, municipality, year), on="indicator", how="left")
        .fillna({"stated_vintages": ""})
    )
    _refuse_gaps(table, year)
    return with_stated(_compared(table, only_source(indicators, aggregates)).assign(year=year))[COLUMNS]


def _beside(aggregates: pd.DataFrame, year: int) -> pd.DataFrame:
    """The network's figures of the year."""
    unwanted = ["year", "unit", "status", "origin", "source"]
    texts = dict.fromkeys(["network", "indicator", "vintage_id"], "str")
    rows = aggregates[aggregates["year"] == year]
    rows = rows.assign(beside_rank=ranks(rows)).drop(columns=[*unwanted, "vintage_status"])
    return rows.astype({**texts, "members_with_data": "Int64"})


def _compared(table: pd.DataFrame, computed: str) -> pd.DataFrame:
    """Index, rank and change of each row; `computed` is the source of what is not imported."""
    vintages = zip(table["vintages"], table["vintage_id"], table["stated_vintages"], strict=True)
    ranked = table[["own_rank", "beside_rank", "stated_rank"]].max(axis=1)
    return table.assign(
        index=_quotient(table["value"], table["mean"].where(table["mean"] > 0)),
        rank=table["rank"].where(table["members_with_data"].notna()),
        change=_change(table),
        vintage_status=of_ranks(ranked),
        source=table["origin"].where(table["origin"] == "register", computed),
        vintage_id=[join_vintages(parts) for parts in vintages],
    )


def _refuse_stranger(municipality: str, indicators: pd.DataFrame, members: pd.DataFrame) -> None:
    """A member without any figures is missing; somebody nobody knows is a mistake."""
    known = {*indicators["municipality"].astype("str"), *members["municipality"]}
    if municipality not in known:
        near = nearest_text(municipality, known)
        raise DataError(f"no figures of `{municipality}`, and it is no member of the network; {near}")


def _refuse_gaps(table: pd.DataFrame, year: int) -> None:
    absent = table.loc[table["mean_method"].isna(), "indicator"]
    if not absent.empty:
        raise DataError(f"no network figures of {', '.join(absent)} in {year}: make asss/aggregates first")


def _profile_rows(catalogue: Catalogue, network: str | None, profiles: Iterable[str] | None) -> pd.DataFrame:
    """What the catalogue says: one row per profile row."""
    rows = []
    for name in profiles or catalogue.profiles:
        profile = look_up("profile", name, catalogue.profiles)
        beside = look_up("network", network or profile.network, catalogue.networks).id
        for position, identity in enumerate(profile.rows, start=1):
            entry = catalogue.indicators[identity]
            change_unit = UNIT_RULES[entry.unit].change
            rows.append(
                {
                    "profile": name,
                    "row": position,
                    "indicator": identity,
                    "title": entry.title,
                    "unit": entry.unit,
                    "decimals": entry.decimals,
                    "change_unit": change_unit,
                    "origin": origin_of(entry),
                    "network": beside,
                }
            )
    return pd.DataFrame(rows)


def _own_figures(indicators: pd.DataFrame, municipality: str, year: int) -> pd.DataFrame:
    """The municipality's figures, one row per indicator: values of Y, Y-1 and Y-2, statuses of Y and Y-1."""
    here = (indicators["municipality"] == municipality) & indicators["year"].between(year - 2, year)
    mine = indicators[here.to_numpy()].astype({"indicator": "str", "vintage_id": "str", "status": "str"})
    values = mine.pivot(index="indicator", columns="year", values="value")
    figures = values.reindex(columns=[year, year - 1, year - 2])
    figures = figures.set_axis(["value", "value_y_minus_1", "value_y_minus_2"], axis="columns")
    status = mine.pivot(index="indicator", columns="year", values="status").reindex(columns=[year, year - 1])
    now = status.set_axis(["status", "status_y_minus_1"], axis="columns").astype("str")
    editions = (
        mine.assign(rank=ranks(mine))
        .groupby("indicator")
        .agg(vintages=("vintage_id", lambda texts: join_vintages(texts.unique())), own_rank=("rank", "max"))
    )
    return figures.join(now).join(editions).reset_index()


def _ranks(
    indicators: pd.DataFrame, catalogue: Catalogue, members: pd.DataFrame, municipality: str, year: int
) -> pd.DataFrame:
    """The municipality's place among the members with data, per network and indicator."""
    figures = indicators[(indicators["year"] == year).to_numpy()].astype(
        {"municipality": "str", "indicator": "str"}
    )
    rows = members.merge(figures[["municipality", "indicator", "value"]], on="municipality").dropna(
        subset="value"
    )
    higher_is_better = {i.id for i in catalogue.indicators.values() if i.direction == "higher_is_better"}
    towards_best = np.where(rows["indicator"].isin(higher_is_better), -rows["value"], rows["value"])
    rows["rank"] = (
        rows.assign(towards_best=towards_best)
        .groupby(["network", "indicator"])["towards_best"]
        .rank(method="min")
    )
    mine = rows[rows["municipality"] == municipality]
    return mine[["network", "indicator", "rank"]].astype({"rank": "Int64"})


def _change(table: pd.DataFrame) -> pd.Series:
    before = table["value_y_minus_1"]
    difference = table["value"] - before
    in_percent = _quotient(difference, before.abs().where(before != 0))
    return difference.where(table["change_unit"] == "percentage_points", in_percent)


def _quotient(above: pd.Series, below: pd.Series) -> pd.Series:
    """100 × above / below, null where either is."""
    return 100 * above / below
