"""The server as a whole: life, log, new editions, threads, and the command."""

import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import requests

from pipelines.standin.server import StandinServer
from pipelines.standin.table import StandinCodelist, StandinCodelistValue, StandinDimension, with_cell
from tests.standin.asking import EVERYTHING, ONE_CELL, TIMEOUT, ask, get
from tests.standin.small_tables import FUNCTION, REGION, accounts_table, population_table, small_klass

ROOT = Path(__file__).resolve().parents[2]
CELL = {variable: codes[0] for variable, codes in ONE_CELL.items()}


def test_it_listens_on_the_loopback_address_only(server):
    assert server.statbank_url.startswith("http://127.0.0.1:")
    assert server._wire._server.socket.getsockname()[0] == "127.0.0.1"


def test_requests_are_logged_in_order(server):
    get(server, "/tables?pageSize=1")
    ask(server, {"Tid": ["2024"]})
    first, second = server.requests
    assert (first.method, first.path, first.body) == ("GET", "/api/pxwebapi/v2/tables?pageSize=1", b"")
    assert (second.method, second.path) == ("POST", "/api/pxwebapi/v2/tables/90001/data")
    assert b'"variableCode": "Tid"' in second.body


def test_a_new_edition_while_running(server):
    published = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
    server.replace_table(with_cell(server.table("90001"), CELL, 5, updated=published))
    body = ask(server, ONE_CELL).json()
    assert (body["value"], body["updated"]) == ([5], "2026-09-01T06:00:00Z")
    assert get(server, "/tables/90001").json()["updated"] == "2026-09-01T06:00:00Z"


def test_a_cell_becomes_null(server):
    server.replace_table(with_cell(server.table("90001"), CELL, None, symbol=":"))
    body = ask(server, ONE_CELL).json()
    assert (body["value"], body["status"]) == ([None], {"0": ":"})
    server.replace_table(with_cell(server.table("90001"), CELL, 3))
    assert "status" not in ask(server, ONE_CELL).json()


def test_a_table_is_withdrawn(server):
    server.remove_table("90001")
    assert get(server, "/tables/90001").status_code == 404
    with pytest.raises(KeyError):
        server.remove_table("90001")


def test_after_the_end_nothing_answers():
    before = set(threading.enumerate())
    with StandinServer([accounts_table()], small_klass()) as server, requests.Session() as session:
        assert session.get(f"{server.statbank_url}/config", timeout=TIMEOUT).status_code == 200
        port = int(server.statbank_url.split(":")[2].split("/")[0])
        server.stop()
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name == "standin"]


def test_many_threads_get_their_own_answers():
    with StandinServer([accounts_table(), population_table()], small_klass(), rate_limit=10_000) as server:
        expected = [
            ask(server, EVERYTHING | {"Tid": [year]}).json()["value"] for year in ("2022", "2023", "2024")
        ]

        def one(number):
            return ask(server, EVERYTHING | {"Tid": [str(2022 + number % 3)]}).json()["value"]

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(one, range(60)))
    assert answers == [expected[number % 3] for number in range(60)]
    assert len(server.requests) == 63


def test_a_large_answer_is_quick(server):
    shape = (500, 100, 2, 5)
    values = np.round(np.random.default_rng(1).normal(1000, 500, shape), 1)
    values[values > 1500] = np.nan

    def dimension(code, size, **how):
        codes = tuple(f"{code}{number:03}" for number in range(size))
        return StandinDimension(code, code, codes, codes, **how)

    dimensions = (
        dimension("A", 500),
        dimension("B", 100),
        dimension("ContentsCode", 2, role="metric"),
        dimension("Tid", 5, role="time"),
    )
    nulls = np.flatnonzero(np.isnan(values)).tolist()
    big = replace(
        accounts_table(),
        id="90009",
        dimensions=dimensions,
        values=values,
        symbols=dict.fromkeys(nulls, "."),
        contents_updated={},
    )
    server.replace_table(big)
    answer = ask(server, {dimension.code: ["*"] for dimension in dimensions}, table="90009")
    assert answer.elapsed.total_seconds() < 5
    decoded = np.array(answer.json()["value"], dtype=float).reshape(shape)
    np.testing.assert_array_equal(decoded, values)
    assert list(map(int, answer.json()["status"])) == nulls


def test_it_shares_no_code_with_the_client():
    modules = sorted((ROOT / "pipelines" / "standin").rglob("*.py"))
    assert modules
    guilty = [module.name for module in modules if "pipelines.statbank" in module.read_text(encoding="utf-8")]
    assert guilty == []


COMMAND = """
import sys, types
from tests.standin.small_tables import accounts_table, small_klass
sample = types.ModuleType("pipelines.standin.sample")
sample.sample_tables = lambda: (accounts_table(),)
sample.sample_klass = small_klass
sys.modules["pipelines.standin.sample"] = sample
from pipelines.standin.__main__ import main
main()
"""


def test_the_command_serves_until_interrupted():
    command = [sys.executable, "-c", COMMAND, "--rate-limit", "7", "--fault", "content_type_absent"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            statbank, klass = (process.stdout.readline().split()[-1] for _ in range(2))
            answer = requests.get(f"{statbank}/tables/90001/metadata", timeout=TIMEOUT)
            codes = requests.get(f"{klass}/classifications/131/codesAt?date=2024-01-01", timeout=TIMEOUT)
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=TIMEOUT)
        finally:
            process.kill()
    assert answer.headers["x-ratelimit-limit"] == "7"
    assert "content-type" not in answer.headers
    assert codes.status_code == 200
    assert (process.returncode, complaints) == (0, "Stop with Ctrl-C.\nStopped.\n")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"label": "90001: noe"}, "without the table id"),
        ({"updated": datetime(2026, 1, 1)}, "time zone"),
        ({"dimensions": population_table().dimensions}, "shape"),
        ({"dimensions": population_table().dimensions[:2]}, "role 'time'"),
        ({"symbols": {54: "."}}, "outside the 54 cells"),
        ({"mandatory_notes": frozenset({2})}, "positions in notes"),
    ],
)
def test_tables_that_cannot_be(change, complaint):
    with pytest.raises(ValueError, match=complaint):
        replace(accounts_table(), **change)


@pytest.mark.parametrize(
    ("how", "complaint"),
    [
        ({"labels": ("a",)}, "2 codes but 1 labels"),
        ({"codes": ("a", "A")}, "distinct"),
        ({"elimination_code": "c"}, "elimination code 'c'"),
        ({"units": {"c": ("kr", 0)}}, "unknown codes"),
        (
            {"codelists": (StandinCodelist("agg_x", "x", (StandinCodelistValue("g", "g", ("c",)),)),)},
            "'agg_x'",
        ),
    ],
)
def test_dimensions_that_cannot_be(how, complaint):
    usual = {"code": "X", "label": "x", "codes": ("a", "b"), "labels": ("a", "b")}
    with pytest.raises(ValueError, match=complaint):
        StandinDimension(**{**usual, **how})


def test_codelist_ids_need_their_prefix():
    with pytest.raises(ValueError, match="agg_"):
        StandinCodelist("Opplaering", "Opplæring", ())


def test_a_cell_that_does_not_exist():
    with pytest.raises(KeyError, match="90001"):
        with_cell(accounts_table(), {**CELL, REGION: "9999"}, 1)
    with pytest.raises(KeyError, match=FUNCTION):
        with_cell(accounts_table(), {REGION: "3201"}, 1)
