"""After each night every year is judged, also one of which a part failed."""

from __future__ import annotations

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from pipelines.storage.io_manager import INVOCATION_TAG, invocation_of

#: Dagster's tag with the partition of a run.
_PARTITION = "dagster/partition"
_OUTCOMES = {"success": dg.DagsterRunStatus.SUCCESS, "failure": dg.DagsterRunStatus.FAILURE}


def judging_sensors(
    after: UnresolvedAssetJobDefinition, judge: UnresolvedAssetJobDefinition
) -> list[dg.SensorDefinition]:
    """Sensors that run the job `judge` for the year of every finished run of the job `after`."""

    def request(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason:
        run = context.dagster_run
        year = run.tags.get(_PARTITION)
        if year is None:
            return dg.SkipReason(f"run {run.run_id} was of no year")
        return dg.RunRequest(
            run_key=f"judge {run.run_id}",
            partition_key=year,
            tags={INVOCATION_TAG: invocation_of(run.tags, run.run_id)},
        )

    return [
        dg.run_status_sensor(
            run_status=status,
            name=f"judge_after_{outcome}",
            monitored_jobs=[after],
            request_job=judge,
            default_status=dg.DefaultSensorStatus.RUNNING,
            description=f"Holds the year against its expectations when {after.name} ended in {outcome}.",
        )(request)
        for outcome, status in _OUTCOMES.items()
    ]
