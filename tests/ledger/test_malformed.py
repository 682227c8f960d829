"""Bad files of every kind: a clear message, exit code 1, and the store as it was."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.cli.main import main
from tests.ledger import files
from tests.ledger.bad_files import BAD, LAYOUTS, Bad
from tests.ledger.files import ROWS, table


def hand_in(folder: Path, bad: Bad, *options: str) -> Result:
    """Import a bad file from a folder of its own, in a home that holds a good import."""
    content = bad.content() if callable(bad.content) else bad.content
    path = files.written(folder, bad.name, content)
    if bad.layout:
        files.written(folder, "ledger.yaml", bad.layout)
        for name, text in LAYOUTS.items():
            files.written(folder, name, text)
    return CliRunner().invoke(main, ["ledger", "import", str(path), *bad.options, *options])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds a ledger of 2015, an account file of 2015, and the hierarchy."""
    folder, home = tmp_path_factory.mktemp("good"), tmp_path_factory.mktemp("home")
    hierarchy = files.written(folder, "hierarchy.csv", files.HIERARCHY)
    good = files.written(folder, "good.csv", table([(2015, "1001", "254", "010", "1")]))
    arguments = [str(good), "--hierarchy", str(hierarchy), "--home", str(home)]
    assert CliRunner().invoke(main, ["ledger", "import", *arguments]).exit_code == 0
    return home


def test_there_are_many_ways_to_be_wrong() -> None:
    made = {bad.content() if callable(bad.content) else bad.content for bad in BAD.values()}
    assert len(BAD) >= 60
    assert len(made) >= 100


@pytest.mark.parametrize("name", BAD)
def test_is_refused_with_a_clear_message(name: str, home: Path, tmp_path: Path) -> None:
    before = files.contents(home)
    result = hand_in(tmp_path, BAD[name], "--home", str(home))

    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    for words in BAD[name].says:
        assert words in result.stderr
    assert files.contents(home) == before


def test_a_million_lines_of_one_error_are_counted_not_listed(home: Path, tmp_path: Path) -> None:
    line = "2024;1001;259;010;1\n"
    bad = Bad("a.csv", table([]) + line * 10**6, (), "duplicates: sum")
    result = hand_in(tmp_path, bad, "--home", str(home), "--json")
    said = json.loads(result.stdout)

    assert result.exit_code == 1
    assert said["counts"] == {"function": 10**6}
    assert said["total"] == 10**6
    assert len(said["problems"]) == 20
    assert said["problems"][0] == {
        "file": "a.csv",
        "rule": "function",
        "line": 2,
        "column": "function",
        "value": "259",
        "allowed": said["problems"][0]["allowed"],
    }
    assert "nearest: 258, 257" in said["problems"][0]["allowed"]


def test_everything_wrong_is_told_in_one_pass(home: Path, tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[0][0], rows[1][1], rows[2][2], rows[3][3], rows[4][4] = "23", "9999", "25A", "1", "x"
    result = hand_in(tmp_path, Bad("a.csv", table([*rows, rows[5]]), ()), "--home", str(home), "--json")
    said = json.loads(result.stdout)

    assert {(p["rule"], p["line"]) for p in said["problems"]} == {
        ("year", 2), ("centre", 3), ("function", 4), ("art", 5), ("amount", 6), ("duplicate", 11),
    }  # fmt: skip
    assert all(p["allowed"] and p["file"] == "a.csv" for p in said["problems"])
    assert said["ok"] is False
    assert said["imported"] is False
