"""Bodies of figures and metadata, compared with what SSB's server was seen to send."""

import json

import pytest

from pipelines.standin.table import with_cell
from tests.standin.asking import EVERYTHING, ONE_CELL, ask, get
from tests.standin.small_tables import FUNCTION, REGION, UPDATED

ALL_OF_A_YEAR = EVERYTHING | {"Tid": ["2024"]}


def test_a_data_body_has_the_servers_shape(server):
    answer = ask(server, EVERYTHING)
    body = answer.json()
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    assert answer.headers["content-disposition"] == 'inline; filename="90001.json"'
    assert list(body) == [
        *("version", "class", "label", "source", "updated", "note", "role", "id", "size"),
        *("dimension", "extension", "value", "status"),
    ]
    assert body["id"] == [REGION, FUNCTION, "ContentsCode", "Tid"]
    assert body["size"] == [3, 3, 2, 3]
    assert len(body["value"]) == 54
    assert body["role"] == {"time": ["Tid"], "geo": [REGION], "metric": ["ContentsCode"]}
    assert body["dimension"]["ContentsCode"]["category"]["unit"]["KOSandel0000"] == {
        "base": "prosent",
        "decimals": 1,
    }


def test_the_last_dimension_varies_fastest(server):
    body = ask(server, {**EVERYTHING, "ContentsCode": ["KOSbelop0000"]}).json()
    assert body["value"][:6] == [None, 1112, 1113, 1211, 1212, 1213]
    assert body["value"][9:12] == [2111, 2112, 2113]


def test_nulls_have_a_status_keyed_by_position_as_text(server):
    body = ask(server, EVERYTHING).json()
    nulls = {str(place) for place, value in enumerate(body["value"]) if value is None}
    assert body["status"] == {"0": ".", "32": ":", "46": ".."}
    assert nulls == set(body["status"])


def test_status_is_absent_when_there_is_nothing_to_say(server):
    assert "status" not in ask(server, ONE_CELL).json()


def test_whole_numbers_are_integers_and_others_floats(server):
    text = ask(server, {**ONE_CELL, "ContentsCode": ["*"]}).text
    assert text.endswith('"value":[2112,2122.5]}')


def test_figures_are_rounded_to_the_units_decimals(server):
    cell = {REGION: "3201", FUNCTION: "201", "ContentsCode": "KOSandel0000", "Tid": "2023"}
    server.replace_table(with_cell(server.table("90001"), cell, 12.3456))
    assert ask(server, {**ONE_CELL, "ContentsCode": ["KOSandel0000"]}).json()["value"] == [12.3]
    server.replace_table(with_cell(server.table("90001"), cell, 1e-6))
    assert ask(server, {**ONE_CELL, "ContentsCode": ["KOSandel0000"]}).text.endswith('"value":[0]}')


def test_a_status_can_stand_on_a_value(server):
    cell = {variable: codes[0] for variable, codes in ONE_CELL.items()}
    server.replace_table(with_cell(server.table("90001"), cell, 7, symbol="*"))
    body = ask(server, ONE_CELL).json()
    assert (body["value"], body["status"]) == ([7], {"0": "*"})


def test_symbols_that_occur_are_explained_in_the_notes(server):
    assert ask(server, ONE_CELL).json()["note"] == list(server.table("90001").notes)
    assert ". = Ikke mulig å oppgi tall." in ask(server, EVERYTHING).json()["note"]
    assert ask(server, EVERYTHING).json()["extension"]["noteMandatory"] == {"1": True}


def test_updated_is_the_newest_over_the_selected_contents(server):
    assert ask(server, ONE_CELL).json()["updated"] == "2026-06-15T06:00:00Z"
    assert ask(server, EVERYTHING).json()["updated"] == "2026-07-01T06:00:00Z"
    assert get(server, "/tables/90001/metadata").json()["updated"] == "2026-07-01T06:00:00Z"
    assert UPDATED.isoformat() == "2026-06-15T06:00:00+00:00"


def test_elimination_in_data_describes_the_extract(server):
    metadata = get(server, "/tables/90001/metadata").json()["dimension"]
    assert metadata[FUNCTION]["extension"]["elimination"] is True
    assert ask(server, EVERYTHING).json()["dimension"][FUNCTION]["extension"]["elimination"] is False
    everyone = {"Region": ["*"], "Kjonn": ["*"], "ContentsCode": ["*"], "Tid": ["*"]}
    with_total = ask(server, everyone, table="90002").json()["dimension"]["Kjonn"]["extension"]
    assert (with_total["elimination"], with_total["eliminationValueCode"]) == (True, "0")
    without = ask(server, everyone | {"Kjonn": ["1", "2"]}, table="90002").json()["dimension"]["Kjonn"]
    assert without["extension"]["elimination"] is False


def test_labels_do_not_depend_on_the_language(server):
    norwegian, english = ask(server, ONE_CELL).json(), ask(server, ONE_CELL, query="?lang=en").json()
    assert english["extension"]["px"]["language"] == "en"
    assert english["dimension"] == norwegian["dimension"]


def test_metadata_has_no_values_and_no_nulls(server):
    body = get(server, "/tables/90001/metadata").json()
    assert body["value"] == []
    assert "status" not in body
    assert "null" not in json.dumps(body)
    assert body["label"].endswith("2022-2024")
    assert body["dimension"][REGION]["category"]["index"] == {"0301": 0, "3201": 1, "EAK": 2}
    assert body["dimension"]["Tid"]["extension"]["elimination"] is False


def test_metadata_lists_codelists(server):
    extension = get(server, "/tables/90001/metadata").json()["dimension"][FUNCTION]["extension"]
    (codelist,) = extension["codelists"]
    assert (codelist["id"], codelist["label"], codelist["type"]) == (
        "agg_Opplaering",
        "Opplæring",
        "Aggregation",
    )
    assert "/codeLists/agg_Opplaering" in codelist["links"][0]["href"]


def test_metadata_with_a_codelist_shows_its_groups(server):
    answer = get(server, f"/tables/90001/metadata?codelist[{FUNCTION.lower()}]=agg_Opplaering")
    assert answer.json()["dimension"][FUNCTION]["category"]["index"] == {"OPP": 0, "SUM": 1}
    assert answer.json()["size"] == [3, 2, 2, 3]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (f"codelist[{FUNCTION}]=agg_x", "Non-existent codelist"),
        ("codelist[X]=agg_x", "Non-existent variable"),
    ],
)
def test_metadata_with_a_wrong_codelist(server, query, problem):
    answer = get(server, f"/tables/90001/metadata?{query}")
    assert (answer.status_code, answer.json()["title"]) == (400, problem)


@pytest.mark.recorded
def test_data_bodies_look_like_the_recorded_one(server, recorded):
    body = json.loads((recorded / "statbank" / "ssb_v2_12134_data_2026-04-25.json").read_text())
    ours = ask(server, ONE_CELL).json()
    assert list(ours) == list(body)
    for role, code in (("geo", REGION), ("metric", "ContentsCode"), ("time", "Tid")):
        theirs = body["dimension"][body["role"][role][0]]
        assert list(ours["dimension"][code]) == [key for key in theirs if key != "link"]
        assert list(ours["dimension"][code]["category"]) == list(theirs["category"])
        assert set(ours["dimension"][code]["extension"]) <= set(theirs["extension"])
    assert set(ours["extension"]) == set(body["extension"])
    assert list(ours["extension"]["px"]) == list(body["extension"]["px"])
