"""Municipality identity over renumberings, renames, mergers and splits."""

import csv
import itertools
import logging
import random
from pathlib import Path

import pandas as pd
import pytest

from assets.catalogue.municipalities import load_municipalities
from assets.klass.identity import municipalities
from assets.klass.rows import Change, Code
from assets.klass.spans import IdentityError
from schemas.klass import MUNICIPALITIES
from schemas.municipalities import MunicipalityCatalogue
from schemas.validation import validate
from tests.klass.reform import MEMBER_CHANGES, MEMBER_CODES, MEMBER_TABLE, changes, codes, new_year

CATALOGUE = load_municipalities()


def pins(**slugs: list[str]) -> MunicipalityCatalogue:
    return MunicipalityCatalogue.model_validate({"slugs": slugs})


def table(frame: pd.DataFrame) -> dict[str, list[tuple[str, int]]]:
    return {
        str(slug): [(row.code, row.valid_from.year) for row in rows.itertuples()]
        for slug, rows in frame.groupby("slug")
    }


def members(rows: list[Code] = MEMBER_CODES, changed: list[Change] = MEMBER_CHANGES) -> pd.DataFrame:
    return municipalities(rows, changed, CATALOGUE)


def test_the_network_members_have_the_codes_of_the_domain_reference() -> None:
    found = table(members())
    assert {slug: found[slug] for slug in MEMBER_TABLE} == MEMBER_TABLE


def test_each_validity_ends_where_the_next_begins_and_the_last_is_open() -> None:
    rows = members().query("slug == 'baerum'")
    assert rows["valid_to"].tolist() == [new_year(2020), new_year(2024), None]


def test_merged_municipalities_end_with_the_merger() -> None:
    frame = members().set_index("slug")
    assert frame.loc["royken", ["code", "valid_to"]].tolist() == ["0627", new_year(2020)]
    assert frame.loc["klaebu", "code"].tolist() == ["1662", "5030"]
    assert frame.loc["forsand", "valid_to"] == new_year(2020)


def test_a_code_that_grows_by_a_merger_keeps_one_row_with_its_newest_name() -> None:
    rows = members().query("code == '5001'")
    assert rows[["slug", "name", "valid_to"]].values.tolist() == [["trondheim", "Trondheim - Tråante", None]]


def test_the_table_holds_its_contract() -> None:
    assert validate(MUNICIPALITIES, members()).arrow.num_rows == len(MEMBER_CODES)


def test_the_order_of_the_input_and_repeated_changes_do_not_matter() -> None:
    shuffled = random.Random(7).sample(MEMBER_CODES, len(MEMBER_CODES))
    changed = random.Random(8).sample(MEMBER_CHANGES, len(MEMBER_CHANGES))
    pd.testing.assert_frame_equal(members(shuffled, changed + changed[:5]), members())


def test_without_a_catalogue_entry_a_merger_under_a_new_name_starts_a_new_identity() -> None:
    found = table(municipalities(MEMBER_CODES, MEMBER_CHANGES))
    assert found["lillestrom"] == [("3030", 2020), ("3205", 2024)]
    assert found["skedsmo"] == [("0231", 2015)]


ALESUND = codes("""
    1504 2015-2020 Ålesund
    1523 2015-2020 Ørskog
    1534 2015-2020 Haram
    1507 2020-2024 Ålesund
    1508 2024- Ålesund
    1580 2024- Haram
""")
ALESUND_CHANGES = changes("""
    2020 1504 Ålesund > 1507 Ålesund
    2020 1523 Ørskog > 1507 Ålesund
    2020 1534 Haram > 1507 Ålesund
    2024 1507 Ålesund > 1508 Ålesund
    2024 1507 Ålesund > 1580 Haram
""")


def test_a_split_goes_on_under_the_same_name_and_a_restored_municipality_gets_its_slug_back() -> None:
    found = table(municipalities(ALESUND, ALESUND_CHANGES))
    assert found["alesund"] == [("1504", 2015), ("1507", 2020), ("1508", 2024)]
    assert found["haram"] == [("1534", 2015), ("1580", 2024)]


def test_a_part_split_off_from_a_code_that_stays_is_a_new_municipality() -> None:
    rows = codes("1507 2020- Ålesund\n1580 2024- Haram")
    found = table(municipalities(rows, changes("2024 1507 Ålesund > 1580 Haram")))
    assert found == {"alesund": [("1507", 2020)], "haram": [("1580", 2024)]}


def test_a_municipality_parted_between_two_mergers_is_neither_of_them() -> None:
    rows = codes("""
        1805 2015-2020 Narvik
        1854 2015-2020 Ballangen
        1850 2015-2020 Tysfjord - Divtasvuodna
        1849 2015-2020 Hábmer - Hamarøy
        1806 2020- Narvik
        1875 2020- Hábmer - Hamarøy
    """)
    changed = changes("""
        2020 1805 Narvik > 1806 Narvik
        2020 1854 Ballangen > 1806 Narvik
        2020 1850 Tysfjord > 1806 Narvik
        2020 1850 Tysfjord > 1875 Hamarøy
        2020 1849 Hamarøy > 1875 Hamarøy
    """)
    found = table(municipalities(rows, changed))
    assert found["narvik"] == [("1805", 2015), ("1806", 2020)]
    assert found["habmer"] == [("1849", 2015), ("1875", 2020)]
    assert found["tysfjord"] == [("1850", 2015)]


def test_a_new_code_that_takes_only_part_of_an_old_one_under_another_name_is_a_new_municipality() -> None:
    rows = codes("1129 2015-2020 Forsand\n1108 2020- Lysebotn\n1130 2015- Strand")
    changed = changes("2020 1129 Forsand > 1108 Lysebotn\n2020 1129 Forsand > 1130 Strand")
    assert table(municipalities(rows, changed))["lysebotn"] == [("1108", 2020)]


def test_a_new_code_that_also_takes_part_of_a_staying_one_under_another_name_is_new() -> None:
    rows = codes("1129 2015-2020 Forsand\n1108 2020- Lysebotn\n1130 2015- Strand")
    changed = changes("2020 1129 Forsand > 1108 Lysebotn\n2020 1130 Strand > 1108 Lysebotn")
    assert table(municipalities(rows, changed))["lysebotn"] == [("1108", 2020)]


def test_a_merger_of_two_of_the_same_name_is_neither_of_them() -> None:
    rows = codes("0441 2015-2020 Os\n1243 2015-2020 Os\n4624 2020- Os")
    found = municipalities(rows, changes("2020 0441 Os > 4624 Os\n2020 1243 Os > 4624 Os"))
    assert table(found) == {"os_04": [("0441", 2015)], "os_12": [("1243", 2015)], "os_46": [("4624", 2020)]}


def test_a_one_to_one_change_carries_on_under_a_new_name() -> None:
    rows = codes("0616 2015-2020 Nes\n3040 2020- Nesbyen")
    found = municipalities(rows, changes("2020 0616 Nes > 3040 Nesbyen"))
    assert table(found) == {"nesbyen": [("0616", 2015), ("3040", 2020)]}
    assert found["name"].tolist() == ["Nes", "Nesbyen"]


def test_a_one_to_one_change_after_an_earlier_split_still_carries_on() -> None:
    rows = codes("1507 2015-2024 Gammel\n1580 2020- Haram\n1508 2024- Ny")
    found = table(municipalities(rows, changes("2020 1507 Gammel > 1580 Haram\n2024 1507 Gammel > 1508 Ny")))
    assert found == {"haram": [("1580", 2020)], "ny": [("1507", 2015), ("1508", 2024)]}


def test_a_rename_changes_the_name_and_nothing_else() -> None:
    rows = codes("1826 2015-2018 Hattfjelldal\n1826 2018- Aarborte - Hattfjelldal")
    found = municipalities(rows, changes("2018 1826 Hattfjelldal > 1826 Aarborte - Hattfjelldal"))
    assert found.values.tolist() == [["aarborte", "1826", "Aarborte - Hattfjelldal", new_year(2015), None]]


def test_a_code_handed_over_on_the_day_it_is_given_up_is_two_municipalities() -> None:
    rows = codes("0101 2015-2020 Halden\n0101 2020- Moss\n0104 2015-2020 Moss\n3001 2020- Halden")
    found = municipalities(rows, changes("2020 0101 Halden > 3001 Halden\n2020 0104 Moss > 0101 Moss"))
    assert table(found) == {
        "halden": [("0101", 2015), ("3001", 2020)],
        "moss": [("0104", 2015), ("0101", 2020)],
    }


def test_a_border_moved_both_ways_leaves_both_codes_as_they_are() -> None:
    rows = codes("0101 2015-2020 Halden\n0101 2020- Halden\n0104 2015- Moss")
    found = municipalities(rows, changes("2020 0101 Halden > 0104 Moss\n2020 0104 Moss > 0101 Halden"))
    assert table(found) == {"halden": [("0101", 2015)], "moss": [("0104", 2015)]}


def test_unspecified_is_no_municipality() -> None:
    rows = codes("0301 2015- Oslo\n9999 2015- Uoppgitt")
    assert municipalities(rows, changes("2020 9999 Uoppgitt > 0301 Oslo"))["code"].tolist() == ["0301"]


def test_created_and_ceased_codes_and_changes_up_to_the_first_day_link_nothing() -> None:
    rows = codes("0301 2015- Oslo\n2111 2015-2020 Gammel\n2100 2020- Ny")
    changed = changes("""
        2012 1723 Mosvik > 1756 Inderøy
        2015 1648 Ukjent > 0301 Oslo
        2020 2111 Gammel > -
        2020 - > 2100 Ny
    """)
    found = table(municipalities(rows, changed))
    assert found == {"oslo": [("0301", 2015)], "gammel": [("2111", 2015)], "ny": [("2100", 2020)]}


def test_nothing_in_gives_an_empty_table() -> None:
    found = municipalities([], [])
    assert found.empty
    assert found.columns.tolist() == ["slug", "code", "name", "valid_from", "valid_to"]


# Slugs


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Bærum", "baerum"),
        ("Tromsø", "tromso"),
        ("Ås", "as"),
        ("Sør-Varanger", "sor_varanger"),
        ("Evje og Hornnes", "evje_og_hornnes"),
        ("Oslo - Oslove", "oslo"),
        ("Kárášjohka - Karasjok", "karasjohka"),
        ("Unjárga - Nesseby", "unjarga"),
        ("Våler (Østfold)", "valer_ostfold"),
        ("Herøy (Møre og Romsdal)", "heroy_more_og_romsdal"),
        ("Diđŋŧ", "didnt"),
    ],
)
def test_the_slug_is_the_first_name_in_plain_letters(name: str, slug: str) -> None:
    assert municipalities(codes(f"1234 2015- {name}"), [])["slug"].tolist() == [slug]


def test_a_name_without_letters_asks_for_a_pin() -> None:
    rows = codes("1234 2015- ??")
    with pytest.raises(IdentityError, match=r"1234 \?\?.*pin one in municipalities\.yaml"):
        municipalities(rows, [])
    assert municipalities(rows, [], pins(ukjent=["1234"]))["slug"].tolist() == ["ukjent"]


def test_municipalities_of_one_name_get_the_county_and_say_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = municipalities(codes("1867 2015- Bø\n0821 2015-2020 Bø\n0819 2015- Nome"), [])
    assert found["slug"].tolist() == ["bo_08", "bo_18", "nome"]
    assert "pin their slugs in municipalities.yaml: 0821 Bø" in caplog.text


def test_municipalities_of_one_name_in_one_county_get_the_code() -> None:
    found = municipalities(codes("1811 2015- Bø\n1867 2015- Bø\n0821 2015- Bø"), [])
    assert found["slug"].tolist() == ["bo_08", "bo_1811", "bo_1867"]


def test_a_pinned_slug_is_not_shared() -> None:
    found = municipalities(codes("1867 2015- Bø\n0821 2015- Bø"), [], pins(bo=["1867"]))
    assert dict(zip(found["code"], found["slug"], strict=True)) == {"1867": "bo", "0821": "bo_08"}


@pytest.mark.parametrize("present", list(itertools.product([True, False], repeat=3)))
def test_pinned_slugs_hold_whoever_else_is_there(present: tuple[bool, ...]) -> None:
    others = codes("0137 2015-2020 Våler\n0426 2015-2020 Våler\n1867 2015- Bø")
    rows = [*itertools.compress(others, present), *codes("0821 2015-2020 Bø\n1514 2015- Sande")]
    found = municipalities(rows, [], CATALOGUE)
    expected = {"0137": "valer_ostfold", "0426": "valer_innlandet", "1867": "bo_nordland"}
    expected |= {"0821": "bo_telemark", "1514": "sande_more_og_romsdal"}
    assert {row.code: row.slug for row in found.itertuples()}.items() <= expected.items()


# Contradictions


def test_a_pin_that_gives_one_slug_two_codes_at_once_is_refused() -> None:
    with pytest.raises(IdentityError, match=r"by has two codes in force at once: 0301 Oslo.*1201 Bergen"):
        municipalities(codes("0301 2015- Oslo\n1201 2015- Bergen"), [], pins(by=["0301", "1201"]))


def test_two_pins_for_one_municipality_are_refused() -> None:
    rows, changed = codes("0219 2015-2020 Bærum\n3024 2020- Bærum"), changes("2020 0219 Bærum > 3024 Bærum")
    with pytest.raises(IdentityError, match=r"several slugs for 3024 Bærum.*baerum, vest"):
        municipalities(rows, changed, pins(baerum=["0219"], vest=["3024"]))


@pytest.mark.parametrize(
    ("rows", "changed", "message"),
    [
        (
            "0219 2015- Bærum\n3024 2020- Bærum",
            "2020 0219 Bærum > 3024 Bærum",
            r"0219 Bærum \(from 2015-01-01\) → 3024 Bærum.*two codes at once",
        ),
        (
            "0219 2015-2019 Bærum\n3024 2020- Bærum",
            "2020 0219 Bærum > 3024 Bærum",
            r"0219 was not in force then.*until 2019-01-01",
        ),
    ],
    ids=["old code still in force", "not in force on the day"],
)
def test_a_change_that_contradicts_the_codes_is_refused(rows: str, changed: str, message: str) -> None:
    with pytest.raises(IdentityError, match=message):
        municipalities(codes(rows), changes(changed))


def test_a_change_of_a_code_that_is_not_listed_is_left_out_and_told(caplog) -> None:
    rows = codes("0219 2015-2020 Bærum\n3024 2020- Bærum")
    found = municipalities(rows, changes("2020 0219 Bærum > 3042 Bærum"))

    assert sorted(found["code"]) == ["0219", "3024"]
    assert "3042 is not among the codes (nearest: 3024" in caplog.text


def test_a_code_without_a_first_day_is_refused() -> None:
    with pytest.raises(IdentityError, match="0301 Oslo has no first day"):
        municipalities([Code("0301", "Oslo", None, None)], [])


def test_a_decision_klass_knows_nothing_of_is_refused() -> None:
    rows = codes("0231 2015-2020 Skedsmo\n3030 2020- Lillestrøm")
    with pytest.raises(IdentityError, match=r"municipalities\.yaml: 3030 continues 0231 on 2020-01-01.*none"):
        municipalities(rows, [], CATALOGUE)


def test_a_decision_outside_the_codes_is_left_aside() -> None:
    assert municipalities(codes("0301 2015- Oslo"), [], CATALOGUE)["slug"].tolist() == ["oslo"]


# Recorded


@pytest.mark.recorded
def test_the_reform_of_2024_carries_on_every_municipality_and_restores_haram(recorded: Path) -> None:
    with (recorded / "kostra" / "korrespondanse_kommune_2020_2024.csv").open(encoding="utf-8") as file:
        pairs = [
            tuple(f"{row[f'kode_{year}']} {row[f'navn_{year}']}" for year in (2020, 2024))
            for row in csv.DictReader(file)
        ]
    rows, changed = [], []
    for old, new in pairs:
        if old[:4] == new[:4]:
            rows.append(f"{new[:4]} 2020- {new[5:]}")
        else:
            rows += [f"{old[:4]} 2020-2024 {old[5:]}", f"{new[:4]} 2024- {new[5:]}"]
            changed.append(f"2024 {old} > {new}")
    found = table(members(codes("\n".join(rows)), changes("\n".join(changed))))

    haram, alesund = found.pop("haram"), found.pop("alesund")
    assert haram == [("1580", 2024)]
    assert alesund == [("1507", 2020), ("1508", 2024)]
    assert sum(len(validities) == 1 for validities in found.values()) == 242
    assert sum(len(validities) == 2 for validities in found.values()) == 113
    assert found["valer_ostfold"] == [("3018", 2020), ("3114", 2024)]
    assert found["karasjohka"] == [("5437", 2020), ("5610", 2024)]
