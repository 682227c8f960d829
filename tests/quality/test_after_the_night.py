"""A year is judged after every nightly run, whether it succeeded or a part of it failed."""

import dagster as dg
import pytest

from pipelines.connections import Connections
from pipelines.graph import build_definitions
from pipelines.settings import Settings


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    settings = Settings()
    return build_definitions(settings, Connections(settings)).get_repository_def()


@pytest.mark.parametrize("outcome", ["success", "failure"])
@pytest.mark.parametrize(("year", "asked"), [("2024", ["2024"]), (None, [])])
def test_each_run_of_a_year_is_followed_by_its_judging(
    repository: dg.RepositoryDefinition, outcome: str, year: str | None, asked: list[str]
) -> None:
    sensor = repository.get_sensor_def(f"judge_after_{outcome}")
    job = repository.get_job("nightly")
    tags = {"kostra/invocation": "nightly 1", **({"dagster/partition": year} if year else {})}
    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(job, tags=tags)
        event = dg.DagsterEvent(f"PIPELINE_{outcome.upper()}", job_name="nightly")
        context = dg.build_run_status_sensor_context(
            sensor_name=sensor.name, dagster_event=event, dagster_instance=instance, dagster_run=run
        )
        answer = sensor(context)

    requests = [answer] if isinstance(answer, dg.RunRequest) else []
    assert [request.partition_key for request in requests] == asked
    assert all(request.tags["kostra/invocation"] == "nightly 1" for request in requests)


def test_what_judges_is_no_part_of_the_night_itself(repository: dg.RepositoryDefinition) -> None:
    key = dg.AssetKey(["quality", "expectations"])
    nightly, quality = (repository.get_job(name).asset_layer for name in ("nightly", "quality"))

    assert key not in nightly.selected_asset_keys
    assert quality.selected_asset_keys == {key}
