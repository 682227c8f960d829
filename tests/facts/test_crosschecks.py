"""Tables that repeat the main ones: a difference is told with its place, rounding is none."""

import pandas as pd

from assets.kostra.statistics.crosschecks import (
    accounts_differences,
    population_differences,
    price_difference,
)
from tests.algebra.facts import WHOLE
from tests.facts.worlds import accounts_table

FIGURES = {(2024, "3201", "281"): 179380.0, (2024, "0301", "281"): 2269397.0, (2024, "3203", "281"): ".."}


def test_equal_amounts_and_amounts_rounded_apart_are_no_difference() -> None:
    own = accounts_table(FIGURES)
    other = accounts_table({**FIGURES, (2024, "3201", "281"): 179381.0}).drop(columns="scope")
    assert accounts_differences(own, other) is None


def test_another_amount_is_told_and_the_treasury_is_not_compared() -> None:
    own = pd.concat([accounts_table(FIGURES), accounts_table({(2024, "3201", "281"): 1.0}, scope="B")])
    other = accounts_table({**FIGURES, (2024, "0301", "281"): 2_000_000.0}).drop(columns="scope")
    told = accounts_differences(own, other)
    assert told is not None
    assert told.startswith(
        "tables 12367 and 12362 differ in 1 of 2 cells, first at region 0301, function 281"
    )
    assert "2269397 and 2000000" in told


def test_inhabitants_are_compared_by_municipality_and_band() -> None:
    own = pd.DataFrame(
        [("oslo", "municipality", 18, 66, 500.0), ("EKG13", "kostra_group", 18, 66, 1.0)],
        columns=["municipality", "region_kind", "age_from", "age_to", "inhabitants"],
    )
    served = pd.DataFrame(
        [("oslo", "inhabitants_18_66", 502.0), ("EKG13", "inhabitants_18_66", 9.0), ("oslo", "users", 1.0)],
        columns=["municipality", "measure", "value"],
    )
    told = population_differences(own, served, {"inhabitants_18_66": (18, 66)})
    assert told is not None
    assert "07459 and 11805 differ in 1 of 1 cells" in told
    assert population_differences(own, served.assign(value=501.0), {"inhabitants_18_66": (18, 66)}) is None


def prices(**index: float) -> pd.DataFrame:
    years = {int(name.removeprefix("y")): value for name, value in index.items()}
    return pd.DataFrame({"year": list(years), "value": list(years.values())})


def test_consumer_prices_are_held_against_the_deflators_by_their_rise() -> None:
    steps = WHOLE.price_steps.values()

    assert price_difference(steps, prices(y2023=129.6, y2024=133.6), 2024) is None
    assert price_difference(steps, prices(y2023=97.0, y2024=100.0), 2024) is None
    told = price_difference(steps, prices(y2023=129.6, y2024=136.1), 2024)
    assert told is not None
    assert "rise by 5.02% from 2023 to 2024, deflators.csv by 3.09%" in told
    assert price_difference(steps, prices(y2024=133.6), 2024) is None
    assert price_difference(steps, prices(y2024=133.6, y2025=140.0), 2025) is None
