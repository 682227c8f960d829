"""The call budget: never more calls in any window than allowed, whoever asks, by a clock that is faked."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statbank.errors import LimiterError
from pipelines.statbank.limiter import Limiter, Rate, RateNotice, read_rate_headers
from tests.statbank.fake_server import START, FakeClock

HOST = "data.ssb.no"
NOW = START.timestamp()
ROOT = Path(__file__).resolve().parents[2]

Make = Callable[..., Limiter]


@pytest.fixture(params=["memory", "file"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Limiters with the budget in memory, and in a file."""
    path = tmp_path / "state" / "calls.sqlite" if request.param == "file" else None

    def made(clock: FakeClock, **options: object) -> Limiter:
        return Limiter(path, clock=clock.time, sleep=clock.sleep, **options)  # type: ignore[arg-type]

    return made


def call(limiter: Limiter, clock: FakeClock, *, lasts: float = 0.0, host: str = HOST) -> float:
    """One call; when it was sent."""
    with limiter.slot(host, lease=100):
        sent = clock.passed
        if lasts:
            clock.passed += lasts
    return sent


def most_in_a_window(arrivals: list[float], window: float) -> int:
    """The most arrivals any half-open window holds, looking back from each of them."""
    return max(sum(last - window < at <= last for at in arrivals) for last in arrivals)


def test_calls_within_the_budget_do_not_wait(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock)
    assert [call(limiter, clock) for _ in range(30)] == [0.0] * 30
    assert clock.sleeps == []


def test_the_next_call_waits_for_the_first_to_leave_the_window(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock, rate=Rate(3, 10.0))
    sent = []
    for _ in range(7):
        sent.append(call(limiter, clock))
        clock.passed += 1
    assert sent == pytest.approx([0, 1, 2, 10, 11, 12, 20], abs=0.02)


def test_a_call_counts_from_its_end_because_it_arrives_somewhere_in_between(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock, rate=Rate(1, 10.0))
    call(limiter, clock, lasts=4)
    assert call(limiter, clock) == pytest.approx(14, abs=0.01)


def test_hosts_have_budgets_of_their_own(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock, rate=Rate(1, 60.0))
    call(limiter, clock)
    assert call(limiter, clock, host="other") == 0


def test_at_most_two_are_under_way(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock)
    with limiter.slot(HOST, lease=100), limiter.slot(HOST, lease=7):
        assert call(limiter, clock) == pytest.approx(7, abs=0.1)


def test_a_call_that_raises_gives_its_place_back(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock, in_flight=1)
    with pytest.raises(KeyError), limiter.slot(HOST, lease=100):
        raise KeyError
    assert call(limiter, clock) == 0


def test_a_dead_process_holds_nothing_for_longer_than_its_lease(make: Make) -> None:
    clock = FakeClock()
    dead = make(clock)
    with dead._transaction() as db:
        for _ in range(2):
            db.execute("insert into calls (host, at, lease) values (?, ?, ?)", (HOST, NOW, NOW + 25))
    limiter = dead if dead._path is None else make(clock)
    assert call(limiter, clock) == pytest.approx(25, abs=0.1)


def test_waiting_has_an_end(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock, max_wait=30)
    with limiter.slot(HOST, lease=100), limiter.slot(HOST, lease=100):  # noqa: SIM117
        with pytest.raises(LimiterError, match="no call became free in 30 s"), limiter.slot(HOST, lease=100):
            pass
    assert clock.passed <= 31


def test_a_clock_set_back_does_not_block(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock, rate=Rate(1, 10.0))
    call(limiter, clock)
    limiter.hold(HOST, 5)
    clock.passed -= 1_000_000
    assert call(limiter, clock) == pytest.approx(-1_000_000 + 10, abs=0.1)


# What the server says


def test_the_servers_policy_replaces_the_fallback(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock)
    limiter.observe(HOST, {"x-ratelimit-limit": "2", "x-ratelimit-policy": "2;w=5s"})
    assert limiter.window(HOST) == 5
    assert [call(limiter, clock) for _ in range(3)] == pytest.approx([0, 0, 5], abs=0.01)
    assert make(clock).window("unknown") == 60


def test_calls_others_made_are_taken_from_the_budget(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock, rate=Rate(40, 60.0))
    call(limiter, clock)
    limiter.observe(
        HOST, {"x-ratelimit-limit": "40", "x-ratelimit-policy": "40;w=60s", "x-ratelimit-remaining": "2"}
    )
    assert [call(limiter, clock) for _ in range(2)] == [0, 0]
    assert call(limiter, clock) == pytest.approx(60, abs=0.01)


def test_nothing_remaining_waits_even_when_we_made_no_calls(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock)
    limiter.observe(HOST, {"x-ratelimit-remaining": "0"})
    assert call(limiter, clock) == pytest.approx(60, abs=0.01)


def test_our_own_calls_are_not_counted_twice(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock, rate=Rate(3, 10.0))
    for remaining in (2, 1, 0):
        call(limiter, clock)
        limiter.observe(HOST, {"x-ratelimit-limit": "3", "x-ratelimit-remaining": str(remaining)})
        clock.passed += 3
    assert call(limiter, clock) == pytest.approx(10, abs=0.01)


def test_the_other_spelling_is_a_period_and_a_reset(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock)
    call(limiter, clock)
    limiter.observe(
        HOST,
        {
            "x-rate-limit-limit": "10s",
            "x-rate-limit-remaining": "0",
            "x-rate-limit-reset": "2026-03-16T11:00:04.0000000Z",
        },
    )
    assert limiter.window(HOST) == 10
    assert call(limiter, clock) == pytest.approx(4, abs=0.01)


def test_hold_stops_everybody_for_that_long(make: Make) -> None:
    clock = FakeClock()
    limiter = make(clock)
    limiter.hold(HOST, 12)
    limiter.hold(HOST, 3)
    assert call(limiter, clock, host="other") == 0
    assert call(limiter, clock) == pytest.approx(12, abs=0.01)


@pytest.mark.parametrize(
    ("headers", "notice"),
    [
        ({}, RateNotice()),
        (
            {"x-ratelimit-limit": "40", "x-ratelimit-policy": "40;w=60s", "x-ratelimit-remaining": "39"},
            RateNotice(40, 60.0, 39),
        ),
        ({"x-ratelimit-policy": "30; w=10"}, RateNotice(30, 10.0)),
        ({"x-ratelimit-policy": "3;w=0.5s"}, RateNotice(3, 0.5)),
        ({"x-ratelimit-limit": "40, 40;w=60"}, RateNotice(40)),
        ({"x-rate-limit-limit": "1m", "x-rate-limit-remaining": "5"}, RateNotice(None, 60.0, 5)),
        ({"x-rate-limit-reset": "2026-03-16T11:00:30Z"}, RateNotice(reset_in=30.0)),
        (
            {"x-rate-limit-reset": "2030-01-01T00:00:09Z", "date": "Tue, 01 Jan 2030 00:00:00 GMT"},
            RateNotice(reset_in=9.0),
        ),
        ({"x-rate-limit-reset": "2020-01-01T00:00:00Z"}, RateNotice(reset_in=0.0)),
        ({"x-ratelimit-limit": "0", "x-ratelimit-policy": "0;w=0s"}, RateNotice()),
        (
            {"x-ratelimit-limit": "many", "x-ratelimit-remaining": "-1", "x-rate-limit-reset": "soon"},
            RateNotice(),
        ),
    ],
)
def test_rate_headers(headers: dict[str, str], notice: RateNotice) -> None:
    assert read_rate_headers(headers, NOW) == notice


# Never too many, whatever happens


@settings(deadline=None, max_examples=60)
@given(
    calls=st.integers(1, 6),
    window=st.floats(1, 30),
    script=st.lists(st.tuples(st.floats(0, 20), st.floats(0, 5), st.floats(0, 1)), min_size=1, max_size=40),
)
def test_no_window_ever_holds_more_than_allowed(
    calls: int, window: float, script: list[tuple[float, float, float]]
) -> None:
    """Calls come at any time, last any time, and arrive anywhere between being sent and being answered."""
    clock = FakeClock()
    limiter = Limiter(rate=Rate(calls, window), clock=clock.time, sleep=clock.sleep)
    arrivals = []
    for pause, lasts, share in script:
        clock.passed += pause
        arrivals.append(call(limiter, clock, lasts=lasts) + share * lasts)
    assert most_in_a_window(arrivals, window) <= calls


@settings(deadline=None, max_examples=60)
@given(
    own=st.lists(st.floats(0, 15), min_size=1, max_size=30),
    others=st.lists(st.floats(0, 300), max_size=30),
)
def test_a_server_that_reports_what_remains_is_never_overdrawn(own: list[float], others: list[float]) -> None:
    """A sliding server of 5 in 30 s; others stop calling when it is full, and we must leave it unfilled."""
    clock = FakeClock()
    limiter = Limiter(rate=Rate(5, 30.0), clock=clock.time, sleep=clock.sleep)
    taken: list[float] = []
    waiting = sorted(others)

    def used() -> int:
        return sum(clock.passed - 30 < at <= clock.passed for at in taken)

    for pause in own:
        clock.passed += pause
        # Others only call between our answers and our next call when we have just been told of them.
        while waiting and waiting[0] <= clock.passed and used() < 4:
            taken.append(waiting.pop(0))
            limiter.observe(HOST, {"x-ratelimit-limit": "5", "x-ratelimit-remaining": str(5 - used())})
        with limiter.slot(HOST, lease=100):
            assert used() < 5
            taken.append(clock.passed)
        limiter.observe(HOST, {"x-ratelimit-limit": "5", "x-ratelimit-remaining": str(5 - used())})


# Threads and processes, by the real clock


@pytest.mark.parametrize("where", ["memory", "file"])
def test_threads_share_one_budget(where: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite" if where == "file" else None
    limiter = Limiter(path, rate=Rate(6, 0.3))
    arrivals: list[float] = []
    under_way: list[int] = []
    busy = 0
    lock = threading.Lock()

    def one(_: int) -> None:
        nonlocal busy
        with limiter.slot(HOST, lease=5):
            with lock:
                busy += 1
                under_way.append(busy)
                arrivals.append(time.time())
            time.sleep(0.005)
            with lock:
                busy -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(20)))
    assert len(arrivals) == 20
    assert max(under_way) <= 2
    assert most_in_a_window(arrivals, 0.3) <= 6


WORKER = """
import sys, time
from pathlib import Path
from pipelines.statbank.limiter import Limiter, Rate
limiter = Limiter(Path(sys.argv[1]), rate=Rate(8, 0.5))
for _ in range(8):
    with limiter.slot("data.ssb.no", lease=5):
        print(time.time(), flush=True)
        time.sleep(0.002)
"""


def test_processes_share_one_budget(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(3)
    ]
    arrivals = [float(line) for worker in workers for line in worker.communicate(timeout=30)[0].split()]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert len(arrivals) == 24
    assert most_in_a_window(arrivals, 0.5) <= 8


HANGS = """
import sys, time
from pathlib import Path
from pipelines.statbank.limiter import Limiter
limiter = Limiter(Path(sys.argv[1]), in_flight=1)
with limiter.slot("data.ssb.no", lease=float(sys.argv[2])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_process_does_not_block_the_others(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    command = [sys.executable, "-c", HANGS, str(path), "0.6"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "held\n"
        held = time.time()
        worker.kill()
    with Limiter(path, in_flight=1, max_wait=10).slot(HOST, lease=5):
        assert 0.1 < time.time() - held < 5


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "calls.sqlite"
    path.write_bytes(b"this is not a database, and long enough to be taken for one" * 20)
    with pytest.raises(LimiterError, match=r"calls\.sqlite.*delete it"), Limiter(path).slot(HOST, lease=5):
        pass
