"""HTTP with every fault of the road handled: limits, timeouts, retries, broken and wrong bodies.

Only whole JSON answers with status 2xx come out of here. Each attempt is sent by this module itself
(urllib3's own retries and redirects are off), so that the limiter counts every call.
"""

import gzip
import json
import logging
import random
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Literal, Self
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from pipelines import __version__
from pipelines.statbank.errors import (
    CallError,
    GatewayError,
    NotFoundError,
    RefusedError,
    TransmissionError,
    error_from,
    shown_address,
)
from pipelines.statbank.limiter import Limiter
from pipelines.statbank.retries import Failure, Kind, Retries, RetryPolicy, retry_after

_LOG = logging.getLogger(__name__)
_KEPT_HEADERS = ("content-type", "content-disposition", "date", "last-modified")
_KEPT_PREFIXES = ("x-ratelimit-", "x-rate-limit-")
_OTHER_FORMATS = ("html", "xml", "csv")
_CHUNK = 65536
CALL_THREAD = "statbank-call"
_LONGEST_WINDOW_WAIT = 60.0
# A lease must outlive the call it stands for.
_LEASE_MARGIN = 10.0
# The older API (v0) says this for a bad query, and for every address while it is out of order.
_V0_BAD_QUERY = "Parameter error"
_PASSING = (requests.exceptions.ConnectionError, requests.exceptions.Timeout, urllib3.exceptions.HTTPError)
_BROKEN = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Response:
    """One answered call, as served.

    `headers` has lower-case names and only those worth keeping; `content` is the decoded body;
    `retrieved_at` is an aware time in UTC. `url` is without user and password.
    """

    method: str
    url: str
    request_body: bytes | None
    status: int
    headers: Mapping[str, str]
    content: bytes
    retrieved_at: datetime


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, between two pieces of the answer, and for the whole call."""

    connect: float = 10.0
    read: float = 90.0
    total: float = 180.0


@dataclass(frozen=True, slots=True)
class _Request:
    method: Literal["GET", "POST"]
    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes | None = None

    @property
    def shown(self) -> str:
        """Method and address as they may be logged."""
        return f"{self.method} {shown_address(self.url)}"


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes


class Transport:
    """Sends calls and returns whole JSON answers; safe to share between threads.

    Args:
        limiter: the call budget; by default one of its own.
        timeouts: for each attempt.
        retries: when to try again.
        clock: seconds, only ever compared with each other.
        sleep: waits that many seconds.
        now: the present, aware.
        jitter: a number from 0 to 1, by chance.
    """

    def __init__(
        self,
        limiter: Limiter | None = None,
        *,
        timeouts: Timeouts = Timeouts(),
        retries: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._limiter = limiter or Limiter()
        self._timeouts = timeouts
        self._policy = retries or RetryPolicy()
        self._clock = clock
        self._sleep = sleep
        self._now = now
        self._jitter = jitter
        self._session = _session()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        fresh: bool = False,
    ) -> Response:
        """GET `url`; `fresh` gets past an answer that the server keeps in its cache.

        Raises:
            StatbankError: no usable answer; the subclass says why.
        """
        return self._call(_Request("GET", url, params or {}, headers or {}), fresh=fresh)

    def post_json(
        self,
        url: str,
        body: object,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        fresh: bool = False,
    ) -> Response:
        """POST `body` as JSON; otherwise as `get`."""
        encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        stated = {"Content-Type": "application/json", **(headers or {})}
        return self._call(_Request("POST", url, params or {}, stated, encoded), fresh=fresh)

    def now(self) -> datetime:
        """The present by this transport's clock, in UTC."""
        return self._now().astimezone(UTC)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, request: _Request, *, fresh: bool) -> Response:
        history = Retries(self._policy, request.shown, self._clock, self._jitter)
        while True:
            outcome = self._attempt(self._with_changed_key(request) if fresh else request, history)
            if isinstance(outcome, Response):
                return outcome
            pause = history.after(outcome)
            fresh = fresh or outcome.kind == "suspicious"
            _LOG.warning("%s; trying again in %.1f s", outcome.error, pause)
            self._sleep(pause)

    def _with_changed_key(self, request: _Request) -> _Request:
        """The same question under another address: the service ignores the parameter, its cache does not."""
        return replace(request, params={**request.params, "_": str(round(self._now().timestamp() * 1000))})

    def _attempt(self, request: _Request, history: Retries) -> Response | Failure:
        host = urlsplit(request.url).netloc.rpartition("@")[2]
        with self._limiter.slot(host, lease=self._timeouts.total + _LEASE_MARGIN):
            history.begin()
            answer = self._send(request)
        if isinstance(answer, Failure):
            return answer
        self._limiter.observe(host, answer.headers)
        outcome = self._judge(request, answer, host)
        if isinstance(outcome, Failure) and outcome.kind == "throttled":
            self._limiter.hold(host, outcome.wait or 0.0)
        return outcome

    def _send(self, request: _Request) -> _Answer | Failure:
        """The answer as it came over the wire, or why none came."""
        try:
            return _within(self._timeouts.total, lambda: self._exchange(request))
        except (*_PASSING, *_BROKEN) as error:
            what, kind = self._in_words(error)
            return Failure(TransmissionError(request.shown, what), kind)

    def _exchange(self, request: _Request) -> _Answer:
        deadline = time.monotonic() + self._timeouts.total
        with self._session.request(
            request.method,
            request.url,
            params=request.params,
            data=request.body,
            headers=request.headers,
            stream=True,
            timeout=(self._timeouts.connect, self._timeouts.read),
            allow_redirects=False,
        ) as answer:
            raw = _read_until(deadline, answer.raw)
            headers = {name.lower(): text for name, text in answer.headers.items()}
            return _Answer(answer.url, answer.status_code, headers, _decoded(raw, headers))

    def _in_words(self, error: Exception) -> tuple[str, Kind]:
        if isinstance(error, requests.exceptions.RequestException) and not isinstance(error, _PASSING):
            # The text of these may hold the whole address, with whatever secret is in it.
            return f"cannot be sent ({type(error).__name__}); check the address", "permanent"
        root: BaseException = error
        while inner := root.__cause__ or root.__context__:
            root = inner
        if isinstance(root, ssl.SSLCertVerificationError):
            return f"certificate not trusted ({root.verify_message}); set REQUESTS_CA_BUNDLE", "permanent"
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return f"no connection within {self._timeouts.connect:g} s", "transient"
        if isinstance(error, requests.exceptions.ReadTimeout | urllib3.exceptions.ReadTimeoutError):
            return f"nothing received for {self._timeouts.read:g} s", "transient"
        if isinstance(root, TimeoutError):
            return f"not finished within {self._timeouts.total:g} s", "transient"
        return f"no whole answer ({type(root).__name__}: {root})", "transient"

    def _judge(self, request: _Request, answer: _Answer, host: str) -> Response | Failure:
        if 200 <= answer.status < 300:
            fault = _fault_of_body(answer)
            if fault:
                what = f"HTTP {answer.status}, but {fault}"
                return Failure(GatewayError(request.shown, answer.status, what), "transient")
            return self._response(request, answer)
        if 300 <= answer.status < 400:
            target = shown_address(urljoin(request.url, answer.headers.get("location", "")))
            what = f"HTTP {answer.status}: moved to {target}; set that as the base address"
            return Failure(GatewayError(request.shown, answer.status, what), "permanent")
        error = error_from(request.shown, answer.status, answer.content)
        kind = _kind(error, answer)
        wait = retry_after(answer.headers, self._now()) if kind in {"throttled", "transient"} else None
        if kind == "throttled" and wait is None:
            wait = min(self._limiter.window(host), _LONGEST_WINDOW_WAIT)
        return Failure(error, kind, wait)

    def _response(self, request: _Request, answer: _Answer) -> Response:
        kept = {
            name: text
            for name, text in answer.headers.items()
            if name in _KEPT_HEADERS or name.startswith(_KEPT_PREFIXES)
        }
        return Response(
            method=request.method,
            url=_without_user(answer.url),
            request_body=request.body,
            status=answer.status,
            headers=kept,
            content=answer.content,
            retrieved_at=self.now(),
        )


def _session() -> requests.Session:
    session = requests.Session()
    adapter = requests.adapters.HTTPAdapter(max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # Cookies are the only state a session changes by itself; without them threads may share it.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update(
        {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": f"kostra-pipeline/{__version__}",
        }
    )
    return session


def _within(seconds: float, task: Callable[[], _Answer]) -> _Answer:
    """The result of `task`, or TimeoutError after `seconds`, whatever it hangs in.

    Socket timeouts bound each wait for a byte, not the whole: name look-up, handshake and headers that drip
    have no limit of their own. The thread left behind ends by its own timeouts.
    """
    result: Future[_Answer] = Future()

    def run() -> None:
        try:
            result.set_result(task())
        except BaseException as error:  # noqa: BLE001  (handed to the waiting thread, which raises it)
            result.set_exception(error)

    threading.Thread(target=run, name=CALL_THREAD, daemon=True).start()
    return result.result(timeout=seconds)


def _read_until(deadline: float, raw: urllib3.BaseHTTPResponse) -> bytes:
    """The body as sent, still compressed. urllib3 raises when fewer bytes come than were announced."""
    chunks = []
    while chunk := raw.read1(_CHUNK, decode_content=False):
        chunks.append(chunk)
        if time.monotonic() > deadline:
            raise TimeoutError
    return b"".join(chunks)


def _decoded(raw: bytes, headers: Mapping[str, str]) -> bytes:
    """The body unpacked. Raises EOFError, OSError or zlib.error when the packing is broken."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"gzip", "x-gzip"} and raw:
        return gzip.decompress(raw)
    if encoding in {"identity", "", "gzip", "x-gzip"}:
        return raw
    raise OSError(f"content-encoding {encoding!r} was not asked for")


def _fault_of_body(answer: _Answer) -> str:
    """Why a 2xx body is not the JSON it should be; empty when it is.

    The stated type only counts against the body when it names another format: what JSON is served as is
    not documented for every kind of answer.
    """
    stated = answer.headers.get("content-type", "")
    if any(name in stated.lower() for name in _OTHER_FORMATS):
        return f"the body is {stated}, not JSON"
    try:
        document = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        return f"the body is not whole JSON ({error})"
    return "" if isinstance(document, dict | list) else "the body is a single JSON value"


def _kind(error: CallError, answer: _Answer) -> Kind:
    if answer.status == 429:
        return "throttled"
    if answer.status == 500 and not answer.content.strip():
        return "empty 500"
    if answer.status >= 500 or answer.status == 408:
        return "transient"
    if isinstance(error, NotFoundError):
        return "suspicious"
    if isinstance(error, RefusedError) and error.title == _V0_BAD_QUERY:
        return "suspicious"
    return "permanent"


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
