"""Contracts of `<municipality>/time_series` and `<municipality>/efficiency`."""

from __future__ import annotations

import pandas as pd

from schemas.contracts import Contract, Rule, columns, figure_matches_status, taken_from
from schemas.fields import ANY_SOURCE, CATALOGUE, COMPUTED, FIELDS, KLASS, REGISTER, UNITS


def _reason_where_missing(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["value"].notna() | frame["reason"].notna()


def _reason_where_broken(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["break_reason"].notna() == frame["break_before"]


def _base_year_where_deflated(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["base_year"].notna() | ~frame["adjustment"].astype("str").str.startswith("deflate")


def _some_index(frame: pd.DataFrame) -> pd.Series[bool]:
    known = frame[[f"{name}_index" for name in ("resource_use", "expenditure", "production", "efficiency")]]
    return known.notna().any(axis=1) == (frame["status"] == "ok")


def _checked_where_whole(frame: pd.DataFrame) -> pd.Series[bool]:
    return (frame["verdict"] == "not_checked") == frame["residual"].isna()


def efficiency_contract(municipality: str) -> Contract:
    """The contract of resource use, production and efficiency of `municipality` (a slug)."""
    return Contract(
        dataset=f"{municipality}/efficiency",
        title="Ressursbruk, produksjon og effektivitet",
        one_row_per="service area × origin",
        fields=columns(
            "year",
            "area",
            FIELDS["origin"].but(allowed=("register", "own_estimate")),
            FIELDS["title"].but(description="Name of the service area."),
            "resource_use_index",
            "expenditure_index",
            "production_index",
            "efficiency_index",
            "residual",
            "tolerance",
            "change_residual",
            "verdict",
            "adjustment",
            "method",
            *taken_from(COMPUTED + REGISTER, "status"),
            FIELDS["reason"].but(description="Why there is no figure, or what does not fit."),
            FIELDS["source"].but(allowed=ANY_SOURCE),
            "vintage_id",
        ),
        key=("year", "area", "origin"),
        min_rows=0,
        rules=(
            Rule("some index is there exactly when `status` is ok", _some_index),
            Rule("a residual is there exactly when the identity was checked", _checked_where_whole),
        ),
    )


def time_series_contract(municipality: str) -> Contract:
    """The contract of the time series of `municipality` (a slug, `baerum` by default)."""
    return Contract(
        dataset=f"{municipality}/time_series",
        title="Tidsserier",
        one_row_per="series × entity",
        fields=columns(
            "year",
            "series",
            "indicator",
            "title",
            *taken_from(CATALOGUE + KLASS, "entity"),
            "entity_kind",
            *taken_from(COMPUTED + REGISTER, "value"),
            *taken_from(CATALOGUE, FIELDS["unit"].but(allowed=UNITS)),
            "decimals",
            *taken_from(COMPUTED + REGISTER, "status"),
            "adjustment",
            "base_year",
            "reason",
            "break_before",
            "break_reason",
            "origin",
            "vintage_status",
            FIELDS["source"].but(allowed=ANY_SOURCE),
            "vintage_id",
        ),
        key=("year", "series", "entity"),
        min_rows=0,
        rules=(
            figure_matches_status("value"),
            Rule("a value that is not there has a reason", _reason_where_missing),
            Rule("a break has a reason, and nothing else has", _reason_where_broken),
            Rule("a deflated value has a base year", _base_year_where_deflated),
        ),
    )
