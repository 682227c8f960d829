"""Every fault on the wire: what it says it does is what a client meets."""

import gzip
import http.client
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from pipelines.standin.faults import FAULTS, Faults
from pipelines.standin.server import StandinServer
from tests.standin.asking import EVERYTHING, ONE_CELL, TIMEOUT, ask, get, title
from tests.standin.small_tables import accounts_table, small_klass

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
def test_every_fault_is_described_and_tested(name):
    tests = [
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_standin_fault*.py")
    ]
    assert FAULTS[name].description.endswith(".")
    assert any(f'"{name}"' in text for text in tests)
