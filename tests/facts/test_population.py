"""`kostra/population`: bands over single years and both sexes."""

import pandas as pd
import pytest

from assets.errors import DataError
from assets.kostra.population import COMMON_BANDS, population, population_bands
from schemas.kostra import POPULATION
from schemas.validation import validate
from tests.facts.worlds import CATALOGUE, MUNICIPALITIES, Figure, ages, population_table, rows, shown

OPEN = 200


def made(people: dict[tuple[int, str], dict[str, Figure]], sexes: str = "12") -> pd.DataFrame:
    return population(population_table(people, sexes), MUNICIPALITIES, CATALOGUE)


def bands(frame: pd.DataFrame) -> dict[tuple[int, int], tuple[float | None, str]]:
    """Band → inhabitants and status."""
    return {(row.age_from, row.age_to): (shown(row.inhabitants), row.status) for row in rows(frame)}


def test_bands_are_sums_over_both_sexes_and_both_ends_included() -> None:
    frame = made({(2024, "3201"): ages(1)})
    assert validate(POPULATION, frame, 2024).arrow.num_rows == len(COMMON_BANDS)
    assert bands(frame) == {
        (0, OPEN): (2 * 106, "ok"),
        (0, 17): (2 * 18, "ok"),
        (0, 66): (2 * 67, "ok"),
        (18, 24): (2 * 7, "ok"),
        (18, 66): (2 * 49, "ok"),
        (18, 67): (2 * 50, "ok"),
        (67, OPEN): (2 * 39, "ok"),
        (80, OPEN): (2 * 26, "ok"),
    }


def test_a_total_over_sexes_is_never_added() -> None:
    assert bands(made({(2024, "3201"): ages(1)}, sexes="012")) == bands(made({(2024, "3201"): ages(1)}))


def test_a_missing_age_makes_its_bands_missing_and_no_others() -> None:
    found = bands(made({(2024, "3201"): ages(1, a066="..")}))
    missing = {band for band, (_, status) in found.items() if status == "missing"}
    assert missing == {band for band in found if band[0] <= 66 <= band[1]}
    assert all((figure is None) == (status != "ok") for figure, status in found.values())


def test_suppression_propagates_over_missing() -> None:
    found = bands(made({(2024, "3201"): ages(1, a020=":", a021="..")}))
    assert found[18, 24] == (None, "suppressed")
    assert found[0, 17] == (36, "ok")


def test_an_age_that_is_not_in_the_table_is_missing() -> None:
    people = ages(1)
    del people["030"]
    found = bands(made({(2024, "3201"): people}))
    assert found[18, 66] == (None, "missing")
    assert found[18, 24] == (14, "ok")


def test_one_sex_alone_is_missing() -> None:
    assert set(bands(made({(2024, "3201"): ages(1)}, sexes="1")).values()) == {(None, "missing")}


def test_some_ages_not_applicable_is_incomplete_all_of_them_is_not_applicable() -> None:
    assert bands(made({(2024, "3201"): ages(1, a105=".")}))[80, OPEN] == (None, "missing")
    assert set(bands(made({(2024, "3201"): ages(".")})).values()) == {(None, "not_applicable")}


def test_no_inhabitants_is_zero_not_missing() -> None:
    assert bands(made({(2024, "3201"): ages(1, a105=0)}))[80, OPEN] == (50, "ok")


def test_the_code_of_the_day_after_counts() -> None:
    frame = made({(2023, "3024"): ages("."), (2023, "3201"): ages(1)})
    assert set(frame["municipality"]) == {"baerum"}
    assert bands(frame)[0, OPEN] == (212, "ok")


def test_new_boundaries_the_day_after_make_the_old_year_missing() -> None:
    frame = made({(2019, "3025"): ages(9), (2019, "0220"): ages("."), (2019, "3024"): ages(1)})
    by_name = {name: bands(mine)[18, 66] for name, mine in frame.groupby("municipality")}
    assert by_name == {"asker": (None, "missing"), "baerum": (98, "ok")}
    assert bands(made({(2020, "3025"): ages(9)}))[18, 66] == (9 * 98, "ok")


def test_several_municipalities_and_years_equal_each_by_itself() -> None:
    people = {(2022, "3024"): ages(1), (2022, "0301"): ages(2), (2023, "0301"): ages(3, a050="..")}
    together = made(people)
    apart = pd.concat([made({key: figures}) for key, figures in people.items()])
    key = ["year", "municipality", "age_from", "age_to"]
    pd.testing.assert_frame_equal(
        together.sort_values(key, ignore_index=True),
        apart.sort_values(key, ignore_index=True),
        check_categorical=False,
    )


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        (["000", "001", "002"], "one open end such as 105\\+ is needed"),
        (["000", "105+", "106"], "one open end"),
        (["000", "067+", "105+"], "one open end"),
        (["000", "16-44", "105+"], "'16-44' is not a single year of age"),
        (["000", "060+"], "ages end at 60\\+, so 0-66 years cannot be summed"),
    ],
)
def test_ages_that_cannot_be_summed(codes: list[str], message: str) -> None:
    with pytest.raises(DataError, match=f"table 07459: .*{message}"):
        made({(2024, "3201"): dict.fromkeys(codes, 1)})


def test_a_cell_given_twice_is_an_error() -> None:
    table = population_table({(2024, "3201"): ages(1)})
    with pytest.raises(DataError, match="given more than once"):
        population(pd.concat([table, table.head(1)]), MUNICIPALITIES, CATALOGUE)


def test_the_indicators_bands_are_always_made() -> None:
    assert (18, 66) in population_bands(CATALOGUE)
    assert population_bands(CATALOGUE) >= COMMON_BANDS
