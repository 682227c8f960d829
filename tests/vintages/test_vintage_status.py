"""Preliminary or final: decided by when SSB updated the table, and carried to everything made of it."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.baerum.service_profile import service_profile
from assets.vintages import RANKED, of_ranks, ranks, vintage_status, worst
from schemas.fields import VINTAGE_STATUSES
from tests.algebra.facts import CATALOGUE, FUNCTIONS, accounts_facts, population_facts

MARCH, JUNE = "12367@2025-03-15T07:00:00Z#aaaaaaaaaaaa", "12367@2025-06-15T06:00:00Z#bbbbbbbbbbbb"
PEOPLE = "07459@2025-02-25T07:00:00Z#cccccccccccc"
NETWORK = CATALOGUE.networks["asss"].members_in(2024)


@pytest.mark.parametrize(
    ("vintage_id", "year", "expected"),
    [
        (MARCH, 2024, "preliminary"),
        (JUNE, 2024, "final"),
        ("12367@2025-05-31T21:59:59Z#a", 2024, "preliminary"),
        ("12367@2025-06-01T00:00:00Z#a", 2024, "final"),
        (MARCH, 2023, "final"),
        (f"{JUNE} + {MARCH}", 2024, "preliminary"),
        (f"{JUNE} + register@2025-01-01#a", 2024, "unknown"),
        (f"{MARCH} + register@2025-01-01#a", 2024, "preliminary"),
        ("12367@sample", 2024, "unknown"),
        ("", 2024, "unknown"),
    ],
)
def test_the_rule(vintage_id: str, year: int, expected: str) -> None:
    assert vintage_status(vintage_id, year) == expected


def test_what_is_no_kostra_table_is_final_when_it_comes() -> None:
    assert vintage_status(PEOPLE, 2024) == "preliminary"
    assert vintage_status(PEOPLE, 2024, final_when_published=True) == "final"
    assert CATALOGUE.tables["07459"].final_when_published
    assert not CATALOGUE.tables["12367"].final_when_published


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(RANKED), min_size=1), st.randoms())
def test_the_worst_part_counts_whatever_the_order(parts: list[str], random) -> None:
    shuffled = random.sample(parts, len(parts))
    frame = pd.DataFrame({"vintage_status": parts, "vintage_id": "x"})

    assert set(RANKED) == set(VINTAGE_STATUSES)
    assert worst(parts) == worst(shuffled)
    assert ("preliminary" in parts) == (worst(parts) == "preliminary")
    assert of_ranks(pd.Series([ranks(frame).max()])).tolist() == [worst(parts)]


def test_rows_no_edition_stands_behind_make_nothing_unknown() -> None:
    frame = pd.DataFrame({"vintage_status": ["final", "unknown"], "vintage_id": [JUNE, ""]})

    assert of_ranks(pd.Series([ranks(frame).max()])).tolist() == ["final"]
    assert of_ranks(ranks(frame.tail(1))).tolist() == ["unknown"]


def facts(status: str, vintage_id: str, year: int = 2024) -> pd.DataFrame:
    amounts = {(year, name, function): 1000.0 for name in NETWORK for function in FUNCTIONS}
    return accounts_facts(amounts, vintage_id=vintage_id).assign(vintage_status=status)


def test_indicators_aggregates_and_profile_carry_the_worst_of_their_parts() -> None:
    accounts = pd.concat([facts("final", MARCH, 2023), facts("preliminary", MARCH)], ignore_index=True)
    later = (accounts["municipality"] == "oslo") & (accounts["year"] == 2024)
    accounts.loc[later, ["vintage_id", "vintage_status"]] = [JUNE, "final"]
    people = population_facts({(y, n): 1000.0 for y in (2023, 2024) for n in NETWORK}, vintage_id=PEOPLE)
    indicators = evaluate(CATALOGUE, accounts, people)
    own = indicators.set_index(["year", "municipality"])["vintage_status"].astype("str")
    beside = aggregates(indicators, CATALOGUE).set_index(["year", "network"])["vintage_status"]
    profile = service_profile(
        indicators, beside_frame := aggregates(indicators, CATALOGUE), CATALOGUE, "oslo", "asss", 2024
    )

    assert set(own.loc[2024, "baerum"]) == {"preliminary"}
    assert set(own.loc[2024, "oslo"]) == {"final"}
    assert set(own.loc[2023, "baerum"]) == {"final"}
    assert set(beside.loc[2024, "asss"]) == {"preliminary"}
    assert set(beside.loc[2023, "asss"]) == {"final"}
    assert set(profile["vintage_status"]) == {"preliminary"}
    assert len(beside_frame) == len(beside)
