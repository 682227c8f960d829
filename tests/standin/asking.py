"""Raw calls to a stand-in, with nothing between the test and the wire."""

from typing import Any

import requests

from pipelines.standin.server import StandinServer
from tests.standin.small_tables import FUNCTION, REGION

TIMEOUT = 10
ONE_CELL = {REGION: ["3201"], FUNCTION: ["201"], "ContentsCode": ["KOSbelop0000"], "Tid": ["2023"]}
EVERYTHING = {REGION: ["*"], FUNCTION: ["*"], "ContentsCode": ["*"], "Tid": ["*"]}


def get(server: StandinServer, address: str, **params: str) -> requests.Response:
    """GET below the StatBank's base address; ``address`` may carry its own query."""
    return requests.get(f"{server.statbank_url}{address}", params=params, timeout=TIMEOUT)


def post(server: StandinServer, table: str, body: object, query: str = "") -> requests.Response:
    """POST to ``/tables/{id}/data``."""
    return requests.post(f"{server.statbank_url}/tables/{table}/data{query}", json=body, timeout=TIMEOUT)


def ask(
    server: StandinServer, selection: dict[str, Any], table: str = "90001", query: str = ""
) -> requests.Response:
    """POST a selection given as codes per variable; a tuple is (codes, codelist)."""
    items = []
    for variable, wanted in selection.items():
        codes, codelist = wanted if isinstance(wanted, tuple) else (wanted, None)
        item = {"variableCode": variable, "valueCodes": codes}
        items.append(item | ({"codelist": codelist} if codelist else {}))
    return post(server, table, {"selection": items}, query)


def index_of(answer: requests.Response, variable: str) -> list[str]:
    """The codes of one variable of a data answer by position."""
    index = answer.json()["dimension"][variable]["category"]["index"]
    return sorted(index, key=index.__getitem__)


def title(answer: requests.Response) -> str:
    """The diagnosis of an error of the server's own family."""
    return str(answer.json()["title"])
