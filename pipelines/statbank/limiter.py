"""The call budget of one address, shared by every thread and process that uses the same file.

A sliding window, counted so that the server can never see more calls than allowed: a call counts from
the moment it is sent until one whole window after its answer, because it reached the server somewhere
between the two. What the server itself reports (`x-ratelimit-*`) decides the size of the window, and shows
how many calls others behind the same address have made.
"""

import re
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from pipelines.statbank.errors import LimiterError

# How often a waiting call looks again when only another call's end can free it, seconds.
_POLL = 0.05
# Added to a computed wait, so that rounding cannot make it end just too early.
_MARGIN = 0.001
_BUSY_SECONDS = 30.0
_PERIODS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SCHEMA = """
create table if not exists calls (
  id integer primary key, host text not null, at real not null, lease real);
create table if not exists hosts (
  host text primary key, allowed integer, window real,
  others integer not null default 0, others_until real not null default 0,
  held_at real not null default 0, held_until real not null default 0);
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` calls in any `window` seconds."""

    calls: int = 30
    window: float = 60.0


@dataclass(frozen=True, slots=True)
class RateNotice:
    """What the rate headers of one answer say; None where they are silent."""

    calls: int | None = None
    window: float | None = None
    remaining: int | None = None
    reset_in: float | None = None


@dataclass(frozen=True, slots=True)
class _State:
    """The budget of one host at one moment. `done` holds the end times of finished calls, oldest first."""

    rate: Rate
    done: tuple[float, ...]
    leases: tuple[float, ...]
    others: int
    others_until: float
    held_until: float


class Limiter:
    """Gives out calls, at most `rate` per window and `in_flight` at a time, per host.

    Args:
        path: SQLite file that all processes share; None keeps the budget in this object (threads only).
        rate: used until the server has reported its own.
        in_flight: most calls under way at once.
        max_wait: seconds to wait for a call before LimiterError; also the longest pause `hold` can set.
        clock: seconds since the epoch. Wall-clock time, because processes must agree on it.
        sleep: waits that many seconds.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        rate: Rate = Rate(),
        in_flight: int = 2,
        max_wait: float = 900.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = path
        self._fallback = rate
        self._in_flight = in_flight
        self._max_wait = max_wait
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._memory = None if path else _opened(":memory:")
        if self._memory:
            weakref.finalize(self, self._memory.close)
        elif path:
            path.parent.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def slot(self, host: str, *, lease: float) -> Iterator[None]:
        """One call to `host`: waits until it may be sent, and counts it as done when the block ends.

        Args:
            host: whose budget to use.
            lease: seconds after which the call is taken for dead, so that a killed process holds nothing.

        Raises:
            LimiterError: no call became free within `max_wait`, or the file cannot be used.
        """
        call = self._acquire(host, lease)
        try:
            yield
        finally:
            with self._transaction() as db:
                db.execute("update calls set at = ?, lease = null where id = ?", (self._clock(), call))

    def observe(self, host: str, headers: Mapping[str, str]) -> None:
        """Learn from the rate headers of an answer from `host` (names in lower case)."""
        notice = read_rate_headers(headers, self._clock())
        if notice == RateNotice():
            return
        with self._transaction() as db:
            now = self._clock()
            state = self._state(db, host, now)
            rate = Rate(notice.calls or state.rate.calls, notice.window or state.rate.window)
            db.execute(
                "update hosts set allowed = ?, window = ? where host = ?", (rate.calls, rate.window, host)
            )
            if notice.remaining is not None:
                # Calls still under way may not be in the server's count; finished ones surely are.
                others = max(0, rate.calls - notice.remaining - len(state.done))
                until = now + min(rate.window, rate.window if notice.reset_in is None else notice.reset_in)
                db.execute(
                    "update hosts set others = ?, others_until = ? where host = ?", (others, until, host)
                )

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody call `host` for that long: the server said that the budget is spent."""
        with self._transaction() as db:
            now = self._clock()
            until = max(self._state(db, host, now).held_until, now + min(seconds, self._max_wait))
            db.execute("update hosts set held_at = ?, held_until = ? where host = ?", (now, until, host))

    def window(self, host: str) -> float:
        """Length of the window in seconds, as last reported by `host`."""
        with self._transaction() as db:
            return self._state(db, host, self._clock()).rate.window

    def _acquire(self, host: str, lease: float) -> int:
        started = self._clock()
        while True:
            with self._transaction() as db:
                # Read inside: waiting for the file takes time, and calls ended meanwhile.
                now = self._clock()
                wait = _wait(self._state(db, host, now), self._in_flight, now)
                if wait is None:
                    sent = db.execute(
                        "insert into calls (host, at, lease) values (?, ?, ?)", (host, now, now + lease)
                    )
                    return int(sent.lastrowid or 0)
            if now + wait - started > self._max_wait:
                raise LimiterError(
                    f"{host}: no call became free in {self._max_wait:.0f} s; "
                    "other runs behind the same address use the whole budget. Try again later."
                )
            self._sleep(wait)

    def _state(self, db: sqlite3.Connection, host: str, now: float) -> _State:
        """The state of `host` at `now`, with what has run out removed."""
        self._know(db, host)
        allowed, window, others, others_until, held_at, held_until = db.execute(
            "select allowed, window, others, others_until, held_at, held_until from hosts where host = ?",
            (host,),
        ).fetchone()
        rate = Rate(allowed or self._fallback.calls, window or self._fallback.window)
        # A clock that was set back must not block the budget: nothing happened in the future.
        db.execute("update calls set at = ? where host = ? and at > ?", (now, host, now))
        db.execute("update calls set lease = null where host = ? and lease <= ?", (host, now))
        db.execute(
            "delete from calls where host = ? and lease is null and at <= ?", (host, now - rate.window)
        )
        rows = db.execute("select at, lease from calls where host = ? order by at", (host,)).fetchall()
        return _State(
            rate=rate,
            done=tuple(at for at, lease in rows if lease is None),
            leases=tuple(lease for _, lease in rows if lease is not None),
            others=others,
            others_until=min(others_until, now + rate.window),
            held_until=held_until if held_at <= now else now,
        )

    @staticmethod
    def _know(db: sqlite3.Connection, host: str) -> None:
        db.execute("insert or ignore into hosts (host) values (?)", (host,))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One exclusive look at the budget. A file is opened anew each time: safe across forks."""
        if self._memory is not None:
            with self._lock, _immediate(self._memory) as db:
                yield db
            return
        try:
            with closing(_opened(str(self._path))) as connection, _immediate(connection) as db:
                yield db
        except sqlite3.Error as error:
            raise LimiterError(
                f"the call budget in {self._path} cannot be used ({error}); "
                "if the file is damaged, delete it: it holds nothing of value"
            ) from error


def read_rate_headers(headers: Mapping[str, str], now: float) -> RateNotice:
    """Read `x-ratelimit-limit/-policy/-remaining` or `x-rate-limit-limit/-remaining/-reset`.

    Args:
        headers: names in lower case. In the second spelling the limit is a period such as "10s".
        now: seconds since the epoch, used when the answer has no `date`.
    """
    policy = re.search(r"(\d+)\s*;\s*w=(\d+(?:\.\d+)?)", headers.get("x-ratelimit-policy", ""))
    period = re.fullmatch(r"\s*(\d+)\s*([smhd])\s*", headers.get("x-rate-limit-limit", ""))
    calls = _whole(headers, "x-ratelimit-limit") or (int(policy[1]) if policy else None)
    window = float(policy[2]) if policy else None
    if period:
        window = int(period[1]) * _PERIODS[period[2]]
    remaining = _whole(headers, "x-ratelimit-remaining")
    return RateNotice(
        calls=calls or None,
        window=window or None,
        remaining=_whole(headers, "x-rate-limit-remaining") if remaining is None else remaining,
        reset_in=_reset_in(headers, now),
    )


def _wait(state: _State, in_flight: int, now: float) -> float | None:
    """Seconds until it is worth asking again; None when a call may be sent now."""
    if state.held_until > now:
        return state.held_until - now + _MARGIN
    if len(state.leases) >= in_flight:
        return _POLL
    others = state.others if state.others_until > now else 0
    if len(state.done) + len(state.leases) + others < state.rate.calls:
        return None
    frees = [at + state.rate.window for at in state.done[:1]] + [state.others_until] * bool(others)
    return max(min(frees) - now, 0.0) + _MARGIN if frees else _POLL


def _whole(headers: Mapping[str, str], name: str) -> int | None:
    found = re.match(r"\s*(\d+)(?![\d.smhd])", headers.get(name, ""))
    return int(found[1]) if found else None


def _reset_in(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds until the server's reset, by the server's own clock where the answer tells its time."""
    here = datetime.fromtimestamp(now, UTC)
    with suppress(ValueError):
        here = parsedate_to_datetime(headers.get("date", ""))
    with suppress(ValueError):
        reset = datetime.fromisoformat(headers.get("x-rate-limit-reset", ""))
        return max(0.0, (reset.astimezone(UTC) - here.astimezone(UTC)).total_seconds())
    return None


def _opened(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    # The budget is worth nothing after a power cut, so it need not reach the disk.
    connection.execute("pragma synchronous = off")
    return connection


@contextmanager
def _immediate(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("begin immediate")
    try:
        for statement in _SCHEMA.split(";"):
            connection.execute(statement)
        yield connection
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")
