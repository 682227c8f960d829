"""Errors of every known kind put into the published report are found; harmless changes to it find nothing."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from assets.quality.reconciliation.dataset import reconcile
from assets.quality.reconciliation.imported import Imported
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.lookups import ComputedFigures
from assets.quality.reconciliation.report import read_report, report_of
from assets.quality.reconciliation.verdicts import figure_rows
from tests.algebra.facts import WHOLE
from tests.reconciliation.rules.altered import (
    AREAS,
    KNOWLEDGE,
    PROFILES,
    SERIES,
    SHIPPED,
    cell,
    changed,
    claim,
    copy,
    found_in,
    key,
    named,
    new_in,
    rows_of,
    written,
)
from tests.reconciliation.rules.harmless import HARMLESS
from tests.reconciliation.rules.injected import INJECTED, SOS
from tests.reconciliation.sample import computed


@pytest.mark.parametrize("what", INJECTED)
def test_an_error_is_found_and_named(what: str) -> None:
    alteration, name = INJECTED[what]
    found = new_in(alteration())

    assert name in named(found), [(each.rule, each.subject, each.places) for each in found]
    assert all(each.arithmetic and each.printed and each.explanation for each in found)
    assert {each.erratum for each in found} == {""}


@pytest.mark.parametrize("what", HARMLESS)
def test_a_harmless_change_finds_nothing_new(what: str) -> None:
    files = HARMLESS[what]()

    assert files != written(copy())
    assert new_in(files) == []


def test_enough_of_both_kinds() -> None:
    assert len(INJECTED) >= 20
    assert len(HARMLESS) >= 20


def _swapped(value: str) -> str | None:
    """The figure with its first two different neighbouring digits swapped."""
    digits = [i for i, character in enumerate(value) if character.isdigit()]
    for one, other in pairwise(digits):
        if value[one] != value[other]:
            letters = list(value)
            letters[one], letters[other] = letters[other], letters[one]
            return "".join(letters)
    return None


@pytest.mark.parametrize("file", [PROFILES, SERIES, AREAS])
def test_a_changed_figure_is_found_by_a_rule_or_by_its_verdict(file: str) -> None:
    """Every thirtieth figure of a file, with two digits swapped."""
    held = computed()
    figures = ComputedFigures(held, WHOLE, "baerum")
    places = [i for i, row in enumerate(SHIPPED[file]) if _swapped(row["value"])][::30]
    missed = []
    for i in places:
        rows = copy()
        rows[file][i]["value"] = _swapped(rows[file][i]["value"]) or ""
        if new_in(written(rows)):
            continue
        report = report_of(written(rows))
        mine = (report.figures["file"] == file) & (report.figures["line"] == i + 2)
        only = replace(report, figures=report.figures[mine])
        [row] = [Imported.of(only, held.register).checked(row) for row in figure_rows(only, figures)]
        if row["verdict"] != "mismatch":
            missed.append(SHIPPED[file][i])
    assert len(places) >= 2
    assert missed == []


def test_what_a_report_prints_otherwise_than_was_imported_from_it_is_a_mismatch() -> None:
    held = Knowledge.of(WHOLE, computed())
    where = cell(SOS, "sos_work_assessment_allowance_share_18_67", "Bærum", 2022)
    for files, place in (
        (changed(where, value="2.8"), f"{SOS}/sos_work_assessment_allowance_share_18_67/baerum/2022"),
        (changed(claim("PLO-26"), value="10", quote=""), "PLO-26"),
    ):
        rows = reconcile(report_of(files), held).rows.set_index("place")
        assert rows.loc[place, "verdict"] == "mismatch"
        assert "importert fra denne rapporten" in rows.loc[place, "arithmetic"]


def test_figures_that_were_not_imported_from_the_report_are_left_alone() -> None:
    held = computed()
    report = report_of(written(copy()))
    elsewhere = Imported.of(report, held.register.assign(provider="KS"))
    rows = list(figure_rows(report, ComputedFigures(held, WHOLE, "baerum")))

    assert elsewhere.figures == {}
    assert [elsewhere.checked(row)["verdict"] for row in rows] == [row["verdict"] for row in rows]


@pytest.mark.recorded
def test_the_published_files_find_what_the_carried_over_report_does(recorded: Path) -> None:
    folder = recorded / "published"
    published = found_in(read_report(folder))
    stripped = rows_of({path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))})

    shipped = found_in(report_of(written(copy())), KNOWLEDGE)
    assert sorted(map(str, map(key, published))) == sorted(map(str, map(key, shipped)))
    assert found_in(report_of(written(stripped))) == published
