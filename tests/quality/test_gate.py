"""What is refused is not stored and stops what is made of it; what is only odd is stored and told."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import pandas as pd
import pytest
from click.testing import CliRunner

from pipelines.cli.main import main
from pipelines.run import run_pipeline
from pipelines.run_report import EXPECTATIONS_CHECK, Report
from pipelines.settings import Settings
from pipelines.standin.table import with_cell
from pipelines.stored import Stored
from schemas.expectations.suites import gate_suite
from tests.pipeline.worlds import FUNCTION, LATER, NET_OF_2024, REGION, settings_for, small_catalogue, standin

CELL = {**NET_OF_2024, REGION: "3201", FUNCTION: "281"}
SERVED = 179_380.0  # NOK thousand: Bærum 2024, f281 net (SSB 12362)
DOUBLED, IMPOSSIBLE = 2 * SERVED, 5e12
MADE_OF_IT = ("kostra/accounts", "asss/indicators", "asss/aggregates", "baerum/service_profile")


class World(NamedTuple):
    """What three runs did: one with good figures, one with odd ones, one with impossible ones."""

    settings: Settings
    good: Report
    odd: Report
    refused: Report
    stored: Stored
    checks: dict[str, dg.AssetCheckEvaluation]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home, catalogue = tmp_path_factory.mktemp("home"), small_catalogue()
    with standin() as server, dg.DagsterInstance.ephemeral() as instance:
        settings = settings_for(server, home)

        def run(*years: int, value: float | None = None) -> Report:
            if value is not None:
                later = LATER.replace(day=min(28, LATER.day + len(reports)))
                server.replace_table(with_cell(server.table("12367"), CELL, value, updated=later))
            reports.append(run_pipeline(settings, list(years), instance=instance, catalogue=catalogue))
            return reports[-1]

        reports: list[Report] = []
        good = run(2023, 2024)
        odd = run(2024, value=DOUBLED)
        checks = {name: shown(instance, name) for name in ("asss/indicators", "kostra/population")}
        refused = run(2024, value=IMPOSSIBLE)
        yield World(settings, good, odd, refused, Stored(settings, catalogue), checks)


def shown(instance: dg.DagsterInstance, dataset: str) -> dg.AssetCheckEvaluation:
    """The last result of a dataset's check."""
    key = dg.AssetCheckKey(dg.AssetKey(dataset.split("/")), EXPECTATIONS_CHECK)
    [record] = instance.event_log_storage.get_latest_asset_check_execution_by_key([key]).values()
    assert record.event is not None
    return record.event.asset_check_evaluation


def found(stored: Stored, **wanted: str) -> pd.DataFrame:
    rows = stored.rows("quality/expectations", 2024)
    for name, value in wanted.items():
        rows = rows[(rows[name] == value).to_numpy()]
    return rows


def test_good_figures_hold_but_for_what_the_small_world_lacks(world: World) -> None:
    assert world.good.succeeded
    assert "quality/expectations 2024" in world.good.written
    assert not [
        told for told in world.good.not_held if told.dataset.startswith(("kostra/", "asss/indicators"))
    ]


def test_odd_figures_are_stored_and_told(world: World) -> None:
    [told] = [each for each in world.odd.not_held if each.dataset == "asss/indicators"]

    assert world.odd.succeeded
    assert "asss/indicators 2024" in world.odd.written
    assert (told.year, told.message) == (2024, "Endringene fra året før er ikke større enn de pleier å være")


def test_odd_figures_show_on_the_asset_they_are_in(world: World) -> None:
    check = world.checks["asss/indicators"]

    assert not check.passed
    assert check.severity is dg.AssetCheckSeverity.WARN
    assert "2024: Endringene fra året før" in (check.description or "")
    assert world.checks["kostra/population"].passed


def test_impossible_figures_are_refused_with_what_is_wrong(world: World) -> None:
    [failure] = world.refused.failures

    assert failure.dataset == "statbank/t12367"
    assert "Tallene er mulige i sin enhet: 1 av 1 statistikkvariabler holder ikke" in failure.message
    assert "5 000 000 000 000" in failure.message.replace("\u00a0", " ")
    assert {f"{dataset} 2024" for dataset in MADE_OF_IT} <= set(world.refused.left_out)


def test_what_was_good_stays(world: World) -> None:
    rows = world.stored.rows("statbank/t12367", 2024)
    cell = rows[((rows["region"] == "3201") & (rows["function"] == "281")).to_numpy()]

    assert cell["value"].tolist() == [DOUBLED]


def test_the_year_is_judged_though_a_part_of_it_failed(world: World) -> None:
    refused = found(world.stored, dataset="statbank/t12367", suite="gate")
    [broken] = refused[~refused["success"].to_numpy(dtype=bool)].to_dict("records")

    assert "quality/expectations 2024" in world.refused.written
    assert refused["refused"].all()
    assert broken["expectation"] == "possible_values"
    assert broken["severity"] == "error"
    assert not found(world.stored, dataset="kostra/accounts", suite="gate")["refused"].any()


def test_every_dataset_that_was_made_was_held_against_its_suite(world: World) -> None:
    made = {name.partition(" ")[0] for name in world.good.written} - {"quality/expectations"}
    rows = found(world.stored, suite="gate")
    judged = {str(name): set(of_it["expectation"]) for name, of_it in rows.groupby("dataset", observed=True)}

    assert judged.keys() == made
    for dataset, ids in judged.items():
        assert ids == {expected.id for expected in gate_suite(dataset, world.stored.catalogue)}


def kostra(world: World, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["quality", "--home", str(world.settings.home), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_people_see_what_was_refused_and_what_is_odd(world: World) -> None:
    shown = " ".join(kostra(world, "--year", "2024").split())

    assert "statbank/t12367" in shown
    assert "Tallene er mulige i sin enhet (før lagring)" in shown
    assert "Se på: Tallene er mulige i sin enhet: Se etter feil enhet" in shown


def test_the_page_says_that_rows_were_refused(world: World, tmp_path: Path) -> None:
    kostra(world, "--html", str(tmp_path / "kvalitet.html"))
    page = (tmp_path / "kvalitet.html").read_text(encoding="utf-8")

    assert "Tallene ble avvist og er ikke lagret." in page
    assert "EKSEMPELTALL" not in page


def test_data_docs_are_built_where_asked_and_nobody_s_are_removed(world: World, tmp_path: Path) -> None:
    kostra(world, "--year", "2024", "--data-docs", str(tmp_path / "docs"))
    pages = list((tmp_path / "docs" / "gx").rglob("*.html"))
    (tmp_path / "theirs" / "gx").mkdir(parents=True)
    refused = CliRunner().invoke(
        main,
        ["quality", "--home", str(world.settings.home), "--data-docs", str(tmp_path / "theirs")],
    )

    assert any("kostra accounts" in page.as_posix() for page in pages)
    assert refused.exit_code == 1
    assert "somebody else's" in refused.stderr


def test_a_night_without_news_judges_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(*_: object) -> None:
        raise AssertionError("judged again")

    monkeypatch.setattr("assets.quality.judging.judge", judge)
    with standin() as server, dg.DagsterInstance.ephemeral() as instance:
        settings = settings_for(server, world.settings.home)
        report = run_pipeline(settings, [2023], instance=instance, catalogue=small_catalogue())

    assert "quality/expectations 2023" in report.unchanged
