"""The sample source from an empty home: ledger handed in, tables, controls, and a reorganisation."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
from click.testing import CliRunner

from pipelines.cli.main import main
from pipelines.connections import Connections
from pipelines.ledger_files import LedgerFiles
from pipelines.ledger_import import Options, import_file
from pipelines.run import run_pipeline
from pipelines.run_report import Report
from pipelines.settings import Settings
from pipelines.storage.imports import Imports
from pipelines.stored import Stored

OWN = ["ledger/entries", "baerum/director_area_costs"]
MADE = [*OWN, "+baerum/control_totals", "quality/expectations"]
RENAMED = "A 68 Virksomhetsstyring"
#: An area has a new name, and a unit a new parent, from 2024: one dated entry each.
REORGANISATION = f"A68,,2024,,{RENAMED},{RENAMED}\n3001,420,2024,,Boligområde 1,\n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings().but(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as held:
        yield held


@pytest.fixture(scope="module")
def first(settings: Settings, instance: dg.DagsterInstance) -> Report:
    return run_pipeline(settings, [2020, 2023, 2024], MADE, instance=instance)


def test_a_year_without_a_ledger_has_no_tables_and_is_no_failure(first: Report) -> None:
    assert first.succeeded
    assert first.made("kostra/accounts") == [2020, 2023, 2024]
    for dataset in (*OWN, "baerum/control_totals"):
        assert first.made(dataset) == [2023, 2024]


def test_a_run_tells_what_does_not_close_to_ssb(first: Report) -> None:
    [warning] = first.warnings

    assert (warning.dataset, warning.year) == ("baerum/control_totals", 2024)
    assert "(home_services), omfang A og B: warning: avviker −1,853 mill. kr" in warning.message
    assert "til institusjon (institution), omfang A og B: warning: avviker −0,477 mill. kr" in warning.message
    assert first.errors == []


@pytest.mark.usefixtures("first")
def test_what_the_asset_s_own_check_tells_is_not_told_again(settings: Settings, first: Report) -> None:
    rows = Stored(settings).rows("quality/expectations", 2024)
    broken = rows[~rows["success"].to_numpy(dtype=bool)]

    assert "ledger_exact" in set(broken["expectation"])
    assert not [told for told in first.not_held if told.dataset == "baerum/control_totals"]


@pytest.mark.usefixtures("first")
def test_control_totals_pass_in_2023_and_warn_in_2024(settings: Settings) -> None:
    totals = Stored(settings).rows("baerum/control_totals")

    assert set(totals.loc[totals["year"] == 2023, "verdict"]) == {"pass"}
    of_2024 = totals[totals["year"] == 2024].set_index(["service", "scope"])
    assert set(of_2024["verdict"]) == {"warning"}
    for scope in "AB":
        assert of_2024.loc[("home_services", scope), "difference"] == -1.853
        assert of_2024.loc[("institution", scope), "difference"] == -0.477
    assert set(totals["source"]) == {"sample"}


@pytest.mark.usefixtures("first")
def test_people_read_tables_as_published(settings: Settings) -> None:
    costs = _shown(settings, "director_area_costs")
    totals = _shown(settings, "control_totals")

    assert "Netto driftsutgifter til hjemmetjenester [mill. kr] – EKSEMPELTALL" in costs
    home = costs.partition("Brutto")[0].replace("\u00a0", " ")
    assert [line.split("│")[1:-1] for line in home.splitlines() if "Kjøp av plasser" in line] == [
        [" Kjøp av plasser                         ", " kjøp     ", "   169,9 ", "   133,8 ", "      6,8 % "]
    ]
    assert "│ Totalt                                  │          │ 1 930,6 │ 1 963,3 │    100,0 % │" in home
    assert "│ B kommunekasse │ 1\u00a0963,300 │ 1\u00a0965,153 │ -1,853 │ avvik   │" in totals


def _shown(settings: Settings, name: str) -> str:
    result = CliRunner().invoke(main, ["show", f"baerum/{name}", "--home", str(settings.home)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_reorganisation_is_one_dated_entry_and_earlier_years_do_not_change(
    first: Report, settings: Settings, instance: dg.DagsterInstance
) -> None:
    before = _costs(settings)
    files = settings.folder / "sample_ledger"
    hierarchy = files / "sample-hierarchy-2024.csv"
    hierarchy.write_text(
        (files / "sample-hierarchy.csv").read_text(encoding="utf-8") + REORGANISATION, encoding="utf-8"
    )
    _, imported, written = import_file(
        files / "sample-ledger-2024.csv", settings, Options(hierarchy=hierarchy), None
    )
    assert imported is not None
    assert written

    second = run_pipeline(settings, first.years, OWN, instance=instance)

    assert second.unchanged == ["ledger/entries 2023", "baerum/director_area_costs 2023"]
    assert second.written == ["ledger/entries 2024", "baerum/director_area_costs 2024"]
    after = _costs(settings)
    assert after.loc[2023].equals(before.loc[2023])
    assert RENAMED in after.loc[2024].index
    assert after.loc[(2024, RENAMED)] == before.loc[(2024, "A 68 Organisasjon, Styring og Utvikling")]
    moved = after.loc[(2024, "A 42 Aldring og mestring")] - before.loc[(2024, "A 42 Aldring og mestring")]
    left = before.loc[(2024, "A 30 Helse og Velferd")] - after.loc[(2024, "A 30 Helse og Velferd")]
    assert round(moved, 2) == round(left, 2) > 0
    assert after.loc[(2024, "Totalt")] == before.loc[(2024, "Totalt")]


def _costs(settings: Settings) -> pd.Series:
    rows = Stored(settings).rows("baerum/director_area_costs", 2023, 2024)
    home = rows[(rows["service"] == "home_services").to_numpy()].astype({"director_area": "str"})
    return home.set_index(["year", "director_area"])["amount"]


@pytest.mark.parametrize("source", ["ssb", "sample"])
def test_only_the_sample_source_brings_a_ledger_and_only_where_there_is_none(
    tmp_path: Path, source: str
) -> None:
    settings = Settings().but(home=tmp_path, source=source)
    own = tmp_path / "own.csv"
    own.write_text("year;responsibility_centre;function;art;amount\n2023;1;254;010;5\n", encoding="utf-8")
    (tmp_path / "tree.csv").write_text("centre,director_area\n1,A 42 X\n", encoding="utf-8")

    if source == "ssb":
        Connections(settings).hand_in_ledger()
        assert Imports(settings.ledger).all() == []
    import_file(own, settings, Options(hierarchy=tmp_path / "tree.csv"), None)
    Connections(settings).hand_in_ledger()

    assert [held.name for held in Imports(settings.ledger).all()] == ["own.csv", "tree.csv"]


def test_the_ledger_of_one_municipality_is_not_another_s(tmp_path: Path) -> None:
    settings = Settings().but(home=tmp_path)
    asker = settings.but(municipality="asker")

    Connections(asker).hand_in_ledger()
    assert Imports(settings.ledger).all() == []
    Connections(settings).hand_in_ledger()

    assert LedgerFiles(settings).years() == {2021, 2022, 2023, 2024}
    assert LedgerFiles(asker).years() == set()
