"""Small counts are suppressed with a reason, and never reach the dataset."""

import math

import pandas as pd
import pytest

from assets.register.suppression import TELLS, suppressed, without_hints
from schemas.register import FILE_COLUMNS, PERSON_COLUMNS
from tests.register.files import S19, read, row, table


@pytest.mark.parametrize(
    ("value", "unit", "above", "below", "reason"),
    [
        (12.5, "percent", 5, 40, None),
        (10.0, "percent", 4, 40, "fewer than 5 persons in the numerator"),
        (0.0, "percent", 0, 40, "fewer than 5 persons in the numerator"),
        (75.0, "percent", 3, 4, "fewer than 5 persons in the numerator and the denominator"),
        (2.1, "score", None, 4, "fewer than 5 persons in the denominator"),
        (4.0, "persons", None, None, "fewer than 5 persons in the figure itself"),
        (5.0, "persons", None, None, None),
        (4.0, "percent", None, None, None),
        (math.nan, "percent", 3, 40, None),
    ],
)
def test_figures_on_few_persons_are_suppressed(
    value: float, unit: str, above: int | None, below: int | None, reason: str | None
) -> None:
    assert suppressed(value, unit, above, below) == reason


def test_a_suppressed_figure_is_read_without_its_value() -> None:
    header = (*FILE_COLUMNS, *PERSON_COLUMNS)
    content = table([(*row(value="10.0"), "4", "40"), (*row(year=2023, value="12.5"), "5", "40")], header)

    figures = read(content).figures

    assert figures["status"].tolist() == ["suppressed", "ok"]
    assert math.isnan(figures["value"].iloc[0])
    assert figures["suppression_reason"].iloc[0] == "fewer than 5 persons in the numerator"
    assert "10" not in {str(value) for value in figures.loc[0, ["value", "note"]]}


def test_the_same_indicator_without_counts_is_kept() -> None:
    assert read(table([row(S19, value="10.0")])).figures["status"].tolist() == ["ok"]


@pytest.mark.parametrize(
    ("year", "unit", "hidden"),
    [
        (2024, "percent_above_mean", True),
        (2024, "percentage_points_change", True),
        (2025, "percentage_points_change", True),
        (2025, "percent_above_mean", False),
        (2023, "percentage_points_change", False),
        (2026, "percentage_points_change", False),
    ],
)
def test_what_would_tell_a_suppressed_figure_is_suppressed_too(year: int, unit: str, hidden: bool) -> None:
    suppressed_level = read(table([row(value=":")])).figures
    beside = read(table([row(value="1.5")])).figures.assign(year=year, unit=unit)
    other = beside.assign(entity="asker")

    found = without_hints(pd.concat([suppressed_level, beside, other], ignore_index=True))

    assert found["status"].tolist() == ["suppressed", "suppressed" if hidden else "ok", "ok"]
    assert found["value"].isna().tolist() == [True, hidden, False]
    assert (found["suppression_reason"].iloc[1] == TELLS) == hidden


def test_without_a_suppressed_figure_nothing_is_touched() -> None:
    figures = read(table([row(value="1.5")])).figures

    assert without_hints(figures) is figures
