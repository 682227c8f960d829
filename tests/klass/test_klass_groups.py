"""Membership of KOSTRA groups, dated."""

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from assets.catalogue.municipalities import load_municipalities
from assets.klass.groups import group_code, kostra_groups
from assets.klass.identity import municipalities
from assets.klass.rows import Change, Code, Correspondence
from assets.klass.spans import IdentityError
from schemas.klass import KOSTRA_GROUPS
from schemas.validation import validate
from tests.klass.reform import MEMBER_CHANGES, MEMBER_CODES, new_year

KNOWN = municipalities(MEMBER_CODES, MEMBER_CHANGES, load_municipalities())
NAME = "KOSTRA-gruppe 12"


def row(group: str, code: str, first: int | None = 2020, until: int | None = None) -> Correspondence:
    valid_from, valid_to = (new_year(year) if year else None for year in (first, until))
    return Correspondence(group, NAME, code, "", valid_from, valid_to)


def listed(frame: pd.DataFrame) -> list[tuple[str, str, str, int, int | None]]:
    return [
        (one.group, one.slug, one.code, one.valid_from.year, one.valid_to.year if one.valid_to else None)
        for one in frame.itertuples()
    ]


@pytest.mark.parametrize("code", ["12", "KG12", "EKG12", "ekg12", "EKG 12", " 12 "])
def test_every_spelling_of_a_group_becomes_the_statbanks(code: str) -> None:
    assert group_code(code) == "EKG12"


def test_a_group_of_one_figure_gets_a_zero() -> None:
    assert group_code("1") == group_code("EKG01") == "EKG01"


@pytest.mark.parametrize("code", ["EAK", "", "112", "EKG1x"])
def test_what_is_no_group_is_refused(code: str) -> None:
    with pytest.raises(IdentityError, match="is not a KOSTRA group"):
        kostra_groups([row(code, "0301")], KNOWN)


def test_a_membership_follows_the_municipality_through_its_codes() -> None:
    found = kostra_groups([row("12", "3024", 2020, 2024), row("12", "3201", 2024)], KNOWN)
    assert listed(found) == [("EKG12", "baerum", "3024", 2020, 2024), ("EKG12", "baerum", "3201", 2024, None)]
    assert set(found["group_name"]) == {NAME}


def test_a_membership_is_cut_to_the_days_the_code_was_in_force() -> None:
    assert listed(kostra_groups([row("12", "3024", None, None)], KNOWN)) == [
        ("EKG12", "baerum", "3024", 2020, 2024)
    ]
    assert kostra_groups([row("12", "3024", 2024)], KNOWN).empty


def test_adjoining_years_of_one_membership_are_one_row() -> None:
    years = [row("12", "0301", year, year + 1) for year in (2022, 2020, 2021)]
    assert listed(kostra_groups(years, KNOWN)) == [("EKG12", "oslo", "0301", 2020, 2023)]


def test_a_municipality_may_move_from_one_group_to_another() -> None:
    rows = [row("12", "0301", 2020, 2022), row("13", "0301", 2022)]
    found = kostra_groups(rows, KNOWN)
    assert listed(found) == [("EKG12", "oslo", "0301", 2020, 2022), ("EKG13", "oslo", "0301", 2022, None)]


def test_two_groups_at_once_are_refused() -> None:
    rows = [row("12", "0301", 2020), row("13", "0301", 2022, 2023), row("12", "0301", 2024)]
    with pytest.raises(IdentityError, match=r"oslo \(0301\) is in EKG12 and EKG13 at once on 2022-01-01"):
        kostra_groups(rows, KNOWN)


def test_an_unknown_municipality_is_left_out_and_told_with_the_nearest(caplog) -> None:
    assert kostra_groups([row("12", "3042")], KNOWN).empty
    assert "3042" in caplog.text
    assert "3024" in caplog.text


def test_unspecified_is_in_no_group() -> None:
    assert kostra_groups([row("12", "9999")], KNOWN).empty


def test_an_empty_table_has_its_columns_and_holds_its_contract() -> None:
    assert validate(KOSTRA_GROUPS, kostra_groups([], KNOWN)).arrow.num_rows == 0


def test_the_table_holds_its_contract() -> None:
    frame = kostra_groups([row("12", "3024"), row("12", "3201"), row("13", "0301")], KNOWN)
    assert validate(KOSTRA_GROUPS, frame).arrow.num_rows == 3


def read(recorded: Path, name: str) -> list[dict[str, str]]:
    with (recorded / "kostra" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def grouping_of_2020(recorded: Path) -> list[tuple[Correspondence, str]]:
    """The memberships with the name of the municipality."""
    years = {"2020-2023": (2020, 2024), "2024-": (2024, None)}
    members = read(recorded, "kostragruppe_medlemskap_2020grupperingen.csv")
    return [
        (row(one["kostragruppe"], one["kommunenr"], *years[one["kodeperiode"]]), one["navn"])
        for one in members
    ]


@pytest.mark.recorded
def test_groups_12_and_13_of_the_2020_grouping_are_the_network_members(recorded: Path) -> None:
    rows = [one for one, _ in grouping_of_2020(recorded)]
    known = set(KNOWN["code"])
    found = kostra_groups([one for one in rows if one.target_code in known], KNOWN)
    large = found[found["group"].isin(["EKG12", "EKG13"])]

    assert large.groupby("group")["slug"].nunique().to_dict() == {"EKG12": 11, "EKG13": 1}
    assert set(large["slug"]) == {
        *("asker", "baerum", "bergen", "drammen", "fredrikstad", "kristiansand"),
        *("lillestrom", "oslo", "sandnes", "stavanger", "tromso", "trondheim"),
    }


@pytest.mark.recorded
def test_the_whole_2020_grouping_has_every_municipality_once_a_year(recorded: Path) -> None:
    grouping = grouping_of_2020(recorded)
    rows = [one for one, _ in grouping]
    held = [Code(one.target_code, name, one.valid_from, one.valid_to) for one, name in grouping]
    pairs = read(recorded, "korrespondanse_kommune_2020_2024.csv")
    changed = [
        Change(new_year(2024), one["kode_2020"], one["navn_2020"], one["kode_2024"], one["navn_2024"])
        for one in pairs
        if one["kode_2020"] != one["kode_2024"]
    ]
    found = kostra_groups(rows, municipalities(held, changed, load_municipalities()))

    for day, count in ((date(2020, 6, 1), 356), (date(2024, 6, 1), 357)):
        at = found[(found["valid_from"] <= day) & (found["valid_to"].fillna(date.max) > day)]
        assert len(at) == at["slug"].nunique() == count
