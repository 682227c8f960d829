"""Claims of a report's text, held against what it prints and against what is computed."""

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from assets.quality.reconciliation.claims import claim_rows, findings_of_claims
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.printed import Printed
from tests.algebra.facts import WHOLE
from tests.reconciliation.reports import claim, figure, report
from tests.reconciliation.sample import computed

ALONE = Knowledge.of(WHOLE)


@cache
def with_sample() -> Knowledge:
    """What is known when the sample has been computed."""
    return Knowledge.of(WHOLE, computed())


TTU = "plo_ttu_expenditure_per_person"
#: Shares of Asker beside the network, two years; an amount; an index; a group.
PRINTED = [
    figure(year="2022", value="2.7"),
    figure(year="2023", value="3.1"),
    figure(value="3.3"),
    figure(entity="Bærum", value="3.3"),
    figure(entity="ASSS mean", value="5.3"),
    figure(entity="ASSS mean", year="2023", value="4.8"),
    figure(entity="ASSS max", value="8.9"),
    figure(entity="ASSS min", value="3.3"),
    figure(indicator_id=TTU, unit="NOK", value="1835374"),
    figure(indicator_id=TTU, unit="NOK", entity="ASSS mean", value="1362636"),
    figure(indicator_id=TTU, unit="NOK", entity="ASSS min", value="890798"),
    figure(indicator_id=TTU, unit="NOK", entity="ASSS max", value="1835374"),
    figure(indicator_id="sos_resource_use_index", unit="index", value="0.877"),
    figure(indicator_id="sos_resource_use_index", unit="index", year="2023", value="0.897"),
    figure(indicator_id="sos_benefit_duration_main_income", unit="months", value="7.2"),
    figure(indicator_id="sos_benefit_duration_main_income", unit="months", entity="KG12", value="7.0"),
    figure(indicator_id="sos_benefit_duration_main_income", unit="months", entity="KG13", value="7.4"),
]
RELATIVE: Mapping[str, str] = {"claim_type": "relative", "comparator": "ASSS mean", "direction": "below"}
CHANGE = {"claim_type": "change", "comparator": "own 2023", "base_year": "2023", "direction": "increase"}
RANK = {"claim_type": "rank", "comparator": "ASSS", "direction": "lowest"}
LEVEL = {"claim_type": "level", "comparator": "", "direction": "level"}
POINTS = {"unit": "percentage_points"}
AMOUNT = {"indicator_id": TTU, "direction": "above", "claim_type": "relative"}


def verdict(knowledge: Knowledge = ALONE, **changes: str) -> dict[str, object]:
    [row] = claim_rows(report(*PRINTED, claim(**changes)), knowledge)
    return row


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # Above and below, without a number and with one.
        (RELATIVE, "match"),
        (RELATIVE | {"direction": "above"}, "mismatch"),
        (RELATIVE | {"value": "38"}, "match"),
        (RELATIVE | {"value": "37"}, "rounding"),
        (RELATIVE | {"value": "35"}, "mismatch"),
        (RELATIVE | {"value": "38", "direction": "above"}, "mismatch"),
        (RELATIVE | POINTS | {"value": "2.0"}, "match"),
        (RELATIVE | POINTS | {"value": "2.1"}, "rounding"),
        (RELATIVE | POINTS | {"value": "2.2"}, "mismatch"),
        (RELATIVE | {"comparator": "andre kommuner"}, "match"),
        (RELATIVE | {"comparator": "gjennomsnittet", "direction": "above"}, "mismatch"),
        (RELATIVE | {"comparator": "Bærum", "direction": "equal"}, "match"),
        (RELATIVE | {"comparator": "Bærum"}, "rounding"),
        # A number in kroner, and words before numbers.
        (AMOUNT | {"unit": "percent", "value": "34.7"}, "match"),
        (AMOUNT | {"unit": "percent", "value": "35", "quote": "nesten 35 prosent over"}, "match"),
        (AMOUNT | {"unit": "percent", "value": "36", "quote": "nesten 36 prosent over"}, "match"),
        (AMOUNT | {"unit": "percent", "value": "36"}, "mismatch"),
        (AMOUNT | {"unit": "percent", "value": "33", "quote": "nesten 33 prosent over"}, "mismatch"),
        (AMOUNT | {"unit": "percent", "value": "33", "quote": "drøyt 33 prosent over"}, "match"),
        (AMOUNT | {"unit": "percent", "value": "36", "quote": "om lag 36 prosent over"}, "match"),
        (AMOUNT | {"unit": "percent", "value": "40", "quote": "om lag 40 prosent over"}, "mismatch"),
        (AMOUNT | {"unit": "kroner", "value": "472738"}, "match"),
        (AMOUNT | {"unit": "kroner", "value": "472740"}, "mismatch"),
        # Changes.
        (CHANGE, "match"),
        (CHANGE | {"direction": "decrease"}, "mismatch"),
        (CHANGE | POINTS | {"value": "0.2"}, "match"),
        (CHANGE | POINTS | {"value": "0.3"}, "rounding"),
        (CHANGE | POINTS | {"value": "0.5"}, "mismatch"),
        (CHANGE | {"value": "6.5"}, "match"),
        (CHANGE | {"value": "20"}, "mismatch"),
        (CHANGE | {"comparator": "own 2022", "base_year": "2022", "quote": "en jevn økning"}, "match"),
        (CHANGE | {"comparator": "tidligere år", "base_year": ""}, "match"),
        (CHANGE | {"direction": "unchanged"}, "mismatch"),
        (CHANGE | {"entity": "ASSS mean", "direction": "decrease"}, "mismatch"),
        (CHANGE | POINTS | {"indicator_id": "sos_resource_use_index", "direction": "decrease", "value": "2"},
         "match"),
        # Places.
        (RANK, "match"),
        (RANK | {"direction": "highest"}, "mismatch"),
        (RANK | {"quote": "sammen med Bærum laveste andel"}, "match"),
        (RANK | {"entity": "ASSS mean"}, "mismatch"),
        (RANK | {"indicator_id": TTU, "direction": "highest"}, "match"),
        (RANK | {"indicator_id": TTU, "direction": "among highest", "comparator": "andre kommuner"}, "match"),
        (RANK | {"direction": "among highest"}, "mismatch"),
        (RANK | {"direction": "among lowest"}, "match"),
        # Levels.
        (LEVEL | {"value": "3.3"}, "match"),
        (LEVEL | {"value": "3"}, "match"),
        (LEVEL | {"value": "3.5"}, "mismatch"),
        (LEVEL | {"direction": "low", "comparator": "not stated"}, "match"),
        (LEVEL | {"direction": "high"}, "mismatch"),
        (LEVEL | {"indicator_id": TTU, "unit": "mill. kr", "value": "1.8"}, "match"),
        # Of several comparisons that are not named, all must hold.
        (RELATIVE | {"indicator_id": "sos_benefit_duration_main_income", "comparator": "gjennomsnittet"},
         "mismatch"),
    ],
)  # fmt: skip
def test_a_claim_against_the_printed_figures(changes: Mapping[str, str], expected: str) -> None:
    row = verdict(**changes)

    assert row["verdict"] == expected, row["arithmetic"]
    assert str(row["arithmetic"]).startswith("trykt: ")
    assert (row["place"], row["statement"], row["kind"]) == ("P-01", "P-01", "claim")
    findings = list(findings_of_claims(Printed.of(report(*PRINTED, claim(**changes))), ALONE))
    assert [each.places for each in findings] == ([("P-01",)] if expected == "mismatch" else [])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"indicator_id": "context_places", **LEVEL, "value": "30"}, "opplysning i teksten"),
        ({**RELATIVE, "entity": "Oslo"}, "Oslo 2024 er ikke trykt"),
        ({**RELATIVE, "year": ""}, "året er ikke oppgitt"),
        ({**CHANGE, "comparator": "own 2021", "base_year": "2021"}, "Asker 2021 er ikke trykt"),
        (
            {**RELATIVE, **POINTS, "indicator_id": TTU, "value": "5"},
            "påstanden er i prosentpoeng, tallene i kr",
        ),
        ({**RANK, "indicator_id": "sos_benefit_duration_main_income"}, "er ikke trykt"),
    ],
)
def test_a_claim_nothing_decides_says_why(changes: dict[str, str], why: str) -> None:
    row = verdict(**changes)

    assert row["verdict"] == "not_comparable"
    assert why in str(row["explanation"])
    assert math.isnan(float(str(row["computed"])))
    assert not list(findings_of_claims(Printed.of(report(*PRINTED, claim(**changes))), ALONE))


def test_the_numbers_are_told() -> None:
    row = verdict(
        **AMOUNT, unit="percent", value="35", quote="nesten 35 prosent over", comparator="ASSS mean"
    )

    assert str(row["arithmetic"]).replace("\u00a0", " ") == (
        "trykt: Asker 2024: 1 835 374; snittet i ASSS 2024: 1 362 636: 1 835 374 / 1 362 636 − 1 = +34,7 %; "
        "hevdet 35 prosent over"
    )
    assert float(str(row["computed"])) == pytest.approx(34.69, abs=0.01)
    assert float(str(row["difference"])) == pytest.approx(0.31, abs=0.01)


@pytest.mark.parametrize(
    ("middle", "expected"), [("3.1", "match"), ("2.7", "rounding"), ("2.5", "mismatch"), ("3.6", "mismatch")]
)
def test_a_steady_change_is_one_in_every_year(middle: str, expected: str) -> None:
    shown = [
        figure(year=year, value=value) for year, value in (("2022", "2.7"), ("2023", middle), ("2024", "3.3"))
    ]
    since = CHANGE | {"comparator": "own 2022", "base_year": "2022"}
    [steady] = claim_rows(report(*shown, claim(**since, quote="har hatt en jevn økning")), ALONE)
    [plain] = claim_rows(report(*shown, claim(**since, quote="har hatt en økning")), ALONE)

    assert f"Asker 2022-2024: 2,7 {middle} 3,3".replace(".", ",") in str(steady["arithmetic"])
    assert (steady["verdict"], plain["verdict"]) == (expected, "match")


def test_a_claim_nothing_printed_decides_goes_to_the_computed_figures() -> None:
    """Of the sample, which is calibrated to the published prose."""
    share = {"indicator_id": "plo_home_users_share_0_66", "comparator": "ASSS mean"}
    held = {
        "above": verdict(with_sample(), **share, direction="above", value="18"),
        "off": verdict(with_sample(), **share, direction="above", value="17"),
        "wrong": verdict(with_sample(), **share, direction="above", value="24"),
        "turned": verdict(with_sample(), **share, direction="below", value="18"),
        "rank": verdict(with_sample(), **share | {**RANK, "direction": "highest"}),
    }
    assert {name: row["verdict"] for name, row in held.items()} == {
        "above": "match",
        "off": "rounding",
        "wrong": "mismatch",
        "turned": "mismatch",
        "rank": "mismatch",
    }
    assert all("beregnet: " in str(row["arithmetic"]) for row in held.values())
    assert all("12292" in str(row["vintage_id"]) for row in held.values())


def test_what_is_printed_comes_before_what_is_computed() -> None:
    """True of the printed figures, whatever is computed; that the computed ones disagree is said."""
    printed = [figure(entity="Bærum", value="6.0"), figure(entity="ASSS mean", value="5.3")]
    [row] = claim_rows(report(*printed, claim(entity="Bærum", direction="above")), with_sample())

    assert row["verdict"] == "match"
    assert "De beregnede tallene sier noe annet." in str(row["explanation"])


def test_our_own_estimate_never_contradicts() -> None:
    index = {"indicator_id": "sos_gross_expenditure_index", "entity": "Bærum", "comparator": "ASSS mean"}
    row = verdict(with_sample(), report="Prøverapport", **index, direction="below", value="99")

    # Imported from another report: a witness. Imported from this one: only our own estimate is left.
    assert row["verdict"] == "mismatch"
    own = [{**each, "report": "KOSTRA-rapport 2025"} for each in PRINTED]
    said = claim(report="KOSTRA-rapport 2025", **index, direction="below", value="99")
    [estimate] = claim_rows(report(*own, said), with_sample())
    assert estimate["verdict"] == "method"
    assert "snittet i ASSS 2024: 100,000" in str(estimate["arithmetic"])


def test_modelled_figures_contradict_nobody() -> None:
    said = claim(indicator_id="plo_home_users_share_0_66", direction="below")
    shown = report(*PRINTED, said)
    real = Knowledge.of(WHOLE, replace(computed(), source="ssb"))

    assert [row["verdict"] for row in claim_rows(shown, with_sample())] == ["mismatch"]
    assert list(findings_of_claims(Printed.of(shown), with_sample())) == []
    [finding] = findings_of_claims(Printed.of(shown), real)
    assert (finding.rule, finding.verdict, finding.entity) == ("claim_relative", "probable_error", "asker")
    [sure] = findings_of_claims(Printed.of(report(*PRINTED, claim(direction="above"))), real)
    assert (sure.verdict, sure.subject) == ("error", "sos_recipients_share_18_24")


def test_every_claim_has_one_row_in_the_reports_order() -> None:
    shown = report(*PRINTED, *(claim(statement_id=f"P-{n:02d}", **RELATIVE) for n in (7, 3, 5)))
    rows = pd.DataFrame(list(claim_rows(shown, ALONE)))
    assert list(rows["statement"]) == ["P-07", "P-03", "P-05"]
