"""Shape, labels and gaps of the sample tables, and that they are the same on every machine."""

import ast
import hashlib
import re
import time
from pathlib import Path

import numpy as np
import pytest

from pipelines.standin import model
from pipelines.standin.model.data import rows
from pipelines.standin.sample import sample_ids, sample_table, sample_tables
from tests.standin.sampled import ASSS, cell, code, people, symbol

R, C, T = "KOKkommuneregion0000", "ContentsCode", "Tid"
DIMENSIONS = {
    "03014": [C, T],
    "07459": ["Region", "Kjonn", "Alder", C, T],
    "11643": ["Region", "TenesteType", "Alder", C, T],
    "11645": ["Region", "TenesteType", "Alder", C, T],
    "11695": ["Region", "Kjonn", C, T],
    "11715": ["Region", "Alder", C, T],
    "11805": [R, "KOKalder0000", C, T],
    "12003": [R, "KOKalder0000", "KOKtjenestegrupp0000", C, T],
    "12362": [R, "KOKfunksjon0000", "KOKart0000", C, T],
    "12367": [R, "KOKregnskapsomfa0000", "KOKfunksjon0000", "KOKart0000", C, T],
    "13563": ["Region", "HovArbStyrkStatus", "Alder", "InnvandrKat", C, T],
    "14534": [R, "KOKstillingkode0000", "KOKutdanningoms0000", C, T],
}
CLOSED = {"12201", "12203", "12204", "12210", "12213", "12266", "13138"}
PLAIN = CLOSED | {"11820", "11875", "12160", "12209", "12292", "12293", "13995", "14019"}
OUTSIDE_KOSTRA = {"03014", "07459", "11643", "11645", "11695", "11715", "13563"}
# sha256 of values and symbols; changes whenever a figure of the sample does, which must be on purpose.
GOLDEN = {
    "03014": "559d54d6440d83748e8b17c2ebb9b05d051204b8811b9f5e2640ce2cb3357a9b",
    "07459": "72450d549716589165d07d325c1114747a79e2c7d580735ed178b9f8aab8524d",
    "11643": "3c4ad4ce1e5a2b5f5ea7c71534874f1603b1496e77ec6b3f7315384c05cad27f",
    "11645": "492d60ecc7a5432820bf36867ce21aa2c7a4817f9935abdb484c4e8322053cb9",
    "11695": "fd01f787cd736c68f4b87f6691a866dc8966fce4e4f2b4327a61c25c690f1805",
    "11715": "92a109ea2bbee3fcc925e120625ea22c0b0ea510d9c607036ca8bc9a579f1097",
    "11805": "f10e8cfb20524de10f86bd01c262c620145b609b48ea78026e0c93527fb8e4b8",
    "11820": "1067e51ef52b0c4cc19e29585d97909db0b80ce75339f57e4add650dd5b1ffbb",
    "11875": "cc8efde40507367062abf01b694876ee5edcdd683910219db40137c15bd96f70",
    "12003": "dde4b0f66da8f535b789f3f2daa73e3bf97bc8f63ab3eb1bf4b515c8fc20c65d",
    "12160": "e84a0fa0f50bdcc43a84ce7b1925a1aa75caef9c860318701030e697239b374f",
    "12201": "0e4ee582eb4ff34708a5c137a4511b88ac0d750ba073f4768712aa29c4881a63",
    "12203": "8b22a42b4b6c2300cea69ccaf90497128ab3fa61b749870286735c8ce4cfbcc0",
    "12204": "bdd44f16ceb8129da6f0fefa6b500608f16ba2c465ea179ea03f472e8e625b8b",
    "12209": "d14b696421a8c42103a4e913b6f576b1e7b2618b1e4c07c991b87d22b50bcd7e",
    "12210": "3e1b6ddd41ee8856ccadfbc783bb8465a8ca4e56ffde3166f8a13c85f66a9d77",
    "12213": "eba18bd30e05600f13117c8750069263f44d49fe1b08b98875d94791e229e17a",
    "12266": "9a0f6b1d904f5389dd3cbdd40a0bc67a4d405d5b981652999dd9979808d27f38",
    "12292": "1128b6a817daf9c1b9f7859d22f18678a40404eb90c1bce2ffdaa31014ef2eed",
    "12293": "e4cabc515c8e62a9c75d7dd650e378eb3f97bb64e23d35e498be8a5cc65f25c2",
    "12362": "d580a30840817f6bcfeb745a541d34d12f5e116c00b37641a737fad69df46b55",
    "12367": "0b7b188817ff00da1ae2ec7c6e896d2c97142f8358276bc3bfd501f6e1535714",
    "13138": "5e71dc17bb5c983effd31dbf99fe160342b0b23fd4e33842cb6170caf0ea227b",
    "13563": "edf84ace9e97cf3dc3a8baf8dddca25fe931a52cf4eb1b696110f2bdb7cc6c6a",
    "13995": "66d102af680a06abedf25c12ff50b6281ccaac34aa97dc2d8ee230f9b3e82928",
    "14019": "e2c426ca557a5d142a1dcec86fbf38ba722be53e1b63e53d69630b3340f2f451",
    "14534": "6003f90e12acc3b5f8e67904ba0f2ab98be2957ee0a1d92cae30436195a80732",
}


def digest(number: str) -> str:
    """Hash of every cell as text, and of every symbol with its place."""
    served = sample_table(number)
    cells = "\n".join("" if np.isnan(value) else repr(float(value)) for value in served.values.flat)
    symbols = "\n".join(f"{at} {text}" for at, text in sorted(served.symbols.items()))
    return hashlib.sha256(f"{cells}\n\n{symbols}".encode()).hexdigest()


def test_every_documented_table_is_served() -> None:
    assert set(sample_ids()) == set(DIMENSIONS) | PLAIN


@pytest.mark.parametrize("number", sorted(set(DIMENSIONS) | PLAIN))
def test_dimensions_stand_in_the_documented_order(number: str) -> None:
    assert [d.code for d in sample_table(number).dimensions] == DIMENSIONS.get(number, [R, C, T])


@pytest.mark.parametrize("number", sample_ids())
def test_title_and_first_note_say_that_the_figures_are_samples(number: str) -> None:
    served = sample_table(number)
    assert served.label.startswith("MODELLERTE EKSEMPELTALL – ")
    assert " etter " in served.label
    assert served.label.endswith(" og år")
    assert "ikke SSBs tall" in served.notes[0]
    assert 0 in served.mandatory_notes


@pytest.mark.parametrize("number", sample_ids())
def test_elimination_is_closed_in_kostra_tables(number: str) -> None:
    optional = {d.code for d in sample_table(number).dimensions if d.elimination}
    expected = {
        "07459": {"Region", "Kjonn", "Alder"},
        "11695": {"Kjonn"},
        "12003": {"KOKtjenestegrupp0000"},
    }
    assert optional == expected.get(number, set())


@pytest.mark.parametrize("number", sample_ids())
def test_kostra_tables_are_recognised_by_their_path(number: str) -> None:
    third = {path[2].id for path in sample_table(number).paths}
    assert ("kostrahoved" in third) == (number not in OUTSIDE_KOSTRA)


@pytest.mark.parametrize("number", sample_ids())
def test_periods_and_closed_series(number: str) -> None:
    served = sample_table(number)
    span = served.time.codes[0], served.time.codes[-1]
    if number in CLOSED:
        assert span == ("2015", "2021")
    elif number in {"13995", "14019"}:
        assert span == ("2022", "2024")
    else:
        assert span == ("2015", "2025" if number == "07459" else "2024")
    assert served.discontinued == (number in CLOSED)
    assert ("avslutta serie" in served.label) == (number in CLOSED)


@pytest.mark.parametrize("number", sample_ids())
def test_every_null_has_a_symbol_and_no_figure_has_one(number: str) -> None:
    served = sample_table(number)
    assert set(np.flatnonzero(np.isnan(served.values)).tolist()) == set(served.symbols)
    assert set(served.symbols.values()) <= {".", "..", ":"}


@pytest.mark.parametrize("number", sample_ids())
def test_figures_have_the_decimals_of_their_unit(number: str) -> None:
    served = sample_table(number)
    at = served.dimensions.index(served.metric)
    assert set(served.metric.units) == set(served.metric.codes)
    for position, (_, decimals) in enumerate(served.metric.units[c] for c in served.metric.codes):
        values = np.take(served.values, position, axis=at)
        there = values[~np.isnan(values)]
        assert np.array_equal(there, np.round(there, decimals))
        assert there.min() >= 0 or number in {"12362", "12367"}


def test_suppressed_and_missing_cells_are_present() -> None:
    assert symbol("12160", "1129", "KOSkvalmottakere0000", "2016") == ":"
    assert symbol("12160", "1129", "KOSalder18660000", "2016") == ":"
    assert symbol("12210", "0628", "KOSsosantkliente0000", "2016") == ".."
    assert {":", "..", "."} <= set(sample_table("12292").symbols.values())


def test_no_member_of_the_network_has_a_gap_after_2020() -> None:
    for number in sample_ids():
        served = sample_table(number)
        if served.dimensions[0].role != "geo" or number == "07459":
            continue
        for slug in ASSS:
            for year in {int(text) for text in served.time.codes} - set(range(2015, 2021)):
                at = served.dimensions[0].codes.index(code(slug, year))
                gaps = np.argwhere(np.isnan(served.values[at, ..., served.time.codes.index(str(year))]))
                functions = [d.code for d in served.dimensions].count("KOKfunksjon0000")
                assert len(gaps) == 0 or functions, (number, slug, year)


def test_population_stands_under_the_codes_of_the_first_of_january() -> None:
    assert people("baerum", 2023) == 130922
    assert [people("baerum", year) for year in (2021, 2022, 2024)] == [128982, 129874, 132358]
    assert [people("asker", year) for year in range(2021, 2025)] == [96086, 97784, 98815, 100489]
    assert symbol("07459", "0219", "1", "030", "Personer1", "2020") == "."
    assert cell("07459", "3024", "1", "030", "Personer1", "2020") > 0
    assert symbol("07459", "3024", "1", "030", "Personer1", "2024") == "."


@pytest.mark.parametrize(
    ("slug", "year", "low", "high"),
    [
        ("baerum", 2022, 80170, 80188),
        ("baerum", 2023, 80682, 80697),
        ("baerum", 2024, 81422, 81436),
        ("oslo", 2024, 507298, 507311),
        ("bergen", 2024, 195090, 195090),
        ("drammen", 2024, 67420, 67420),
        ("asker", 2024, 62340, 62340),
    ],
)
def test_inhabitants_18_to_66_lie_in_the_implied_ranges(slug: str, year: int, low: int, high: int) -> None:
    assert low <= people(slug, year, 18, 66) <= high


def test_the_country_is_more_than_its_large_municipalities() -> None:
    whole = cell("11805", "EAK", "ALLE", "KOSpersoner0000", "2024")
    assert whole > 2 * sum(people(slug, 2024) for slug in ASSS)
    served = sample_table("07459")
    assert served.values[served.dimensions[0].codes.index("0"), :, :, 0, -1].sum() == whole


def test_region_labels_carry_the_years_of_ended_codes() -> None:
    region = sample_table("12367").dimensions[0]
    labels = dict(zip(region.codes, region.labels, strict=True))
    assert labels["0301"] == "Oslo - Oslove"
    assert labels["5001"] == "Trondheim - Tråante"
    assert labels["3201"] == "Bærum"
    assert labels["3024"] == "Bærum (2020-2023)"
    assert labels["0219"] == "Bærum (-2019)"
    assert labels["1601"] == "Trondheim (-2017)"
    assert labels["5030"] == "Klæbu (2018-2019)"
    assert labels["EKG12"] == "KOSTRA-gruppe 12"


def test_the_sample_is_small_and_quick() -> None:
    started = time.perf_counter()
    for number in sample_ids():
        sample_table.__wrapped__(number)
    assert time.perf_counter() - started < 2
    assert sum(served.values.nbytes for served in sample_tables()) < 10_000_000


def test_an_unknown_table_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="12367"):
        sample_table("12376")


def test_the_model_shares_no_code_with_the_pipeline() -> None:
    folder = Path(model.__file__).parent
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if re.match(r"assets|schemas|pipelines\.(?!standin)", n)], path


def test_every_number_of_the_model_says_where_it_comes_from() -> None:
    for name in ("accounts_given", "service_given", "population_given", "means", "bounds", "consumer_prices"):
        for row in rows(name):
            assert re.match(r"SSB table|published|calibrated|modelled|implied|inside", row["source"]), row


@pytest.mark.parametrize("number", sample_ids())
def test_the_same_figures_on_every_machine(number: str) -> None:
    assert digest(number) == GOLDEN[number]
