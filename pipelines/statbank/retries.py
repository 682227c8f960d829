"""Whether, when and how often a failed call is tried again, bounded in number and in time."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from pipelines.statbank.errors import Attempt, CallError, RetriesExhaustedError

Kind = Literal["permanent", "suspicious", "empty 500", "throttled", "transient"]
# Share of a growing pause that chance may add, so that runs that failed together do not return together.
_JITTER = 0.25


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed attempt: the error, what kind it is, and how long the server asks to be left alone."""

    error: CallError
    kind: Kind
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Limits on trying again; times in seconds.

    `not_found_retries` is for "no such table" and the like: SSB answers so for a moment while it refreshes
    metadata, and its cache keeps the answer. `empty_500_retries` is for a 500 without a body, which mostly
    means a request the server cannot digest.
    """

    attempts: int = 6
    total_seconds: float = 600.0
    first_pause: float = 1.0
    longest_pause: float = 60.0
    empty_500_retries: int = 2
    not_found_retries: int = 1
    not_found_pause: float = 5.0


class Retries:
    """The history of one call, and the decision after each failure."""

    def __init__(
        self, policy: RetryPolicy, call: str, clock: Callable[[], float], jitter: Callable[[], float]
    ) -> None:
        self._policy = policy
        self._call = call
        self._clock = clock
        self._jitter = jitter
        self._first = clock()
        self._started = self._first
        self._kinds: Counter[Kind] = Counter()
        self._attempts: list[Attempt] = []

    def begin(self) -> None:
        """An attempt starts now."""
        self._started = self._clock()

    def after(self, failure: Failure) -> float:
        """Seconds to wait before the next attempt.

        Raises:
            CallError: there is no next attempt; RetriesExhaustedError where attempts were the limit.
        """
        self._kinds[failure.kind] += 1
        pause = self._pause(failure)
        stop = self._reason_to_stop(failure.kind, pause)
        started = self._started - self._first
        self._attempts.append(Attempt(started, failure.error.what, None if stop else pause))
        if not stop:
            return pause
        if failure.kind in {"permanent", "suspicious"}:
            raise failure.error
        raise RetriesExhaustedError(
            self._call, failure.error.status, tuple(self._attempts), stop
        ) from failure.error

    def _pause(self, failure: Failure) -> float:
        if failure.wait is not None:
            return failure.wait
        if failure.kind == "suspicious":
            return self._policy.not_found_pause
        grown = min(self._policy.first_pause * 2.0 ** len(self._attempts), self._policy.longest_pause)
        return grown * (1 + _JITTER * self._jitter())

    def _reason_to_stop(self, kind: Kind, pause: float) -> str:
        policy = self._policy
        limits: dict[Kind, int] = {
            "permanent": 0,
            "suspicious": policy.not_found_retries,
            "empty 500": policy.empty_500_retries,
        }
        if self._kinds[kind] > limits.get(kind, policy.attempts):
            return f"{self._kinds[kind]} answers of the kind {kind}"
        if len(self._attempts) + 1 >= policy.attempts:
            return f"{policy.attempts} attempts"
        if self._clock() - self._first + pause > policy.total_seconds:
            return f"another {pause:.0f} s would exceed the {policy.total_seconds:.0f} s allowed for one call"
        return ""


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the server asks for in `retry-after`, given as seconds or as an HTTP date; None without.

    A date is compared with the server's own `date`, so a clock that is wrong here does no harm.
    """
    stated = headers.get("retry-after", "").strip()
    if stated.isascii() and stated.isdigit():
        return float(stated)
    until = _http_date(stated)
    if until is None:
        return None
    return max(0.0, (until - (_http_date(headers.get("date", "")) or now)).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
