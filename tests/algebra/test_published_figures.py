"""The algebra against real figures: SSB table 12362 (konsern, 1000 kr) and the published report."""

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from assets.asss.algebra import evaluate
from assets.rounding import round_half_away
from schemas.catalogue import Catalogue
from tests.algebra.facts import (
    CATALOGUE,
    S2,
    S3,
    S4,
    TERM,
    WHOLE,
    accounts_facts,
    indicator,
    measure_facts,
    population_facts,
)

# Net operating expenditure (AGD2) by function, SSB table 12362, final figures.
NET = {
    "baerum": {
        2022: {"242": 94635, "243": 50172, "273": 57379, "276": 41213, "281": 113877},
        2023: {"242": 111900, "243": 59847, "273": 71256, "276": 41017, "281": 149201},
        2024: {"242": 116788, "243": 59184, "273": 75572, "276": 47958, "281": 179380},
    },
    "asker": {2024: {"242": 144373, "243": 41166, "273": 50806, "276": 28385, "281": 122057}},
    "bergen": {2024: {"243": 439144}},
    "drammen": {2024: {"243": 19955}},
}
# Inhabitants 18-66 on 31 December that the published S2, S3 and S4 imply together.
ADULTS = {
    (2022, "baerum"): 80180,
    (2023, "baerum"): 80690,
    (2024, "baerum"): 81430,
    (2024, "asker"): 62340,
    (2024, "bergen"): 195090,
    (2024, "drammen"): 67420,
}
PUBLISHED = {
    (2022, "baerum", S2): 4456,
    (2023, "baerum", S2): 5369,
    (2024, "baerum", S2): 5881,
    (2022, "baerum", S3): 1420,
    (2023, "baerum", S3): 1849,
    (2024, "baerum", S3): 2203,
    (2022, "baerum", S4): 626,
    (2023, "baerum", S4): 742,
    (2024, "baerum", S4): 727,
    (2024, "asker", S3): 1958,
    (2024, "bergen", S4): 2251,
    (2024, "drammen", S4): 296,
}


def test_s2_s3_and_s4_as_published() -> None:
    amounts = {
        (year, name, function): amount
        for name, years in NET.items()
        for year, functions in years.items()
        for function, amount in functions.items()
    }
    frame = evaluate(CATALOGUE, accounts_facts(amounts), population_facts(ADULTS))
    rounded = frame.assign(value=round_half_away(frame["value"], 0)).set_index(
        ["year", "municipality", "indicator"]
    )
    found = {key: rounded.loc[key, "value"] for key in PUBLISHED}
    assert found == PUBLISHED
    unknown = set(rounded.index[rounded["value"].isna()])
    assert (2024, "bergen", S2) in unknown, "functions without figures are missing, not zero"


def table_12362(recorded: Path) -> pd.DataFrame:
    """`kostra/accounts` of Bærum from the recorded table, functions and SSB's groups of them."""
    with (recorded / "kostra" / "table_12362_baerum_2021_2025.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        rows = list(csv.DictReader(file))
    return pd.concat(
        accounts_facts(
            {
                (int(row["Tid"]), "baerum", row["KOKfunksjon0000"]): int(row["KOSbelop0000_1000kr"])
                for row in rows
                if row["KOKart0000"] == art
            },
            concept=concept,
        )
        for art, concept in (("AGD10", "gross_expenditure"), ("AGD2", "net_expenditure"))
    )


def sum_of(functions: str | list[str], concept: str) -> Catalogue:
    """A catalogue whose one indicator is the sum over functions, in NOK thousand."""
    term = TERM.validate_python({"kind": "accounts", "concept": concept, "functions": functions})
    total = indicator("total", numerator=[term], denominator=[], unit="NOK_thousand", scale=1)
    return replace(CATALOGUE, indicators={"total": total})


@pytest.mark.recorded
@pytest.mark.parametrize("concept", ["gross_expenditure", "net_expenditure"])
@pytest.mark.parametrize("name", ["social_sector", "health_and_care"])
def test_dated_function_sets_reproduce_ssbs_groups_exactly(recorded: Path, name: str, concept: str) -> None:
    accounts = table_12362(recorded)
    code = CATALOGUE.function_sets[name].ssb_code
    groups = accounts[(accounts["function"] == code) & (accounts["concept"] == concept)]
    published = groups.set_index("year")["amount"].to_dict()
    people = population_facts(dict.fromkeys([(int(str(year)), "baerum") for year in published], 1))
    frame = evaluate(sum_of(name, concept), accounts, people)
    assert frame.set_index("year")["value"].to_dict() == published
    assert len(published) == 5


# SSB table 14019, 2024: cases, with children, long-term with main income, benefit (NOK thousand).
CASES_14019 = {"oslo": (25085, 6115, 5609, 2284021), "lillestrom": (2990, 600, 609, 256792)}
MEASURES = (
    "social_assistance_cases",
    "social_assistance_cases_with_children",
    "long_term_cases_main_income",
    "social_assistance_benefit",
)


@pytest.mark.parametrize(
    ("indicator", "municipality", "decimals", "value"),
    [
        ("sos_benefit_per_recipient", "oslo", 0, 91_051),  # the printed highest of ASSS
        ("sos_benefit_per_recipient", "lillestrom", 0, 85_884),
        ("sos_recipients_with_children_share", "oslo", 2, 24.38),
        ("sos_recipients_with_children_share", "lillestrom", 2, 20.07),
        ("sos_long_term_main_income_share", "oslo", 1, 22.4),
        ("sos_long_term_main_income_share", "lillestrom", 1, 20.4),
    ],
)
def test_s12_s13_and_s16_from_ssb_s_own_counts(
    indicator: str, municipality: str, decimals: int, value: float
) -> None:
    figures = {
        (2024, name, measure): figure
        for name, served in CASES_14019.items()
        for measure, figure in zip(MEASURES, served, strict=True)
    }
    people = population_facts(dict.fromkeys([(2024, "oslo"), (2024, "lillestrom")], 1))
    none = accounts_facts({(2024, "oslo", "281"): 1})
    frame = evaluate(WHOLE, none, people, measure_facts(figures), indicators=[indicator])
    found = frame.set_index("municipality").loc[municipality, "value"]
    assert float(round_half_away(found, decimals)) == value


@pytest.mark.recorded
def test_published_values_are_reproduced_from_the_recorded_table(recorded: Path) -> None:
    with (recorded / "published" / "service_profile.csv").open(encoding="utf-8", newline="") as file:
        published = {
            (int(row["year"]), row["indicator_id"]): float(row["value"])
            for row in csv.DictReader(file)
            if row["entity"] == "Bærum" and row["indicator_id"] in (S2, S3, S4)
        }
    adults = {key: count for key, count in ADULTS.items() if key[1] == "baerum"}
    frame = evaluate(CATALOGUE, table_12362(recorded), population_facts(adults)).dropna(subset="value")
    frame = frame.assign(value=round_half_away(frame["value"], 0))
    assert frame.set_index(["year", "indicator"])["value"].to_dict() == published
    assert len(published) == 9


def test_home_services_are_one_series_over_the_split_of_2024() -> None:
    amounts = {
        (2023, "baerum", "254"): 1930527,
        (2024, "baerum", "257"): 1272506,
        (2024, "baerum", "258"): 692647,
    }
    amounts_and_gaps = amounts | {
        (2024, "baerum", "254"): "not_applicable",
        (2023, "baerum", "257"): "not_applicable",
    }
    people = population_facts({(2023, "baerum"): 1, (2024, "baerum"): 1})
    frame = evaluate(sum_of("home_services", "net_expenditure"), accounts_facts(amounts_and_gaps), people)
    assert frame.set_index("year")["value"].to_dict() == {2023: 1930527, 2024: 1965153}
    all_three = sum_of(["254", "257", "258"], "net_expenditure")
    again = evaluate(all_three, accounts_facts(amounts_and_gaps), people)
    assert again["value"].tolist() == frame["value"].tolist()
