"""The sample holds every control, and each violation of each is found: there is none that cannot fail."""

import time
from pathlib import Path

import pandas as pd
import pytest

from assets.quality.controls import CONTROLS, Control, controlled, outcomes_of_controls
from assets.quality.outcomes import expectation_rows
from schemas.quality import EXPECTATIONS
from schemas.validation import validate
from tests.algebra.facts import WHOLE
from tests.quality.controls.injections import INJECTIONS, YEAR, stored
from tests.quality.valid import DATASETS, OWN, frames

BY_ID = {control.id: control for control in CONTROLS}
PAIRS = [(name, what) for name, injections in INJECTIONS.items() for what in injections]
#: What the sample does not hold, and is right not to: the published efficiency of 2024 is not its quotient.
KNOWN = {2023: set(), 2024: {"efficiency_is_production_by_expenditure"}}


@pytest.mark.parametrize("year", KNOWN)
def test_the_sample_holds_every_control(year: int) -> None:
    outcomes = outcomes_of_controls(frames(year), WHOLE, year)

    assert {outcome.expectation for outcome in outcomes} == set(BY_ID)
    assert {outcome.expectation for outcome in outcomes if not outcome.success} == KNOWN[year]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)
def test_every_control_has_a_violation_to_find(control: Control) -> None:
    assert INJECTIONS[control.id]


@pytest.mark.parametrize(("name", "what"), PAIRS)
def test_a_violation_is_found_and_told(name: str, what: str) -> None:
    control, valid = BY_ID[name], stored()

    good = control.check(valid, WHOLE, YEAR)
    bad = control.check(INJECTIONS[name][what](valid), WHOLE, YEAR)

    assert good.success, good
    assert not bad.success
    assert bad.examples
    assert " av " in bad.observed
    assert all(example.strip() for example in bad.examples)


def test_no_injection_is_of_a_control_that_is_not_there() -> None:
    assert set(INJECTIONS) == set(BY_ID)


def test_every_control_says_what_must_hold_and_what_to_look_at() -> None:
    assert [c.id for c in CONTROLS if len(c.title) < 20 or len(c.advice) < 40] == []
    assert len(BY_ID) == len(CONTROLS)


def test_outcomes_are_rows_of_quality_expectations() -> None:
    outcomes = outcomes_of_controls(stored(), WHOLE, YEAR)

    rows = validate(EXPECTATIONS, expectation_rows(outcomes, YEAR, "sample"), YEAR)
    assert rows.arrow.num_rows == len(CONTROLS)
    assert {outcome.dataset for outcome in outcomes} <= set(DATASETS)


def test_a_control_is_left_out_where_a_dataset_is_not_there() -> None:
    some = {name: frame for name, frame in stored().items() if name in ("kostra/accounts", "asss/aggregates")}

    made = {outcome.expectation for outcome in outcomes_of_controls(some, WHOLE, YEAR)}
    assert "function_groups_are_sums" in made
    assert made == {control.id for control in CONTROLS if {control.dataset, *control.needs} <= some.keys()}


def test_the_datasets_read_are_those_of_the_focal_municipality() -> None:
    assert f"{OWN}/service_profile" in controlled(OWN)
    assert "asker/control_totals" in controlled("asker")
    assert controlled(OWN) <= set(DATASETS)


def test_all_controls_of_a_year_take_less_than_a_third_of_a_second() -> None:
    rows: dict[str, pd.DataFrame] = dict(stored())
    spent = []
    for _ in range(3):
        started = time.process_time()
        outcomes_of_controls(rows, WHOLE, YEAR)
        spent.append(time.process_time() - started)

    assert min(spent) < 0.3


def test_every_control_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs" / "controls.md").read_text(encoding="utf-8")

    assert [name for name in BY_ID if f"`{name}`" not in page] == []
