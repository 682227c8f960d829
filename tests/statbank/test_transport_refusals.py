"""Answers that refuse: how long a 429 is waited out, what is asked once more, what is final."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from pipelines.statbank.errors import (
    GatewayError,
    InvalidRequestError,
    NotFoundError,
    RefusedError,
    RetriesExhaustedError,
    StatbankError,
    TooManyCellsError,
)
from pipelines.statbank.limiter import Limiter
from pipelines.statbank.retries import RetryPolicy, retry_after
from tests.statbank.fake_server import (
    START,
    Act,
    FakeClock,
    FakeServer,
    answer,
    call,
    empty,
    ok,
    page,
    problem,
    transport,
)

BIG = json.dumps({"value": list(range(20_000))}).encode()

# 429


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": format_datetime(datetime(2026, 3, 16, 11, 0, 9, tzinfo=UTC), usegmt=True)}, 9.0),
        ({"Retry_After": "soon"}, 60.0),
        ({}, 60.0),
        ({"x_ratelimit_policy": "40;w=20s"}, 20.0),
        ({"x_ratelimit_policy": "4000;w=3600s"}, 60.0),
    ],
)
def test_a_429_is_waited_out(headers: dict[str, str], waited: float) -> None:
    clock = FakeClock()
    throttle = empty(429, Date=format_datetime(START, usegmt=True), **headers)
    with FakeServer(throttle, ok()) as server, transport(clock) as sender:
        assert call(server, sender) == {"ok": True}
    assert clock.sleeps[0] == pytest.approx(waited)
    assert clock.passed == pytest.approx(waited, abs=0.1)


def test_a_429_holds_back_every_caller_of_that_host() -> None:
    clock = FakeClock()
    limiter = Limiter(clock=clock.time, sleep=clock.sleep)
    policy = RetryPolicy(attempts=1)
    with (
        FakeServer(empty(429, Retry_After="7"), ok()) as server,
        transport(clock, limiter=limiter, retries=policy) as first,
        transport(clock, limiter=limiter) as second,
    ):
        with pytest.raises(RetriesExhaustedError):
            call(server, first)
        assert clock.passed == 0
        call(server, second)
    assert clock.passed == pytest.approx(7, abs=0.1)


def test_a_429_that_asks_for_too_long_a_wait_is_given_up_at_once() -> None:
    clock = FakeClock()
    with (
        FakeServer(empty(429, Retry_After="3600")) as server,
        transport(clock) as sender,
        pytest.raises(RetriesExhaustedError, match="another 3600 s would exceed the 600 s"),
    ):
        call(server, sender)
    assert clock.passed == 0
    assert len(server.seen) == 1


def test_endless_429_ends_after_the_stated_number() -> None:
    with (
        FakeServer(empty(429)) as server,
        transport(FakeClock()) as sender,
        pytest.raises(RetriesExhaustedError, match="6 attempts") as told,
    ):
        call(server, sender)
    assert told.value.status == 429
    assert len(server.seen) == 6


def test_a_503_may_state_its_wait_too() -> None:
    clock = FakeClock()
    with FakeServer(empty(503, Retry_After="11"), ok()) as server, transport(clock) as sender:
        call(server, sender)
    assert clock.sleeps == [11.0]


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("5", 5.0),
        (" 0 ", 0.0),
        ("", None),
        ("-5", None),
        ("1e9", None),
        ("٣", None),
        ("Mon, 16 Mar 2026 11:00:30 GMT", 30.0),
        ("Mon, 16 Mar 2026 10:00:00 GMT", 0.0),
        ("Mon, 16 Mar 2026 11:00:30 -0000", 30.0),
        ("Mon, 99 Mar 2026", None),
    ],
)
def test_retry_after_in_all_its_forms(stated: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": stated}, START) == seconds


def test_a_retry_date_is_read_by_the_servers_clock() -> None:
    headers = {"retry-after": "Tue, 01 Jan 2030 00:00:05 GMT", "date": "Tue, 01 Jan 2030 00:00:00 GMT"}
    assert retry_after(headers, START) == 5.0


# Refusals


REFUSALS: list[tuple[Act, type[StatbankError]]] = [
    (problem("Non-existent value"), RefusedError),
    (problem("Too many cells selected"), TooManyCellsError),
    (problem("Too many cells selected", 403), TooManyCellsError),
    (answer(403, b'{"error": "Too many values selected"}'), TooManyCellsError),
    (answer(403, b'{"title": "closed", "status": 403}'), RefusedError),
    (
        answer(400, b'{"title": "One or more", "errors": {"a": ["b"]}}', kind="application/problem+json"),
        InvalidRequestError,
    ),
    (page(404, "<title>404</title>"), GatewayError),
    (page(400, "<title>Bad Request</title>"), GatewayError),
    (empty(403), GatewayError),
    (empty(415), GatewayError),
]


@pytest.mark.parametrize(("act", "kind"), REFUSALS)
def test_a_refusal_is_final(act: Act, kind: type[StatbankError]) -> None:
    clock = FakeClock()
    with FakeServer(act) as server, transport(clock) as sender, pytest.raises(kind) as told:
        call(server, sender)
    assert type(told.value) is kind
    assert len(server.seen) == 1
    assert clock.sleeps == []


def test_a_redirect_is_not_followed_because_it_would_escape_the_limiter() -> None:
    act = empty(302, Location="https://user:secret@elsewhere.no/v3?key=secret")
    with (
        FakeServer(act) as server,
        transport(FakeClock()) as sender,
        pytest.raises(GatewayError, match=r"moved to https://elsewhere\.no/v3;"),
    ):
        call(server, sender)
    assert len(server.seen) == 1


def test_an_empty_500_is_tried_twice_more_at_most() -> None:
    with (
        FakeServer(empty(500)) as server,
        transport(FakeClock()) as sender,
        pytest.raises(RetriesExhaustedError, match="3 answers of the kind empty 500"),
    ):
        call(server, sender)
    assert len(server.seen) == 3


NOT_FOUND = {
    "404": problem("Non-existent table", 404),
    "400 on data": problem("Non-existent table", 400, 404),
    "v0 outage": answer(400, b'{"error": "Parameter error"}'),
}


@pytest.mark.parametrize("act", NOT_FOUND.values(), ids=NOT_FOUND.keys())
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_not_found_is_asked_once_more_past_the_cache(act: Act, method: str) -> None:
    clock = FakeClock()
    with FakeServer(act, ok()) as server, transport(clock) as sender:
        assert call(server, sender, method) == {"ok": True}
    first, second = (seen.path for seen in server.seen)
    assert first == "/x"
    assert second.startswith("/x?_=")
    assert clock.sleeps == [5.0]


def test_not_found_twice_is_final() -> None:
    with (
        FakeServer(problem("Non-existent table", 404)) as server,
        transport(FakeClock()) as sender,
        pytest.raises(NotFoundError, match="Non-existent table"),
    ):
        call(server, sender)
    assert len(server.seen) == 2


def test_asking_again_for_what_is_not_there_can_be_switched_off() -> None:
    policy = RetryPolicy(not_found_retries=0)
    with (
        FakeServer(problem("gap", 404)) as server,
        transport(FakeClock(), retries=policy) as sender,
        pytest.raises(NotFoundError),
    ):
        call(server, sender)
    assert len(server.seen) == 1


def test_fresh_changes_the_cache_key_each_time() -> None:
    clock = FakeClock()
    with FakeServer(ok()) as server, transport(clock) as sender:
        sender.get(server.url + "/x", params={"lang": "no"}, fresh=True)
        clock.sleep(1)
        sender.get(server.url + "/x", params={"lang": "no"}, fresh=True)
    paths = [seen.path for seen in server.seen]
    assert all(path.startswith("/x?lang=no&_=") for path in paths)
    assert len(set(paths)) == 2
