"""Distribution by keys: exact to the øre, nothing lost or made, the same in whatever order."""

import itertools
import logging
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.errors import DataError
from assets.ledger.allocation import largest_remainder
from schemas.ledger import ENTRIES
from schemas.validation import validate
from tests.director_areas.ledgers import CARE, SUPPORT, but, entries, key

AMOUNTS = st.lists(st.integers(-(10**14), 10**14) | st.integers(-50, 50), min_size=1, max_size=6)


@st.composite
def shares(draw: st.DrawFn) -> list[Decimal]:
    """Decimal shares that add up to exactly 1."""
    decimals = draw(st.integers(1, 9))
    cuts = draw(st.sets(st.integers(1, 10**decimals - 1), max_size=7))
    edges = [0, *sorted(cuts), 10**decimals]
    return [Decimal(b - a).scaleb(-decimals) for a, b in itertools.pairwise(edges)]


@given(AMOUNTS, shares())
@settings(deadline=None, max_examples=150)
def test_nothing_is_lost_or_made_and_no_part_is_an_ore_off(
    ore: list[int], given_shares: list[Decimal]
) -> None:
    parts = largest_remainder(np.array(ore, dtype=np.int64), given_shares)

    assert parts.sum(axis=1).tolist() == ore
    for amount, row in zip(ore, parts.tolist(), strict=True):
        for part, share in zip(row, given_shares, strict=True):
            assert abs(part - amount * Fraction(share)) < 1


@given(AMOUNTS, shares())
@settings(deadline=None, max_examples=100)
def test_the_ore_that_are_left_go_to_the_largest_remainders(
    ore: list[int], given_shares: list[Decimal]
) -> None:
    """Against the textbook method, in exact fractions."""
    parts = largest_remainder(np.array(ore, dtype=np.int64), given_shares).tolist()

    for amount, row in zip(ore, parts, strict=True):
        exact = [abs(amount) * Fraction(share) for share in given_shares]
        floors = [int(part) for part in exact]
        places = sorted(range(len(exact)), key=lambda at: (floors[at] - exact[at], at))
        for at in places[: abs(amount) - sum(floors)]:
            floors[at] += 1
        assert [abs(part) for part in row] == floors


@given(st.randoms(use_true_random=False), shares(), st.lists(st.integers(-999, 999), min_size=1, max_size=5))
@settings(deadline=None, max_examples=30)
def test_neither_the_order_of_lines_nor_of_shares_matters(random, given_shares, ore) -> None:
    functions = ["120", "253", "257", "258", "261", "234", "242", "273"][: len(given_shares)]
    pairs = dict(zip(functions, map(str, given_shares), strict=True))
    posts = [(SUPPORT, "120", f"{100 + 10 * at}", amount / 100) for at, amount in enumerate(ore)]
    shuffled, other = random.sample(posts, len(posts)), dict(random.sample(list(pairs.items()), len(pairs)))

    def divided(lines, shares_):
        frame = entries(lines, but(allocation_keys={"k": key({"functions": ["120"]}, shares_)}))
        return sorted(zip(frame["art"], frame["function"], frame["share"], frame["amount"], strict=True))

    assert divided(posts, pairs) == divided(shuffled, other)


def test_shares_of_equal_remainder_are_served_by_function_code() -> None:
    held = but(allocation_keys={"k": key({"functions": ["120"]}, {"258": "0.5", "257": "0.5"})})

    frame = entries([(SUPPORT, "120", "100", 0.01), (SUPPORT, "120", "110", -0.01)], held)

    assert frame[["line", "function", "amount"]].values.tolist() == [
        [2, "257", 0.01],
        [2, "258", 0.0],
        [3, "257", -0.01],
        [3, "258", 0.0],
    ]


def test_every_share_points_to_its_origin_and_key() -> None:
    shares_ = {"120": "0.5", "253": "0.333333333", "258": "0.166666667"}
    held = but(allocation_keys={"k": key({"functions": ["120"], "director_areas": ["A 68"]}, shares_)})
    posts = [(SUPPORT, "120", "010", 100.0), (CARE, "120", "010", 70.0), (CARE, "258", "010", 10.0)]

    frame = entries(posts, held)
    validate(ENTRIES, frame, 2024)

    moved = frame[frame["share"] > 0]
    assert moved[["function", "share", "amount", "cost_type"]].values.tolist() == [
        ["120", 1, 50.0, "direct"],
        ["253", 2, 33.33, "allocated"],
        ["258", 3, 16.67, "allocated"],
    ]
    assert set(moved["allocation_key"]) == {"by_fte"}
    assert set(moved["origin_line"]) == {2}
    assert set(moved["origin_function"]) == {"120"}
    assert set(moved["director_area"]) == {SUPPORT}
    whole = frame[frame["share"] == 0]
    assert whole["amount"].tolist() == [70.0, 10.0]
    assert whole[["allocation_key", "origin_line", "origin_function"]].isna().all().all()


@pytest.mark.parametrize(
    ("lines", "fitting"),
    [
        ({"functions": ["120"]}, [2, 3]),
        ({"functions": ["120"], "arts": ["100-299"]}, [3]),
        ({"functions": ["120"], "arts": ["010", "300"]}, [2]),
        ({"director_areas": ["A 42"]}, [4]),
        ({"responsibility_centres": ["6801"], "arts": ["120"]}, [3]),
    ],
)
def test_a_key_takes_the_lines_that_fit_all_it_names(lines: dict[str, object], fitting: list[int]) -> None:
    posts = [(SUPPORT, "120", "010", 1.0), (SUPPORT, "120", "120", 2.0), (CARE, "258", "010", 3.0)]

    frame = entries(posts, but(allocation_keys={"k": key(lines, {"253": "1"})}))

    assert sorted(frame.loc[frame["share"] > 0, "origin_line"]) == fitting


def test_a_key_holds_in_its_years_only() -> None:
    held = but(allocation_keys={"k": key({"functions": ["120"]}, {"253": "1"}, first_year=2024)})

    assert entries([(SUPPORT, "120", "010", 5.0)], held, 2023)["share"].tolist() == [0]
    assert entries([(SUPPORT, "120", "010", 5.0)], held, 2024)["share"].tolist() == [1]


def test_a_line_that_fits_two_keys_is_refused() -> None:
    keys = {
        "one": key({"functions": ["120"]}, {"253": "1"}),
        "two": key({"director_areas": ["A 68"]}, {"258": "1"}, id="by_users", basis="users"),
    }

    with pytest.raises(
        DataError, match=r"line 3 of the ledger fits two allocation keys, by_fte and by_users"
    ):
        entries([(CARE, "258", "010", 1.0), (SUPPORT, "120", "010", 5.0)], but(allocation_keys=keys))


def test_a_key_that_fits_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    held = but(allocation_keys={"k": key({"functions": ["130"]}, {"253": "1"})})

    with caplog.at_level(logging.WARNING):
        frame = entries([(SUPPORT, "120", "010", 5.0)], held)

    assert frame["share"].tolist() == [0]
    assert "by_fte fits no line" in caplog.text
