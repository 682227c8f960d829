"""The seven silent traps: status 200, figures in the body, and not what was asked for.

For each there is a test that the guard stops it. Where the guard can be taken away, there is also a test that
the wrong figures would then have come through, so that the first one cannot pass by accident.
"""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipelines.standin.server import StandinServer
from pipelines.standin.table import StandinDimension, StandinTable
from pipelines.statbank import client as client_module
from pipelines.statbank import fetching
from pipelines.statbank.client import StatbankClient
from pipelines.statbank.errors import (
    RetriesExhaustedError,
    SelectionError,
    WrongAnswerError,
)
from pipelines.statbank.planner import MAX_CELLS
from pipelines.statbank.selection import ELIMINATE, Choice
from tests.standin.small_tables import (
    FUNCTION,
    REGION,
    UPDATED,
    population_table,
    small_klass,
)
from tests.statbank.standin_asking import ACCOUNTS, ALL, PERSONS, asking, fetched, sent


def without_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "verify", lambda *_: None)


@pytest.mark.parametrize("fault", ["default_selection", "dimension_missing", "code_left_out"])
def test_without_the_guard_a_wrong_answer_passes(
    server: StandinServer, truth: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    without_guard(monkeypatch)
    server.faults.switch_on(fault)
    assert len(fetched(server)) < len(truth)


def test_trap_default_selection_nothing_selected_is_refused_before_sending(server: StandinServer) -> None:
    with asking(server) as client:
        for selection in ({}, {REGION: Choice(())}, {**ACCOUNTS, REGION: Choice(())}):
            with pytest.raises(SelectionError):
                client.fetch("90001", selection)
    assert sent(server) == []


def test_trap_vanished_dimension_a_pattern_without_a_match(
    server: StandinServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    selection = {**ACCOUNTS, FUNCTION: Choice(("9*",))}
    with (
        asking(server) as client,
        pytest.raises(SelectionError, match=f"variable {FUNCTION}: '9\\*' matches none"),
    ):
        client.fetch("90001", selection)
    assert sent(server) == []
    # Sent as it stands, the service answers with a total in which the function is gone.
    without_guard(monkeypatch)
    pattern = {REGION: ("0301",), FUNCTION: ("9*",), "ContentsCode": ("KOSbelop0000",), "Tid": ("2024",)}
    monkeypatch.setattr(client_module, "expand", lambda *_: pattern)
    with asking(server) as client:
        frame = client.fetch("90001", selection).dataset.frame
    assert FUNCTION not in frame
    assert frame["value"].tolist() == [(1113 + 1213 + 1313) * 1.0]


def test_trap_order_values_come_in_the_order_asked_for(server: StandinServer, truth: pd.DataFrame) -> None:
    """The service answers in request order; the merge puts every figure in its own cell all the same."""
    with asking(server) as client:
        metadata = client.metadata("90001").metadata
        part = {REGION: ("EAK", "0301", "3201"), FUNCTION: ("202", "FGK1", "201")}
        rest = {"ContentsCode": ("KOSbelop0000",), "Tid": ("2024", "2022", "2023")}
        body, response = client._send(metadata, {**part, **rest}, fresh=False)
    assert sent(server)[-1][REGION] == ["EAK", "0301", "3201"]
    answer = json.loads(response.content)
    assert list(answer["dimension"][REGION]["category"]["index"]) == ["EAK", "0301", "3201"]
    fetch = fetching.collect(metadata, {**part, **rest}, MAX_CELLS, lambda _: (body, response))
    pd.testing.assert_frame_equal(fetch.dataset.frame, truth)


def wide_table() -> StandinTable:
    """256 x 256 x 256 x 256 cells: 2^32, which is 0 in the 32 bits the service counts with."""
    codes = tuple(map(str, range(256)))
    contents = StandinDimension(
        "ContentsCode", "innhold", ("x",), ("x",), role="metric", units={"x": ("antall", 0)}
    )
    return StandinTable(
        id="90003",
        label="MODELLERTE EKSEMPELTALL: Bred tabell",
        updated=UPDATED,
        dimensions=(
            *(StandinDimension(name, name.lower(), codes, codes) for name in "ABC"),
            contents,
            StandinDimension("Tid", "tid", codes, codes, role="time"),
        ),
        values=np.broadcast_to(np.zeros(()), (256, 256, 256, 1, 256)),
    )


def test_trap_overflow_an_over_limit_question_is_never_sent() -> None:
    everything = dict.fromkeys(("A", "B", "C", "ContentsCode", "Tid"), ALL)
    with StandinServer([wide_table()], small_klass(), rate_limit=1000) as server:
        server.faults.switch_on("unavailable", path="/data")
        with asking(server, attempts=1) as client, pytest.raises(RetriesExhaustedError):
            client.fetch("90003", everything)
        [asked] = sent(server)
    cells = math.prod(len(codes) for codes in asked.values())
    assert 0.5 * MAX_CELLS < cells <= MAX_CELLS


def test_trap_ignored_parameters_only_known_ones_are_sent(server: StandinServer) -> None:
    with (
        asking(server) as client,
        pytest.raises(SelectionError, match=f"no variable 'KOKfunksjon'; nearest: {FUNCTION}"),
    ):
        client.fetch("90001", {**ACCOUNTS, "KOKfunksjon": ALL})
    assert sent(server) == []
    with asking(server) as client:
        client.tables()
        client.fetch("90001", {**ACCOUNTS, FUNCTION: Choice(("OPP",), "agg_Opplaering")})
    names = {
        pair.partition("=")[0] for call in server.requests for pair in call.path.partition("?")[2].split("&")
    }
    assert names == {
        "",
        "lang",
        "includeDiscontinued",
        "pageSize",
        f"codelist%5B{FUNCTION}%5D",
        "outputFormat",
    }
    body = json.loads(server.requests[-1].body)
    assert set(body) == {"selection"}
    assert {name for item in body["selection"] for name in item} == {"variableCode", "codelist", "valueCodes"}


def test_trap_paging_all_tables_come_discontinued_ones_too(
    server: StandinServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.replace_table(replace(population_table(), id="90004", discontinued=True))
    with asking(server) as client:
        assert {entry.id: entry.discontinued for entry in client.tables().entries} == {
            "90001": False,
            "90002": False,
            "90004": True,
        }
        # In pages of one, by addresses of our own: the service's links drop `includeDiscontinued`.
        monkeypatch.setattr(client_module, "_PAGE_SIZE", 1)
        paged = client.tables()
    assert len(paged.responses) == len(paged.entries) == 3


def test_trap_paging_a_list_that_changes_between_pages_is_refused(
    server: StandinServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "_PAGE_SIZE", 1)
    original = StatbankClient._page

    def remove_after_the_first(self: StatbankClient, number: int) -> object:
        answer = original(self, number)
        if number == 1:
            server.replace_table(replace(population_table(), id="90000"))
        return answer

    monkeypatch.setattr(StatbankClient, "_page", remove_after_the_first)
    with asking(server) as client, pytest.raises(WrongAnswerError, match="should have 2 entries"):
        client.tables()


def test_trap_elimination_is_said_not_assumed(server: StandinServer) -> None:
    without = {code: choice for code, choice in PERSONS.items() if code != "Kjonn"}
    with asking(server) as client:
        with pytest.raises(SelectionError, match=r"variable Kjonn .* is left out"):
            client.fetch("90002", without)
        fetch = client.fetch("90002", {**PERSONS, "Kjonn": ELIMINATE})
        both = client.fetch("90002", {**PERSONS, "Kjonn": Choice(("0",))})
        with pytest.raises(SelectionError, match=r"Tid \(år\) cannot be eliminated"):
            client.fetch("90002", {**PERSONS, "Tid": ELIMINATE})
    assert fetch.eliminated == ("Kjonn",)
    assert fetch.dataset.frame["value"].tolist() == both.dataset.frame["value"].tolist()
