"""The known errata of the published report are found, with their arithmetic, and nothing else is."""

import csv
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from assets.catalogue.report_rules import load_errata
from assets.quality.reconciliation.contradictions import NOTE, findings_of
from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.report import PublishedReport, report_of
from assets.quality.reconciliation.rules.registry import RULES
from assets.quality.reconciliation.shipped import shipped_reports
from tests.algebra.facts import WHOLE
from tests.reconciliation.rules.altered import copy, key, written
from tests.reconciliation.sample import computed

#: Rules, verdict, and parts of the arithmetic, by number.
ERRATA: dict[str, tuple[set[str], str, list[str]]] = {
    "E01": ({"efficiency_identity"}, "error", [
        "1,125 / 0,978 = 1,150: +15,0 % (+14,9 til +15,1 med avrunding)", "1,125 / 0,780 = 1,442",
        "1,095 / 0,833 = 1,315", "12,8 prosentpoeng (12,0 til 13,6 med avrunding)",
    ]),
    "E02": ({"efficiency_identity"}, "error", [
        "1,005 / 1,095 = 0,918: −8,2 % (−8,3 til −8,1 med avrunding)",
        "0,998 / 1,075 = 0,928", "endring −1,1 prosentpoeng",
        "0,082 × 100 = 8,2",
    ]),
    "E03": ({"caption_adjusted"}, "error", [
        "Bærum 2022: 1,8 = 1,8", "snittet i ASSS 2024: 5,3 = 5,3", "Bærum 2024: 7,9 = 7,9",
        "100 − 69,2 = 30,8",
        "100 − 63,9 = 36,1", "Bærum 2024: 3,0 = 3,0",
    ]),
    "E04": ({"same_concept"}, "comparability", [
        "Bærum 2024: 2,6 / 3,3 = 0,79", "snittet i ASSS 2024: 4,3 / 4,0 = 1,08", "3 618 / 4 329,0 = 0,836",
    ]),
    "E05": ({"age_labels", "age_gap"}, "error", [
        "(19)-24 år", "18-24 år, 19-24 år", "sier 18-67 år, indikatoren gjelder 18-66 år",
        "under 67 år er 0-66; over 67 år er 68 og eldre",
    ]),
    "E06": ({"points_gap"}, "probable_error", [
        "9,46 − 8,01 = 1,45 prosentpoeng", "6,3 prosent av 9,46 er 0,6",
    ]),
    "E07": ({"equal_number_two_units", "claim_unit"}, "probable_error", [
        "1,3 prosentpoeng (PLO-32) og 1,3 prosent (PLO-36)", "1 prosentpoeng; rapporten oppgir ellers",
    ]),
    "E08": ({"ended_function"}, "error", ["f254: i bruk til 2023; trykt for 2024"]),
    "E09": ({"column_sum"}, "rounding", [
        "44,4 + 111,7 + 1 269,2 + 110,7 + 28,5 + 0,5 + 84,8 = 1 649,8, trykt 1 649,7", "SSB 1 649,752",
    ]),
    "E10": ({"total_against_accounts"}, "rounding", ["1 930,6 − 1 930,527 = 0,073"]),
    "E11": ({"total_against_accounts"}, "comparability", [
        "1 963,3 − 1 965,153 = −1,853 (−0,09 %)", "1 763,6 − 1 764,077 = −0,477 (−0,03 %)",
    ]),
    "E12": ({NOTE}, "note", ["478 882 / 5 881"]),
    "E13": ({"opposite_change"}, "comparability", [
        "0,897 → 0,877 (−2,0 poeng)", "4 057,0 / 4 825,0 → 4 329,0 / 5 085,0 (+1,0 poeng)",
        "(−1,4 poeng)", "(+2,0 poeng)",
    ]),
    "E14": ({"large_fall"}, "comparability", [
        "95,2 → 88,5 → 96,1: −6,7 og så 7,6",
        "2 519 999 → 2 000 313: −20,6 %", "2 399 920 → 1 835 374: −23,5 %",
    ]),
    "E15": ({"equal_change"}, "comparability", ["76,7 − 76,2 = 0,5"]),
    "E16": ({NOTE}, "note", []),
    "E17": ({NOTE}, "note", []),
    "E18": ({"base_words"}, "probable_error", ["«av deltakerne» i teksten"]),
    "E19": ({"index_swing"}, "comparability", ["−8,6 poeng"]),
    "E20": ({"implied_ratio"}, "comparability", [
        "100 × 1 420 / 57 522 = 2,47 mot 2,1", "100 × 1 849 / 64 059 = 2,89 mot 2,4",
        "100 × 2 203 / 70 784 = 3,11 mot 2,6",
        "100 × 3 642 / 78 830 = 4,62 mot 4,3 (7 %)",
    ]),
    "E21": ({"price_step"}, "comparability", [
        "3 309 → 3 618 (9,3 %): prisvekst 2,5 %; kommunal deflator 5,0 %, konsumprisindeksen 3,1 %",
    ]),
    "E22": ({"missing_unit"}, "error", ["10 av 10 andre titler"]),
    "E23": ({"qualifiers"}, "comparability", ["ingen av legemeldt, egenmeldt", "8,34 8,6 8,01"]),
    "E24": ({"large_step"}, "comparability", [
        "10,8 mill. kr (32 %)", "23,9 mill. kr (59 %)", "7,5 mill. kr (39 %)", "−12,0 mill. kr (−67 %)",
        "−36,1 mill. kr (−21 %)", "13,6 mill. kr (48 %)", "13,5 mill. kr (29 %)", "30,4 mill. kr (23 %)",
        "−16,2 mill. kr (−42 %)",
    ]),
}  # fmt: skip
OF_ACCOUNTS = {"E10", "E11", "E21"}


@pytest.fixture(scope="module")
def report() -> PublishedReport:
    [shipped] = shipped_reports(WHOLE)[2024]
    return shipped


@pytest.fixture(scope="module")
def found(report: PublishedReport) -> list[Finding]:
    return findings_of(report, Knowledge.of(WHOLE, computed()))


def by_number(found: list[Finding]) -> dict[str, list[Finding]]:
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        groups[finding.erratum].append(finding)
    return groups


def test_every_known_erratum_is_found_and_nothing_else(found: list[Finding]) -> None:
    assert sorted(by_number(found)) == sorted(ERRATA)


@pytest.mark.parametrize("number", ERRATA)
def test_an_erratum_has_its_verdict_and_its_arithmetic(number: str, found: list[Finding]) -> None:
    rules, verdict, arithmetic = ERRATA[number]
    mine = by_number(found)[number]
    text = "; ".join(each.arithmetic for each in mine).replace("\u00a0", " ")

    assert ({each.rule for each in mine}, {each.verdict for each in mine}) == (rules, {verdict})
    assert [part for part in arithmetic if part not in text] == []
    assert all(each.printed and each.explanation for each in mine)


def test_the_repairs_that_are_proposed(found: list[Finding]) -> None:
    numbered = by_number(found)
    [social], [care] = numbered["E01"], numbered["E02"]

    assert "utgifter 22 prosent i stedet for 2,2" in social.explanation
    assert social.subject == "sos_gross_expenditure_index"
    assert "effektivitet 8,2 prosent i stedet for 0,082" in care.explanation


def test_the_readings_of_two_values_are_worked_out(report: PublishedReport) -> None:
    held = computed()
    cases = held.service_statistics["measure"].astype("str") == "social_assistance_cases"
    here = cases & (held.service_statistics["municipality"].astype("str") == "baerum")
    here &= held.service_statistics["year"] == 2024
    told = {}
    for number in (2_150, 2_250, 2_700, 2_500, None):
        values = held.service_statistics["value"].mask(here, float("nan") if number is None else number)
        other = replace(held, service_statistics=held.service_statistics.assign(value=values), source="ssb")
        [finding] = by_number(findings_of(report, Knowledge.of(WHOLE, other)))["E04"]
        told[number] = finding.explanation.replace("\u00a0", " ")

    assert all(
        f"{i}) {span} tilfeller" in told[None]
        for i, span in enumerate(("2 110-2 190", "2 210-2 280", "2 650-2 730"), 1)
    )
    assert "støtter lesning 1" in told[2_150]
    assert "støtter lesning 2" in told[2_250]
    assert "støtter lesning 3" in told[2_700]
    assert "ikke støtter noen av lesningene" in told[2_500]
    assert "er ikke kjent" in told[None]


def test_without_computed_figures_only_those_of_the_accounts_are_left_out(report: PublishedReport) -> None:
    found = findings_of(report, Knowledge.of(WHOLE))

    assert sorted(by_number(found)) == sorted(ERRATA.keys() - OF_ACCOUNTS)
    [concept] = by_number(found)["E04"]
    assert "behovsindeksen 0,79 for Bærum 2024" in concept.explanation


@pytest.mark.recorded
def test_the_totals_against_what_ssb_published(report: PublishedReport, recorded: Path) -> None:
    with (recorded / "kostra" / "table_12362_baerum_2021_2025.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    concepts = {concept.art: concept.id for concept in WHOLE.concepts.values()}
    accounts = pd.DataFrame(
        [
            {
                "year": int(row["Tid"]),
                "municipality": "baerum",
                "scope": "A",
                "function": row["KOKfunksjon0000"],
                "concept": concepts[row["KOKart0000"]],
                "amount": float(row["KOSbelop0000_1000kr"]),
            }
            for row in rows
        ]
    )
    found = findings_of(report, Knowledge.of(WHOLE, replace(computed(), accounts=accounts)))

    against = {
        (each.erratum, each.subject, each.year) for each in found if each.rule == "total_against_accounts"
    }
    assert against == {
        ("E10", "director_area_home_net", 2023),
        ("E11", "director_area_home_net", 2024),
        ("E11", "director_area_institution_gross", 2024),
    }
    [total] = by_number(found)["E09"]
    assert "SSB 1\u00a0649,752 mill. kr" in total.arithmetic


def test_a_number_goes_to_the_figures_it_was_given_for(report: PublishedReport) -> None:
    rows = copy()
    [claim] = [row for row in rows["claims.csv"] if row["statement_id"] == "SOS-23"]
    claim |= {"value": "45.5", "quote": "effektiviteten i Bærum 45,5 prosent over ASSS-snittet"}
    rows["claims.csv"] = [claim if row["statement_id"] == "SOS-23" else row for row in rows["claims.csv"]]
    found = findings_of(report_of(written(rows)), Knowledge.of(WHOLE))

    [efficiency] = [each for each in found if each.rule == "efficiency_identity" and "SOS-23" in each.places]
    assert efficiency.erratum == ""
    other = findings_of(replace(report, name="En annen rapport"), Knowledge.of(WHOLE))
    assert {each.erratum for each in other} == {""}
    assert NOTE not in {each.rule for each in other}


def test_the_register_names_rules_that_exist(found: list[Finding]) -> None:
    [register] = load_errata()
    named = {covered.rule for erratum in register.errata for covered in erratum.covers}
    made = {each.rule for each in found}

    assert named - made <= {"fraction_as_percent"}
    assert named <= {*RULES, *made}
    assert [erratum.id for erratum in register.errata] == sorted(ERRATA)
    assert len(set(map(key, found))) == len(found) - 1  # Two titles of one indicator disagree.
