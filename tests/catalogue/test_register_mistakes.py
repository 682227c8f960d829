"""Mistakes in imported indicators are told where they stand; what ships with the catalogue is read."""

from pathlib import Path

import pytest

from assets.catalogue.loader import load_catalogue
from tests.catalogue.folders import append, copied, edit, problems

TTU, SOS = "indicators/ttu.yaml", "indicators/sos.yaml"
HOUSING = "{kind: register, indicator: plo_ttu_staffed_housing_share}"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            TTU,
            HOUSING,
            HOUSING.replace("share}", "shares}"),
            "unknown indicator `plo_ttu_staffed_housing_shares`; nearest: plo_ttu_staffed_housing_share",
        ),
        (
            TTU,
            HOUSING,
            "{kind: register, indicator: plo_ttu_expenditure_per_person}",
            "NOK cannot be given in percent",
        ),
        (TTU, "scale: 1\n", "scale: 100\n", "percent in percent needs scale 1, not 100"),
        (
            TTU,
            "scale: 1\n",
            "scale: 1\n    fixed_mean: 100\n",
            "only an index that is taken from the register",
        ),
        (
            SOS,
            "scale: 1000\n",
            "scale: 1000\n    fixed_mean: 1\n",
            "only an index that is taken from the register",
        ),
    ],
    ids=["unknown", "unit", "scale", "fixed mean of a share", "fixed mean of a computed one"],
)
def test_a_wrong_register_entry_is_told(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    folder = copied(tmp_path)
    edit(folder, file, old, new)

    found = problems(folder)

    assert any(told in problem.message and problem.file == file for problem in found), found


def test_a_ratio_of_register_shares_has_no_weighted_mean(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    entry = f"""
  - id: x
    number: X1
    title: Tittel
    area: plo
    unit: percent
    decimals: 1
    scale: 100
    numerator: [{HOUSING}]
    denominator: [{HOUSING}]
    mean: weighted
    direction: neither
    source: ASSS
    confidence: assumption
"""
    append(folder, TTU, entry)

    [problem] = problems(folder)
    assert "a term in percent cannot be summed over municipalities" in problem.message


def test_register_files_of_the_folder_come_with_the_catalogue(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "register").mkdir(exist_ok=True)
    for name in ("b.csv", "a.csv"):
        (folder / "register" / name).write_bytes(name.encode())

    registers = {
        name: content for name, content in load_catalogue(folder).registers.items() if len(name) == 5
    }

    assert registers == {"a.csv": b"a.csv", "b.csv": b"b.csv"}
    assert list(registers) == ["a.csv", "b.csv"]
