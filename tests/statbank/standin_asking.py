"""Asking a running stand-in through the real client, by a clock that only moves when something waits."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from pipelines.standin.server import StandinServer
from pipelines.statbank.client import StatbankClient
from pipelines.statbank.retries import RetryPolicy
from pipelines.statbank.selection import Choice
from pipelines.statbank.transport import Timeouts
from tests.standin.small_tables import (
    FUNCTION,
    REGION,
)
from tests.statbank.fake_server import FakeClock, transport

ALL = Choice(("*",))
ACCOUNTS = {REGION: ALL, FUNCTION: ALL, "ContentsCode": Choice(("KOSbelop0000",)), "Tid": ALL}
PERSONS = {"Region": ALL, "Kjonn": ALL, "ContentsCode": ALL, "Tid": ALL}
# Only for faults that are about slowness: a busy machine can be this slow by itself.
QUICK = Timeouts(2.0, 0.3, 0.6)


@contextmanager
def asking(
    server: StandinServer,
    clock: FakeClock | None = None,
    *,
    attempts: int = 3,
    timeouts: Timeouts | None = None,
    **options: object,
) -> Iterator[StatbankClient]:
    policy = RetryPolicy(attempts=attempts)
    with transport(clock or FakeClock(), timeouts=timeouts, retries=policy) as sender:
        yield StatbankClient(server.statbank_url, sender, **options)  # type: ignore[arg-type]


def fetched(
    server: StandinServer, clock: FakeClock | None = None, timeouts: Timeouts | None = None
) -> pd.DataFrame:
    with asking(server, clock, timeouts=timeouts) as client:
        return client.fetch("90001", ACCOUNTS).dataset.frame


def sent(server: StandinServer) -> list[dict[str, list[str]]]:
    """The codes per variable of each data call."""
    bodies = [json.loads(call.body) for call in server.requests if call.method == "POST"]
    return [{item["variableCode"]: item["valueCodes"] for item in body["selection"]} for body in bodies]
