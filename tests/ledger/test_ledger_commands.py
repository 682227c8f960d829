"""`kostra ledger` as people type it, and the tables that `kostra run` makes of what was imported."""

import csv
import io
import json
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from pipelines.cli.main import main
from pipelines.run import run_pipeline
from pipelines.settings import Settings
from pipelines.storage.store import Store
from schemas.kostra import ACCOUNTS
from schemas.validation import validate
from tests.ledger import files
from tests.ledger.files import ROWS, record
from tests.storage.facts import accounts, provenance


class Desk:
    """A folder with a ledger, its hierarchy and an account file, and a home to import into."""

    def __init__(self, folder: Path) -> None:
        self.home, self.folder = folder / "home", folder
        self.ledger = self.file("ledger.csv", files.table())
        self.hierarchy = self.file("hierarchy.csv", files.HIERARCHY)
        self.accounts = self.file("0A.dat", files.accounts())

    def file(self, name: str, content: bytes | str) -> Path:
        return files.written(self.folder, name, content)

    def __call__(self, command: str, *arguments: object, expect: int = 0, home: bool = True) -> Result:
        at_home = ["--home", str(self.home)] if home else []
        result = CliRunner().invoke(main, ["ledger", command, *map(str, arguments), *at_home])
        assert result.exit_code == expect, result.output
        return result

    def settings(self) -> Settings:
        return Settings().but(home=self.home)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_check_writes_nothing(desk: Desk) -> None:
    said = json.loads(desk("check", desk.ledger, "--hierarchy", desk.hierarchy, "--json").stdout)

    assert (said["ok"], said["kind"], said["rows"], said["years"]) == (True, "ledger", 9, [2023, 2024])
    assert [w["rule"] for w in said["warnings"]] == ["control_total", "control_total"]
    assert not desk.home.exists()


def test_a_check_prints_problems_on_stdout(desk: Desk) -> None:
    bad = desk.file("bad.csv", files.table(files.with_cell(3, "function", "259")))
    shown = desk("check", bad, expect=1).stdout.splitlines()

    assert shown[0].startswith("bad.csv:5: function: '259' – a KOSTRA function valid in annual operating")
    assert shown[-1] == "bad.csv: ledger, 9 row(s), 2023-2024: 1 problem(s)"


def test_totals_need_no_import(desk: Desk) -> None:
    shown = desk("totals", desk.ledger, "--year", 2024, "--csv", home=False).stdout

    assert shown.splitlines() == [
        "function,gross,adjusted_gross,net,purchases,wages,depreciation",
        "253,0.11333,0.11333,0.09323,0,0,0.03333",
        "257,1.0095,1.0095,1.0095,0,1.0095,0",
        "258,0.15075,0.15075,0.15075,0,0.15075,0",
    ]
    assert "choose one with --year" in desk("totals", desk.ledger, expect=1, home=False).stderr
    assert not desk.home.exists()


def test_totals_of_a_wrong_file_are_refused(desk: Desk) -> None:
    bad = desk.file("bad.csv", files.table(files.with_cell(3, "art", "011")))
    result = desk("totals", bad, "--year", 2024, "--csv", expect=1, home=False)

    assert result.stdout == ""
    assert "bad.csv:5: art: '011'" in result.stderr


@pytest.mark.recorded
def test_totals_of_the_real_file(desk: Desk, recorded: Path) -> None:
    shown = desk("totals", recorded / "kostra/0A_V2019_K4_R040200_OK.dat", "--csv", home=False).stdout
    rows = {row["function"]: row for row in csv.DictReader(io.StringIO(shown))}

    assert len(rows) == 72
    assert [rows["253"][name] for name in ("gross", "adjusted_gross", "net")] == [
        "197899",
        "181474",
        "168543",
    ]


def test_the_layout_beside_the_file_is_used(desk: Desk) -> None:
    desk.file("ledger.yaml", "columns: {function: Funksjon}\nhierarchy: hierarchy.csv\n")
    own = desk.file("own.csv", files.table().replace("function", "Funksjon", 1))

    assert json.loads(desk("check", own, "--json").stdout)["ok"]
    assert "a column for function" in desk("check", desk.ledger, expect=1).stdout


def test_another_file_for_a_year_needs_a_reason(desk: Desk) -> None:
    desk("import", desk.ledger, "--hierarchy", desk.hierarchy)
    assert "nothing written" in desk("import", desk.ledger).stderr
    other = desk.file("other.csv", files.table(files.with_cell(0, "amount", "999")))
    before = files.contents(desk.home)

    assert "--replace REASON" in desk("import", other, expect=1).stderr
    assert files.contents(desk.home) == before
    desk("import", other, "--replace", "=audit")
    listed = list(csv.DictReader(io.StringIO(desk("list", "--csv").stdout)))
    assert [(row["file"], row["stands_for"], row["current"]) for row in listed] == [
        ("ledger.csv", "ledger 2023", "False"),
        ("ledger.csv", "ledger 2024", "False"),
        ("hierarchy.csv", "hierarchy", "True"),
        ("other.csv", "ledger 2023", "True"),
        ("other.csv", "ledger 2024", "True"),
    ]
    assert listed[-1]["replaces_because"] == "'=audit"


@pytest.mark.parametrize("factor", [1000, 1 / 1000])
def test_a_ledger_a_thousand_off_is_refused_by_its_control_file(desk: Desk, factor: float) -> None:
    rows = [(2024, str(at), "253", "010", f"{90_000 * factor:.2f}") for at in range(11)]
    off = desk.file("off.csv", files.table([(*row[:4], row[4].replace(".", ",")) for row in rows]))
    control = desk.file("0A.dat", files.accounts([record("253", "010", 1000), record("253", "600", -1000)]))

    assert "a thousand times too" in desk("check", off, "--control", control, expect=1).stdout
    desk("check", off)


def test_a_ledger_a_thousand_off_is_refused_by_imported_accounts(desk: Desk) -> None:
    accounts_of_2024 = [record("253", "010", 1000), record("253", "600", -1000)]
    desk("import", desk.file("a.dat", files.accounts(accounts_of_2024)))
    off = desk.file(
        "off.csv", files.table([(2024, "1", "253", "010", "1000"), (2024, "1", "253", "600", "-1")])
    )
    right = desk.file("right.csv", files.table([(2024, "1", "253", "010", "990000")]))
    part = desk.file("part.csv", files.table([(2024, "1", "253", "010", "20000")]))

    assert "a thousand times too small" in desk("check", off, expect=1).stdout
    assert "control_total" not in desk("check", right, "--json").stdout
    assert "0.02 times that of a.dat" in desk("check", part).stderr


def test_a_ledger_a_thousand_off_is_refused_by_ssb_s_accounts(desk: Desk) -> None:
    gross = accounts(2024, {"253": 1000.0, "257": 500.0}).assign(concept="gross_expenditure")
    table = validate(ACCOUNTS, gross, 2024)
    Store(desk.settings().warehouse).commit(table, provenance("x"))
    off = desk.file(
        "off.csv", files.table([(2024, "1", "253", "010", "1020"), (2024, "1", "257", "010", "490")])
    )

    assert "the municipality's accounts at SSB" in desk("check", off, expect=1).stdout


def test_imported_files_become_tables(desk: Desk) -> None:
    """Ledger, hierarchy and account file imported; the run makes both tables for the years there are."""
    desk("import", desk.ledger, "--hierarchy", desk.hierarchy)
    desk("import", desk.accounts)
    selected = ["ledger/entries", "ledger/account_records"]
    with dg.DagsterInstance.ephemeral() as instance:
        report = run_pipeline(desk.settings(), [2022, 2024], selected, instance=instance)
    assert report.succeeded
    assert report.written == ["ledger/account_records 2024", "ledger/entries 2024"]

    entries = _shown(desk, "ledger/entries")
    of_2024 = [(row, amount) for row, amount in zip(ROWS, files.AMOUNTS, strict=True) if row[0] == 2024]
    assert [float(row["amount"]) for row in entries] == [amount for _, amount in of_2024]
    assert [row["cost_type"] for row in entries] == ["direct"] * 5 + ["allocated"]
    assert entries[3]["director_area"] == "A 42 Aldring og mestring"
    assert {row["source"] for row in entries} == {"sample"}
    records = _shown(desk, "ledger/account_records")
    assert [float(row["amount"]) for row in records][:3] == [1000, 40, -120]


def _shown(desk: Desk, dataset: str) -> list[dict[str, str]]:
    arguments = ["show", dataset, "--csv", "--home", str(desk.home)]
    rows = pd.read_csv(io.StringIO(CliRunner().invoke(main, arguments).stdout), dtype=str)
    return rows.astype({"line": int}).sort_values("line").to_dict("records")
