"""The service profile of one municipality."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.baerum.service_profile import service_profile
from assets.errors import DataError
from schemas.catalogue import Catalogue, Membership, Network, Profile
from schemas.profiles import service_profile_contract
from schemas.validation import validate
from tests.algebra.facts import S3, Figure, accounts_facts, indicator, population_facts, with_indicators

MEMBERS = ("asker", "baerum", "bergen", "oslo")
LEVELS: dict[str, Figure] = {"asker": 10, "baerum": 20, "bergen": 60, "oslo": 40}
SHARE = {"kind": "population", "age_from": 18, "age_to": 66}


def catalogue(direction: str = "neither") -> Catalogue:
    """S3, a share, one network of four, and one profile of both rows."""
    network = Network(id="four", name="Fire", memberships=(Membership(members=MEMBERS),))
    share = indicator(
        "share", numerator=[SHARE], denominator=[{"kind": "population"}], unit="percent", scale=100
    )
    profile = Profile(id="both", title="Begge", network="four", rows=("share", S3))
    return replace(
        with_indicators(indicator(S3, direction=direction), share),
        networks={
            "four": network,
            "three": Network(id="three", name="Tre", memberships=(Membership(members=MEMBERS[:3]),)),
        },
        profiles={"both": profile},
    )


def profile(
    levels: Mapping[str, Figure] = LEVELS,
    before: Mapping[int, Figure] | None = None,
    *,
    direction: str = "neither",
    municipality: str = "baerum",
    network: str | None = None,
    profiles: list[str] | None = None,
    year: int = 2024,
) -> pd.DataFrame:
    """The profile from S3 levels of 2024 and, for Bærum, of the years before."""
    amounts = {(2024, name, "281"): level for name, level in levels.items()}
    amounts |= {(y, "baerum", "281"): level for y, level in (before or {2022: 8, 2023: 16}).items()}
    places = list(dict.fromkeys((y, name) for y, name, _ in amounts))
    people = pd.concat(
        [
            population_facts(dict.fromkeys(places, 1000)),
            population_facts({(y, name): 2000 if y < 2024 else 1600 for y, name in places}, band=(0, 200)),
        ]
    )
    indicators = evaluate(catalogue(direction), accounts_facts(amounts), people)
    beside = aggregates(indicators, catalogue(direction))
    frame = service_profile(indicators, beside, catalogue(direction), municipality, network, year, profiles)
    assert validate(service_profile_contract(municipality), frame, year).arrow.num_rows == 2
    return frame.set_index("indicator")


def s3_row(levels: Mapping[str, Figure] = LEVELS, **more: Any) -> Any:
    """The profile row of S3."""
    return profile(levels, **more).loc[S3]


def picked(frame: pd.DataFrame, indicator: str, columns: list[str]) -> list[Any]:
    return [frame.at[indicator, column] for column in columns]


def test_rows_stand_in_published_order_with_what_the_catalogue_says() -> None:
    frame = profile()
    assert frame["row"].to_dict() == {"share": 1, S3: 2}
    assert picked(frame, S3, ["profile", "unit", "decimals"]) == ["both", "NOK", 0]


def test_three_years_mean_extremes_and_index() -> None:
    row = s3_row()
    assert [row[name] for name in ["value_y_minus_2", "value_y_minus_1", "value"]] == [8, 16, 20]
    assert [row[name] for name in ["mean", "max", "max_holder", "min", "min_holder"]] == [
        32.5,
        60,
        "bergen",
        10,
        "asker",
    ]
    assert row["index"] == pytest.approx(100 * 20 / 32.5)
    assert (row["members_with_data"], row["members_missing"], row["status"]) == (4, "", "ok")


def test_amounts_change_in_percent_and_shares_in_percentage_points() -> None:
    frame = profile()
    assert picked(frame, S3, ["change", "change_unit"]) == [25, "percent"]
    assert picked(frame, "share", ["change", "change_unit"]) == [
        pytest.approx(12.5),
        "percentage_points",
    ]


@pytest.mark.parametrize(
    ("levels", "direction", "rank"),
    [
        (LEVELS, "neither", 2),
        (LEVELS, "lower_is_better", 2),
        (LEVELS, "higher_is_better", 3),
        (LEVELS | {"asker": 20}, "neither", 1),
        (LEVELS | {"bergen": 20, "oslo": 20}, "neither", 2),
        (LEVELS | {"bergen": 20, "oslo": 20}, "higher_is_better", 1),
        (LEVELS | {"asker": "missing"}, "neither", 1),
        (LEVELS | {"oslo": "suppressed"}, "higher_is_better", 2),
    ],
)
def test_rank_among_members_with_data(levels: dict[str, Figure], direction: str, rank: int) -> None:
    assert s3_row(levels, direction=direction)["rank"] == rank


def test_a_value_that_is_not_there() -> None:
    row = s3_row(LEVELS | {"baerum": "suppressed"})
    assert row[["value", "index", "rank", "change"]].isna().all()
    assert (row["status"], row["mean"]) == ("suppressed", pytest.approx(110 / 3))


@pytest.mark.parametrize("before", [{2022: 8}, {2023: "missing"}, {2023: 0}])
def test_no_change_without_a_year_before_to_change_from(before: dict[int, Figure]) -> None:
    assert pd.isna(s3_row(before=before)["change"])


def test_a_negative_year_before_gives_the_sign_of_the_change() -> None:
    assert s3_row(before={2023: -10})["change"] == 300


def test_no_index_against_a_mean_that_is_not_positive() -> None:
    row = s3_row({"asker": -50, "baerum": 20, "bergen": -10, "oslo": 5})
    assert row["mean"] < 0
    assert pd.isna(row["index"])


def test_another_network_may_be_chosen() -> None:
    row = s3_row(network="three")
    assert (row["members_with_data"], row["mean"], row["max_holder"]) == (3, 30, "bergen")


def test_one_who_is_not_a_member_has_no_rank() -> None:
    row = s3_row(LEVELS | {"tromso": 5}, municipality="tromso")
    assert pd.isna(row["rank"])
    assert (row["value"], row["members_with_data"]) == (5, 4)


def test_a_member_without_any_figures_is_missing() -> None:
    levels = {name: level for name, level in LEVELS.items() if name != "bergen"}
    row = s3_row(levels, municipality="bergen")
    assert (row["status"], row["members_missing"], row["members_with_data"]) == ("missing", "bergen", 3)
    assert row[["value", "index", "rank", "change"]].isna().all()


def test_a_year_without_a_row_does_not_hide_the_years_before() -> None:
    levels = {name: level for name, level in LEVELS.items() if name != "baerum"}
    row = s3_row(levels, before={2022: 8, 2023: 16})
    assert (row["value_y_minus_2"], row["value_y_minus_1"], row["status"]) == (8, 16, "missing")
    assert pd.isna(row["value"])


def test_names_nobody_knows_are_an_error() -> None:
    with pytest.raises(
        DataError, match="no figures of `berum`, and it is no member of the network; nearest: baerum"
    ):
        profile(municipality="berum")
    with pytest.raises(DataError, match="unknown network `five`; nearest: four"):
        profile(network="five")
    with pytest.raises(DataError, match="unknown profile `sos`; nearest: both"):
        profile(profiles=["sos"])


def test_no_aggregates_of_the_year() -> None:
    with pytest.raises(
        DataError, match=r"no network figures of share, .+ in 2031: make asss/aggregates first"
    ):
        profile(year=2031)
