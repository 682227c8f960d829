"""Aggregates and profile rows of imported figures: as given, nothing invented, nothing overridden."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.baerum.service_profile import service_profile
from schemas.asss import AGGREGATES, INDICATORS
from schemas.catalogue import Catalogue, Profile
from schemas.profiles import service_profile_contract
from schemas.validation import validate
from tests.algebra.facts import S3, accounts_facts, population_facts
from tests.register.files import P3, P7A, P13E, S1, S10, S18, S19, catalogue, read, row, table

S21A = "sos_gross_expenditure_index"
MEMBERS = ("baerum", "oslo", "bergen")


def world(*names: str) -> Catalogue:
    """The catalogue with these indicators and S3, and one profile of them all."""
    whole, rows = catalogue(), (S3, *names)
    profile = Profile(id="all", title="Alle", network="asss", rows=rows)
    return replace(
        whole, indicators={name: whole.indicators[name] for name in rows}, profiles={"all": profile}
    )


def made(
    rows: list[tuple[object, ...]], names: list[str], year: int = 2024
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Indicators, aggregates and profile of `year`, each held against its contract."""
    register = read(table(rows)).figures
    amounts = {(year, name, "281"): level for name, level in zip(MEMBERS, (10, 20, 30), strict=True)}
    facts = accounts_facts(amounts), population_facts({(year, name): 1000 for name in MEMBERS})
    indicators = evaluate(world(*names), *facts, register=register)
    beside = aggregates(indicators, world(*names), register=register)
    frame = service_profile(
        indicators, beside, world(*names), "baerum", "asss", year, register=register[register["year"] == year]
    )
    of_year = indicators[indicators["year"] == year]
    validate(INDICATORS, of_year, year)
    validate(AGGREGATES, beside[beside["year"] == year], year)
    validate(service_profile_contract("baerum"), frame, year)
    return indicators, beside, frame.set_index("indicator")


def network_row(beside: pd.DataFrame, indicator: str, network: str = "asss") -> Mapping[str, object]:
    [found] = beside[(beside["network"] == network) & (beside["indicator"] == indicator)].to_dict("records")
    return found


GIVEN = [
    row(S10, value="3.1"),
    row(S10, entity="ASSS mean", value="4.4"),
    row(S10, entity="ASSS max", value="6.4"),
    row(S10, entity="ASSS min", value="3.1"),
]


def test_an_imported_value_is_an_indicator_row_of_its_own_origin() -> None:
    indicators, _, _ = made(GIVEN, [S10])
    mine = indicators[(indicators["indicator"] == S10) & (indicators["municipality"] == "baerum")]
    [found] = mine.to_dict("records")

    assert (found["value"], found["status"]) == (3.1, "ok")
    assert (found["origin"], found["source"]) == ("register", "register")
    assert found["method"] == "registertall (NAV)"
    assert found["vintage_id"].startswith("register@2025-06-15#")


def test_a_municipality_that_is_not_in_the_register_is_missing() -> None:
    indicators, _, _ = made(GIVEN, [S10])
    others = indicators[(indicators["indicator"] == S10) & (indicators["municipality"] != "baerum")]

    assert others["status"].astype("str").unique().tolist() == ["missing"]
    assert others["value"].isna().all()


def test_given_network_figures_are_taken_as_they_are() -> None:
    _, beside, _ = made(GIVEN, [S10])
    found = network_row(beside, S10)

    assert [found[name] for name in ("mean", "max", "min")] == [4.4, 6.4, 3.1]
    assert (found["status"], found["origin"], found["source"]) == ("ok", "register", "register")
    assert all(pd.isna(found[name]) for name in ("members_with_data", "members_missing", "max_holder"))


def test_the_profile_shows_them_without_a_rank() -> None:
    _, _, profile = made(GIVEN, [S10])
    found = profile.loc[S10]

    assert (found["value"], found["mean"]) == (3.1, 4.4)
    assert round(found["index"], 3) == 70.455
    assert round(found["distance_points"], 9) == -1.3
    assert pd.isna(found["rank"])
    assert (found["origin"], found["source"]) == ("register", "register")
    assert profile.loc[S3, "origin"] == "computed"
    assert profile.loc[S3, "source"] == "sample"
    assert profile.loc[S3, "rank"] == 1


def test_members_alone_give_a_simple_mean_of_the_imported_values() -> None:
    rows = [
        row(S18, entity=name, value=value) for name, value in zip(MEMBERS, ("70", "80", "93"), strict=True)
    ]

    _, beside, profile = made(rows, [S18])
    found = network_row(beside, S18)

    assert (found["mean"], found["max"], found["max_holder"]) == (81.0, 93.0, "bergen")
    assert (found["origin"], found["source"], found["members_with_data"]) == ("computed", "register", 3)
    assert profile.loc[S18, "rank"] == 3  # higher is better


def test_members_alone_give_no_weighted_mean() -> None:
    rows = [row(S19, entity=name, value=value) for name, value in zip(MEMBERS, ("7", "8", "9"), strict=True)]

    _, beside, _ = made(rows, [S19])

    assert network_row(beside, S19)["status"] == "missing"


def test_a_distance_alone_gives_an_index_and_no_level() -> None:
    rows = [row(P7A, value="-1", unit="percent_above_mean")]

    _, beside, profile = made(rows, [P7A])
    found = profile.loc[P7A]

    assert (found["index"], found["distance_percent"]) == (99.0, -1.0)
    assert pd.isna(found["value"])
    assert pd.isna(found["mean"])
    assert (found["status"], found["origin"]) == ("missing", "register")
    assert found["vintage_id"].startswith("register@")
    assert network_row(beside, P7A)["status"] == "missing"


def test_a_distance_in_points_is_shown_in_points() -> None:
    rows = [
        row(P3, value="-6.3", unit="percentage_points_above_mean"),
        row(P3, value="0.26", unit="percentage_points_change"),
    ]

    found = made(rows, [P3])[2].loc[P3]

    assert (found["distance_points"], found["change"], found["change_unit"]) == (
        -6.3,
        0.26,
        "percentage_points",
    )
    assert pd.isna(found["index"])
    assert pd.isna(found["distance_percent"])


def test_an_index_with_a_fixed_mean_has_the_level_its_distance_says() -> None:
    rows = [
        row(S21A, value="9.5", unit="percent_above_mean"),
        row(S21A, value="2", unit="percentage_points_change"),
    ]

    _, beside, profile = made(rows, [S21A])
    found = profile.loc[S21A]

    assert [round(found[name], 9) for name in ("value", "mean", "index", "distance_percent")] == [
        109.5,
        100.0,
        109.5,
        9.5,
    ]
    assert (found["change"], found["change_unit"]) == (2.0, "percentage_points")
    given = network_row(beside, S21A)
    assert given["mean"] == 100.0
    assert pd.isna(given["max"])
    # The index has its mean in one network, which is not this one.
    assert network_row(beside, S21A, "asss_constant_12")["status"] == "missing"


def test_a_fixed_mean_alone_is_no_figure() -> None:
    assert network_row(made(GIVEN, [S10, S1])[1], S1)["status"] == "missing"


def test_a_change_between_two_values_counts_more_than_a_stated_one() -> None:
    rows = [
        row(P13E, year=year, value=value, unit="NOK")
        for year, value in ((2023, "2400000"), (2024, "1800000"))
    ]
    rows.append(row(P13E, value="-99", unit="percent_change"))

    assert made(rows, [P13E])[2].loc[P13E, "change"] == pytest.approx(-25.0)


def test_imported_figures_never_override_computed_ones() -> None:
    rows = [
        row(S3, value="99999", unit="NOK"),
        row(S3, entity="ASSS mean", value="1", unit="NOK"),
        row(S3, value="50", unit="percent_above_mean"),
    ]

    _, beside, profile = made(rows, [])

    assert (profile.loc[S3, "value"], profile.loc[S3, "mean"]) == (10.0, 20.0)
    assert profile.loc[S3, "distance_percent"] == -50.0
    assert network_row(beside, S3)["origin"] == "computed"


def test_a_suppressed_figure_stays_suppressed() -> None:
    rows = [row(S18, value=":"), row(S18, entity="ASSS mean", value=":")]

    _, beside, profile = made(rows, [S18])

    assert profile.loc[S18, "status"] == "suppressed"
    assert pd.isna(profile.loc[S18, "value"])
    assert network_row(beside, S18)["status"] == "suppressed"
