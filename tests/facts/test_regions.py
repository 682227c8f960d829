"""One code speaks for a municipality in each year."""

from collections.abc import Mapping

import pandas as pd
import pytest

from assets.errors import DataError
from assets.kostra.regions import to_municipalities
from tests.facts.worlds import MUNICIPALITIES, Figure, accounts_table, rows, shown


def placed(figures: Mapping[tuple[int, str], Figure]) -> pd.DataFrame:
    """The rows left of one figure per (year, region)."""
    table = accounts_table({(year, region, "281"): figure for (year, region), figure in figures.items()})
    return to_municipalities(table, MUNICIPALITIES)


def found(figures: Mapping[tuple[int, str], Figure]) -> dict[tuple[int, str], tuple[Figure | None, str]]:
    """(year, municipality) → figure and status."""
    return {(row.year, row.municipality): (shown(row.value), row.status) for row in rows(placed(figures))}


def test_old_and_new_codes_are_one_series() -> None:
    figures: dict[tuple[int, str], Figure] = {(2019, "0219"): 1, (2019, "3024"): ".", (2019, "3201"): "."}
    figures |= {(2023, "0219"): ".", (2023, "3024"): 2, (2023, "3201"): "."}
    figures |= {(2024, "0219"): ".", (2024, "3024"): ".", (2024, "3201"): 3}
    assert found(figures) == {
        (2019, "baerum"): (1, "ok"),
        (2023, "baerum"): (2, "ok"),
        (2024, "baerum"): (3, "ok"),
    }


def test_a_figure_served_under_the_code_of_the_day_after_is_found() -> None:
    assert found({(2023, "3024"): ".", (2023, "3201"): 7}) == {(2023, "baerum"): (7, "ok")}


def test_zeros_outside_its_years_do_not_make_a_code_speak() -> None:
    assert found({(2024, "3024"): 0, (2024, "3201"): 7}) == {(2024, "baerum"): (7, "ok")}
    assert found({(2023, "3024"): 0, (2023, "3201"): 7}) == {(2023, "baerum"): (7, "ok")}
    assert found({(2024, "3024"): 0, (2024, "3201"): 0}) == {(2024, "baerum"): (0, "ok")}


@pytest.mark.parametrize(("symbol", "status"), [("..", "missing"), (":", "suppressed"), ("...", "not_yet")])
def test_a_row_is_never_dropped_because_its_figure_is_not_there(symbol: str, status: str) -> None:
    assert found({(2024, "3024"): ".", (2024, "3201"): symbol}) == {(2024, "baerum"): (None, status)}


def test_a_municipality_without_figures_keeps_one_row_in_years_it_exists() -> None:
    figures = {(2024, "3024"): ".", (2024, "3201"): ".", (2024, "0627"): ".", (2019, "0627"): "."}
    assert found(figures) == {
        (2024, "baerum"): (None, "not_applicable"),
        (2019, "royken"): (None, "not_applicable"),
    }


def test_a_municipality_that_does_not_exist_in_the_year_has_no_row() -> None:
    assert found({(2023, "1580"): 5, (2024, "1580"): 5}) == {(2024, "haram"): (5, "ok")}


def test_two_codes_with_figures_in_one_year_are_an_error_that_names_both() -> None:
    with pytest.raises(DataError, match="baerum has figures under 3024 and 3201 in 2024"):
        placed({(2024, "3024"): 1, (2024, "3201"): 2})


def test_before_the_reform_the_code_in_force_is_preferred() -> None:
    assert found({(2019, "0219"): 1, (2019, "3024"): 2}) == {(2019, "baerum"): (1, "ok")}


def test_groups_counties_and_country_keep_their_code() -> None:
    regions = {
        "EAK": "country",
        "EAKUO": "country",
        "EKG12": "kostra_group",
        "EKA32": "county",
        "EAK32": "county",
    }
    left = placed({(2024, code): 1 for code in regions} | {(2024, "0301"): 1})
    kinds = dict(zip(left["municipality"], left["region_kind"], strict=True))
    assert kinds == {**regions, "oslo": "municipality"}


def test_unknown_regions_are_an_error() -> None:
    with pytest.raises(
        DataError, match="region code\\(s\\) 3210 are unknown to klass/municipalities; nearest: 3201"
    ):
        placed({(2024, "3210"): 1})
    with pytest.raises(DataError, match="KLASS9"):
        placed({(2024, "KLASS9"): 1})


def test_years_before_klass_was_asked_about_are_an_error() -> None:
    with pytest.raises(DataError, match="begins on 2013-01-01; 2011 cannot be identified"):
        placed({(2011, "0301"): 1})


def test_a_code_used_again_by_another_municipality_follows_the_year() -> None:
    again = MUNICIPALITIES.assign(
        code=lambda frame: frame["code"].mask(frame["slug"] == "haram", "0627"),
    )
    table = accounts_table({(2019, "0627", "281"): 1, (2024, "0627", "281"): 2})
    left = to_municipalities(table, again)
    assert dict(zip(left["year"], left["municipality"], strict=True)) == {2019: "royken", 2024: "haram"}


def test_the_order_of_the_rows_does_not_matter() -> None:
    figures: dict[tuple[int, str], Figure] = {(2024, "3024"): ".", (2024, "3201"): 7, (2024, "0301"): 1}
    table = accounts_table({(year, region, "281"): figure for (year, region), figure in figures.items()})
    shuffled = table.sample(frac=1, random_state=1)
    by_name = ["municipality"]
    pd.testing.assert_frame_equal(
        to_municipalities(table, MUNICIPALITIES).sort_values(by_name, ignore_index=True),
        to_municipalities(shuffled, MUNICIPALITIES.sample(frac=1, random_state=2)).sort_values(
            by_name, ignore_index=True
        ),
    )
