"""The stand-in as a running server on the loopback address."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple, Self

from pipelines.standin import routes, v0_api
from pipelines.standin.faults import Delivery, Faults, answer_with
from pipelines.standin.klass import StandinKlass
from pipelines.standin.limits import Admission, SlidingWindow
from pipelines.standin.messages import Answer, Request
from pipelines.standin.site import Site
from pipelines.standin.table import StandinTable
from pipelines.standin.wire import Wire

RATE_LIMIT = 40
WINDOW_SECONDS = 60.0
MAX_CELLS = 800_000


class LoggedRequest(NamedTuple):
    """One request as it arrived; ``path`` includes the query."""

    method: str
    path: str
    body: bytes


class StandinServer:
    """A local server that answers like PxWebApi v2, the v0 API for reading, and KLASS.

    Use it as a context manager, or call ``start`` and ``stop``. It listens on 127.0.0.1 only.

    Args:
        tables: the published tables.
        klass: the code lists.
        rate_limit: calls per ``window_seconds`` before 429 (v2 only; v0 has its own, KLASS has none).
        faults: switches, reachable as ``faults``.
        window_seconds: length of the sliding window.
        max_cells: cell limit per request.
        port: 0 takes a free one.
        clock: monotonic seconds, for the rate limit.
        now: the current moment, for ``pastDays``.
    """

    def __init__(
        self,
        tables: Iterable[StandinTable],
        klass: StandinKlass,
        *,
        rate_limit: int = RATE_LIMIT,
        faults: Faults | None = None,
        window_seconds: float = WINDOW_SECONDS,
        max_cells: int = MAX_CELLS,
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.faults = faults or Faults()
        self._wire = Wire(port, self._handle)
        published = {table.id.lower(): table for table in tables}
        self._site = Site(published, klass, self._wire.address, max_cells, now)
        self._window = SlidingWindow(rate_limit, window_seconds, clock)
        self._v0_window = SlidingWindow(v0_api.MAX_CALLS, v0_api.WINDOW_SECONDS, clock)
        self._requests: list[LoggedRequest] = []
        self._lock = threading.Lock()

    @property
    def statbank_url(self) -> str:
        """Base address of PxWebApi v2."""
        return self._site.statbank

    @property
    def v0_url(self) -> str:
        """Base address of the v0 API; tables are at ``/no/table/{id}`` below it."""
        return f"{self._wire.address}/api/v0"

    @property
    def klass_url(self) -> str:
        """Base address of KLASS; classifications are at ``/classifications/{id}`` below it."""
        return f"{self._wire.address}/api/klass/v1"

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """Every request so far, in order of arrival."""
        with self._lock:
            return tuple(self._requests)

    def start(self) -> Self:
        """Begin to answer, in threads of its own."""
        self._wire.start()
        return self

    def stop(self) -> None:
        """End all connections and free the port."""
        self._wire.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def table(self, table_id: str) -> StandinTable:
        """The edition now published.

        Raises:
            KeyError: the table is not published.
        """
        return self._site.tables[table_id.lower()]

    def replace_table(self, table: StandinTable) -> None:
        """Publish a new edition of a table, or a new table, while running."""
        with self._lock:
            self._site = replace(self._site, tables={**self._site.tables, table.id.lower(): table})

    def remove_table(self, table_id: str) -> None:
        """Withdraw a table while running.

        Raises:
            KeyError: the table is not published.
        """
        with self._lock:
            gone = self._site.tables[table_id.lower()]
            left = {key: table for key, table in self._site.tables.items() if table is not gone}
            self._site = replace(self._site, tables=left)

    def _handle(self, request: Request) -> tuple[Answer, Delivery, float]:
        """The answer to one request, how to deliver it, and the seconds of a slow delivery."""
        with self._lock:
            self._requests.append(LoggedRequest(request.method, request.address, request.body))
            site = self._site
        admission = self._admission(request)
        if not admission.admitted:
            refused = v0_api.too_many_calls() if routes.belongs_to(request, routes.V0) else Answer(429)
            return _with_headers(refused, admission), Delivery.WHOLE, 0.0
        switches = self.faults.taken(request)
        answer = answer_with(switches, request, lambda asked: routes.answer(site, asked))
        delivery, seconds = Delivery.WHOLE, 0.0
        for switch in switches:
            if switch.fault.delivery is not None:
                delivery, seconds = switch.fault.delivery, switch.seconds
        return _with_headers(answer, admission), delivery, seconds

    def _admission(self, request: Request) -> Admission:
        if routes.belongs_to(request, routes.V2):
            return self._window.admit()
        if routes.belongs_to(request, routes.V0):
            return replace(self._v0_window.admit(), headers={})
        return Admission(admitted=True, headers={})


def _with_headers(answer: Answer, admission: Admission) -> Answer:
    return replace(answer, headers={**answer.headers, **admission.headers})
