"""Every fault of the road, over a real socket: what is retried, for how long, and what is said at the end."""

import json
import logging
import threading
import time
from email.utils import format_datetime

import pytest

from pipelines.statbank.errors import (
    RetriesExhaustedError,
    StatbankError,
    TransmissionError,
)
from pipelines.statbank.limiter import Limiter, Rate
from pipelines.statbank.retries import RetryPolicy
from pipelines.statbank.transport import CALL_THREAD, Timeouts, Transport
from tests.statbank.fake_server import (
    START,
    Act,
    FakeClock,
    FakeServer,
    answer,
    call,
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


@pytest.mark.parametrize("kind", [None, "text/plain", "application/octet-stream", "application/hal+json"])
def test_json_is_taken_whatever_it_is_called(kind: str | None) -> None:
    with FakeServer(answer(200, b'{"ok": true}', kind=kind)) as server, transport(FakeClock()) as sender:
        assert call(server, sender) == {"ok": True}


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
    "JSON served as a page": answer(200, b"{}", kind="text/html"),
    "XML": answer(200, b"<codes/>", kind="application/xml"),
    "a text": answer(200, b'"please wait"'),
    "empty 200": answer(200, b""),
    "204": answer(204, b""),
    "unknown packing": answer(200, b"{}", headers={"Content-Encoding": "br"}),
    "429": empty(429),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_a_passing_fault_is_tried_again(fault: Act, method: str) -> None:
    clock = FakeClock()
    timeouts = Timeouts(5, 0.2, 5) if fault is PASSING["read timeout"] else None
    with FakeServer(fault, fault, ok()) as server, transport(clock, timeouts=timeouts) as sender:
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


def test_a_call_given_up_does_not_go_on_reading() -> None:
    before = set(threading.enumerate())

    def reading() -> list[threading.Thread]:
        return [one for one in set(threading.enumerate()) - before if one.name == CALL_THREAD]

    policy = RetryPolicy(attempts=1)
    with (
        FakeServer(dripping("body", 0.05, 200)) as server,
        transport(FakeClock(), timeouts=Timeouts(1.0, 0.5, 0.3), retries=policy) as sender,
    ):
        with pytest.raises(RetriesExhaustedError):
            call(server, sender)
        for thread in reading():
            thread.join(5.0)
        assert reading() == []


def test_a_slow_but_living_answer_is_taken() -> None:
    # Ten blanks are no JSON: what matters is that all of them arrived.
    with (
        FakeServer(dripping("body", 0.01, 10)) as server,
        transport(FakeClock(), retries=RetryPolicy(attempts=1)) as sender,
        pytest.raises(RetriesExhaustedError, match="not whole JSON"),
    ):
        call(server, sender)


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
