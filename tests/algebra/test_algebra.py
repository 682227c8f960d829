"""The indicator algebra on small facts: figures, statuses, words and provenance."""

import pandas as pd
import pytest

from assets.asss.algebra import evaluate
from assets.errors import DataError
from schemas.asss import INDICATORS
from schemas.catalogue import Catalogue
from schemas.validation import validate
from tests.algebra.facts import (
    CATALOGUE,
    FUNCTIONS,
    S2,
    S3,
    Figure,
    accounts_facts,
    indicator,
    population_facts,
    with_indicators,
)
from tests.facts.worlds import rows, shown

NET: dict[str, object] = {"kind": "accounts", "concept": "net_expenditure"}
ADULTS = {"kind": "population", "age_from": 18, "age_to": 66}


def s3(amount: Figure, inhabitants: Figure, year: int = 2024) -> pd.Series:
    """S3 of Bærum from one amount and one count."""
    facts = (
        accounts_facts({(year, "baerum", "281"): amount}),
        population_facts({(year, "baerum"): inhabitants}),
    )
    [(_, row)] = evaluate(CATALOGUE, *facts, indicators=[S3]).iterrows()
    return row


def values(
    catalogue: Catalogue, accounts: pd.DataFrame, population: pd.DataFrame
) -> dict[tuple[str, int], float]:
    """(indicator, year) → value of Bærum."""
    frame = evaluate(catalogue, accounts, population)
    mine = frame[frame["municipality"] == "baerum"]
    return {(row.indicator, row.year): row.value for row in rows(mine)}


def test_scale_times_numerator_over_denominator() -> None:
    row = s3(179380, 81430)
    assert row["value"] == pytest.approx(1000 * 179380 / 81430)
    assert (row["numerator"], row["denominator"], row["unit"]) == (179380, 81430, "NOK")
    assert (row["status"], row["origin"], row["source"]) == ("ok", "computed", "sample")


@pytest.mark.parametrize(
    ("amount", "inhabitants", "status"),
    [
        ("missing", 5, "missing"),
        (5, "missing", "missing"),
        ("suppressed", "missing", "suppressed"),
        ("not_yet", 5, "not_yet"),
        ("not_applicable", 5, "not_applicable"),
        ("not_yet", "not_applicable", "not_yet"),
        (5, 0, "missing"),
        (0, 0, "missing"),
    ],
)
def test_a_part_that_is_not_there_makes_the_value_so(
    amount: Figure, inhabitants: Figure, status: str
) -> None:
    row = s3(amount, inhabitants)
    assert row["status"] == status
    assert pd.isna(row["value"])


def test_a_true_zero_is_a_value() -> None:
    row = s3(0, 5)
    assert (row["value"], row["status"]) == (0.0, "ok")
    assert s3(-10, 5)["value"] == -2000


def set_total(figures: dict[str, Figure], year: int = 2024) -> tuple[float | None, str]:
    """Numerator and status of S2 from figures by function."""
    amounts = {(year, "baerum", function): figure for function, figure in figures.items()}
    frame = evaluate(
        CATALOGUE, accounts_facts(amounts), population_facts({(year, "baerum"): 1}), indicators=[S2]
    )
    [row] = rows(frame)
    return shown(row.numerator), row.status


def test_a_function_that_did_not_exist_is_left_out_of_the_sum() -> None:
    figures: dict[str, Figure] = dict.fromkeys(FUNCTIONS, 10)
    assert set_total(figures) == (50, "ok")
    assert set_total(figures | {"243": "not_applicable"}) == (40, "ok")
    assert set_total(dict.fromkeys(FUNCTIONS, "not_applicable")) == (None, "not_applicable")


def test_a_missing_or_suppressed_function_makes_the_sum_so() -> None:
    figures: dict[str, Figure] = dict.fromkeys(FUNCTIONS, 10)
    assert set_total(figures | {"243": "missing", "242": "not_applicable"}) == (None, "missing")
    assert set_total(figures | {"243": "missing", "281": "suppressed"}) == (None, "suppressed")
    del figures["281"]
    assert set_total(figures) == (None, "missing"), "a function without a row is missing, not zero"


def test_functions_outside_the_set_do_not_matter() -> None:
    figures: dict[str, Figure] = dict.fromkeys(FUNCTIONS, 10)
    assert set_total(figures | {"275": 1000, "FGK12": 1050}) == (50, "ok")


def test_a_dated_set_takes_each_years_functions() -> None:
    home = indicator("home", numerator=[NET | {"functions": "home_services"}])
    amounts: dict[tuple[int, str, str], Figure] = {
        (2023, "baerum", "254"): 10,
        (2023, "baerum", "257"): "not_applicable",
    }
    amounts |= {
        (2024, "baerum", "254"): "not_applicable",
        (2024, "baerum", "257"): 4,
        (2024, "baerum", "258"): 3,
    }
    people = population_facts({(2023, "baerum"): 2, (2024, "baerum"): 2})
    frame = evaluate(with_indicators(home), accounts_facts(amounts), people)
    assert frame["numerator"].tolist() == [10, 7]
    assert frame["method"].str.extract(r"f(\S+),")[0].tolist() == ["254", "257+258"]


def test_terms_have_coefficients_and_other_scopes_and_concepts() -> None:
    mixed = indicator(
        "mixed",
        numerator=[
            NET | {"functions": ["281"], "coefficient": 2},
            NET | {"functions": ["243"], "coefficient": -0.5, "scope": "B"},
            {"kind": "accounts", "concept": "depreciation", "functions": ["281"], "coefficient": -1},
        ],
    )
    accounts = pd.concat(
        [
            accounts_facts({(2024, "baerum", "281"): 100, (2024, "baerum", "243"): 1e9}),
            accounts_facts({(2024, "baerum", "243"): 20}, scope="B"),
            accounts_facts({(2024, "baerum", "281"): 5}, concept="depreciation"),
        ]
    )
    [row] = rows(evaluate(with_indicators(mixed), accounts, population_facts({(2024, "baerum"): 1000})))
    assert row.numerator == 2 * 100 - 0.5 * 20 - 5
    assert row.method == (
        "1000 × (2 × netto driftsutgifter (AGD2) f281, konsern − 0,5 × netto driftsutgifter (AGD2) f243, "
        "kommunekasse − avskrivninger (A590) f281, konsern) / innbyggere 18–66 år"
    )


def test_indicators_of_indicators_in_any_order() -> None:
    share = indicator(
        "share",
        numerator=[{"kind": "indicator", "indicator": "one"}],
        denominator=[{"kind": "indicator", "indicator": "two"}],
        unit="percent",
        scale=100,
        mean="simple",
    )
    one = indicator("one", numerator=[NET | {"functions": ["281"]}])
    two = indicator("two", numerator=[NET | {"functions": "sos_asss"}])
    amounts = {(2024, "baerum", function): 10 for function in FUNCTIONS}
    facts = accounts_facts(amounts), population_facts({(2024, "baerum"): 7})
    assert values(with_indicators(share, one, two), *facts)["share", 2024] == pytest.approx(20)
    broken = accounts_facts(amounts | {(2024, "baerum", "243"): "suppressed"}), facts[1]
    frame = evaluate(with_indicators(share, one, two), *broken)
    assert frame.set_index("indicator")["status"].to_dict() == {
        "share": "suppressed",
        "one": "ok",
        "two": "suppressed",
    }


def test_no_denominator() -> None:
    amount = indicator("amount", denominator=[], unit="NOK", scale=1000)
    facts = accounts_facts({(2024, "baerum", "281"): 5}), population_facts({(2024, "baerum"): 1})
    [row] = rows(evaluate(with_indicators(amount), *facts))
    assert (row.value, row.numerator) == (5000, 5)
    assert shown(row.denominator) is None
    assert row.method == "1000 × netto driftsutgifter (AGD2) f281, konsern"


def test_population_in_words() -> None:
    bands = [{"kind": "population"}, {"kind": "population", "age_from": 67}, ADULTS]
    one = indicator("one", numerator=bands, denominator=[], unit="persons", scale=1)
    people = pd.concat(
        [
            population_facts({(2024, "oslo"): n}, band=band)
            for n, band in ((1, (0, 200)), (2, (67, 200)), (4, (18, 66)))
        ]
    )
    [row] = rows(evaluate(with_indicators(one), accounts_facts({(2024, "oslo", "281"): 1}), people))
    assert (row.value, row.method) == (7, "(innbyggere + innbyggere 67 år og over + innbyggere 18–66 år)")


def test_an_indicator_does_not_apply_outside_its_years() -> None:
    later = indicator("later", first_year=2024)
    facts = (
        accounts_facts({(2023, "baerum", "281"): 5, (2024, "baerum", "281"): 5}),
        population_facts({(2023, "baerum"): 5, (2024, "baerum"): 5}),
    )
    frame = evaluate(with_indicators(later), *facts)
    assert frame["status"].tolist() == ["not_applicable", "ok"]
    assert frame["numerator"].isna().tolist() == [True, False]
    assert frame["method"].iloc[0] == "ikke definert for året"
    assert frame["vintage_id"].iloc[0] == ""


def test_breaks_are_marked_for_those_they_concern() -> None:
    places = [(year, name) for year in (2019, 2020, 2021) for name in ("asker", "baerum")]
    frame = evaluate(
        CATALOGUE,
        accounts_facts({(*place, "281"): 1 for place in places}),
        population_facts(dict.fromkeys(places, 1)),
        indicators=[S3],
    )
    marked = frame.loc[frame["break_before"], ["year", "municipality"]].astype(object).to_numpy().tolist()
    assert marked == [[2020, "asker"]]


def test_every_municipality_and_year_of_any_fact_has_a_row() -> None:
    frame = evaluate(
        CATALOGUE,
        accounts_facts({(2023, "oslo", "281"): 1}),
        population_facts({(2024, "oslo"): 1, (2024, "bergen"): 1}),
    )
    assert len(frame) == 3 * len(CATALOGUE.indicators)
    assert set(frame["status"]) == {"missing"}


def test_groups_and_the_country_have_rows_of_their_own_kind() -> None:
    accounts = pd.concat(
        [
            accounts_facts({(2024, "oslo", "281"): 1}),
            accounts_facts({(2024, "EKG12", "281"): 1}, region_kind="kostra_group"),
        ]
    )
    frame = evaluate(CATALOGUE, accounts, population_facts({(2024, "oslo"): 1}))
    kinds = frame.drop_duplicates("municipality").set_index("municipality")["region_kind"].to_dict()
    assert kinds == {"EKG12": "kostra_group", "oslo": "municipality"}
    group = frame[frame["municipality"] == "EKG12"]
    assert (group["status"] == "missing").all(), "SSB's 07459 has no inhabitants of groups"


def test_rows_hold_the_contract() -> None:
    amounts = {(2024, name, function): 10 for name in ("oslo", "baerum") for function in FUNCTIONS}
    frame = evaluate(
        CATALOGUE, accounts_facts(amounts), population_facts({(2024, "oslo"): 5, (2024, "baerum"): 0})
    )
    assert tuple(frame.columns) == INDICATORS.columns
    assert validate(INDICATORS, frame, 2024).arrow.num_rows == 2 * len(CATALOGUE.indicators)


def test_a_row_names_the_editions_it_was_made_of() -> None:
    accounts = pd.concat(
        [
            accounts_facts({(2024, "oslo", "281"): 1, (2024, "oslo", "243"): 1}, vintage_id="12367@b#1"),
            accounts_facts({(2023, "oslo", "281"): 1}, vintage_id="12367@a#1"),
        ]
    )
    people = population_facts(
        {(2023, "oslo"): 1, (2024, "oslo"): 1, (2024, "bergen"): 1}, vintage_id="07459@c#1"
    )
    frame = evaluate(CATALOGUE, accounts, people, indicators=[S3])
    assert {(row.year, row.municipality): row.vintage_id for row in rows(frame)} == {
        (2023, "oslo"): "07459@c#1 + 12367@a#1",
        (2024, "oslo"): "07459@c#1 + 12367@b#1",
        (2024, "bergen"): "07459@c#1",
    }


def test_what_cannot_be_evaluated_is_an_error() -> None:
    accounts, people = accounts_facts({(2024, "oslo", "281"): 1}), population_facts({(2024, "oslo"): 1})
    with pytest.raises(DataError, match="unknown indicator `s3`; nearest: "):
        evaluate(CATALOGUE, accounts, people, indicators=["s3"])
    with pytest.raises(DataError, match="no band 18-66; it has 18-67"):
        evaluate(CATALOGUE, accounts, population_facts({(2024, "oslo"): 1}, band=(18, 67)))
    with pytest.raises(DataError, match="figures of one source are needed, not sample and ssb"):
        evaluate(CATALOGUE, accounts, people.assign(source="ssb"))
    with pytest.raises(DataError, match="given more than once for a municipality and year"):
        evaluate(CATALOGUE, pd.concat([accounts, accounts]), people)
