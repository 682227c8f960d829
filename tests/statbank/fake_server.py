"""A server that answers by script, faults of the wire included, and a clock that only moves when told."""

import gzip
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from pipelines.statbank.limiter import Limiter, Rate
from pipelines.statbank.retries import RetryPolicy
from pipelines.statbank.transport import Timeouts, Transport

START = datetime(2026, 3, 16, 11, 0, tzinfo=UTC)


class FakeClock:
    """Time that passes in `sleep` only; every sleep is noted. Safe to share between threads."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.sleeps: list[float] = []
        self._lock = threading.Lock()

    def time(self) -> float:
        return START.timestamp() + self.passed

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.sleeps.append(seconds)
            self.passed += seconds


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body)


Act = Callable[[BaseHTTPRequestHandler], None]


class FakeServer:
    """Answers request n with act n; the last act answers all further ones."""

    def __init__(self, *acts: Act) -> None:
        self.acts = list(acts)
        self.seen: list[Seen] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def take(self, seen: Seen) -> Act:
        with self._lock:
            self.seen.append(seen)
            return self.acts[min(len(self.seen), len(self.acts)) - 1]

    def __enter__(self) -> "FakeServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(fake: FakeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): text for name, text in self.headers.items()}
            self.close_connection = True
            fake.take(Seen(self.command, self.path, headers, body))(self)

        do_GET = do_POST = _serve  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler


def answer(
    status: int = 200,
    body: bytes = b"{}",
    *,
    kind: str | None = "application/json; charset=UTF-8",
    headers: Mapping[str, str] | None = None,
    announced: int | None = None,
) -> Act:
    """A plain answer; `announced` states another length than is sent."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(status)
        for name, text in {"Connection": "close", **(headers or {})}.items():
            handler.send_header(name, text)
        if kind is not None:
            handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body) if announced is None else announced))
        handler.end_headers()
        handler.wfile.write(body)

    return act


def ok(document: object = None, *, headers: Mapping[str, str] | None = None) -> Act:
    return answer(200, json.dumps({"ok": True} if document is None else document).encode(), headers=headers)


def problem(title: str, status: int = 400, body_status: int | None = None) -> Act:
    body = {"type": "Parameter error", "title": title, "status": body_status or status}
    return answer(status, json.dumps(body).encode())


def page(status: int, text: str) -> Act:
    return answer(status, text.encode(), kind="text/html")


def empty(status: int, **headers: str) -> Act:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return answer(status, b"", kind=None, headers=named)


def truncated(body: bytes = b'{"value": [1, 2, 3]}') -> Act:
    return answer(200, body[: len(body) // 2], announced=len(body))


def packed(body: bytes, *, keep: int | None = None, flip: int | None = None) -> Act:
    """A gzip answer; `keep` cuts it while announcing the cut length, `flip` damages one byte."""
    whole = bytearray(gzip.compress(body)[:keep])
    if flip is not None:
        whole[flip] ^= 0xFF
    return answer(200, bytes(whole), headers={"Content-Encoding": "gzip"})


def reset(handler: BaseHTTPRequestHandler) -> None:
    """The connection is torn down without an answer."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def silent(seconds: float) -> Act:
    """No answer for a while, then a good one."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        _quietly(lambda: ok()(handler))

    return act


def dripping(part: str, pause: float, count: int) -> Act:
    """Bytes that come one at a time, each well within the read timeout: `part` is "head" or "body"."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {count}\r\n\r\n".encode()
        )
        handler.wfile.write(head[:17] + b"X-Drip: " if part == "head" else head)

        def drip() -> None:
            for _ in range(count):
                handler.wfile.write(b" ")
                time.sleep(pause)

        _quietly(drip)

    return act


def _quietly(action: Callable[[], None]) -> None:
    """The other side may have hung up long ago; that is what such an act is for."""
    try:
        action()
    except OSError:
        return


@contextmanager
def transport(
    clock: FakeClock,
    *,
    timeouts: Timeouts | None = None,
    retries: RetryPolicy | None = None,
    limiter: Limiter | None = None,
) -> Iterator[Transport]:
    """A transport by the fake clock, without chance."""
    limiter = limiter or Limiter(rate=Rate(1000, 60.0), clock=clock.time, sleep=clock.sleep)
    with Transport(
        limiter,
        timeouts=timeouts or Timeouts(5.0, 5.0, 10.0),
        retries=retries,
        clock=clock.time,
        sleep=clock.sleep,
        now=clock.now,
        jitter=lambda: 0.0,
    ) as made:
        yield made


def call(server: FakeServer, sender: Transport, method: str = "POST") -> object:
    """What the server answers to one call, decoded."""
    if method == "GET":
        return json.loads(sender.get(server.url + "/x").content)
    return json.loads(sender.post_json(server.url + "/x", {"a": "ø"}).content)


def selection_of(seen: Seen) -> dict[str, list[str]]:
    """The codes per variable that a v2 data call asked for."""
    body = cast("dict[str, list[dict[str, object]]]", seen.json)
    return {str(item["variableCode"]): cast("list[str]", item["valueCodes"]) for item in body["selection"]}
