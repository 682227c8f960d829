"""Any server that keeps the protocol will do: other municipalities, other years, another order."""

from dataclasses import replace
from pathlib import Path

import pytest

from assets.catalogue.loader import load_catalogue
from pipelines.standin.sample import sample_table
from pipelines.storage.frames import as_frame
from pipelines.storage.store import Store
from schemas.registry import datasets_of
from tests.pipeline.worlds import (
    ART,
    FUNCTION,
    PERIOD,
    REGION,
    SCOPE,
    SOCIAL,
    cut,
    run,
    settings_for,
    standin,
)

#: Kept in an order that is neither SSB's nor sorted.
REGIONS = ["4601", "3203", "0301", "3025", "3301", "3005"]
YEARS = ["2024", "2022"]


def indicators(server, home: Path, year: int):
    settings = settings_for(server, home)
    datasets = datasets_of(load_catalogue(), settings.municipality)
    contract = datasets["asss/indicators"]
    frame = as_frame(contract, Store(settings.warehouse).read(contract, [year]))
    return frame.set_index(["indicator", "municipality"])


@pytest.fixture
def foreign():
    """Six region codes, two years, time first and region last, only what is needed, no optional members."""
    accounts = cut(
        sample_table("12367"),
        {REGION: REGIONS, SCOPE: ["A"], FUNCTION: SOCIAL[::-1], ART: ["AGD2"], PERIOD: sorted(YEARS)},
        order=(5, 2, 4, 3, 1, 0),
    )
    population = cut(
        sample_table("07459"),
        {"Region": REGIONS, "Tid": ["2023", "2025"]},
        order=(2, 4, 1, 0, 3),
    )
    with standin(replace(accounts, notes=(), mandatory_notes=frozenset()), population) as server:
        yield server


def test_a_foreign_server_gives_the_real_figures(foreign, tmp_path: Path) -> None:
    report = run(foreign, tmp_path, municipality="asker")
    found = indicators(foreign, tmp_path, 2024)
    subsistence = "sos_subsistence_net_expenditure_per_inhabitant_18_66"

    assert report.succeeded
    assert report.years == [2022, 2024]
    # Asker 2024: f281 net 122 057 thousand NOK (SSB 12362) over 62 340 inhabitants.
    assert found.loc[(subsistence, "asker"), "value"] == pytest.approx(122_057_000 / 62_340)
    assert round(found.loc[(subsistence, "oslo"), "value"]) == 4473
    assert found.loc[(subsistence, "bergen"), "status"] == "ok"


def test_the_municipalities_it_lacks_are_missing_not_zero(foreign, tmp_path: Path) -> None:
    run(foreign, tmp_path, 2024)
    settings = settings_for(foreign, tmp_path)
    contract = datasets_of(load_catalogue(), "baerum")["baerum/service_profile"]
    profile = as_frame(contract, Store(settings.warehouse).read(contract, [2024]))

    assert profile["value"].isna().all()
    assert (profile["status"] != "ok").all()
    assert (profile["members_with_data"] == 4).all()
    assert profile["members_missing"].str.contains("baerum").all()
