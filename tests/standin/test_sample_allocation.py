"""Spreading a total in whole numbers: exact, within bounds, in proportion."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.standin.model.allocation import allocate
from pipelines.standin.model.data import half_up, micro, rows


@st.composite
def problems(draw: st.DrawFn) -> tuple[int, list[int], list[int], list[int]]:
    size = draw(st.integers(1, 8))
    weights = draw(st.lists(st.integers(1, 10**6), min_size=size, max_size=size))
    low = draw(st.lists(st.integers(0, 1000), min_size=size, max_size=size))
    high = [bound + draw(st.integers(0, 5000)) for bound in low]
    return draw(st.integers(sum(low), sum(high))), weights, low, high


@given(problems())
@settings(deadline=None, max_examples=200)
def test_shares_add_up_and_keep_their_bounds(problem: tuple[int, list[int], list[int], list[int]]) -> None:
    total, weights, low, high = problem
    shares = allocate(total, weights, low, high, "x")
    assert sum(shares) == total
    assert all(a <= share <= b for a, share, b in zip(low, shares, high, strict=True))


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=8), st.integers(0, 10**6))
@settings(deadline=None, max_examples=100)
def test_without_bounds_shares_are_proportional(weights: list[int], total: int) -> None:
    shares = allocate(total, weights, [0] * len(weights), [total] * len(weights), "x")
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / sum(weights)) <= 1


def test_bounds_that_cannot_hold_are_named() -> None:
    with pytest.raises(ValueError, match="net_281 2024: 10 lies outside the bounds 0 to 9"):
        allocate(10, [1, 1], [0, 0], [4, 5], "net_281 2024")


@pytest.mark.parametrize(("numerator", "expected"), [(5, 3), (-5, -3), (4, 2), (-1, -1), (0, 0)])
def test_halves_are_rounded_away_from_zero(numerator: int, expected: int) -> None:
    assert half_up(numerator, 2) == expected


def test_ratios_are_read_without_binary_fractions() -> None:
    assert micro("20.58") == 20_580_000
    with pytest.raises(ValueError, match="more than six decimals"):
        micro("0.1234567")


def test_every_row_of_the_model_names_a_known_measure_and_entity() -> None:
    services = {row["measure"] for row in rows("services")} | {row["measure"] for row in rows("averages")}
    accounts = {f"{row['basis']}_{row['code']}" for row in rows("functions")}
    for name in ("levels", "means", "bounds", "service_given"):
        assert {row["measure"] for row in rows(name)} <= services | accounts, name
    entities = {row["entity"] for row in rows("population")}
    assert {row["entity"] for row in rows("service_given")} <= entities | {"EKG12"}
    assert {row["entity"] for row in rows("accounts_given")} <= entities
    assert {row["function"] for row in rows("accounts_given")} <= {row["code"] for row in rows("functions")}
    for name in ("means", "bounds"):
        keys = [(row["measure"], row["year"]) for row in rows(name)]
        assert len(keys) == len(set(keys)), name
    triples = [(row["measure"], row["entity"], row["year"]) for row in rows("service_given")]
    assert len(triples) == len(set(triples))
