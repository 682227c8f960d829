"""A failed run is told to people: one message to the webhook in `KOSTRA_WEBHOOK_URL`, when there is one."""

import logging
import os

import dagster as dg
import requests

log = logging.getLogger(__name__)

WEBHOOK = "KOSTRA_WEBHOOK_URL"
TIMEOUT_SECONDS = 10


@dg.run_failure_sensor(
    name="tell_failure",
    description=f"Posts {{'text': …}} to the address in {WEBHOOK} when a run fails; does nothing without it.",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=60,
)
def tell_failure(context: dg.RunFailureSensorContext) -> None:
    """Tell which run failed, for which year and why."""
    address = os.environ.get(WEBHOOK)
    if not address:
        return
    run, why = context.dagster_run, context.failure_event.message
    year = run.tags.get("dagster/partition", "all years")
    text = (
        f"KOSTRA: {run.job_name} failed for {year} (run {run.run_id}). Stored tables are as they were. {why}"
    )
    try:
        requests.post(address, json={"text": text}, timeout=TIMEOUT_SECONDS).raise_for_status()
    except requests.RequestException as error:
        # The address may hold a secret, and so may the text of the error: only its kind is told.
        log.error("the failure of run %s could not be told: %s", run.run_id, type(error).__name__)
