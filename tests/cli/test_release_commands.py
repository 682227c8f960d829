"""Releases as people make and check them."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from pipelines.cli.main import main
from tests.cli.shell import Shell


def kostra(*arguments: str | Path, expect: int = 0) -> Result:
    """A command that needs no home."""
    result = CliRunner().invoke(main, [*map(str, arguments)])
    assert result.exit_code == expect, result.stderr
    return result


def test_a_release_is_made_listed_verified_and_compared(shell: Shell, tmp_path: Path) -> None:
    made = shell("release", "--year", "2024", "--out", str(tmp_path))
    folder = Path(made.stdout.strip())
    [listed] = shell.rows("release", "list", "--out", str(tmp_path))

    assert folder.parent == tmp_path
    assert (listed["release"], listed["year"], listed["state"]) == (folder.name, "2024", "whole manifest")
    assert "as released" in kostra("release", "verify", folder, "--hashes-only").stdout
    assert "equal" in kostra("release", "compare", folder, folder).stdout
    assert json.loads(kostra("release", "compare", folder, folder, "--json").stdout) == []

    again = shell("release", "--year", "2024", "--out", str(tmp_path))
    assert "already there" in again.stderr

    (folder / "LESMEG.md").write_text("altered\n")
    [told] = json.loads(kostra("release", "verify", folder, "--json", expect=1).stdout)["problems"]
    assert told.startswith("LESMEG.md: altered, 8 bytes and not ")
    (folder / "MANIFEST.json").unlink()
    assert kostra("release", "verify", folder, expect=1).stdout.startswith("MANIFEST.json: ")


def test_mistakes_in_use_are_told(shell: Shell, tmp_path: Path) -> None:
    assert "which report year?" in shell("release", expect=2).stderr
    assert "no report year 2016" in shell("release", "--year", "2016", expect=1).stderr
    assert "add --figure" in kostra("release", "verify", tmp_path, "--year", "2024", expect=2).stderr
    told = kostra("release", "compare", tmp_path, tmp_path, expect=1).stderr
    assert told.startswith("error: MANIFEST.json")
