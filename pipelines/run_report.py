"""What a run did, for people and for the record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import dagster as dg

from pipelines import __version__
from pipelines.lock import LOCK_FILE, Lock, write_lock
from pipelines.settings import Settings
from pipelines.storage.files import write_durably

#: Asset check whose metadata name the source tables that could not be used (`problems`), or need not be there
#: and are not (`absent`), each with the reason.
SOURCES_CHECK = "sources"


#: Asset check on every asset that tells whether its expectations hold, in all years.
EXPECTATIONS_CHECK = "expectations"
#: Metadata of every asset: expectations that do not hold and stop nothing, as pairs of dataset and sentence.
NOT_HELD = "not_held"

#: Metadata of `quality/revisions`: what the run brought that was revised at SSB, a line each.
NEWS = "revised"


@dataclass(frozen=True, slots=True)
class Failure:
    """One dataset that failed, for one year or as a whole, and why."""

    dataset: str
    year: int | None
    message: str


@dataclass(slots=True)
class Report:
    """What a run did: new versions, what was equal already, what failed, what was therefore left out.

    `errors` and `warnings` are checks that did not pass, where the figures mislead and where a person must
    look; `not_held` expectations and controls that did not hold. What was checked is stored all the same.
    """

    invocation: str
    started_at: str
    source: str
    code_version: str = __version__
    years: list[int] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    not_offered: list[Failure] = field(default_factory=list)
    errors: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)
    inputs: Mapping[str, str] = field(default_factory=dict)
    replay_of: str | None = None
    revised: list[str] = field(default_factory=list)
    not_held: list[Failure] = field(default_factory=list)

    def made(self, dataset: str) -> list[int]:
        """The years of `dataset` that are current after the run."""
        names = (name.partition(" ") for name in (*self.written, *self.unchanged))
        return sorted(int(year) for name, _, year in names if name == dataset and year)

    @property
    def succeeded(self) -> bool:
        """Whether everything that was asked for is current."""
        return not self.failures and not self.left_out


def add_result(
    report: Report, result: dg.ExecuteInProcessResult, asked: Sequence[dg.AssetKey], year: int | None
) -> None:
    """Enter the outcome of one Dagster run into the report."""
    done: set[dg.AssetKey] = set()
    for event in result.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        done.add(materialization.asset_key)
        stored = materialization.metadata["stored"].value
        kept = report.written if stored == "new version" else report.unchanged
        kept.append(_named(materialization.asset_key, year))
        if NEWS in materialization.metadata:
            report.revised += materialization.metadata[NEWS].value  # type: ignore[arg-type]
        if NOT_HELD in materialization.metadata:
            broken = cast("list[tuple[str, str]]", materialization.metadata[NOT_HELD].value)
            report.not_held += [Failure(name, year, said) for name, said in broken]
    failed = _failed(result)
    problems, absent = _of_sources(result)
    report.failures += [Failure(name, year, why) for name, why in sorted({**failed, **problems}.items())]
    report.not_offered += [Failure(name, year, why) for name, why in sorted(absent.items())]
    report.errors += _not_passed(result, year, dg.AssetCheckSeverity.ERROR)
    report.warnings += _not_passed(result, year, dg.AssetCheckSeverity.WARN)
    told = {*failed, *problems, *absent}
    report.left_out += [
        _named(key, year) for key in asked if key not in done and key.to_user_string() not in told
    ]


def reached(result: dg.ExecuteInProcessResult) -> set[str]:
    """The datasets of a Dagster run that were made or failed, not skipped because of others."""
    made = {event.asset_key for event in result.get_asset_materialization_events()}
    return {key.to_user_string() for key in made if key} | _failed(result).keys()


def _failed(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    """Step of each failure, by the name of its dataset, and why."""
    return {e.step_key.replace("__", "/"): _why(e) for e in result.get_step_failure_events() if e.step_key}


def _of_sources(result: dg.ExecuteInProcessResult) -> tuple[dict[str, str], dict[str, str]]:
    """What the check of the sources tells: tables that could not be used, and tables nobody must offer."""
    problems: dict[str, str] = {}
    absent: dict[str, str] = {}
    for check in result.get_asset_check_evaluations():
        if check.check_name == SOURCES_CHECK:
            problems |= dict(check.metadata["problems"].value)  # type: ignore[arg-type]
            absent |= dict(check.metadata["absent"].value)  # type: ignore[arg-type]
    return problems, absent


def _not_passed(
    result: dg.ExecuteInProcessResult, year: int | None, severity: dg.AssetCheckSeverity
) -> list[Failure]:
    """What the other checks of that severity tell that did not pass."""
    return [
        Failure(check.asset_key.to_user_string(), year, check.description or check.check_name)
        for check in result.get_asset_check_evaluations()
        if check.check_name not in (SOURCES_CHECK, EXPECTATIONS_CHECK)
        and not check.passed
        and check.severity is severity
    ]


def write_report(settings: Settings, report: Report, lock: Lock) -> Path:
    """Write the report of a run, and its lock; the report last."""
    folder = settings.folder / "runs" / report.invocation
    write_lock(folder / LOCK_FILE, lock)
    _write_json(folder / "report.json", asdict(report))
    return folder


def reports(settings: Settings) -> list[Report]:
    """The reports of finished runs, oldest first."""
    paths = sorted((settings.folder / "runs").glob("*/report.json"))
    return [_report(json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def _report(record: dict[str, Any]) -> Report:
    for told in ("failures", "not_offered", "errors", "warnings", "not_held"):
        record[told] = [Failure(**entry) for entry in record.get(told, [])]
    return Report(**record)


def _named(key: dg.AssetKey, year: int | None) -> str:
    return key.to_user_string() if year is None else f"{key.to_user_string()} {year}"


def _why(event: dg.DagsterEvent) -> str:
    """The message of what was raised in the asset, without Dagster's wrapping."""
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return data.user_failure_data.description
    error = data.error
    if error is None:
        return "failed without an error"
    inner = error.cause or error
    _, _, message = inner.message.partition(": ")
    return f"{message.strip() or inner.message.strip()}"


def _write_json(path: Path, record: Mapping[str, object]) -> None:
    write_durably(path, json.dumps(record, ensure_ascii=False, indent=1).encode())
