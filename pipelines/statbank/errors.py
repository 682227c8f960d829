"""What can go wrong between this program and the StatBank, as exceptions a caller can tell apart."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest
from urllib.parse import urlsplit

_TOO_MANY = ("too many cells selected", "too many values selected")
_GIST_LENGTH = 100


class StatbankError(Exception):
    """Base of every error raised by the StatBank client."""


class BodyError(StatbankError):
    """An answer that arrived whole but is not a JSON-stat 2 dataset that can be believed."""


class SelectionError(StatbankError):
    """A selection that the table cannot answer, found before anything was sent or explained afterwards."""


class WrongAnswerError(StatbankError):
    """Status 200, but the figures are not those that were asked for. They must not be used."""


class TableChangedError(WrongAnswerError):
    """The table was published anew while it was being fetched; its parts belong to different editions."""


class UnsettledFiguresError(StatbankError):
    """Fetched while SSB prepares the day's publication; figures under revision may show 0 or dots."""


class LimiterError(StatbankError):
    """The shared call budget cannot be read, or gave no free call in time."""


class CallError(StatbankError):
    """A call that did not give a usable answer. `call` is method and address without query or secrets."""

    def __init__(self, call: str, status: int | None, what: str) -> None:
        super().__init__(f"{call}: {what}")
        self.call = call
        self.status = status
        self.what = what


class RefusedError(CallError):
    """The server says what it refuses, in `title` (and `detail`). Asking again gives the same answer."""

    def __init__(self, call: str, status: int, title: str, detail: str = "") -> None:
        self.title = title
        self.detail = "" if detail == title else detail
        stated = f"{title} ({self.detail})" if self.detail else title
        super().__init__(call, status, f"HTTP {status}: {stated}")


class NotFoundError(RefusedError):
    """No such table, codelist, page or saved query, said in JSON by the service itself."""


class TooManyCellsError(RefusedError):
    """The server's cell limit is lower than the one the query was planned for."""


class InvalidRequestError(CallError):
    """The server could not read the request. `errors` gives its complaints per parameter."""

    def __init__(self, call: str, status: int, title: str, errors: Mapping[str, str]) -> None:
        self.title = title
        self.errors = dict(errors)
        stated = "; ".join(f"{name}: {text}" for name, text in self.errors.items())
        super().__init__(call, status, f"HTTP {status}: {title} {stated}".rstrip())


class GatewayError(CallError):
    """Answered by something in front of the service: HTML, an empty body, a redirect, an outage."""


class TransmissionError(CallError):
    """No whole answer arrived: no connection, a reset, a timeout, a body cut short."""

    def __init__(self, call: str, what: str) -> None:
        super().__init__(call, None, what)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One failed try: when it started (seconds after the first), what happened, the pause after it."""

    started: float
    what: str
    pause: float | None = None

    def __str__(self) -> str:
        after = "" if self.pause is None else f", then waited {self.pause:.1f} s"
        return f"at {self.started:.1f} s: {self.what}{after}"


class RetriesExhaustedError(CallError):
    """Every allowed attempt failed; the message tells what happened on each."""

    def __init__(self, call: str, status: int | None, attempts: tuple[Attempt, ...], reason: str) -> None:
        self.attempts = attempts
        lines = "".join(f"\n  attempt {number} {attempt}" for number, attempt in enumerate(attempts, 1))
        super().__init__(call, status, f"gave up: {reason}{lines}")


def shown_address(url: str) -> str:
    """The address as it may be logged: without user, password, query and fragment."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def nearest(wanted: str, known: Mapping[str, str], count: int = 3) -> str:
    """The known names most like `wanted`, compared by code and by label, as text for a message.

    Args:
        wanted: the name that was not found.
        known: label by code.
        count: how many to name.
    """
    sought = wanted.lower()

    def likeness(code: str) -> float:
        texts = {code.lower(), known[code].lower()}
        return max(SequenceMatcher(None, sought, text).ratio() for text in texts)

    best = nlargest(count, known, key=likeness)
    return ", ".join(code if known[code] in {"", code} else f"{code} ({known[code]})" for code in best)


def error_from(call: str, status: int, content: bytes) -> CallError:
    """The error a failed answer stands for, read from its body: the service's own words where it has any.

    Args:
        call: method and address as they may be shown.
        status: HTTP status, not 2xx.
        content: the decoded body.
    """
    document = _json_object(content)
    title = _text(document, "title") or _text(document, "error")
    if not title or status >= 500:
        return GatewayError(call, status, _gateway_words(status, title or _gist(content)))
    complaints = document.get("errors")
    if isinstance(complaints, dict):
        return InvalidRequestError(call, status, title, {k: _listed(v) for k, v in complaints.items()})
    kind = RefusedError
    if title.lower() in _TOO_MANY:
        kind = TooManyCellsError
    elif 404 in (status, document.get("status")):
        # On /data the service answers 400 for an unknown table and says 404 in the body.
        kind = NotFoundError
    return kind(call, status, title, _text(document, "detail"))


def _json_object(content: bytes) -> dict[str, object]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _text(document: Mapping[str, object], name: str) -> str:
    found = document.get(name)
    return found if isinstance(found, str) else ""


def _listed(complaint: object) -> str:
    return " ".join(map(str, complaint)) if isinstance(complaint, list) else str(complaint)


def _gateway_words(status: int, gist: str) -> str:
    if status == 404:
        return f"HTTP 404 not from the service itself: address too long or gateway ({gist})"
    return f"HTTP {status} ({gist})"


def _gist(content: bytes) -> str:
    """Title of an HTML page, or the first words of a text; never a whole body, which may name people."""
    text = content.decode("utf-8", errors="replace")
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    if title:
        text = title[1]
    elif text.lstrip().startswith("<"):
        return "a page without a title"
    return " ".join(text.split())[:_GIST_LENGTH] or "empty body"
