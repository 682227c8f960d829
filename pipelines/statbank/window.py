"""When figures are settled: SSB's daily rhythm, by the clock on the wall in Oslo.

From 05:00 metadata is refreshed and figures to be revised at 08:00 can show 0 or dots; until 08:15 the
service is under heavy load (SSB's user guide for PxWebApi).
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.statbank.errors import UnsettledFiguresError

OSLO = ZoneInfo("Europe/Oslo")
QUIET_START = time(5, 0)
QUIET_END = time(8, 15)


def in_quiet_hours(at: datetime) -> bool:
    """Whether `at` (aware) falls from 05:00 up to, not including, 08:15 in Oslo."""
    return QUIET_START <= _in_oslo(at).time() < QUIET_END


def next_quiet_end(at: datetime) -> datetime:
    """The first 08:15 in Oslo after `at`, in UTC."""
    local = _in_oslo(at)
    day = local.date() if local.time() < QUIET_END else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_END, tzinfo=OSLO).astimezone(UTC)


def refuse_unsettled(at: datetime, *, what: str) -> None:
    """Stop what was asked for or received at `at` in the quiet hours.

    Raises:
        UnsettledFiguresError: the message says when to try again.
    """
    if in_quiet_hours(at):
        again = next_quiet_end(at).astimezone(OSLO)
        raise UnsettledFiguresError(
            f"{what}: {_in_oslo(at):%Y-%m-%d %H:%M} in Oslo is between 05:00 and 08:15, when figures "
            f"under revision can show 0 or dots. Nothing is stored; fetch again after {again:%Y-%m-%d %H:%M}."
        )


def _in_oslo(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; give an aware time")
    return at.astimezone(OSLO)
