"""All 80 values of the six published series are in the dataset, each saying where it comes from."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from assets.baerum.time_series import time_series
from assets.rounding import round_half_away
from pipelines.register_files import RegisterFiles
from pipelines.settings import Settings
from tests.algebra.facts import WHOLE
from tests.algebra.sample_world import YEARS, computed, municipalities

ENTITIES = {"Bærum": "baerum", "Asker": "asker", "ASSS mean": "asss_mean", "KG12": "EKG12", "KG13": "EKG13"}
AS_PUBLISHED = {"sos_net_expenditure_per_inhabitant", "sos_recipients_share_18_66"}


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    _, indicators, aggregates = computed()
    files = RegisterFiles(Settings(), WHOLE)
    register = pd.concat([files.figures(year, municipalities()).frame for year in YEARS])
    return time_series(indicators, aggregates, register, WHOLE, "baerum", "asss")


def published(recorded: Path) -> list[dict[str, str]]:
    with (recorded / "published" / "time_series.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.recorded
def test_every_published_value_stands_in_a_series_of_that_title(recorded: Path, found: pd.DataFrame) -> None:
    by_key = found.set_index(["title", "entity", "year"])
    wrong, origins = [], {"computed": 0, "register": 0}
    for row in published(recorded):
        mine = by_key.loc[(row["indicator_title"], ENTITIES[row["entity"]], int(row["year"]))]
        origins[mine["origin"]] += 1
        if float(round_half_away(mine["value"], mine["decimals"])) != float(row["value"]):
            wrong.append((row["indicator_title"], row["entity"], row["year"], row["value"], mine["value"]))
        assert mine["indicator"] == row["indicator_id"]
        assert (mine["origin"] == "register") == (mine["series"] in AS_PUBLISHED)
    assert wrong == []
    assert origins == {"computed": 56, "register": 24}


def test_published_values_stand_beside_our_own(found: pd.DataFrame) -> None:
    own = found[(found["series"] == "sos_net_expenditure_per_inhabitant_2024_prices").to_numpy()]
    own = own.set_index(["entity", "year"])
    assert set(own["origin"]) == {"computed"}
    # Net expenditure per inhabitant by SSB's 12362, in consumer prices of 2024; need is not corrected for.
    assert float(round_half_away(own.loc[("baerum", 2024), "value"])) == 3618
    assert own.loc[("baerum", 2023), "value"] / 4057 == pytest.approx(0.841, abs=5e-4)


def test_the_breaks_of_these_years_are_marked(found: pd.DataFrame) -> None:
    broken = found[found["break_before"].to_numpy()]
    assert set(broken["year"]) == {2022, 2024}
    tables = broken[broken["break_reason"].str.contains("14019").to_numpy()]
    assert {"sos_recipients_share_18_24", "sos_main_income_recipients_share"} <= set(tables["series"])
    split = broken[broken["break_reason"].str.contains("257 og 258").to_numpy()]
    assert set(split["year"]) == {2024}
    assert all(name.startswith("plo_home") for name in split["series"])
    joined = broken[broken["break_reason"].str.contains("med asker, lillestrom").to_numpy()]
    assert set(joined["entity"]) == {"asss_mean"}
