"""The sample's code lists: validity of codes, mergers, renames, KOSTRA groups."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from pipelines.standin.klass import MUNICIPALITIES
from pipelines.standin.sample import sample_klass
from tests.standin.sampled import ASSS

MERGERS = {
    "3025": {"0220", "0627", "0628"},
    "3030": {"0226", "0227", "0231"},
    "3005": {"0602", "0625", "0711"},
    "4204": {"1001", "1017", "1018"},
    "1108": {"1102", "1129"},
    "1103": {"1103", "1141", "1142"},
    "5001": {"5001", "5030"},
}
REFORM = date(2020, 1, 1)


def changes(day: date) -> set[tuple[str, str]]:
    listed = sample_klass().changes(day, date(day.year, 12, 31))
    return {(row.old.code, row.new.code) for row in listed if row.old and row.new}


def test_baerum_has_three_codes_in_a_row() -> None:
    rows = [row for row in sample_klass().municipalities if row.name == "Bærum"]
    assert [(row.code, row.valid_from, row.valid_to) for row in rows] == [
        ("0219", date(2013, 1, 1), date(2020, 1, 1)),
        ("3024", date(2020, 1, 1), date(2024, 1, 1)),
        ("3201", date(2024, 1, 1), None),
    ]


@pytest.mark.parametrize("new", MERGERS)
def test_mergers_of_2020_are_in_the_change_list(new: str) -> None:
    assert {old for old, became in changes(REFORM) if became == new} == MERGERS[new]


def test_renumberings_of_2018_and_2024() -> None:
    assert changes(date(2018, 1, 1)) == {("1601", "5001"), ("1662", "5030")}
    new_codes = {new for old, new in changes(date(2024, 1, 1)) if old != new}
    assert new_codes == {"3107", "3201", "3203", "3205", "3301", "5501"}


def test_not_stated_is_valid_throughout() -> None:
    klass = sample_klass()
    for year in range(2013, 2027):
        valid = {row.code for row in klass.codes(MUNICIPALITIES, date(year, 1, 1), date(year, 1, 2))}
        assert "9999" in valid
        assert len(valid) == (13 if year >= 2020 else 25)


def test_every_member_has_one_code_every_day() -> None:
    klass = sample_klass()
    for codes in ASSS.values():
        for year in range(2013, 2027):
            valid = klass.codes(MUNICIPALITIES, date(year, 1, 1), date(year, 1, 2))
            assert len([row for row in valid if row.code in codes.split()]) == 1


def test_groups_hold_the_network_from_2020() -> None:
    members = [row for row in sample_klass().members if row.valid_to is None]
    assert len([row for row in members if row.group == "EKG12"]) == 11
    assert [row.code for row in members if row.group == "EKG13"] == ["0301"]
    assert min(row.valid_from for row in sample_klass().members) == REFORM


@pytest.mark.recorded
def test_groups_agree_with_the_recorded_membership(recorded: Path) -> None:
    path = recorded / "kostra" / "kostragruppe_medlemskap_2020grupperingen.csv"
    with path.open(encoding="utf-8") as file:
        listed = [row for row in csv.DictReader(file) if row["kostragruppe"] in {"EKG12", "EKG13"}]
    for period, day in (("2020-2023", date(2022, 1, 1)), ("2024-", date(2025, 1, 1))):
        wanted = {(row["kostragruppe"], row["kommunenr"]) for row in listed if row["kodeperiode"] == period}
        held = {
            (row.group, row.code)
            for row in sample_klass().members
            if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
        }
        assert held == wanted


@pytest.mark.recorded
def test_names_agree_with_the_recorded_code_list(recorded: Path) -> None:
    body = json.loads((recorded / "statbank" / "klass_131_codesAt_2026-01-01.json").read_text("utf-8"))
    names = {row["code"]: row["name"] for row in body["codes"]}
    day = date(2026, 1, 1)
    for row in sample_klass().codes(MUNICIPALITIES, day, date(2026, 1, 2)):
        assert row.name == names[row.code]
