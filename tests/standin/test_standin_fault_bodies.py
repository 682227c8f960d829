"""Faults inside a body: each is compared with the usual answer."""

import numpy as np
import pytest

from tests.standin.asking import EVERYTHING, ONE_CELL, ask, get, index_of
from tests.standin.small_tables import FUNCTION, REGION


def cube(answer):
    """Figures by code, whatever the order of the answer: {codes in the order of id: value}."""
    body = answer.json()
    codes = [index_of(answer, variable) for variable in body["id"]]
    places = np.ndindex(*body["size"])
    return {
        tuple(codes[axis][at] for axis, at in enumerate(place)): value
        for place, value in zip(places, body["value"], strict=True)
    }


def statuses(answer):
    """Symbols by code."""
    body = answer.json()
    codes = list(cube(answer))
    return {codes[int(place)]: symbol for place, symbol in body.get("status", {}).items()}


# --- figures ----------------------------------------------------------------------------------------


def test_default_selection(server, fault):
    expected = get(server, "/tables/90001/data").json()
    fault("default_selection")
    assert ask(server, ONE_CELL).json() == expected
    query = "&".join(f"valueCodes[{variable}]={codes[0]}" for variable, codes in ONE_CELL.items())
    assert get(server, f"/tables/90001/data?{query}").json() == expected


@pytest.mark.parametrize(
    ("name", "value", "symbol"), [("zeros_before_release", 0, None), ("dots_before_release", None, "..")]
)
def test_before_release(server, fault, name, value, symbol):
    usual = ask(server, EVERYTHING)
    fault(name)
    early = ask(server, EVERYTHING)
    assert early.json()["updated"] == usual.json()["updated"]
    assert {codes: figure for codes, figure in cube(early).items() if codes[-1] != "2024"} == {
        codes: figure for codes, figure in cube(usual).items() if codes[-1] != "2024"
    }
    newest = [codes for codes in cube(early) if codes[-1] == "2024"]
    assert {(cube(early)[codes], statuses(early).get(codes)) for codes in newest} == {(value, symbol)}


def test_numbers_changed(server, fault):
    usual = ask(server, EVERYTHING)
    fault("numbers_changed")
    changed = ask(server, EVERYTHING)
    assert changed.json()["updated"] == usual.json()["updated"]
    assert cube(changed) == {
        codes: figure if figure is None else figure + 1 for codes, figure in cube(usual).items()
    }


def test_updated_changed(server, fault):
    usual = ask(server, EVERYTHING).json()
    fault("updated_changed")
    changed = ask(server, EVERYTHING).json()
    assert (usual["updated"], changed["updated"]) == ("2026-07-01T06:00:00Z", "2026-07-02T06:00:00Z")
    assert changed["value"] == usual["value"]
    assert get(server, "/tables/90001").json()["updated"] == "2026-07-02T06:00:00Z"
    assert get(server, "/tables/90001/metadata").json()["updated"] == "2026-07-02T06:00:00Z"
    assert get(server, "/tables").json()["tables"][1]["updated"] == "2026-02-25T07:00:00Z"


def test_dimension_missing(server, fault):
    fault("dimension_missing")
    body = ask(server, EVERYTHING).json()
    assert body["id"] == [FUNCTION, "ContentsCode", "Tid"]
    assert (body["size"], len(body["value"])) == ([3, 2, 3], 18)
    assert REGION not in body["dimension"]
    assert "geo" not in body["role"]


def test_index_shuffled(server, fault):
    usual = ask(server, EVERYTHING)
    fault("index_shuffled")
    shuffled = ask(server, EVERYTHING)
    category = shuffled.json()["dimension"][REGION]["category"]
    assert category["index"] == {"0301": 1, "3201": 2, "EAK": 0}
    assert list(category["index"]) == ["0301", "3201", "EAK"]
    assert list(category["label"]) == ["EAK", "3201", "0301"]
    assert shuffled.json()["value"] != usual.json()["value"]
    assert cube(shuffled) == cube(usual)
    assert statuses(shuffled) == statuses(usual)


def test_order_reversed(server, fault):
    usual = ask(server, EVERYTHING)
    fault("order_reversed")
    turned = ask(server, EVERYTHING)
    assert index_of(turned, "Tid") == ["2024", "2023", "2022"]
    assert turned.json()["value"] == usual.json()["value"][::-1]
    assert (cube(turned), statuses(turned)) == (cube(usual), statuses(usual))


def test_status_on_value(server, fault):
    fault("status_on_value")
    body = ask(server, EVERYTHING).json()
    assert (body["value"][0], body["value"][1]) == (None, 1112)
    assert body["status"] == {"0": ".", "1": "*", "32": ":", "46": ".."}


@pytest.mark.parametrize(("name", "symbol"), [("unknown_symbol", "§"), ("nil_symbol", "-")])
def test_symbols(server, fault, name, symbol):
    fault(name)
    body = ask(server, ONE_CELL).json()
    assert (body["value"], body["status"]) == ([None], {"0": symbol})


def test_string_in_values(server, fault):
    fault("string_in_values")
    assert ask(server, EVERYTHING).json()["value"][:2] == ["12,5", 1112]


@pytest.mark.parametrize(("name", "length"), [("values_too_short", 53), ("values_too_long", 55)])
def test_wrong_lengths(server, fault, name, length):
    fault(name)
    body = ask(server, EVERYTHING).json()
    assert (len(body["value"]), body["size"]) == (length, [3, 3, 2, 3])


def test_status_out_of_range(server, fault):
    fault("status_out_of_range")
    assert ask(server, ONE_CELL).json()["status"] == {"1": "."}


def test_positions_repeated(server, fault):
    fault("positions_repeated")
    body = ask(server, EVERYTHING).json()
    assert body["dimension"][REGION]["category"]["index"] == {"0301": 0, "3201": 1, "EAK": 0}


def test_code_added(server, fault):
    usual = ask(server, EVERYTHING)
    fault("code_added")
    more = ask(server, EVERYTHING)
    assert more.json()["size"] == [4, 3, 2, 3]
    assert index_of(more, REGION) == ["0301", "3201", "EAK", "EKSTRA"]
    assert {codes: figure for codes, figure in cube(more).items() if codes[0] != "EKSTRA"} == cube(usual)


def test_code_left_out(server, fault):
    usual = ask(server, EVERYTHING)
    fault("code_left_out")
    fewer = ask(server, EVERYTHING)
    assert index_of(fewer, REGION) == ["0301", "3201"]
    assert cube(fewer) == {codes: figure for codes, figure in cube(usual).items() if codes[0] != "EAK"}


# --- metadata ---------------------------------------------------------------------------------------


def test_code_vanished(server, fault):
    fault("code_vanished")
    body = get(server, "/tables/90001/metadata").json()
    assert body["dimension"][REGION]["category"]["index"] == {"3201": 0, "EAK": 1}
    assert (body["size"], body["value"]) == ([2, 3, 2, 3], [])


def test_a_chosen_code_vanished(server, fault):
    fault("code_vanished", variable="ContentsCode", code="KOSandel0000")
    category = get(server, "/tables/90001/metadata").json()["dimension"]["ContentsCode"]["category"]
    assert [list(category[member]) for member in ("index", "label", "unit")] == [["KOSbelop0000"]] * 3


def test_label_renamed(server, fault):
    fault("label_renamed")
    labels = get(server, "/tables/90001/metadata").json()["dimension"]["ContentsCode"]["category"]["label"]
    assert labels == {"KOSbelop0000": "Beløp (1000 kr) (ny betegnelse)", "KOSandel0000": "Andel (prosent)"}
    fault("label_renamed", variable=REGION, code="3201", label="Bærum herad")
    labels = get(server, "/tables/90001/metadata").json()["dimension"][REGION]["category"]["label"]
    assert labels["3201"] == "Bærum herad"


def test_label_repeated(server, fault):
    fault("label_repeated", variable="ContentsCode")
    labels = get(server, "/tables/90001/metadata").json()["dimension"]["ContentsCode"]["category"]["label"]
    assert set(labels.values()) == {"Beløp (1000 kr)"}
