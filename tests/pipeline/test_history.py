"""The history a command writes over open lines is the history Dagster would have written."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.instance.ref import InstanceRef

from pipelines.history import _KEPT_OPEN, LastingEventLog
from pipelines.instance import configure, open_instance
from pipelines.settings import Settings


@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["2023", "2024"]))
def upper() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"rows": 3})


@dg.asset_check(asset=upper)
def holds() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, metadata={"rows": 3})


@dg.asset(deps=[upper])
def lower() -> None:
    raise dg.Failure("broken")


JOB = dg.Definitions(
    assets=[upper, lower],
    asset_checks=[holds],
    jobs=[
        dg.define_asset_job("one", dg.AssetSelection.assets(upper) | dg.AssetSelection.checks(holds)),
        dg.define_asset_job("two", dg.AssetSelection.assets(lower)),
    ],
    loggers={"console": dg.colored_console_logger},
)
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run_both(instance: dg.DagsterInstance) -> list[str]:
    """One run that passes with a warning, one that fails; their ids."""
    passes = JOB.resolve_job_def("one").execute_in_process(
        instance=instance, partition_key="2024", run_config=SILENT
    )
    fails = JOB.resolve_job_def("two").execute_in_process(
        instance=instance, raise_on_error=False, run_config=SILENT
    )
    return [passes.run_id, fails.run_id]


def told(instance: dg.DagsterInstance, runs: list[str]) -> list[tuple[str | None, str | None]]:
    return [
        (log.step_key, log.get_dagster_event().event_type_value)
        for run in runs
        for log in instance.all_logs(run)
        if log.is_dagster_event
    ]


def dagsters_own(settings: Settings) -> dg.DagsterInstance:
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(configure(settings))))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(source="sample", home=tmp_path)


def test_the_same_events_as_dagster_writes(settings: Settings, tmp_path: Path) -> None:
    other = Settings(source="sample", home=tmp_path / "other")
    with open_instance(settings) as ours, dagsters_own(other) as theirs:
        assert isinstance(ours.event_log_storage, LastingEventLog)
        assert not isinstance(theirs.event_log_storage, LastingEventLog)
        written = told(ours, run_both(ours))
        assert written == told(theirs, run_both(theirs))
    assert ("lower", "STEP_FAILURE") in written
    assert ("upper", "ASSET_MATERIALIZATION") in written


def test_the_ui_reads_while_a_command_writes_and_after(settings: Settings) -> None:
    with open_instance(settings) as writer, dagsters_own(settings) as reader:
        runs = run_both(writer)
        during = told(reader, runs)
        assert during == told(writer, runs)
        assert reader.get_materialized_partitions(upper.key) == {"2024"}
        again = run_both(reader)
        assert told(writer, again) == during
    with dagsters_own(settings) as later:
        assert told(later, runs) == during
        assert later.get_run_by_id(runs[0]).is_success  # type: ignore[union-attr]


def test_no_more_databases_are_open_than_are_written(settings: Settings) -> None:
    folder = settings.folder / "dagster" / "history" / "runs"
    with open_instance(settings) as instance:
        runs = [run for _ in range(3) for run in run_both(instance)]
        assert len(runs) > _KEPT_OPEN
        assert 0 < len(list(folder.glob("*.db-wal"))) <= _KEPT_OPEN
        assert len(told(instance, runs)) == 3 * len(told(instance, runs[:2]))
    assert list(folder.glob("*.db-wal")) == []


def test_a_wiped_history_can_be_written_again(settings: Settings) -> None:
    with open_instance(settings) as instance:
        before = run_both(instance)
        instance.event_log_storage.wipe()
        assert told(instance, before) == []
        assert told(instance, run_both(instance))


def test_a_failed_write_leaves_nothing_behind(settings: Settings) -> None:
    with open_instance(settings) as instance:
        log = instance.event_log_storage
        assert isinstance(log, LastingEventLog)
        before = _rows(log)
        with pytest.raises(ZeroDivisionError), log.index_connection() as connection:
            connection.exec_driver_sql("DELETE FROM alembic_version")
            raise ZeroDivisionError
        assert _rows(log) == before == 1


def _rows(log: LastingEventLog) -> object:
    with log.index_connection() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar()
