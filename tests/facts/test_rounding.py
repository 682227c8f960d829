"""Half away from zero, on the number as it is written."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.rounding import round_half_away


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (0.5, 0, 1.0),
        (2.675, 2, 2.68),
        (-2.675, 2, -2.68),
        (1.005, 2, 1.01),
        (1e22, 0, 1e22),
        (1e-9, 2, 0.0),
        (1957.924, 0, 1958.0),
        (1234.5, -2, 1200.0),
    ],
)
def test_single_numbers(value: float, decimals: int, rounded: float) -> None:
    assert round_half_away(value, decimals) == rounded


def test_nothing_becomes_a_negative_zero_and_missing_stays_missing() -> None:
    found = round_half_away(np.array([-0.4, np.nan, np.inf]), 0)
    assert not np.signbit(found[0])
    assert np.isnan(found[1])
    assert np.isinf(found[2])


def test_decimals_may_differ_by_row() -> None:
    assert round_half_away([1.25, 1.25], [1, 0]).tolist() == [1.3, 1.0]
    assert round_half_away(np.zeros((2, 3))).shape == (2, 3)


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=3), st.integers(0, 3))
@settings(deadline=None, max_examples=100)
def test_agrees_with_decimal_arithmetic(number: Decimal, decimals: int) -> None:
    expected = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    assert round_half_away(float(number), decimals) == float(expected)
