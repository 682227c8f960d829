"""The valid codes: as many as there should be, and those of SSB's control programme year by year."""

import json
from pathlib import Path

import pytest

from assets.ledger.codes import Place, counties, nearest_codes, valid_codes


def test_operating_functions_are_as_many_as_they_should_be() -> None:
    counts = {year: len(valid_codes("functions", Place(year))) for year in range(2015, 2027)}

    assert counts == {2015: 83} | dict.fromkeys(range(2016, 2020), 82) | {2020: 81} | dict.fromkeys(
        range(2021, 2024), 81
    ) | dict.fromkeys(range(2024, 2027), 82)


@pytest.mark.recorded
@pytest.mark.parametrize("year", range(2021, 2027))
@pytest.mark.parametrize("kind", ["functions", "arts"])
def test_codes_are_those_of_the_control_programme(year: int, kind: str, recorded: Path) -> None:
    lists = json.loads((recorded / "kostra/gyldige_koder_0A_2021_2026.json").read_text())[str(year)]
    name = {"functions": "funksjoner", "arts": "arter"}[kind]
    operating, investment = valid_codes(kind, Place(year)), valid_codes(kind, Place(year, "I"))

    assert operating == set(lists[f"{name}_0A_drift"])
    assert operating | investment == set(lists[f"{name}_0A"])


@pytest.mark.parametrize(
    ("kind", "code", "first", "last"),
    [
        ("functions", "255", 2015, 2015),
        ("functions", "190", 2015, 2019),
        ("functions", "254", 2015, 2023),
        ("functions", "257", 2024, 2026),
        ("functions", "258", 2024, 2026),
        ("arts", "290", 2015, 2015),
        ("arts", "790", 2015, 2015),
        ("arts", "490", 2015, 2019),
        ("arts", "690", 2015, 2019),
        ("arts", "375", 2015, 2020),
        ("arts", "895", 2015, 2020),
        ("arts", "930", 2015, 2020),
        ("arts", "270", 2015, 2025),
        ("arts", "272", 2026, 2026),
        ("arts", "875", 2015, 2024),
        ("arts", "879", 2025, 2026),
    ],
)
def test_codes_that_came_or_went(kind: str, code: str, first: int, last: int) -> None:
    held = [year for year in range(2015, 2027) if code in valid_codes(kind, Place(year))]

    assert held == list(range(first, last + 1))


def test_counties_changed_with_the_reforms() -> None:
    assert {"02", "16"} <= counties(2017)
    assert "16" not in counties(2018)
    assert "30" in counties(2023)
    assert "30" not in counties(2024)
    assert {"03", "11", "15", "18"} <= counties(2015) & counties(2026)


@pytest.mark.parametrize(
    ("code", "nearest"),
    [("10", "010, 110, 100"), (" 253", "253, 252, 254"), ("25A", "251, 252, 253"), ("", "100")],
)
def test_the_nearest_code_differs_least(code: str, nearest: str) -> None:
    assert nearest in nearest_codes(code, ["010", "100", "110", "251", "252", "253", "254"])
