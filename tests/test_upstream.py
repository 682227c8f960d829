"""What we rely on in Dagster, deltalake and pandera: an upgrade that changes it fails here first."""

from pathlib import Path

import dagster as dg
import pandas as pd
import pandera.pandas as pa_checks
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from pipelines.partitions import ACCOUNTING_YEARS, REPORT_YEARS
from pipelines.settings import PROJECT

SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Recorder(dg.IOManager):
    """Remembers which partitions were stored and asked for."""

    def __init__(self) -> None:
        self.stored: list[tuple[str, tuple[str, ...]]] = []
        self.asked: list[tuple[str, ...]] = []

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        if isinstance(obj, Exception):
            raise dg.Failure(description=str(obj), allow_retries=False)
        keys = tuple(context.asset_partition_keys) if context.has_asset_partitions else ()
        self.stored.append((context.asset_key.to_user_string(), keys))

    def load_input(self, context: dg.InputContext) -> object:
        self.asked.append(tuple(sorted(context.asset_partition_keys)))
        return None


@dg.asset
def whole() -> dg.MaterializeResult[int]:
    return dg.MaterializeResult(value=1, data_version=dg.DataVersion("w1"))


@dg.asset(partitions_def=ACCOUNTING_YEARS, deps=[whole])
def yearly(context: dg.AssetExecutionContext) -> dg.MaterializeResult[int]:
    return dg.MaterializeResult(value=1, data_version=dg.DataVersion(f"y{context.partition_key}"))


@dg.asset(
    partitions_def=ACCOUNTING_YEARS,
    ins={"yearly": dg.AssetIn(partition_mapping=REPORT_YEARS)},
)
def report(yearly: object) -> dg.MaterializeResult[object]:
    return dg.MaterializeResult(value=yearly, data_version=dg.DataVersion("r"))


@dg.asset
def refused() -> Exception:
    return ValueError("the contract is broken")


def job(recorder: Recorder, *assets: dg.AssetsDefinition) -> dg.JobDefinition:
    definitions = dg.Definitions(
        assets=list(assets),
        resources={"io_manager": recorder},
        jobs=[dg.define_asset_job("all", selection=dg.AssetSelection.all())],
        executor=dg.in_process_executor,
    )
    return definitions.resolve_job_def("all")


def test_one_run_holds_partitioned_and_whole_assets() -> None:
    recorder = Recorder()
    with dg.DagsterInstance.ephemeral() as instance:
        result = job(recorder, whole, yearly).execute_in_process(
            partition_key="2024", instance=instance, run_config=SILENT
        )

    assert result.success
    assert recorder.stored == [("whole", ()), ("yearly", ("2024",))]


def test_a_mapped_input_is_asked_for_every_year_held_or_not() -> None:
    recorder = Recorder()
    with dg.DagsterInstance.ephemeral() as instance:
        job(recorder, whole, yearly, report).execute_in_process(
            partition_key="2024", instance=instance, run_config=SILENT
        )

    assert recorder.asked == [("2022", "2023", "2024")]


def test_data_versions_are_recorded_with_those_of_the_inputs() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        job(Recorder(), whole, yearly).execute_in_process(
            partition_key="2023", instance=instance, run_config=SILENT
        )
        [record] = instance.fetch_materializations(dg.AssetKey("yearly"), limit=1).records
    tags = record.asset_materialization.tags

    assert tags["dagster/data_version"] == "y2023"
    assert tags["dagster/input_data_version/whole"] == "w1"


def test_a_failure_before_the_write_leaves_no_materialization() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = job(Recorder(), refused).execute_in_process(
            instance=instance, run_config=SILENT, raise_on_error=False
        )
        records = instance.fetch_materializations(dg.AssetKey("refused"), limit=1).records

    assert not result.success
    assert records == []


def test_dagster_yaml_is_valid_and_typing_errors_in_it_are_refused(tmp_path: Path) -> None:
    text = (PROJECT / "dagster.yaml").read_text(encoding="utf-8")
    (tmp_path / "dagster.yaml").write_text(text.replace("data/sample/dagster", str(tmp_path)))
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert not instance.telemetry_enabled
    (tmp_path / "dagster.yaml").write_text(text + "\nconcurrancy: {}\n")
    with pytest.raises(dg.DagsterInvalidConfigError, match="concurrancy"):
        dg.DagsterInstance.from_config(str(tmp_path))


def rows(*years: int) -> pa.Table:
    return pa.table({"year": pa.array(years, pa.int64()), "x": ["a"] * len(years)})


def years_in(folder: Path) -> list[int]:
    return sorted(DeltaTable(folder).to_pandas()["year"])


def test_a_delta_overwrite_needs_its_predicate(tmp_path: Path) -> None:
    write_deltalake(tmp_path, rows(2023, 2024), partition_by=["year"])
    write_deltalake(tmp_path, rows(2024), mode="overwrite", predicate="year = 2024")
    assert years_in(tmp_path) == [2023, 2024]

    write_deltalake(tmp_path, rows(2024), mode="overwrite")
    assert years_in(tmp_path) == [2024]


def test_delta_refuses_rows_of_another_year_than_the_predicate(tmp_path: Path) -> None:
    write_deltalake(tmp_path, rows(2023, 2024), partition_by=["year"])

    with pytest.raises(DeltaError, match="validation check"):
        write_deltalake(tmp_path, rows(2023), mode="overwrite", predicate="year = 2024")


def test_an_empty_delta_overwrite_empties_the_year_in_silence(tmp_path: Path) -> None:
    write_deltalake(tmp_path, rows(2023, 2024), partition_by=["year"])
    write_deltalake(tmp_path, rows(), mode="overwrite", predicate="year = 2024")

    assert years_in(tmp_path) == [2023]


def test_pandera_passes_an_empty_frame() -> None:
    schema = pa_checks.DataFrameSchema({"x": pa_checks.Column(checks=[pa_checks.Check.ge(1)])})

    assert schema.validate(pd.DataFrame({"x": pd.Series([], dtype="int64")})).empty
