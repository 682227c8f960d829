"""`kostra register`, and the imported rows of the profile, as people see them."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from assets.catalogue.loader import load_catalogue
from tests.cli.shell import Shell
from tests.register.files import P3, P7A, S19, row, table

COLUMN_OF = {"ASSS mean": "mean", "ASSS max": "max", "ASSS min": "min"}
COLUMN_OF_YEAR = {"2022": "value_y_minus_2", "2023": "value_y_minus_1", "2024": "value"}


@pytest.fixture(scope="module")
def profile(shell: Shell) -> dict[str, dict[str, str]]:
    rows = shell.rows("show", "baerum/service_profile", "--year", "2024")
    return {row["indicator"]: row for row in rows}


@pytest.fixture
def own(shell: Shell, tmp_path: Path) -> Shell:
    """A copy of the home, to be changed."""
    copy = Shell(tmp_path / "home", *shell.urls[1::2])
    shutil.copytree(shell.home, copy.home)
    return copy


@pytest.mark.recorded
def test_every_published_number_of_an_imported_row_is_printed(recorded: Path, profile: dict) -> None:
    imported = {name for name, entry in load_catalogue().indicators.items() if entry.imported}
    with (recorded / "published" / "service_profile.csv").open(encoding="utf-8", newline="") as file:
        printed = [each for each in csv.DictReader(file) if each["indicator_id"] in imported]

    assert len(printed) == 60  # ten of the 24 rows
    for each in printed:
        shown = profile[each["indicator_id"]]
        column = COLUMN_OF.get(each["entity"]) or COLUMN_OF_YEAR[each["year"]]
        wanted = None if each["value"] == "" else float(each["value"])
        assert (float(shown[column]) if shown[column] else None) == wanted, (each, shown)
        assert (shown["title"], shown["unit"]) == (each["indicator_title"], each["unit"])
        assert (shown["origin"], shown["source"]) == ("register", "register")


def test_the_social_and_ttu_profiles_have_their_24_rows_in_order(shell: Shell) -> None:
    rows = shell.rows("show", "baerum/service_profile", "--year", "2024")
    numbers = {
        name: [load_catalogue().indicators[r["indicator"]].number for r in rows if r["profile"] == name]
        for name in ("sos", "ttu")
    }

    assert numbers["sos"] == [f"S{number}" for number in range(1, 20)]
    assert numbers["ttu"] == ["P13a", "P13b", "P13c", "P13d", "P13e"]
    assert {r["origin"] for r in rows} == {"computed", "register"}


@pytest.mark.parametrize(
    ("indicator", "column", "distance"),
    [
        ("plo_resource_use_index", "distance_percent", 7.6),
        ("plo_gross_expenditure_index", "distance_percent", 9.5),
        ("plo_production_index", "distance_percent", 0.5),
        ("plo_efficiency_index", "distance_percent", -0.082),
        ("sos_gross_expenditure_index", "distance_percent", -2.2),
        ("sos_production_index", "distance_percent", 12.5),
        ("sos_efficiency_index", "distance_percent", 44),
        (P7A, "distance_percent", -1),
        (P3, "distance_points", -6.3),
    ],
)
def test_distances_of_the_text_are_shown(profile: dict, indicator: str, column: str, distance: float) -> None:
    shown = profile[indicator]

    assert float(shown[column]) == pytest.approx(distance, abs=1e-9)
    if column == "distance_percent":
        assert float(shown["index"]) == pytest.approx(100 + distance, abs=1e-9)
    if indicator in (P3, P7A):
        assert (shown["value"], shown["mean"]) == ("", "")


def test_the_profile_is_read_with_distances_and_origins(shell: Shell) -> None:
    shown = shell("show", "baerum/service_profile", "--year", "2024").stdout

    assert "-6,30 pp" in shown
    assert "+7,6 %" in shown
    assert "register" in shown
    assert "beregnet" in shown


def test_a_bad_file_ends_with_one_and_every_problem(own: Shell, tmp_path: Path) -> None:
    path = tmp_path / "feil.csv"
    path.write_text(table([row(entity="Bærrum"), row(value="ca. 8")]), encoding="utf-8")

    told = own("register", "import", str(path), expect=1)
    record = json.loads(own("register", "import", str(path), "--json", expect=1).stdout)

    assert "feil.csv:2: entity: 'Bærrum' – a municipality" in told.stderr
    assert "feil.csv:3: value: 'ca. 8' – a number such as" in told.stderr
    assert "nothing was imported" in told.stderr
    assert told.stdout == ""
    assert [(p["line"], p["column"]) for p in record["problems"]] == [(2, "entity"), (3, "value")]
    assert (record["ok"], record["imported"]) == (False, False)


def test_a_figure_is_replaced_with_a_reason_that_history_shows(own: Shell, tmp_path: Path) -> None:
    path = tmp_path / "hr.csv"
    note = "=HYPERLINK(1)"
    path.write_text(table([row(value="8.52", note=note), row(entity="Asker", value="9.1")]), encoding="utf-8")

    checked = own("register", "import", str(path), "--check", "--replace", "rettet av HR")
    refused = own("register", "import", str(path), expect=1)
    record = json.loads(own("register", "import", str(path), "--replace", "rettet av HR", "--json").stdout)
    own("run", "--source", "ssb", "--select", "register/figures+", "--years", "2024", *own.urls)

    assert "2 figure(s), 2024: 1 new, 1 changed, 0 as held" in checked.stdout
    assert "8.01, as held from kostra-rapport-2025.csv" in refused.stderr
    assert (record["imported"], record["new"], record["changed"][0]["value_held"]) == (True, 1, 8.01)
    rows = {r["indicator"]: r for r in own.rows("show", "baerum/service_profile", "--year", "2024")}
    assert (rows[S19]["value"], rows[S19]["mean"]) == ("8.52", "9.46")
    assert "register hr.csv" in own("history", "register/figures").stdout
    assert "(rettet av HR)" in own("history", "register/figures").stdout
    figures = own.rows("show", "register/figures", "--year", "2024")
    assert [r["note"] for r in figures if r["value"] == "8.52"] == [f"'{note}"]
    locks = sorted((own.home / "ssb" / "runs").glob("*/inputs.lock.json"))
    used = {file["name"] for file in json.loads(locks[-1].read_text(encoding="utf-8"))["files"]}
    assert {"hr.csv", "kostra-rapport-2025.csv"} <= used
    listed = own.rows("register", "list")
    assert [(r["file"], r["figures"], r["current"], r["replaces_because"]) for r in listed] == [
        ("kostra-rapport-2025.csv", "250", "249", ""),
        ("hr.csv", "2", "2", "rettet av HR"),
    ]


def test_no_file_and_no_reason_are_wrong_usage(own: Shell, tmp_path: Path) -> None:
    path = tmp_path / "hr.csv"
    path.write_text(table([row()]), encoding="utf-8")

    assert "does not exist" in own("register", "import", str(tmp_path / "x.csv"), expect=2).stderr
    assert "needs a reason" in own("register", "import", str(path), "--replace", " ", expect=2).stderr
