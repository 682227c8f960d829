"""The nightly schedule and backfills, without a daemon."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from pipelines.connections import Connections
from pipelines.graph import build_definitions
from pipelines.schedules import nightly
from pipelines.settings import Settings
from pipelines.storage.store import Store
from pipelines.storage.versions import versions
from pipelines.years import YEARS
from tests.pipeline.worlds import asked, settings_for, standin

SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


NIGHT = datetime(2026, 1, 14, 2, 30, tzinfo=ZoneInfo("Europe/Oslo"))


def tick(at: datetime) -> list[dg.RunRequest]:
    settings = Settings()
    repository = build_definitions(settings, Connections(settings)).get_repository_def()
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance, scheduled_execution_time=at, repository_def=repository
        )
        return list(nightly.evaluate_tick(context).run_requests or [])


def test_a_tick_asks_for_every_year_as_one_version() -> None:
    requests = tick(NIGHT)

    assert [request.partition_key for request in requests] == [str(year) for year in reversed(YEARS)]
    assert len({request.run_key for request in requests}) == len(requests)
    assert {request.tags["kostra/invocation"] for request in requests} == {
        "nightly 2026-01-14T01:30:00+00:00"
    }


def test_the_schedule_keeps_clear_of_the_unsettled_hours() -> None:
    assert nightly.cron_schedule == "30 2 * * *"
    assert nightly.execution_timezone == "Europe/Oslo"


@pytest.mark.parametrize("day", [(2026, 3, 29), (2026, 10, 25)])
def test_a_tick_on_the_days_the_clock_is_moved(day: tuple[int, int, int]) -> None:
    requests = tick(datetime(*day, 2, 30, tzinfo=ZoneInfo("Europe/Oslo")))

    assert len(requests) == len(YEARS)


@pytest.fixture
def world(tmp_path: Path):
    with standin() as server:
        settings = settings_for(server, tmp_path)
        connections = Connections(settings)
        yield server, settings, build_definitions(settings, connections)
        connections.close()


def test_the_runs_of_one_tick_make_their_years_and_ask_ssb_once(world) -> None:
    server, settings, definitions = world
    job = definitions.resolve_job_def("nightly")
    requests = {request.partition_key: request for request in tick(NIGHT)}
    with dg.DagsterInstance.ephemeral() as instance:
        for year in ("2024", "2023"):
            assert job.execute_in_process(
                partition_key=year, tags=requests[year].tags, instance=instance, run_config=SILENT
            ).success
    store = Store(settings.warehouse)

    assert store.years("baerum/service_profile") == [2023, 2024]
    assert versions(store, "baerum/service_profile")[0].commits[0].invocation.startswith("nightly ")
    assert asked(server).count(("GET", "/tables")) == 1
    assert asked(server).count(("POST", "/tables/12367/data")) == 1


def test_a_backfill_gives_each_year_its_own_data_version(world) -> None:
    _, _, definitions = world
    job = definitions.resolve_job_def("nightly")
    key = dg.AssetKey(["asss", "indicators"])
    with dg.DagsterInstance.ephemeral() as instance:
        for year in ("2017", "2018", "2017"):
            tags = {"dagster/backfill": "abc"}
            assert job.execute_in_process(
                partition_key=year, tags=tags, instance=instance, run_config=SILENT
            ).success
        records = instance.fetch_materializations(key, limit=10).records
    found = [
        (r.partition_key, r.asset_materialization.tags["dagster/data_version"]) for r in reversed(records)
    ]

    assert [year for year, _ in found] == ["2017", "2018", "2017"]
    assert found[0] == found[2]
    assert found[0][1] != found[1][1]
