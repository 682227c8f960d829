"""What a control judges, what it leaves out and says so, and how it is told."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from assets.quality.controls import CONTROLS, Finding
from assets.quality.controls.control import Frames, told
from tests.algebra.facts import CATALOGUE, WHOLE
from tests.algebra.sample_world import municipalities
from tests.quality.controls.injections import (
    ACCOUNTS,
    AGGREGATES,
    INDICATORS,
    POPULATION,
    S2,
    S3,
    YEAR,
    account,
    both,
    hidden,
    indicator,
    plus,
    put,
    stored,
    times,
)
from tests.quality.valid import OWN


def found(name: str, rows: Frames) -> Finding:
    [control] = [control for control in CONTROLS if control.id == name]
    return control.check(rows, WHOLE, YEAR)


def without(rows: Frames, dataset: str, column: str, *values: str) -> Frames:
    frame = rows[dataset]
    return {**rows, dataset: frame[~frame[column].isin(values).to_numpy()]}


INCOME = ("gross_income", "sick_pay_refund", "vat_compensation")


@pytest.mark.parametrize("concepts", [INCOME, INCOME[:1], INCOME[1:]])
def test_income_may_be_served_with_either_sign(concepts: tuple[str, ...]) -> None:
    turned = both(*(put(ACCOUNTS, "amount", times(-1), concept=concept) for concept in concepts))(stored())

    assert found("net_is_gross_less_income", turned) == found("net_is_gross_less_income", stored())


def test_an_identity_is_told_with_every_term() -> None:
    [example] = found("net_is_gross_less_income", account(plus(10), "253", "gross_income")(stored())).examples

    assert example.startswith("baerum f253: AGD2 1\u00a0244\u00a0123, men AGD10 1\u00a0517\u00a0086 + A710 ")
    assert example.endswith("gir −10 på det")


def test_internal_transactions_of_the_group_are_no_breach() -> None:
    netted = both(
        account(plus(-500), "253", "gross_expenditure", "A"),
        account(plus(-500), "FGK11b", "gross_expenditure", "A"),
    )(stored())

    assert found("gross_is_own_production_and_purchases", netted).success
    assert found("net_is_gross_less_income", netted).success


def test_a_server_without_an_art_leaves_the_identity_out_and_says_so() -> None:
    fewer = without(stored(), ACCOUNTS, "concept", "sick_pay_refund", "vat_compensation")

    finding = found("net_is_gross_less_income", fewer)
    assert finding == Finding(True, "ikke kontrollert: tabellen har ikke A710, A729")


def test_a_group_without_one_of_its_functions_is_left_out_and_the_others_are_judged() -> None:
    finding = found("function_groups_are_sums", without(stored(), ACCOUNTS, "function", "232"))

    assert finding.success
    assert finding.observed.endswith("; ikke kontrollert: FGK9 (f232 er ikke hentet)")


@pytest.mark.parametrize("status", ["missing", "suppressed", "not_yet"])
def test_a_part_that_is_not_known_is_never_nothing(status: str) -> None:
    at = {"municipality": OWN, "function": "281", "concept": "net_expenditure", "scope": "A"}
    whole = found("function_groups_are_sums", stored())
    finding = found(
        "function_groups_are_sums",
        both(hidden(ACCOUNTS, "amount", **at), put(ACCOUNTS, "status", status, **at))(stored()),
    )

    assert finding.success
    assert finding.observed.endswith("; ikke kontrollert: 2 gruppesummer der noe mangler eller er skjermet")
    assert whole.observed == "1\u00a0584 gruppesummer stemmer"
    assert finding.observed.startswith("1\u00a0582 gruppesummer stemmer")


def test_a_part_that_does_not_apply_counts_as_absent() -> None:
    at = {"municipality": OWN, "function": "256", "concept": "net_expenditure", "scope": "A"}
    gone = both(hidden(ACCOUNTS, "amount", **at), put(ACCOUNTS, "status", "not_applicable", **at))(stored())

    finding = found("function_groups_are_sums", gone)
    assert [example.partition(" (")[2] for example in finding.examples] == ["+22\u00a0874)"]
    assert finding.examples[0].startswith("baerum, konsern, net_expenditure: FGK9 4\u00a0227\u00a0714, ")


def test_another_population_is_told_as_one_and_an_odd_row_as_itself() -> None:
    name = "per_inhabitant_implies_population"
    moved = put(POPULATION, "inhabitants", plus(40), municipality=OWN, age_from=0, age_to=200)(stored())
    odd = put("statbank/t12362", "value", plus(3), region="3201", function="253", art="AGD10", unit="NOK")(
        stored()
    )

    [population], [row] = found(name, moved).examples, found(name, odd).examples
    assert population.startswith("baerum: alle 22 rader i 12362 tilsier 132\u00a035")
    assert population.endswith("innbyggere, 07459 har 132\u00a0398")
    assert row.startswith("baerum f253 AGD10: 1\u00a0517\u00a0086 tusen kr og ")


def test_a_municipality_without_a_population_is_left_out() -> None:
    at = {"municipality": "asker", "age_from": 0, "age_to": 200}
    gone = both(put(POPULATION, "inhabitants", None, **at), put(POPULATION, "status", "missing", **at))(
        stored()
    )

    finding = found("per_inhabitant_implies_population", gone)
    assert finding.observed == "11 kommuner stemmer; ikke kontrollert: asker, uten folketall 31.12."


def test_members_that_are_missing_together_are_told_together() -> None:
    lacking = both(
        *(put(AGGREGATES, "members_missing", "oslo", network="asss", indicator=name) for name in (S2, S3))
    )

    finding = found("members_complete", lacking(stored()))
    assert finding.observed.startswith("2 av 68 snitt")
    assert finding.examples == (f"asss uten oslo: {S2}, {S3}",)


def test_a_share_that_others_give_is_held_at_its_decimals() -> None:
    name = "sos_supplementary_recipients_share"
    nearly = both(indicator(plus(0.04), name), indicator("register", name, column="origin"))(stored())

    assert found("shares_add_up", nearly).success
    assert not found("shares_add_up", indicator(plus(0.04), name)(stored())).success


def test_relations_of_indicators_that_are_not_there_are_left_out() -> None:
    [control] = [control for control in CONTROLS if control.id == "shares_add_up"]
    rows = stored()
    few = rows[INDICATORS][rows[INDICATORS]["indicator"].isin(list(CATALOGUE.indicators)).to_numpy()]

    finding = control.check({INDICATORS: few}, replace(WHOLE, indicators=CATALOGUE.indicators), YEAR)
    assert finding == Finding(True, "ikke kontrollert: ingen summer")


def test_what_does_not_hold_is_counted_and_the_first_five_are_shown() -> None:
    finding = told(2000, "beløp", [f"rad {n}" for n in range(7)], ["tre rader"])

    assert finding.observed == "7 av 2\u00a0000 beløp stemmer ikke; ikke kontrollert: tre rader"
    assert finding.examples == ("rad 0", "rad 1", "rad 2", "rad 3", "rad 4")


@pytest.mark.recorded
def test_the_real_table_implies_the_real_population(recorded: Path) -> None:
    """Bærum in SSB table 12362, 2021-2024: one row of 2023 is a krone higher than its neighbours allow."""
    people = {2021: 128982, 2022: 129874, 2023: 130922, 2024: 132358}
    places = municipalities()
    served = pd.read_csv(
        recorded / "kostra" / "table_12362_baerum_2021_2025.csv", dtype={"KOKfunksjon0000": "str"}
    )
    for year, inhabitants in people.items():
        rows = served[(served["Tid"] == year).to_numpy()]
        cells = pd.concat(
            pd.DataFrame(
                {
                    "year": year,
                    "region": "3201" if year == 2024 else "3024",
                    "function": rows["KOKfunksjon0000"],
                    "art": rows["KOKart0000"],
                    "unit": unit,
                    "value": rows[column].astype("float64"),
                    "status": "ok",
                }
            )
            for unit, column in (("NOK_thousand", "KOSbelop0000_1000kr"), ("NOK", "KOSbelopinnbygge0000_kr"))
        )
        population = pd.DataFrame(
            {"municipality": [OWN], "age_from": 0, "age_to": 200, "inhabitants": [float(inhabitants)]}
        )
        [control] = [each for each in CONTROLS if each.id == "per_inhabitant_implies_population"]
        held = {"statbank/t12362": cells, POPULATION: population, "klass/municipalities": places}
        near = {**held, POPULATION: population.assign(inhabitants=inhabitants + 12.0)}

        assert control.check(held, WHOLE, year) == Finding(True, "1 kommuner stemmer")
        assert not control.check(near, WHOLE, year).success
