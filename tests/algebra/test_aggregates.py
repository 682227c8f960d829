"""Network aggregates: membership, means, extremes and what is withheld."""

from dataclasses import replace

import pandas as pd
import pytest

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.errors import DataError
from schemas.asss import AGGREGATES
from schemas.catalogue import Catalogue, Membership, Network
from schemas.validation import validate
from tests.algebra.facts import (
    CATALOGUE,
    S3,
    Figure,
    accounts_facts,
    indicator,
    population_facts,
    with_indicators,
)

MEMBERS = ("asker", "baerum", "bergen", "oslo")


def catalogue(mean: str = "weighted", members: tuple[str, ...] = MEMBERS) -> Catalogue:
    """One indicator, S3, and one network."""
    network = Network(id="four", name="Fire", memberships=(Membership(members=members),))
    return replace(with_indicators(indicator(S3, mean=mean)), networks={"four": network})


def aggregated(
    amounts: dict[str, Figure],
    inhabitants: dict[str, Figure] | None = None,
    mean: str = "weighted",
    year: int = 2024,
) -> pd.Series:
    """The aggregate of S3 from amounts (and inhabitants, 1000 by default) by municipality."""
    people = dict.fromkeys(amounts, 1000) | (inhabitants or {})
    indicators = evaluate(
        catalogue(mean),
        accounts_facts({(year, name, "281"): figure for name, figure in amounts.items()}),
        population_facts({(year, name): figure for name, figure in people.items()}),
    )
    frame = aggregates(indicators, catalogue(mean))
    assert validate(AGGREGATES, frame, year).arrow.num_rows == 1
    return frame.iloc[0]


AMOUNTS: dict[str, Figure] = {"asker": 10, "baerum": 20, "bergen": 60, "oslo": 40}


def test_the_weighted_mean_is_the_same_expression_on_summed_parts() -> None:
    row = aggregated(AMOUNTS, {"oslo": 7000})
    assert row["mean"] == pytest.approx(1000 * 130 / 10000)
    assert row["mean_method"] == "weighted"


def test_the_simple_mean_is_the_mean_of_the_values() -> None:
    row = aggregated(AMOUNTS, {"oslo": 8000}, mean="simple")
    assert row["mean"] == pytest.approx((10 + 20 + 60 + 5) / 4)
    assert row["mean_method"] == "simple"


def test_highest_and_lowest_with_their_holders() -> None:
    row = aggregated(AMOUNTS)
    assert (row["max"], row["max_holder"], row["min"], row["min_holder"]) == (60, "bergen", 10, "asker")


def test_holders_of_the_same_value_are_named_in_order() -> None:
    row = aggregated({"oslo": 60, "bergen": 60, "asker": 10, "baerum": 10})
    assert (row["max_holder"], row["min_holder"]) == ("bergen, oslo", "asker, baerum")


@pytest.mark.parametrize("status", ["missing", "suppressed", "not_yet", "not_applicable"])
def test_members_without_data_are_left_out_with_both_their_parts_and_named(status: str) -> None:
    row = aggregated(AMOUNTS | {"oslo": status}, {"oslo": 10**6})
    assert row["mean"] == pytest.approx(1000 * 90 / 3000)
    assert (row["members_with_data"], row["members_missing"], row["status"]) == (3, "oslo", "ok")


def test_a_suppressed_figure_cannot_be_recovered_from_what_is_published() -> None:
    frames = []
    for hidden in (1, 1000):
        indicators = evaluate(
            catalogue(),
            accounts_facts(
                {(2024, name, "281"): figure for name, figure in AMOUNTS.items()}
                | {(2024, "oslo", "281"): hidden}
            ).assign(
                amount=lambda f: f["amount"].mask(f["municipality"] == "oslo"),
                status=lambda f: f["status"].mask(f["municipality"] == "oslo", "suppressed"),
            ),
            population_facts({(2024, name): 1000 for name in AMOUNTS}),
        )
        frames.append(aggregates(indicators, catalogue()))
    pd.testing.assert_frame_equal(frames[0], frames[1])


def test_with_fewer_than_three_members_with_data_nothing_is_published() -> None:
    row = aggregated(AMOUNTS | {"oslo": "missing", "bergen": "suppressed"})
    assert row[["mean", "max", "max_holder", "min", "min_holder"]].isna().all()
    assert (row["status"], row["members_with_data"], row["members_missing"]) == ("missing", 2, "bergen, oslo")


def test_an_indicator_that_applies_to_nobody() -> None:
    assert aggregated(dict.fromkeys(AMOUNTS, "not_applicable"))["status"] == "not_applicable"


def test_a_member_that_is_not_in_the_figures_at_all_is_missing() -> None:
    amounts = {name: figure for name, figure in AMOUNTS.items() if name != "bergen"}
    assert aggregated(amounts)["members_missing"] == "bergen"


def test_others_than_members_do_not_count() -> None:
    assert aggregated(AMOUNTS | {"nordre_follo": 10**9})["mean"] == aggregated(AMOUNTS)["mean"]


def test_membership_follows_the_year() -> None:
    names = CATALOGUE.networks["asss"].members_in(2022)
    places = [(year, name) for year in (2021, 2022) for name in names]
    indicators = evaluate(
        CATALOGUE,
        accounts_facts({(*place, "281"): 1 for place in places}),
        population_facts(dict.fromkeys(places, 1)),
    )
    frame = aggregates(indicators, CATALOGUE)
    s3 = frame[frame["indicator"] == S3].set_index(["network", "year"])["members_with_data"].to_dict()
    assert s3 == {
        ("asss", 2021): 10,
        ("asss", 2022): 12,
        ("asss_constant_12", 2021): 12,
        ("asss_constant_12", 2022): 12,
    }
    only = aggregates(indicators, CATALOGUE, ["asss"])
    assert set(only["network"]) == {"asss"}


def test_one_row_per_year_network_and_indicator() -> None:
    places = [(year, name) for year in (2023, 2024) for name in ("oslo", "bergen")]
    indicators = evaluate(
        CATALOGUE,
        accounts_facts({(*place, "281"): 1 for place in places}),
        population_facts(dict.fromkeys(places, 1)),
    )
    frame = aggregates(indicators, CATALOGUE)
    assert len(frame) == 2 * len(CATALOGUE.networks) * len(CATALOGUE.indicators)
    assert not frame.duplicated(["year", "network", "indicator"]).any()


def test_editions_of_all_members_are_named_once() -> None:
    accounts = pd.concat(
        [
            accounts_facts({(2024, "oslo", "281"): 1}, vintage_id="12367@b#1"),
            accounts_facts({(2024, "bergen", "281"): 1}, vintage_id="12367@a#1"),
        ]
    )
    people = population_facts({(2024, "oslo"): 1, (2024, "bergen"): 1}, vintage_id="07459@c#1")
    frame = aggregates(evaluate(catalogue(), accounts, people), catalogue())
    assert frame["vintage_id"].tolist() == ["07459@c#1 + 12367@a#1 + 12367@b#1"]


def test_an_unknown_network() -> None:
    indicators = evaluate(
        CATALOGUE, accounts_facts({(2024, "oslo", "281"): 1}), population_facts({(2024, "oslo"): 1})
    )
    with pytest.raises(DataError, match="unknown network `ass`; nearest: asss"):
        aggregates(indicators, CATALOGUE, ["ass"])
