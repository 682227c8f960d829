"""Switchable faults: what can go wrong between SSB and a client, one named switch each."""

from __future__ import annotations

import difflib
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from urllib.parse import urlencode

from pipelines.standin import errors
from pipelines.standin import fault_edits as edits
from pipelines.standin.messages import Answer, Request, as_json

DATA = r"/tables/[^/]+/data/?$"
METADATA = r"/tables/[^/]+/metadata/?$"
EVERYTHING = ""
MAINTENANCE_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Vedlikehold</title></head>"
    b"<body><h1>Statistikkbanken er midlertidig utilgjengelig</h1></body></html>\n"
)


class Delivery(Enum):
    """How an answer is put on the wire."""

    WHOLE = "whole"
    DROPPED = "the connection is closed before a byte is sent"
    RESET = "the connection is reset before a byte is sent"
    TRUNCATED = "content-length announces the whole body, half of it comes"
    GZIPPED = "the body is compressed and says so"
    TRUNCATED_GZIP = "content-length fits, but the compressed body stops in the middle"
    DRIPPING = "the body comes in small pieces over `seconds`"
    LATE = "nothing comes for `seconds`"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault. ``path`` and ``times`` are the defaults of its switch (None is always)."""

    description: str
    path: str = EVERYTHING
    times: int | None = None
    instead: Callable[[float], Answer] | None = None
    rewrite: Callable[[Request], Request] | None = None
    edit: edits.Edit | None = None
    content_type: Callable[[Answer], Answer] | None = None
    delivery: Delivery | None = None
    by_cache_key: bool = False


@dataclass(slots=True)
class Switch:
    """A fault that is switched on; ``left`` counts the requests it still applies to."""

    name: str
    fault: Fault
    path: re.Pattern[str]
    left: int | None
    seconds: float
    options: Mapping[str, str]
    keys: set[tuple[str, str, bytes]] = field(default_factory=set)

    def takes(self, request: Request) -> bool:
        """Whether the fault applies to this request; counts it."""
        if self.path.search(request.path) is None:
            return False
        if request.cache_key in self.keys:
            return True
        if self.left == 0:
            return False
        if self.left is not None:
            self.left -= 1
        if self.fault.by_cache_key:
            self.keys.add(request.cache_key)
        return True


class Faults:
    """The faults of one server; names given here are switched on with their defaults."""

    def __init__(self, *names: str) -> None:
        self._switches: dict[str, Switch] = {}
        self._applied: dict[str, int] = {}
        self._lock = threading.Lock()
        for name in names:
            self.switch_on(name)

    def switch_on(
        self,
        name: str,
        *,
        times: int | None = None,
        path: str | None = None,
        seconds: float = 1.0,
        **options: str,
    ) -> None:
        """Switch a fault on.

        Args:
            name: a key of ``FAULTS``.
            times: apply to the next so many matching requests; None takes the fault's default.
            path: regular expression searched in the request path, ignoring case.
            seconds: pause of the slow faults, and ``Retry-After`` of the 429s.
            **options: ``variable``, ``code`` and ``label`` of the metadata faults.

        Raises:
            KeyError: there is no such fault; the nearest names are given.
        """
        if name not in FAULTS:
            near = ", ".join(difflib.get_close_matches(name, FAULTS)) or ", ".join(FAULTS)
            raise KeyError(f"no fault is called {name!r}; nearest: {near}")
        fault = FAULTS[name]
        pattern = re.compile(fault.path if path is None else path, re.IGNORECASE)
        left = fault.times if times is None else times
        with self._lock:
            self._switches[name] = Switch(name, fault, pattern, left, seconds, options)

    def switch_off(self, name: str | None = None) -> None:
        """Switch one fault off, or all of them."""
        with self._lock:
            for known in list(self._switches) if name is None else [name]:
                self._switches.pop(known, None)

    def applied(self, name: str) -> int:
        """How many requests a fault has been applied to."""
        return self._applied.get(name, 0)

    def taken(self, request: Request) -> tuple[Switch, ...]:
        """The faults that apply to this request; counts them."""
        with self._lock:
            taken = tuple(switch for switch in self._switches.values() if switch.takes(request))
            for switch in taken:
                self._applied[switch.name] = self._applied.get(switch.name, 0) + 1
            return taken


def answer_with(
    switches: tuple[Switch, ...], request: Request, answer: Callable[[Request], Answer]
) -> Answer:
    """The answer to a request under the given faults (their delivery is the server's task)."""
    for switch in switches:
        if switch.fault.instead is not None:
            return switch.fault.instead(switch.seconds)
    for switch in switches:
        if switch.fault.rewrite is not None:
            request = switch.fault.rewrite(request)
    result = answer(request)
    for switch in switches:
        if switch.fault.edit is not None and result.status == 200:
            document = json.loads(result.body)
            switch.fault.edit(document, switch.options)
            result = replace(result, body=as_json(document))
        if switch.fault.content_type is not None:
            result = switch.fault.content_type(result)
    return result


def _too_many(seconds: float, when: str | None) -> Answer:
    retry = {
        None: {},
        "seconds": {"Retry-After": f"{seconds:.0f}"},
        "date": {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)},
    }
    return Answer(429, headers=retry[when])


def _without_selection(request: Request) -> Request:
    """The same request as if nothing had been selected: the server then takes its default selection."""
    kept = [(key, value) for key, value in request.parameters if not key.lower().startswith("valuecodes")]
    body = b'{"selection": []}' if request.method == "POST" else request.body
    return replace(request, query=urlencode(kept), body=body)


def _edit(edit: edits.Edit, path: str = DATA) -> Fault:
    return Fault((edit.__doc__ or "").strip(), path, edit=edit)


def _delivery(delivery: Delivery) -> Fault:
    return Fault(f"{delivery.value[0].upper()}{delivery.value[1:]}.", delivery=delivery)


FAULTS: Mapping[str, Fault] = {
    "rate_limited": Fault("429, empty, without Retry-After.", instead=lambda s: _too_many(s, None)),
    "rate_limited_seconds": Fault(
        "429, empty, Retry-After in seconds.", instead=lambda s: _too_many(s, "seconds")
    ),
    "rate_limited_date": Fault(
        "429, empty, Retry-After as an HTTP date.", instead=lambda s: _too_many(s, "date")
    ),
    "not_found_html": Fault(
        "404 with HTML, as for too long an address.", instead=lambda _: errors.gateway_not_found()
    ),
    "not_found_once": Fault(
        "404 'Non-existent table' once, then as usual: a short outage.",
        path=r"/tables/",
        times=1,
        instead=lambda _: errors.problem(errors.NON_EXISTENT_TABLE, status=404).answer,
    ),
    "not_found_cached": Fault(
        "404 'Non-existent table' for one request and, from the server's cache, for every repetition of it.",
        path=r"/tables/",
        times=1,
        instead=lambda _: errors.problem(errors.NON_EXISTENT_TABLE, status=404).answer,
        by_cache_key=True,
    ),
    "server_error": Fault("500 with an empty body.", instead=lambda _: Answer(500)),
    "unavailable": Fault(
        "503 with the text 'Backend fetch failed'.",
        instead=lambda _: Answer(503, b"Backend fetch failed", "text/plain"),
    ),
    "maintenance_page": Fault(
        "200 with an HTML page.", instead=lambda _: Answer(200, MAINTENANCE_PAGE, "text/html; charset=utf-8")
    ),
    "connection_dropped": _delivery(Delivery.DROPPED),
    "connection_reset": _delivery(Delivery.RESET),
    "body_truncated": _delivery(Delivery.TRUNCATED),
    "gzip": _delivery(Delivery.GZIPPED),
    "gzip_truncated": _delivery(Delivery.TRUNCATED_GZIP),
    "body_slow": _delivery(Delivery.DRIPPING),
    "answer_late": _delivery(Delivery.LATE),
    "content_type_text": Fault(
        "The body is JSON, the content type text/plain.",
        content_type=lambda answer: replace(answer, content_type="text/plain; charset=utf-8"),
    ),
    "content_type_absent": Fault(
        "There is no content type.", content_type=lambda answer: replace(answer, content_type=None)
    ),
    "default_selection": Fault(
        "The default selection is answered instead of the one asked for.", DATA, rewrite=_without_selection
    ),
    "zeros_before_release": _edit(edits.zeros_before_release),
    "dots_before_release": _edit(edits.dots_before_release),
    "numbers_changed": _edit(edits.numbers_changed),
    "updated_changed": _edit(edits.updated_changed, r"/tables(/[^/]+(/metadata|/data)?)?/?$"),
    "dimension_missing": _edit(edits.dimension_missing),
    "index_shuffled": _edit(edits.index_shuffled),
    "order_reversed": _edit(edits.order_reversed),
    "status_on_value": _edit(edits.status_on_value),
    "unknown_symbol": _edit(edits.unknown_symbol),
    "nil_symbol": _edit(edits.nil_symbol),
    "string_in_values": _edit(edits.string_in_values),
    "values_too_short": _edit(edits.values_too_short),
    "values_too_long": _edit(edits.values_too_long),
    "status_out_of_range": _edit(edits.status_out_of_range),
    "positions_repeated": _edit(edits.positions_repeated),
    "code_added": _edit(edits.code_added),
    "code_left_out": _edit(edits.code_left_out),
    "code_vanished": _edit(edits.code_vanished, METADATA),
    "label_renamed": _edit(edits.label_renamed, METADATA),
    "label_repeated": _edit(edits.label_repeated, METADATA),
}
