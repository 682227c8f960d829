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
    accounts_facts,
    indicator,
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
