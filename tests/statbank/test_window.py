"""Quiet hours by the wall clock in Oslo, also on the two days a year when it jumps."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statbank.errors import UnsettledFiguresError
from pipelines.statbank.window import OSLO, in_quiet_hours, next_quiet_end, refuse_unsettled


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-01-15T03:59:59Z", False),  # winter: Oslo is UTC+1
        ("2026-01-15T04:00:00Z", True),
        ("2026-01-15T07:14:59Z", True),
        ("2026-01-15T07:15:00Z", False),
        ("2026-07-15T02:59:59Z", False),  # summer: UTC+2
        ("2026-07-15T03:00:00Z", True),
        ("2026-07-15T06:14:59Z", True),
        ("2026-07-15T06:15:00Z", False),
        ("2026-03-29T02:59:59Z", False),  # the morning the clock went forward at 02:00
        ("2026-03-29T03:00:00Z", True),
        ("2026-03-29T06:15:00Z", False),
        ("2026-10-25T03:59:59Z", False),  # the morning it went back at 03:00
        ("2026-10-25T04:00:00Z", True),
        ("2026-10-25T07:15:00Z", False),
    ],
)
def test_quiet_hours_follow_oslo(at: str, quiet: bool) -> None:
    assert in_quiet_hours(datetime.fromisoformat(at)) is quiet


def test_other_time_zones_are_converted() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert in_quiet_hours(datetime(2026, 1, 15, 13, 30, tzinfo=tokyo))
    assert not in_quiet_hours(datetime(2026, 1, 15, 6, 0, tzinfo=tokyo))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        in_quiet_hours(datetime(2026, 1, 15, 6, 0))


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-01-15T05:00:00Z", "2026-01-15T07:15:00Z"),
        ("2026-01-15T07:15:00Z", "2026-01-16T07:15:00Z"),
        ("2026-03-28T12:00:00Z", "2026-03-29T06:15:00Z"),
        ("2026-10-24T12:00:00Z", "2026-10-25T07:15:00Z"),
        ("2026-12-31T23:30:00Z", "2027-01-01T07:15:00Z"),
    ],
)
def test_next_quiet_end(at: str, end: str) -> None:
    assert next_quiet_end(datetime.fromisoformat(at)) == datetime.fromisoformat(end)


@given(st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))
def test_the_end_comes_after_and_is_settled(at: datetime) -> None:
    end = next_quiet_end(at)
    assert at < end <= at + timedelta(hours=25)
    assert not in_quiet_hours(end)
    assert in_quiet_hours(end - timedelta(seconds=1))
    assert end.astimezone(OSLO).strftime("%H:%M") == "08:15"


def test_refusal_says_when_to_try_again() -> None:
    with pytest.raises(UnsettledFiguresError, match=r"table 12367.*06:30.*after 2026-06-15 08:15"):
        refuse_unsettled(datetime(2026, 6, 15, 4, 30, tzinfo=UTC), what="table 12367")
    refuse_unsettled(datetime(2026, 6, 15, 7, 0, tzinfo=UTC), what="table 12367")
