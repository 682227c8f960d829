"""Contracts of `quality/…`: what is known of all the other datasets."""

from __future__ import annotations

import pandas as pd

from schemas.contracts import Contract, Rule, columns
from schemas.fields import FIELDS


def _told_where_broken(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["success"] | (frame["observed"].str.len() > 0)


EXPECTATIONS = Contract(
    dataset="quality/expectations",
    title="Forventninger og kontroller",
    one_row_per="dataset × suite × expectation",
    fields=columns(
        "year",
        "dataset",
        "suite",
        "expectation",
        FIELDS["title"].but(description="What is expected, as a Norwegian sentence."),
        "severity",
        "success",
        "observed",
        "advice",
        "examples",
        "refused",
        FIELDS["source"].but(
            description="Source of the figures judged; `sample` figures are modelled examples."
        ),
    ),
    key=("year", "dataset", "suite", "expectation"),
    rules=(Rule("what does not hold says what was observed", _told_where_broken),),
)
