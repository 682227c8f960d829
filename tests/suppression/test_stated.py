"""What is stated beside values (distances to the mean, changes) does not tell a suppressed value."""

import pandas as pd
import pytest

from assets.baerum.stated import with_stated
from schemas.fields import RELATIVE_UNITS
from schemas.register import MEAN_OF


def profile_row(status: str, before: str, value: float | None, year_before: float | None) -> pd.DataFrame:
    """A profile row with everything stated: 10 percent above a mean of 50, two points up."""
    return pd.DataFrame(
        {
            "network": [MEAN_OF],
            "status": status,
            "status_y_minus_1": before,
            "value": pd.Series([value], dtype="float64"),
            "value_y_minus_1": pd.Series([year_before], dtype="float64"),
            "mean": 50.0,
            "index": pd.Series([None], dtype="float64"),
            "change": pd.Series([None], dtype="float64"),
            "change_unit": "percentage_points",
            **{unit: [10.0] if unit == "percent_above_mean" else [2.0] for unit in RELATIVE_UNITS},
        }
    )


TOLD = ["index", "distance_percent", "distance_points", "change"]


def test_nothing_is_stated_beside_a_suppressed_value() -> None:
    assert with_stated(profile_row("suppressed", "ok", None, 53.0))[TOLD].isna().all(axis=None)


def test_no_change_is_stated_from_a_suppressed_value() -> None:
    found = with_stated(profile_row("ok", "suppressed", 55.0, None)).iloc[0]
    assert pd.isna(found["change"])
    assert found["distance_percent"] == pytest.approx(10)


def test_beside_a_value_that_is_merely_missing_it_is_stated() -> None:
    found = with_stated(profile_row("missing", "missing", None, None)).iloc[0]
    assert (found["index"], found["change"]) == (110, 2)
