"""Mistakes in the rules' parameters and in a register of errata are told by file, line and entry."""

from pathlib import Path

import pytest

from assets.catalogue.problems import CatalogueError
from assets.catalogue.report_rules import ERRATA_FILE, FOLDER, RULES_FILE, load_errata, load_report_rules
from tests.algebra.facts import WHOLE


def written(folder: Path, old: str, new: str) -> Path:
    """A folder whose rules are the project's own with one text replaced."""
    text = (FOLDER / RULES_FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / RULES_FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "whole: sos_main_income_recipients_share",
            "whole: sos_main_income_share",
            "unknown indicator `sos_main_income_share`; nearest: ",
        ),
        ("cases: social_assistance_cases", "cases: social_cases", "unknown measure `social_cases`; nearest:"),
        ("large_fall: 15", "large_fall: -15", "thresholds.large_fall"),
        ("large_fall: 15", "large_drop: 15", "thresholds.large_drop"),
        ("total: 100", "sum: 100", "complements.0.sum"),
        ("uncomputed:", "uncomputed: [", "not valid YAML"),
    ],
)
def test_a_mistake_in_the_rules_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(CatalogueError) as told:
        load_report_rules(WHOLE, written(tmp_path, old, new))

    assert message in str(told.value)
    assert f"published/{RULES_FILE}:" in str(told.value)


@pytest.mark.parametrize(
    ("erratum", "message"),
    [
        ("{id: X1, verdict: wrong, title: T, explanation: F, subject: s}", "errata.0.verdict"),
        (
            "{id: X1, verdict: error, title: T, explanation: F}",
            "give `covers`, or `subject` and the verdict `note`",
        ),
        (
            "{id: X1, verdict: error, title: T, explanation: F, covers: [{rule: column_sum}]}",
            "errata.0.covers.0.subject",
        ),
    ],
)
def test_a_mistake_in_a_register_is_told(tmp_path: Path, erratum: str, message: str) -> None:
    folder = tmp_path / "a-report"
    folder.mkdir()
    (folder / ERRATA_FILE).write_text(f"report: A\nerrata:\n  - {erratum}\n", encoding="utf-8")

    with pytest.raises(CatalogueError) as told:
        load_errata(tmp_path)
    assert message in str(told.value)
    assert f"published/a-report/{ERRATA_FILE}:" in str(told.value)


def test_no_rule_names_a_municipality_or_an_erratum() -> None:
    rules = Path(load_report_rules.__code__.co_filename).parents[1] / "quality" / "reconciliation" / "rules"
    source = "".join(path.read_text(encoding="utf-8") for path in rules.glob("*.py")).casefold()

    named = {
        slug for network in WHOLE.networks.values() for era in network.memberships for slug in era.members
    }
    assert [name for name in (*named, "bærum", "e01", "e24") if name in source] == []
