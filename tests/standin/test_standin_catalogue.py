"""Table list, configuration, codelists and the addresses that do not exist."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipelines.standin.server import StandinServer
from tests.standin.asking import get, title
from tests.standin.small_tables import accounts_table, population_table, small_klass


def ids(answer):
    return [table["id"] for table in answer.json()["tables"]]


def test_configuration(server):
    body = get(server, "/config").json()
    assert (body["maxDataCells"], body["maxCallsPerTimeWindow"], body["timeWindow"]) == (800_000, 0, 0)
    assert body["apiVersion"] == "2.3.2"


def test_one_entry_of_the_list(server):
    body = get(server, "/tables").json()
    entry = body["tables"][0]
    assert entry["label"].startswith("90001: MODELLERTE EKSEMPELTALL")
    assert entry["label"].endswith(" 2022-2024")
    assert (entry["firstPeriod"], entry["lastPeriod"]) == ("2022", "2024")
    assert entry["updated"] == "2026-07-01T06:00:00Z"
    assert entry["variableNames"] == ["region", "funksjon", "statistikkvariabel", "år"]
    assert entry["timeUnit"] == "Annual"
    assert [path[2]["id"] for path in entry["paths"]] == ["kostrahoved"]
    assert {link["rel"] for link in entry["links"]} == {"self", "alternate", "metadata", "data"}
    assert get(server, "/tables/90001").json() == {"language": "no"} | entry


def test_links_lead_back_to_the_server(server):
    entry = get(server, "/tables/90001").json()
    metadata = next(link["href"] for link in entry["links"] if link["rel"] == "metadata")
    assert metadata == f"{server.statbank_url}/tables/90001/metadata?lang=no"


def test_paths_and_parameter_names_ignore_case(server):
    assert get(server, "/TABLES/90001/MetaData?LANG=EN").json()["extension"]["px"]["language"] == "en"


def test_pages(server):
    first = get(server, "/tables?pageSize=1")
    assert ids(first) == ["90001"]
    page = first.json()["page"]
    assert (page["pageNumber"], page["pageSize"], page["totalElements"], page["totalPages"]) == (1, 1, 2, 2)
    assert [link["rel"] for link in page["links"]] == ["next", "last"]
    second = get(server, page["links"][0]["href"].removeprefix(server.statbank_url))
    assert ids(second) == ["90002"]
    assert [link["rel"] for link in second.json()["page"]["links"]] == ["previous", "last"]


def test_a_page_past_the_end(server):
    answer = get(server, "/tables?pageSize=1&pageNumber=3")
    assert (answer.status_code, title(answer), answer.json()["detail"]) == (404, *["Non-existent page"] * 2)


@pytest.mark.parametrize("query", ["pageNumber=0", "pageNumber=-1&pageSize=-5", "pageSize=0"])
def test_page_numbers_below_one_fall_back(server, query):
    assert ids(get(server, f"/tables?{query}")) == ["90001", "90002"]


def test_nothing_found_is_one_empty_page(server):
    body = get(server, "/tables?query=kostrahoved").json()
    assert (body["tables"], body["page"]["totalPages"]) == ([], 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("befolkning", ["90002"]),
        ("modellerte", ["90001", "90002"]),
        ("modellerte kjønn", ["90002"]),
        ("befolkning funksjon", []),
        ("driftsregn*", ["90001"]),
        ("90001", ["90001"]),
    ],
)
def test_search(server, query, found):
    assert ids(get(server, "/tables", query=query)) == found


def test_discontinued_tables_are_hidden_and_the_links_forget_them(server):
    server.replace_table(replace(population_table(), discontinued=True))
    assert ids(get(server, "/tables")) == ["90001"]
    answer = get(server, "/tables?includeDiscontinued=true&pageSize=1&query=modellerte EKSEMPELTALL")
    assert answer.json()["page"]["totalElements"] == 2
    link = answer.json()["page"]["links"][0]["href"]
    assert "includeDiscontinued" not in link
    assert "&query=modellerte EKSEMPELTALL&" in link
    assert get(server, "/tables/90002").json()["discontinued"] is True


def test_past_days():
    now = datetime(2026, 7, 2, 6, 0, tzinfo=UTC)
    with StandinServer([accounts_table(), population_table()], small_klass(), now=lambda: now) as server:
        assert ids(get(server, "/tables?pastDays=1")) == ["90001"]
        assert ids(get(server, "/tables?pastDays=365")) == ["90001", "90002"]
        assert get(server, "/tables?pastDays=0").status_code == 400


@pytest.mark.parametrize(
    "query", ["pageNumber=one", "pageSize=1.5", "includeDiscontinued=perhaps", "pastDays=x"]
)
def test_parameters_that_cannot_be_bound(server, query):
    answer = get(server, f"/tables?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


def test_codelist(server):
    body = get(server, "/codelists/agg_Opplaering").json()
    assert (body["id"], body["type"]) == ("agg_Opplaering", "Aggregation")
    assert body["values"][0] == {"code": "OPP", "label": "Opplæring", "valueMap": ["201", "202"]}


def test_codelist_ids_are_case_sensitive(server):
    answer = get(server, "/codelists/agg_opplaering")
    assert (answer.status_code, answer.json()["status"]) == (404, 400)
    assert title(answer) == "Non-existent codelist"


@pytest.mark.parametrize(
    "address", ["/navigation", "/", "/tables/90001/figures", "/tables/90001/data/more", "/codelists"]
)
def test_addresses_that_do_not_exist(server, address):
    assert get(server, address).status_code == 404
