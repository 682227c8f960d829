"""Schedules: when the graph is refreshed without anybody asking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

import dagster as dg

from assets.statbank.definitions import NOT_BEFORE_TAG
from pipelines.jobs import NIGHTLY
from pipelines.storage.io_manager import INVOCATION_TAG
from pipelines.years import YEARS


@dg.schedule(
    name=NIGHTLY,
    job_name=NIGHTLY,
    cron_schedule="30 2 * * *",
    execution_timezone="Europe/Oslo",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night well before SSB's unsettled hours (05:00-08:15): one run per accounting year.",
)
def nightly(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    """One run per year, newest first; the runs of one tick share one question to SSB and one version."""
    tick = context.scheduled_execution_time.astimezone(UTC).isoformat(timespec="seconds")
    for year in reversed(YEARS):
        yield dg.RunRequest(
            run_key=f"{tick} {year}",
            partition_key=str(year),
            tags={INVOCATION_TAG: f"{NIGHTLY} {tick}", NOT_BEFORE_TAG: tick},
        )
