"""The commands as people type them, against a running stand-in and the tables one run left behind."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli.main import main
from tests.cli.shell import Shell
from tests.statbank.independent_decoder import decode

PUBLISHED = {
    "sos_net_expenditure_per_inhabitant_18_66": (4456, 5369, 5881, 8688, 11141, 5881),
    "sos_subsistence_net_expenditure_per_inhabitant_18_66": (1420, 1849, 2203, 3642, 4473, 1958),
    "sos_substance_abuse_net_expenditure_per_inhabitant_18_66": (626, 742, 727, 1478, 2251, 296),
}


def test_the_profile_has_the_published_figures(shell: Shell) -> None:
    rows = {row["indicator"]: row for row in shell.rows("show", "baerum/service_profile", "--year", "2024")}
    figures = ("value_y_minus_2", "value_y_minus_1", "value", "mean", "max", "min")

    for indicator, published in PUBLISHED.items():
        assert tuple(round(float(rows[indicator][name])) for name in figures) == published
        assert rows[indicator]["source"] == "ssb"
    assert rows["sos_net_expenditure_per_inhabitant_18_66"]["max_holder"] == "oslo"
    assert rows["sos_substance_abuse_net_expenditure_per_inhabitant_18_66"]["min_holder"] == "drammen"


def test_the_profile_reads_well(shell: Shell) -> None:
    shown = shell("show", "baerum/service_profile", "--year", "2024").stdout

    assert "Tjenesteprofil for Sosialtjeneste og bolig, Bærum 2024" in shown
    assert "5\u00a0881" in shown
    assert "11\u00a0141 (Oslo)" in shown
    assert "1 av 12" in shown


def test_json_and_csv_tell_the_same(shell: Shell) -> None:
    records = json.loads(shell("show", "asss/aggregates", "--year", "2024", "--json").stdout)
    rows = shell.rows("show", "asss/aggregates", "--year", "2024")

    told = [record["members_with_data"] for record in records]
    assert None in told
    assert ["" if count is None else str(count) for count in told] == [r["members_with_data"] for r in rows]


def test_history_shows_one_version_and_its_reason(shell: Shell) -> None:
    [version] = json.loads(shell("history", "kostra/accounts", "--json").stdout)

    assert version["version"] == 1
    assert version["years"] == [2022, 2023, 2024]
    assert {change["reason"] for change in version["changes"]} == {"first version"}
    assert "2022-2024: first version" in shell("history", "kostra/accounts").stdout


def test_status_lists_every_dataset_and_nothing_stale(shell: Shell) -> None:
    rows = {row["dataset"]: row for row in shell.rows("status")}

    assert rows["statbank/t12367"]["years"] == "2022-2024"
    assert rows["statbank/t12367"]["edition"].startswith("12367@2025-06-16T06:00:00Z#")
    assert [row["dataset"] for row in rows.values() if row["stale"]] == []


def test_sources_check_tells_what_each_entry_resolved_to(shell: Shell) -> None:
    rows = shell.rows("sources", "check", "--source", "ssb", *shell.urls)

    assert {"12367", "07459"} <= {row["table"] for row in rows}
    assert "AGD2" in {row["resolved_code"] for row in rows}


def test_statbank_get_guards_and_answers(shell: Shell) -> None:
    asked = ["statbank", "get", "07459", "--source", "ssb", *shell.urls[:2], "-s", "Region=3201"]
    asked += ["-s", "Kjonn=*", "-s", "Alder=range(018,020)", "-s", "ContentsCode=Personer1"]
    answered = shell(*asked, "-s", "Tid=top(2)")
    rows = list(csv.DictReader(io.StringIO(answered.stdout)))
    refused = shell(*asked, expect=1)

    assert len(rows) == 2 * 3 * 2
    assert "Tid" in refused.stderr


def test_statbank_get_reads_through_the_older_api_when_told_to(shell: Shell) -> None:
    asked = ["-s", "Region=3201", "-s", "Kjonn=1,2", "-s", "Alder=018", "-s", "ContentsCode=Personer1"]
    newer = ["--source", "ssb", *shell.urls[:2], *asked, "-s", "Tid=2025"]
    older = ["--source", "ssb", "--v0", "--v0-url", shell.v0_url, *asked, "-s", "Tid=2025"]
    found = [
        [row["value"] for row in csv.DictReader(io.StringIO(shell("statbank", "get", "07459", *way).stdout))]
        for way in (newer, older)
    ]

    assert found[0] == found[1]
    assert len(found[0]) == 2


def test_unknown_names_get_the_nearest(shell: Shell) -> None:
    assert "did you mean baerum/service_profile" in shell("show", "baerum/profile", expect=1).stderr
    assert "holds 2022-2024" in shell("show", "kostra/accounts", "--year", "2019", expect=1).stderr
    assert "versions 1-1" in shell("show", "kostra/accounts", "--version", "7", expect=1).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--years", "1999"),
        ("run", "--years", "last year"),
        ("run", "--source", "excel"),
        ("run", "--select", "kostra/acounts"),
        ("run", "--as-of", "2025-04-01"),
        ("show",),
        ("nonsense",),
    ],
)
def test_wrong_usage_ends_with_two(arguments: tuple[str, ...], tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("KOSTRA_HOME", str(tmp_path))

    assert CliRunner().invoke(main, list(arguments)).exit_code == 2


def test_an_empty_home_says_what_to_do_first(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["show", "kostra/accounts", "--home", str(tmp_path)])

    assert said.exit_code == 1
    assert "run `kostra run` first" in said.stderr


def test_the_archive_alone_gives_the_same_content(shell: Shell) -> None:
    offline = ("run", "--source", "archive", "--years", "2024")
    again = shell(*offline, "--select", "+kostra/accounts")
    tables = (
        "--select",
        "statbank/updates",
        "--select",
        "klass/municipalities",
        "--select",
        "statbank/t12367",
    )
    early = shell(*offline, "--as-of", "2025-03-01", *tables, expect=1)

    assert "new versions: 0 partition(s)" in again.stderr
    assert "12367" in early.stderr


@pytest.mark.recorded
@pytest.mark.parametrize("name", ["ssb_v0_12367_data_2021-06-13.json", "ssb_v2_12134_data_2026-04-25.json"])
def test_recorded_bodies_come_out_cell_by_cell(recorded: Path, name: str) -> None:
    path = recorded / "statbank" / name
    said = CliRunner().invoke(main, ["statbank", "parse", str(path)])
    rows = list(csv.DictReader(io.StringIO(said.stdout)))
    decoded, dimensions = decode(path.read_bytes()), json.loads(path.read_bytes())["id"]

    assert said.exit_code == 0
    assert len(rows) == len(decoded)
    for row, cell in zip(rows, decoded, strict=True):
        assert [row[code] for code in dimensions] == list(cell.codes)
        assert [row[f"{code}_label"] for code in dimensions] == list(cell.labels)
        assert (float(row["value"]) if row["value"] else None) == cell.value
        assert row["symbol"] == cell.symbol


@pytest.mark.recorded
def test_metadata_is_not_taken_for_figures(recorded: Path) -> None:
    path = recorded / "statbank" / "guide_02_metadata_05810.json"
    said = CliRunner().invoke(main, ["statbank", "parse", str(path)])

    assert said.exit_code == 1
    assert "metadata" in said.stderr
