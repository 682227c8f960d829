"""SSB's consumer prices beside the deflators: a difference is told with its year, rounding is none."""

import pandas as pd

from assets.kostra.statistics.crosschecks import price_difference
from tests.algebra.facts import WHOLE


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
