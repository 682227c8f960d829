"""Every fault of the road, over a real socket: what is retried, for how long, and what is said at the end."""

import json
import logging
import time
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
    TransmissionError,
)
from pipelines.statbank.limiter import Limiter, Rate
from pipelines.statbank.retries import RetryPolicy, retry_after
from pipelines.statbank.transport import Timeouts, Transport
from tests.statbank.fake_server import (
    START,
    Act,
    FakeClock,
    FakeServer,
    answer,
    dripping,
    empty,
    ok,
    packed,
    page,
    problem,
    reset,
    silent,
    transport,
    truncated,
)

BIG = json.dumps({"value": list(range(20_000))}).encode()


def call(server: FakeServer, sender: Transport, method: str = "POST") -> object:
    if method == "GET":
        return json.loads(sender.get(server.url + "/x").content)
    return json.loads(sender.post_json(server.url + "/x", {"a": "ø"}).content)


# What is sent and what is kept


def test_a_post_carries_json_and_its_parameters() -> None:
    clock = FakeClock()
    with FakeServer(ok({"n": 1})) as server, transport(clock) as sender:
        response = sender.post_json(
            server.url + "/tables/1/data", {"selection": ["æ"]}, params={"lang": "no"}, headers={"X-A": "b"}
        )
    seen = server.seen[0]
    assert (seen.method, seen.path) == ("POST", "/tables/1/data?lang=no")
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["accept-encoding"] == "gzip"
    assert seen.headers["x-a"] == "b"
    assert seen.json == {"selection": ["æ"]}
    assert response.request_body == seen.body
    assert (response.method, response.status, response.content) == ("POST", 200, b'{"n": 1}')
    assert response.retrieved_at == START
    assert response.url == server.url + "/tables/1/data?lang=no"


def test_only_headers_worth_keeping_are_kept() -> None:
    sent = {
        "X-RateLimit-Limit": "40",
        "X-Rate-Limit-Remaining": "3",
        "Content-Disposition": "inline",
        "Date": format_datetime(START, usegmt=True),
        "Set-Cookie": "session=secret",
        "X-Secret": "secret",
    }
    with FakeServer(ok(headers=sent)) as server, transport(FakeClock()) as sender:
        first = sender.get(server.url)
        sender.get(server.url)
    assert set(first.headers) == {
        "content-type",
        "date",
        "content-disposition",
        "x-ratelimit-limit",
        "x-rate-limit-remaining",
    }
    assert "cookie" not in server.seen[1].headers


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_gzip_is_unpacked(method: str) -> None:
    with FakeServer(packed(BIG)) as server, transport(FakeClock()) as sender:
        assert call(server, sender, method) == json.loads(BIG)


# Faults that pass


PASSING: dict[str, Act] = {
    "no connection kept": reset,
    "503": page(503, "<title>503 Backend fetch failed</title>"),
    "502": empty(502),
    "504": empty(504),
    "500 with a body": answer(500, b'{"title": "Internal"}'),
    "408": empty(408),
    "read timeout": silent(0.5),
    "truncated": truncated(BIG),
    "gzip cut short": packed(BIG, keep=2000),
    "gzip damaged": packed(BIG, flip=1000),
    "gzip checksum": packed(BIG, flip=-6),
    "half a document": answer(200, b'{"value": [1, 2'),
    "maintenance page": page(200, "<html><title>Vedlikehold</title></html>"),
    "empty 200": answer(200, b""),
    "204": answer(204, b""),
    "unknown packing": answer(200, b"{}", headers={"Content-Encoding": "br"}),
    "429": empty(429),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_a_passing_fault_is_tried_again(fault: Act, method: str) -> None:
    clock = FakeClock()
    with FakeServer(fault, fault, ok()) as server, transport(clock, timeouts=Timeouts(1, 0.2, 5)) as sender:
        assert call(server, sender, method) == {"ok": True}
    assert len(server.seen) == 3
    assert all(seen.body == server.seen[0].body for seen in server.seen)
    assert len(clock.sleeps) == 2


def test_a_refused_connection_is_tried_again_and_then_reported() -> None:
    clock = FakeClock()
    with FakeServer(ok()) as server:
        pass
    with transport(clock) as sender, pytest.raises(RetriesExhaustedError, match="ConnectionRefused") as told:
        call(server, sender)
    assert len(told.value.attempts) == RetryPolicy().attempts


def test_pauses_grow_to_a_ceiling_with_chance_added() -> None:
    clock = FakeClock()
    policy = RetryPolicy(attempts=6, first_pause=1, longest_pause=6)
    chances = iter([0.0, 1.0, 0.0, 1.0, 0.0, 1.0])
    limiter = Limiter(clock=clock.time, sleep=clock.sleep)
    sender = Transport(
        limiter,
        retries=policy,
        clock=clock.time,
        sleep=clock.sleep,
        now=clock.now,
        jitter=lambda: next(chances),
    )
    with FakeServer(empty(503)) as server, sender, pytest.raises(RetriesExhaustedError):
        call(server, sender)
    assert clock.sleeps == [1.0, 2.5, 4.0, 7.5, 6.0]


def test_the_final_error_tells_what_happened_on_each_attempt() -> None:
    acts = (reset, page(503, "<title>Backend fetch failed</title>"), truncated(), page(200, "<html>"))
    with (
        FakeServer(*acts) as server,
        transport(FakeClock(), retries=RetryPolicy(attempts=4)) as sender,
        pytest.raises(RetriesExhaustedError) as told,
    ):
        call(server, sender)
    text = str(told.value)
    assert f"POST {server.url}/x: gave up: 4 attempts" in text
    assert [line.split(":")[0].strip() for line in text.splitlines()[1:]] == [
        "attempt 1 at 0.0 s",
        "attempt 2 at 1.0 s",
        "attempt 3 at 3.0 s",
        "attempt 4 at 7.0 s",
    ]
    for words in ("Backend fetch failed", "no whole answer", "text/html, not JSON", "waited 4.0 s"):
        assert words in text
    assert told.value.status == 200


def test_total_time_is_bounded() -> None:
    clock = FakeClock()
    policy = RetryPolicy(attempts=100, total_seconds=30)
    with (
        FakeServer(empty(503)) as server,
        transport(clock, retries=policy) as sender,
        pytest.raises(RetriesExhaustedError, match="30 s allowed"),
    ):
        call(server, sender)
    assert clock.passed <= 30


# Timeouts


def test_a_read_timeout_is_reported_as_such() -> None:
    policy = RetryPolicy(attempts=1)
    with (
        FakeServer(silent(1)) as server,
        transport(FakeClock(), timeouts=Timeouts(1, 0.1, 5), retries=policy) as t,
        pytest.raises(RetriesExhaustedError, match=r"nothing received for 0\.1 s"),
    ):
        call(server, t)


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_dripping_answer_does_not_outlast_the_deadline(part: str) -> None:
    started = time.monotonic()
    policy = RetryPolicy(attempts=1)
    timeouts = Timeouts(1.0, 0.5, 0.4)
    with (
        FakeServer(dripping(part, 0.05, 40)) as server,
        transport(FakeClock(), timeouts=timeouts, retries=policy) as sender,
        pytest.raises(RetriesExhaustedError, match=r"not finished within 0\.4 s"),
    ):
        call(server, sender)
        assert time.monotonic() - started < 1.5


def test_a_slow_but_living_answer_is_taken() -> None:
    # Ten blanks are no JSON: what matters is that all of them arrived.
    with (
        FakeServer(dripping("body", 0.01, 10)) as server,
        transport(FakeClock(), retries=RetryPolicy(attempts=1)) as sender,
        pytest.raises(RetriesExhaustedError, match="not whole JSON"),
    ):
        call(server, sender)


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


# The limiter sees every call


def test_each_attempt_takes_a_call_from_the_budget() -> None:
    clock = FakeClock()
    limiter = Limiter(rate=Rate(2, 60.0), clock=clock.time, sleep=clock.sleep)
    policy = RetryPolicy(first_pause=0)
    with (
        FakeServer(empty(503), reset, truncated(), ok()) as server,
        transport(clock, limiter=limiter, retries=policy) as sender,
    ):
        call(server, sender)
    assert len(server.seen) == 4
    assert 60 <= clock.passed < 61


def test_the_budget_follows_the_rate_headers() -> None:
    clock = FakeClock()
    limiter = Limiter(rate=Rate(1000, 60.0), clock=clock.time, sleep=clock.sleep)
    act = ok(headers={"x-ratelimit-limit": "2", "x-ratelimit-policy": "2;w=10s"})
    with FakeServer(act) as server, transport(clock, limiter=limiter) as sender:
        for _ in range(5):
            call(server, sender)
    assert 20 <= clock.passed < 21


# Secrets


@pytest.mark.parametrize("acts", [(ok(),), (empty(503), ok()), (reset, problem("Non-existent value"))])
def test_nothing_secret_is_logged_or_kept(acts: tuple[Act, ...], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with FakeServer(*acts) as server, transport(FakeClock()) as sender:
        url = server.url.replace("http://", "http://user:hunter2@") + "/x?token=hunter2"
        try:
            told = str(sender.get(url, params={"key": "hunter2"}, headers={"Authorization": "hunter2"}))
            told = told.replace("token=hunter2", "").replace("key=hunter2", "")
        except StatbankError as error:
            told = str(error)
    ours = [record for record in caplog.records if record.name.startswith("pipelines")]
    assert "hunter2" not in told + "".join(record.getMessage() for record in ours)


def test_an_address_that_cannot_be_sent_is_not_quoted() -> None:
    with transport(FakeClock()) as sender, pytest.raises(TransmissionError) as told:
        sender.get("hptt://user:hunter2@x/y")
    assert "check the address" in str(told.value)
    assert "hunter2" not in str(told.value)
