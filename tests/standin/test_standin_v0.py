"""The older v0 API."""

import json
from dataclasses import replace

import pytest
import requests

from pipelines.standin.server import StandinServer
from tests.standin.asking import TIMEOUT, ask, index_of
from tests.standin.small_tables import FUNCTION, REGION, accounts_table, small_klass

FIXED = {REGION: ("item", ["3201"]), FUNCTION: ("item", ["201"]), "ContentsCode": ("item", ["KOSbelop0000"])}


def get(server, address):
    return requests.get(f"{server.v0_url}{address}", timeout=TIMEOUT)


def query(server, filters, table="90001", output="json-stat2"):
    items = [
        {"code": code, "selection": {"filter": kind, "values": values}}
        for code, (kind, values) in filters.items()
    ]
    body = {"query": items, "response": {"format": output}}
    return requests.post(f"{server.v0_url}/no/table/{table}", json=body, timeout=TIMEOUT)


def test_description(server):
    body = get(server, "/no/table/90001").json()
    region, function, _, time = body["variables"]
    assert body["title"].startswith("90001: MODELLERTE EKSEMPELTALL")
    assert region == {
        "code": REGION,
        "text": "region",
        "values": ["0301", "3201", "EAK"],
        "valueTexts": ["Oslo", "Bærum", "Landet"],
    }
    assert (function["elimination"], time["time"]) == (True, True)


def test_limits(server):
    body = get(server, "/no/?config").json()
    assert (body["maxCells"], body["maxValues"], body["maxCalls"]) == (800_000, 50_000, 300)


def test_figures_agree_with_v2(server):
    filters = {
        REGION: ("all", ["*"]),
        FUNCTION: ("all", ["2*"]),
        "ContentsCode": ("item", ["KOSandel0000"]),
        "Tid": ("top", ["2"]),
    }
    older = query(server, filters).json()
    newer = ask(
        server, {REGION: ["*"], FUNCTION: ["2*"], "ContentsCode": ["KOSandel0000"], "Tid": ["top(2)"]}
    ).json()
    for member in ("id", "size", "value", "status", "updated"):
        assert older[member] == newer[member]
    assert older["extension"] == {"px": {"infofile": "None", "tableid": "90001", "decimals": 1}}
    assert set(older["role"]) == {"time", "metric"}
    assert set(older["dimension"][FUNCTION]) == {"label", "category"}


@pytest.mark.recorded
def test_the_body_has_the_recorded_members(server, recorded):
    body = json.loads((recorded / "statbank" / "ssb_v0_12367_data_2021-06-13.json").read_text())
    everything = {code: ("all", ["*"]) for code in (REGION, FUNCTION, "ContentsCode", "Tid")}
    assert list(query(server, everything).json()) == list(body)


def test_omitted_variables_are_complete_or_eliminated(server):
    body = query(server, {REGION: ("item", ["3201"]), "ContentsCode": ("item", ["KOSbelop0000"])}).json()
    assert body["id"] == [REGION, "ContentsCode", "Tid"]
    assert body["size"] == [1, 1, 3]
    assert body["value"] == [2111 + 2211 + 2311, 2112 + 2212 + 2312, None]


def test_question_marks_are_literal(server):
    answer = query(server, FIXED | {"Tid": ("all", ["202?"])})
    assert answer.status_code == 400


def test_aggregation_depends_on_the_table(server):
    filters = FIXED | {FUNCTION: ("agg:Opplaering", ["OPP"]), "Tid": ("item", ["2023"])}
    assert query(server, filters).status_code == 400
    server.replace_table(replace(server.table("90001"), aggregation_allowed=True))
    assert query(server, filters).json()["value"] == [2112 + 2212]
    assert index_of(query(server, filters), FUNCTION) == ["OPP"]


@pytest.mark.parametrize(
    ("filters", "variable"),
    [
        ({"Tid": ("item", ["2030"])}, "Tid"),
        ({"Tid": ("top", ["x"])}, "Tid"),
        ({"Tid": ("newest", ["1"])}, "Tid"),
        ({FUNCTION: ("agg:None", ["OPP"])}, FUNCTION),
        ({REGION: ("item", [])}, REGION),
    ],
)
def test_errors_name_the_variable(server, filters, variable):
    answer = query(server, FIXED | filters)
    message = f"The request for variable '{variable}' has an error. Please check your query."
    assert (answer.status_code, answer.json()) == (400, {"error": message})


def test_parameter_errors(server):
    expected = (400, {"error": "Parameter error"})
    for answer in (
        get(server, "/no/table/00000"),
        query(server, FIXED, table="00000"),
        query(server, FIXED, output="csv"),
        query(server, {"Nowhere": ("item", ["x"])}),
        requests.post(f"{server.v0_url}/no/table/90001", data=b"{", timeout=TIMEOUT),
    ):
        assert (answer.status_code, answer.json()) == expected


def test_too_many_values():
    with StandinServer([accounts_table()], small_klass(), max_cells=2) as server:
        answer = query(server, FIXED)
    assert (answer.status_code, answer.json()) == (403, {"error": "Too many values selected"})


def test_its_own_rate_limit():
    with (
        StandinServer([accounts_table()], small_klass(), rate_limit=1) as server,
        requests.Session() as session,
    ):
        address = f"{server.v0_url}/no/?config"
        statuses = {session.get(address, timeout=TIMEOUT).status_code for _ in range(300)}
        refused = session.get(address, timeout=TIMEOUT)
    assert statuses == {200}
    assert refused.status_code == 429
    assert refused.text.startswith("429 - Too many requests in too short timeframe")
    assert "x-ratelimit-limit" not in refused.headers
