"""Every fault on the wire: what it says it does is what a client meets."""

import gzip
import http.client
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
import requests

from pipelines.standin.faults import FAULTS, Faults
from pipelines.standin.server import StandinServer
from tests.standin.asking import EVERYTHING, ONE_CELL, TIMEOUT, ask, get, index_of, title
from tests.standin.small_tables import FUNCTION, REGION, accounts_table, small_klass


@pytest.fixture
def fault(server):
    """Switch a fault on."""
    return server.faults.switch_on


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


# --- instead of an answer ---------------------------------------------------------------------------


def test_rate_limited(server, fault):
    fault("rate_limited", times=2)
    for _ in range(2):
        answer = ask(server, ONE_CELL)
        assert (answer.status_code, answer.content) == (429, b"")
        assert "retry-after" not in answer.headers
        assert "x-ratelimit-limit" in answer.headers
    assert ask(server, ONE_CELL).status_code == 200
    assert server.faults.applied("rate_limited") == 2


def test_rate_limited_in_seconds(server, fault):
    fault("rate_limited_seconds", seconds=7)
    answer = get(server, "/tables")
    assert (answer.status_code, answer.content, answer.headers["retry-after"]) == (429, b"", "7")


def test_rate_limited_until_a_date(server, fault):
    fault("rate_limited_date", seconds=90)
    answer = get(server, "/tables")
    until = parsedate_to_datetime(answer.headers["retry-after"])
    assert (answer.status_code, answer.content) == (429, b"")
    assert timedelta(seconds=80) < until - datetime.now(UTC) <= timedelta(seconds=90)


def test_not_found_html(server, fault):
    fault("not_found_html")
    answer = ask(server, ONE_CELL)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html")


def test_not_found_once(server, fault):
    fault("not_found_once")
    answers = [get(server, "/tables/90001/metadata") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [404, 200]
    assert title(answers[0]) == "Non-existent table"
    assert get(server, "/tables").status_code == 200


def test_not_found_cached(server, fault):
    fault("not_found_cached")
    for _ in range(3):
        assert title(ask(server, ONE_CELL)) == "Non-existent table"
    assert ask(server, ONE_CELL, query="?_=2").status_code == 200
    assert ask(server, EVERYTHING).status_code == 200
    assert ask(server, ONE_CELL).status_code == 404


def test_server_error(server, fault):
    fault("server_error")
    answer = ask(server, ONE_CELL)
    assert (answer.status_code, answer.content) == (500, b"")


def test_unavailable(server, fault):
    fault("unavailable")
    answer = ask(server, ONE_CELL)
    assert (answer.status_code, answer.text) == (503, "Backend fetch failed")


def test_maintenance_page(server, fault):
    fault("maintenance_page")
    answer = ask(server, ONE_CELL)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<html>" in answer.text


# --- delivery ---------------------------------------------------------------------------------------


def exchange(server, address="/config"):
    """Bytes of one raw exchange, without an HTTP client's opinion of them."""
    parts = urlsplit(server.statbank_url)
    with socket.create_connection((parts.hostname, parts.port), TIMEOUT) as connection:
        connection.sendall(
            f"GET {parts.path}{address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        )
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


def test_connection_dropped(server, fault):
    fault("connection_dropped", times=2)
    assert exchange(server) == b""
    with pytest.raises(requests.ConnectionError):
        get(server, "/config")
    assert get(server, "/config").status_code == 200


def test_connection_reset(server, fault):
    fault("connection_reset", times=1)
    with pytest.raises(ConnectionResetError):
        exchange(server)
    assert get(server, "/config").status_code == 200


def test_body_truncated(server, fault):
    whole = get(server, "/config").content
    fault("body_truncated", times=2)
    head, _, body = exchange(server).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(whole)}".encode() in head
    assert body == whole[: len(whole) // 2]
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(server, "/config")


def test_gzip(server, fault):
    plain = ask(server, EVERYTHING)
    fault("gzip", times=1)
    packed = ask(server, EVERYTHING)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == plain.json()


def test_gzip_truncated(server, fault):
    whole = get(server, "/config").content
    fault("gzip_truncated", times=1)
    parts = urlsplit(server.statbank_url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
    connection.request("GET", f"{parts.path}/config")
    answer = connection.getresponse()
    packed = answer.read()
    connection.close()
    assert answer.headers["content-length"] == str(len(packed))
    assert packed.startswith(b"\x1f\x8b")
    assert len(packed) == len(gzip.compress(whole)) // 2
    with pytest.raises(EOFError):
        gzip.decompress(packed)


def test_body_slow(server, fault):
    fault("body_slow", times=1, seconds=0.3)
    began = time.monotonic()
    answer = requests.get(f"{server.statbank_url}/config", stream=True, timeout=TIMEOUT)
    headers_after = time.monotonic() - began
    assert answer.json()["maxDataCells"] == 800_000
    assert time.monotonic() - began - headers_after > 0.2


def test_answer_late(server, fault):
    fault("answer_late", seconds=30)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{server.statbank_url}/config", timeout=(TIMEOUT, 0.05))


def test_a_late_answer_does_not_hold_up_the_end(server, fault):
    fault("answer_late", seconds=30)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{server.statbank_url}/config", timeout=(TIMEOUT, 0.05))
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 5


def test_content_types(server, fault):
    fault("content_type_text", times=1)
    answer = ask(server, ONE_CELL)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.json()["value"] == [2112]
    server.faults.switch_off()
    fault("content_type_absent", times=1)
    answer = ask(server, ONE_CELL)
    assert "content-type" not in answer.headers
    assert answer.json()["value"] == [2112]


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


# --- switches ---------------------------------------------------------------------------------------


def test_only_matching_paths_are_hit_and_counted(server):
    server.faults.switch_on("server_error", times=1, path="/METADATA$")
    assert get(server, "/tables").status_code == 200
    assert get(server, "/tables/90001/metadata").status_code == 500
    assert get(server, "/tables/90001/metadata").status_code == 200


def test_switching_off(server):
    server.faults.switch_on("server_error")
    server.faults.switch_on("gzip")
    server.faults.switch_off("server_error")
    assert get(server, "/config").headers["content-encoding"] == "gzip"
    server.faults.switch_off()
    assert "content-encoding" not in get(server, "/config").headers


def test_several_faults_at_once(server):
    server.faults.switch_on("numbers_changed")
    server.faults.switch_on("nil_symbol")
    server.faults.switch_on("gzip")
    answer = ask(server, ONE_CELL)
    assert (answer.json()["value"], answer.headers["content-encoding"]) == ([None], "gzip")


def test_edits_leave_refusals_alone(server):
    server.faults.switch_on("numbers_changed")
    assert title(ask(server, {"Tid": ["2024"]})) == "Missing selection for mandantory variable"


def test_faults_named_at_construction():
    with StandinServer([accounts_table()], small_klass(), faults=Faults("unavailable")) as server:
        assert get(server, "/config").status_code == 503


def test_klass_can_fail_too(server):
    server.faults.switch_on("unavailable", path="/klass/")
    address = f"{server.klass_url}/classifications/131/codesAt?date=2024-01-01"
    assert requests.get(address, timeout=TIMEOUT).status_code == 503
    assert get(server, "/config").status_code == 200


def test_unknown_names_get_the_nearest(server):
    with pytest.raises(KeyError, match="server_error"):
        server.faults.switch_on("servererror")


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_described_and_tested_here(name):
    assert FAULTS[name].description.endswith(".")
    assert f'"{name}"' in Path(__file__).read_text(encoding="utf-8")
