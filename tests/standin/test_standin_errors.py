"""The three families of errors, and the rate limit."""

import json

import pytest
import requests

from pipelines.standin.server import StandinServer
from tests.standin.asking import ONE_CELL, TIMEOUT, ask, get, post, title
from tests.standin.small_tables import REGION, accounts_table, population_table, small_klass

VALIDATION = "One or more validation errors occurred."


def test_an_unknown_table_is_404_except_for_data(server):
    for address in ("/tables/00000", "/tables/00000/metadata", "/tables/00000/defaultselection"):
        answer = get(server, address)
        assert (answer.status_code, answer.json()["status"], title(answer)) == (
            404,
            404,
            "Non-existent table",
        )
    for answer in (get(server, "/tables/00000/data"), ask(server, ONE_CELL, table="00000")):
        assert (answer.status_code, answer.json()["status"], title(answer)) == (
            400,
            404,
            "Non-existent table",
        )


@pytest.mark.parametrize(
    "address", ["/config", "/tables", "/tables/90001", "/tables/90001/metadata", "/tables/90001/data"]
)
@pytest.mark.parametrize("language", ["nb", "nn", "sv"])
def test_unsupported_languages(server, address, language):
    answer = get(server, f"{address}?lang={language}")
    assert (answer.status_code, title(answer)) == (400, "Unsupported language")
    assert "detail" not in answer.json()
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"


@pytest.mark.parametrize("output", ["csv", "px", "xlsx", "html", "json-px", "parquet"])
def test_formats_that_are_not_served(server, output):
    answer = ask(server, ONE_CELL, query=f"?outputFormat={output}")
    assert (answer.status_code, title(answer), answer.json()["detail"]) == (
        400,
        *["Unsupported output format"] * 2,
    )


def test_format_parameters_do_not_fit_json_stat(server):
    answer = ask(server, ONE_CELL, query="?outputFormat=json-stat2&outputFormatParams=UseCodes")
    assert title(answer) == "Unsupported output format"


@pytest.mark.parametrize(
    ("query", "member"),
    [("outputFormat=json", "outputFormat"), ("outputFormatParams=Nonsense", "outputFormatParams")],
)
def test_formats_that_do_not_exist(server, query, member):
    answer = ask(server, ONE_CELL, query=f"?{query}")
    assert (answer.status_code, title(answer)) == (400, VALIDATION)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert list(answer.json()["errors"]) == [member]
    assert answer.json()["traceId"].startswith("00-")


@pytest.mark.parametrize("key", ["valueCodes", "valueCodesTid", "valueCodes[]", "valueCodes[Tid"])
def test_malformed_value_code_keys(server, key):
    answer = get(server, f"/tables/90001/data?{key}=2024")
    assert (answer.status_code, title(answer)) == (400, VALIDATION)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"selection": None},
        {"selection": "all"},
        {"selection": [{"valueCodes": ["x"]}]},
        {"selection": [{"variableCode": "Tid", "valueCodes": "2024"}]},
        {"selection": [{"variableCode": "Tid", "valueCodes": [2024]}]},
        [],
    ],
)
def test_bodies_that_cannot_be_bound(server, body):
    answer = post(server, "90001", body)
    assert (answer.status_code, title(answer)) == (400, VALIDATION)


@pytest.mark.parametrize("body", [b"", b"{", b"selection"])
def test_bodies_that_are_no_json(server, body):
    answer = requests.post(
        f"{server.statbank_url}/tables/90001/data",
        data=body,
        headers={"content-type": "application/json"},
        timeout=TIMEOUT,
    )
    assert (answer.status_code, title(answer)) == (400, VALIDATION)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_post_must_say_that_it_is_json(server, kind):
    body = json.dumps({"selection": []}).encode()
    headers = {"content-type": kind} if kind else {}
    answer = requests.post(
        f"{server.statbank_url}/tables/90001/data", data=body, headers=headers, timeout=TIMEOUT
    )
    assert answer.status_code == 415


def test_only_data_can_be_posted_to(server):
    assert requests.post(f"{server.statbank_url}/tables", json={}, timeout=TIMEOUT).status_code == 405


def test_too_long_an_address_is_404_with_html(server):
    assert get(server, f"/tables?_={'x' * 2098}").status_code == 200
    refused = get(server, f"/tables?_={'x' * 2099}")
    assert (refused.status_code, refused.headers["content-type"]) == (404, "text/html")
    assert refused.text.startswith("<!DOCTYPE html>")


def test_every_answer_carries_the_rate_headers(server):
    for answer in (get(server, "/config"), get(server, "/nowhere"), ask(server, {"x": ["y"]})):
        assert answer.headers["x-ratelimit-limit"] == "10000"
        assert answer.headers["x-ratelimit-policy"] == "10000;w=60s"
        assert answer.headers["x-ratelimit-resource"] == "SB_API_1MIN"
        assert int(answer.headers["x-ratelimit-remaining"]) < 10_000
        assert "retry-after" not in answer.headers


def test_the_window_slides():
    now = [0.0]
    with StandinServer(
        [accounts_table(), population_table()], small_klass(), rate_limit=3, clock=lambda: now[0]
    ) as server:
        remaining = []
        for now[0] in (0.0, 20.0, 40.0):
            remaining.append(get(server, "/config").headers["x-ratelimit-remaining"])
        assert remaining == ["2", "1", "0"]
        refused = get(server, "/tables")
        assert (refused.status_code, refused.content) == (429, b"")
        assert refused.headers["x-ratelimit-remaining"] == "0"
        now[0] = 60.0
        assert get(server, "/tables").status_code == 200
        assert get(server, "/tables").status_code == 429
        now[0] = 80.0
        assert get(server, "/tables").status_code == 200


def test_the_usual_limit_is_forty_in_a_minute():
    with StandinServer([accounts_table()], small_klass()) as server, requests.Session() as session:
        statuses = [
            session.get(f"{server.statbank_url}/config", timeout=TIMEOUT).status_code for _ in range(41)
        ]
    assert statuses == [200] * 40 + [429]


@pytest.mark.recorded
def test_error_bodies_are_those_recorded(server, recorded):
    seen = json.loads((recorded / "statbank" / "ssb_v2_errors_observed_2026-04-25.json").read_text())
    ours = [
        ask(server, ONE_CELL, table="99999"),
        ask(server, ONE_CELL | {REGION: ["9999"]}),
        ask(server, {"Tid": ["2024"]}),
        ask(server, ONE_CELL | {"ContentsCode": ["X"]}),
        ask(server, ONE_CELL | {REGION: ["2222"]}),
    ]
    assert [(answer.status_code, answer.text) for answer in ours] == [
        (case["status"], case["snippet"]) for case in seen
    ]
