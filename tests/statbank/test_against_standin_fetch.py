"""Whole fetches from the stand-in server: figures, splitting, editions, refusals, the older API."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from pipelines.standin.server import StandinServer
from pipelines.standin.table import with_cell
from pipelines.statbank.client import StatbankClient
from pipelines.statbank.errors import (
    NotFoundError,
    SelectionError,
    TableChangedError,
)
from pipelines.statbank.limiter import Limiter, Rate
from pipelines.statbank.retries import RetryPolicy
from pipelines.statbank.selection import Choice
from pipelines.statbank.v0 import StatbankV0Client
from tests.standin.small_tables import (
    FUNCTION,
    REGION,
    UPDATED,
    accounts_table,
    population_table,
    small_klass,
)
from tests.statbank.fake_server import FakeClock, transport
from tests.statbank.standin_asking import ACCOUNTS, ALL, PERSONS, asking, fetched, sent


def test_every_figure_stands_in_its_cell(server: StandinServer) -> None:
    table = accounts_table()
    with asking(server) as client:
        frame = client.fetch("90001", {**ACCOUNTS, "ContentsCode": ALL}).dataset.frame
    for row in frame.to_dict("records"):
        place = table.position({dimension.code: row[dimension.code] for dimension in table.dimensions})
        assert np.array_equal(row["value"], table.values.flat[place], equal_nan=True)
        assert row["symbol"] == table.symbols.get(place, "")


@pytest.mark.parametrize("limit", [1, 4, 7, 10, 26, 27])
def test_a_split_fetch_equals_a_whole_one(truth: pd.DataFrame, limit: int) -> None:
    with StandinServer([accounts_table()], small_klass(), rate_limit=10_000, max_cells=limit) as server:
        frame = fetched(server)
        assert all(np.prod([len(codes) for codes in part.values()]) <= limit for part in sent(server))
    pd.testing.assert_frame_equal(frame, truth)


def test_a_codelist_sums_and_is_named(server: StandinServer) -> None:
    with asking(server) as client:
        chosen = {**ACCOUNTS, FUNCTION: Choice(("opp",), "agg_Opplaering"), REGION: Choice(("3201",))}
        fetch = client.fetch("90001", chosen)
    assert fetch.metadata.applied == {FUNCTION: "agg_Opplaering"}
    assert fetch.dataset.dimension(FUNCTION).labels == ("Opplæring",)
    assert fetch.dataset.frame["value"].tolist()[0] == 2111 + 2211


def test_a_table_published_between_two_parts_is_fetched_again() -> None:
    later = UPDATED + timedelta(days=100)
    edition = with_cell(
        accounts_table(),
        {REGION: "3201", FUNCTION: "201", "ContentsCode": "KOSbelop0000", "Tid": "2022"},
        9999.0,
        updated=later,
    )
    told: list[int] = []
    with StandinServer([accounts_table()], small_klass(), rate_limit=10_000, max_cells=9) as server:

        def publish(done: int, _: int) -> None:
            told.append(done)
            if len(told) == 1:
                server.replace_table(edition)

        with asking(server) as client:
            fetch = client.fetch("90001", ACCOUNTS, on_part=publish)
    assert fetch.dataset.updated == later
    assert 9999.0 in fetch.dataset.frame["value"].tolist()
    assert told == [1, 2, 3, 1, 2, 3]


def test_a_table_that_keeps_changing_is_given_up() -> None:
    with StandinServer([accounts_table()], small_klass(), rate_limit=10_000, max_cells=9) as server:
        days = iter(range(100, 200))

        def publish(_: int, __: int) -> None:
            server.replace_table(replace(accounts_table(), updated=UPDATED + timedelta(days=next(days))))

        with asking(server) as client, pytest.raises(TableChangedError, match="twice in a row"):
            client.fetch("90001", ACCOUNTS, on_part=publish)


def test_a_table_that_does_not_exist_is_asked_for_once_more(server: StandinServer) -> None:
    with asking(server) as client, pytest.raises(NotFoundError, match="Non-existent table"):
        client.metadata("99999")
    first, second = (call.path for call in server.requests)
    assert first != second
    with asking(server) as client:
        known = client.metadata("90001").metadata
        server.remove_table("90001")
        with pytest.raises(NotFoundError, match="HTTP 400: Non-existent table"):
            client.fetch("90001", ACCOUNTS, metadata=known)


def test_a_value_withdrawn_after_metadata_was_read_is_named(server: StandinServer) -> None:
    table = accounts_table()
    region = table.dimensions[0]
    fewer = replace(region, codes=("0301", "EAK"), labels=("Oslo", "Landet"))
    with asking(server) as client:
        known = client.metadata("90001").metadata
        server.replace_table(
            replace(
                table,
                dimensions=(fewer, *table.dimensions[1:]),
                values=table.values[[0, 2]],
                symbols={},
            )
        )
        with pytest.raises(
            SelectionError, match=f"Non-existent value.*variable {REGION} has no value '3201'"
        ):
            client.fetch("90001", ACCOUNTS, metadata=known)


def test_the_servers_rate_limit_is_never_hit() -> None:
    clock = FakeClock()
    limiter = Limiter(rate=Rate(2, 5.0), clock=clock.time, sleep=clock.sleep)
    options: dict[str, object] = {
        "rate_limit": 5,
        "window_seconds": 20.0,
        "max_cells": 1,
        "clock": clock.time,
    }
    with (
        StandinServer([population_table()], small_klass(), **options) as server,  # type: ignore[arg-type]
        transport(clock, limiter=limiter, retries=RetryPolicy(attempts=1)) as sender,
    ):
        fetch = StatbankClient(server.statbank_url, sender).fetch("90002", PERSONS)
    assert len(fetch.responses) == 12
    assert 40 <= clock.passed < 45  # 14 calls, five in each 20 s


# The older API


def test_v0_gives_the_same_figures(server: StandinServer, truth: pd.DataFrame) -> None:
    with transport(FakeClock()) as sender:
        reader = StatbankV0Client(f"{server.v0_url}/no", sender, max_cells=10)
        frame = reader.fetch("90001", ACCOUNTS).dataset.frame
    pd.testing.assert_frame_equal(frame, truth)


def test_v0_names_what_vanished(server: StandinServer) -> None:
    table = accounts_table()
    years = replace(table.dimensions[3], codes=("2023", "2024"), labels=("2023", "2024"))
    with transport(FakeClock()) as sender:
        reader = StatbankV0Client(f"{server.v0_url}/no", sender)
        known = reader.metadata("90001").metadata
        server.replace_table(
            replace(
                table, dimensions=(*table.dimensions[:3], years), values=table.values[..., 1:], symbols={}
            )
        )
        selection = {**ACCOUNTS, "Tid": Choice(("2022",))}
        with pytest.raises(SelectionError, match="variable Tid has no value '2022'; nearest: 2023"):
            reader.fetch("90001", selection, metadata=known)
