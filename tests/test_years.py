"""Accounting years as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.partitions import REPORT_YEARS
from pipelines.years import YEARS, YearsError, parse_years, shown_years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2024", [2024]),
        ("2022-2024", [2022, 2023, 2024]),
        ("2019, 2021-2022", [2019, 2021, 2022]),
        ("2016-2018,2017", [2016, 2017, 2018]),
    ],
)
def test_years_are_read(text: str, years: list[int]) -> None:
    assert parse_years(text) == years


@pytest.mark.parametrize("text", ["", "24", "2014", "2024-2022", "2020-", "this year", "2015-2030"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(YearsError):
        parse_years(text)


@given(st.sets(st.sampled_from(list(YEARS)), min_size=1))
def test_shown_years_read_back(years: set[int]) -> None:
    assert parse_years(shown_years(sorted(years))) == sorted(years)


def test_a_report_shows_three_years() -> None:
    shown = REPORT_YEARS.downstream_partition_keys_by_upstream_partition_key
    assert shown["2022"] == ["2022", "2023", "2024"]
    assert shown["2024"] == ["2024"]
