"""Contracts of `<municipality>/time_series` and `<municipality>/efficiency`."""

from __future__ import annotations

import pandas as pd

from schemas.contracts import Contract, Rule, columns, figure_matches_status
from schemas.fields import FIELDS, UNITS

_SOURCE = FIELDS["source"].but(allowed=("ssb", "sample", "register"))


def _reason_where_missing(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["value"].notna() | frame["reason"].notna()


def _reason_where_broken(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["break_reason"].notna() == frame["break_before"]


def _base_year_where_deflated(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["base_year"].notna() | ~frame["adjustment"].astype("str").str.startswith("deflate")


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
            "entity",
            "entity_kind",
            "value",
            FIELDS["unit"].but(allowed=UNITS),
            "decimals",
            "status",
            "adjustment",
            "base_year",
            "reason",
            "break_before",
            "break_reason",
            "origin",
            _SOURCE,
            "vintage_id",
        ),
        key=("year", "series", "entity"),
        rules=(
            figure_matches_status("value"),
            Rule("a value that is not there has a reason", _reason_where_missing),
            Rule("a break has a reason, and nothing else has", _reason_where_broken),
            Rule("a deflated value has a base year", _base_year_where_deflated),
        ),
    )
