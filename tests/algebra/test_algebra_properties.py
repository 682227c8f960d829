"""What must hold of the algebra whatever the figures are."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from schemas.catalogue import Membership, Network
from schemas.fields import STATUSES
from tests.algebra.facts import (
    CATALOGUE,
    FUNCTIONS,
    Figure,
    accounts_facts,
    indicator,
    population_facts,
    with_indicators,
)

NAMES = ("asker", "baerum", "bergen", "oslo")
PLACES = [(year, name) for year in (2023, 2024) for name in NAMES]
CELLS = [(*place, function) for place in PLACES for function in FUNCTIONS]
NOT_OK = st.sampled_from([name for name in STATUSES if name != "ok"])
AMOUNTS = st.floats(-1e6, 1e6, allow_subnormal=False) | NOT_OK
PEOPLE = st.integers(0, 10**6).map(float) | NOT_OK
FACTS = st.tuples(
    st.lists(AMOUNTS, min_size=len(CELLS), max_size=len(CELLS)).map(
        lambda figures: dict(zip(CELLS, figures, strict=True))
    ),
    st.lists(PEOPLE, min_size=len(PLACES), max_size=len(PLACES)).map(
        lambda figures: dict(zip(PLACES, figures, strict=True))
    ),
)
QUICK = settings(deadline=None, max_examples=12)
KEY = ["year", "municipality", "indicator"]

Facts = tuple[dict[tuple[int, str, str], Figure], dict[tuple[int, str], Figure]]


def evaluated(facts: Facts) -> pd.DataFrame:
    return evaluate(CATALOGUE, accounts_facts(facts[0]), population_facts(facts[1]))


def plain(frame: pd.DataFrame, key: list[str] = KEY) -> pd.DataFrame:
    """Sorted, and without categories, so that only the content is compared."""
    text = dict.fromkeys(frame.select_dtypes("category").columns, "str")
    return frame.astype(text).sort_values(key, ignore_index=True)


@given(FACTS)
@QUICK
def test_a_value_is_there_exactly_when_it_is_ok_and_null_is_never_zero(facts: Facts) -> None:
    frame = evaluated(facts)
    assert (frame["value"].notna() == (frame["status"] == "ok")).all()
    needs = frame["numerator"].notna() & frame["denominator"].notna() & (frame["denominator"] != 0)
    assert (frame["value"].notna() == needs).all()
    assert len(frame) == len(PLACES) * len(CATALOGUE.indicators)


@given(FACTS, st.floats(-10, 10).filter(bool), st.floats(-10, 10).filter(bool))
@QUICK
def test_the_algebra_is_linear_in_its_terms(facts: Facts, first: float, second: float) -> None:
    term: dict[str, object] = {"kind": "accounts", "concept": "net_expenditure"}
    terms = [term | {"functions": ["281"]}, term | {"functions": "sos_asss"}]
    catalogue = with_indicators(
        indicator("one", numerator=terms[:1]),
        indicator("two", numerator=terms[1:]),
        indicator("both", numerator=[terms[0] | {"coefficient": first}, terms[1] | {"coefficient": second}]),
    )
    frame = evaluate(catalogue, accounts_facts(facts[0]), population_facts(facts[1]))
    value = frame.pivot(index=["year", "municipality"], columns="indicator", values="value").astype(float)
    combined = first * value["one"] + second * value["two"]
    assert (combined.isna() == value["both"].isna()).all()
    size = first * value["one"].abs() + second * value["two"].abs()
    assert (
        (combined - value["both"]).abs().fillna(0)
        <= 1e-9 * (1 + size.abs().fillna(0) + combined.abs().fillna(0))
    ).all()


@given(FACTS, st.randoms(use_true_random=False))
@QUICK
def test_the_order_of_the_facts_does_not_matter(facts: Facts, random: object) -> None:
    shuffled = tuple(dict(sorted(part.items(), key=lambda _: random.random())) for part in facts)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(plain(evaluated(facts)), plain(evaluated(shuffled)))  # type: ignore[arg-type]


@given(FACTS)
@settings(deadline=None, max_examples=6)
def test_many_municipalities_and_years_at_once_equal_one_by_one(facts: Facts) -> None:
    apart = [
        evaluated(
            (
                {cell: figure for cell, figure in facts[0].items() if cell[:2] == place},
                {place: facts[1][place]},
            )
        )
        for place in PLACES
    ]
    text = dict.fromkeys(apart[0].select_dtypes("category").columns, "str")
    one_by_one = pd.concat([frame.astype(text) for frame in apart])
    pd.testing.assert_frame_equal(plain(evaluated(facts)), plain(one_by_one))


def network(*members: str) -> Network:
    return Network(id="all", name="Alle", memberships=(Membership(members=members),))


@given(FACTS)
@QUICK
def test_a_weighted_mean_lies_between_lowest_and_highest(facts: Facts) -> None:
    catalogue = replace(CATALOGUE, networks={"all": network(*NAMES)})
    found = aggregates(evaluated(facts), catalogue).dropna(subset="mean")
    slack = 1e-9 * (1 + found["mean"].abs())
    assert (found["mean"] >= found["min"] - slack).all()
    assert (found["mean"] <= found["max"] + slack).all()
    assert (found["members_with_data"] >= 3).all()


@given(FACTS, st.permutations(NAMES))
@QUICK
def test_aggregates_do_not_depend_on_the_order_of_members(facts: Facts, names: list[str]) -> None:
    frame = evaluated(facts)
    one, other = (
        aggregates(rows, replace(CATALOGUE, networks={"all": network(*members)}))
        for rows, members in ((frame, NAMES), (frame.sample(frac=1, random_state=1), names))
    )
    key = ["year", "network", "indicator"]
    pd.testing.assert_frame_equal(plain(one, key), plain(other, key), rtol=1e-12)


@given(FACTS)
@QUICK
def test_members_with_and_without_data_are_all_the_members(facts: Facts) -> None:
    catalogue = replace(CATALOGUE, networks={"all": network(*NAMES, "tromso")})
    found = aggregates(evaluated(facts), catalogue)
    missing = found["members_missing"].str.split(", ").map(len)
    assert (found["members_with_data"] + missing == len(NAMES) + 1).all()
    assert found["members_missing"].str.contains("tromso").all()
    assert np.array_equal(found["status"] == "ok", found["mean"].notna())
