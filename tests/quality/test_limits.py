"""Limits are data: analysts change them in limits.yaml, and a mistake there is told with its place."""

from pathlib import Path

import pytest

from schemas.catalogue import UNIT_RULES
from tests.algebra.facts import WHOLE
from tests.catalogue.folders import copied, edit, problems

LIMITS = "limits.yaml"
S3 = "sos_subsistence_net_expenditure_per_inhabitant_18_66"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (f"name: {S3}, lowest", f"name: {S3}s, lowest", f"unknown indicator `{S3}s`; nearest: {S3}"),
        ("name: NOK, lowest: -1.0e+7", "name: NOK, lowest: 1.0e+9", "is not below highest"),
        ("name: months, lowest: 0", "name: persons, lowest: 0", "unit `persons` is limited by"),
        ("name: NOK, percent: 30", "name: NOK, percent: 0", "greater than 0"),
        ("of: concept, name: wages", "of: concepts, name: wages", "Input should be"),
    ],
)
def test_a_wrong_limit_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    folder = copied(tmp_path)
    line = edit(folder, LIMITS, old, new)
    found = problems(folder)

    assert any(problem.line == line or "limited by" in problem.message for problem in found)
    assert any(told in problem.message for problem in found), found


def test_every_unit_has_its_limits_and_every_limit_its_reason() -> None:
    limited = {band.name for band in WHOLE.value_bands.values() if band.of == "unit"}
    moved = {drift.name for drift in WHOLE.drifts.values() if drift.of == "unit"}

    assert limited == moved == set(UNIT_RULES)
    assert all(len(limit.reason) > 10 for limit in (*WHOLE.value_bands.values(), *WHOLE.drifts.values()))


def test_every_indicator_computed_as_a_ratio_has_a_band() -> None:
    banded = {band.name for band in WHOLE.value_bands.values() if band.of == "indicator"}
    without = {
        name
        for name, entry in WHOLE.indicators.items()
        if not entry.imported and entry.unit != "NOK_million" and name not in banded
    }

    assert without == set()
