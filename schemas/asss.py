"""Contracts of `asss/…`: indicators of every municipality, and the networks' aggregates."""

from __future__ import annotations

import pandas as pd

from schemas.contracts import Contract, Rule, columns, figure_matches_status, taken_from
from schemas.fields import ANY_SOURCE, CATALOGUE, COMPUTED, FIELDS, REGISTER, UNITS

INDICATORS = Contract(
    dataset="asss/indicators",
    title="Indikatorer per kommune",
    one_row_per="municipality (or KOSTRA group, or country) × indicator",
    fields=columns(
        "year",
        "municipality",
        FIELDS["region_kind"].but(allowed=("municipality", "kostra_group", "country")),
        "indicator",
        "numerator",
        "denominator",
        *taken_from(COMPUTED + REGISTER, "value"),
        *taken_from(CATALOGUE, FIELDS["unit"].but(allowed=UNITS)),
        *taken_from(COMPUTED + REGISTER, "status"),
        "method",
        "origin",
        "break_before",
        "vintage_status",
        FIELDS["source"].but(allowed=ANY_SOURCE),
        "vintage_id",
    ),
    key=("year", "municipality", "indicator"),
    rules=(figure_matches_status("value"),),
)


def _mean_within_range(frame: pd.DataFrame) -> pd.Series[bool]:
    slack = 1e-9 * frame["mean"].abs()
    inside = (frame["mean"] >= frame["min"] - slack) & (frame["mean"] <= frame["max"] + slack)
    return inside | frame["mean"].isna() | _is_given(frame)


def _all_or_nothing(frame: pd.DataFrame) -> pd.Series[bool]:
    parts = frame[["mean", "max", "min"]].notna()
    return parts.all(axis=1) | ~parts.any(axis=1) | _is_given(frame)


def _members_known(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame[["members_with_data", "members_missing"]].notna().all(axis=1) | _is_given(frame)


def _is_given(frame: pd.DataFrame) -> pd.Series[bool]:
    """Figures taken as others give them; the import has held them against each other, at their decimals."""
    return frame["origin"] == "register"


AGGREGATES = Contract(
    dataset="asss/aggregates",
    title="Snitt, høyest og lavest i nettverket",
    one_row_per="network × indicator",
    fields=columns(
        "year",
        "network",
        "indicator",
        "mean",
        "mean_method",
        "max",
        "max_holder",
        "min",
        "min_holder",
        FIELDS["members_with_data"].but(nullable=True),
        FIELDS["members_missing"].but(nullable=True),
        *taken_from(CATALOGUE, FIELDS["unit"].but(allowed=UNITS)),
        *taken_from(COMPUTED + REGISTER, "status"),
        "origin",
        "vintage_status",
        FIELDS["source"].but(allowed=ANY_SOURCE),
        "vintage_id",
    ),
    key=("year", "network", "indicator"),
    rules=(
        figure_matches_status("mean"),
        Rule("mean, highest and lowest stand together or not at all, unless imported", _all_or_nothing),
        Rule("the mean lies between lowest and highest, unless imported", _mean_within_range),
        Rule("the members with data are known, unless the aggregate is imported", _members_known),
    ),
)
