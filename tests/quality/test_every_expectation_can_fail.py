"""Valid rows hold every expectation, and a violation of each is found: there is none that cannot fail."""

import pytest

from assets.quality.judging import observed, worded
from schemas.expectations.declared import Expectation
from schemas.expectations.engine import judge
from schemas.expectations.suites import gate_suite, watch_suites
from schemas.validation import validate
from tests.algebra.facts import WHOLE
from tests.quality.valid import DATASETS, OWN, subject
from tests.quality.violations import VIOLATIONS, kind_of

WATCH = watch_suites(OWN)
EXPECTATIONS = [
    (dataset, suite, expected)
    for dataset in DATASETS
    for suite, suites in (("gate", gate_suite(dataset, WHOLE)), ("watch", WATCH.get(dataset, ())))
    for expected in suites
]


def named(value: object) -> str | None:
    return value.id if isinstance(value, Expectation) else None


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_rows_are_valid_by_contract(dataset: str) -> None:
    judged = subject(dataset)

    assert validate(DATASETS[dataset], judged.frame, judged.year).arrow.num_rows == len(judged.frame)


@pytest.mark.parametrize(("dataset", "suite", "expected"), EXPECTATIONS, ids=named)
def test_a_violation_is_found_and_told(dataset: str, suite: str, expected: Expectation) -> None:
    violate = VIOLATIONS[kind_of(dataset)][expected.id]
    valid = subject(dataset)
    wrong = violate(valid)
    [(_, good)] = judge(valid, [expected])
    [(_, bad)] = judge(wrong, [expected])

    assert good.success, (suite, good)
    assert not bad.success, (suite, bad)
    assert observed(expected, bad, wrong) != observed(expected, good, valid)
    assert all(worded(expected.tell, row).strip() for row in bad.rows)
    assert bad.rows or bad.missing or bad.unexpected or bad.observed is not None


def test_there_is_a_violation_for_each_and_no_other() -> None:
    of_suites = {(kind_of(dataset), expected.id) for dataset, _, expected in EXPECTATIONS}
    injected = {(kind, name) for kind, violations in VIOLATIONS.items() for name in violations}

    assert of_suites == injected


def test_every_dataset_is_held_against_something_before_it_is_stored() -> None:
    assert [dataset for dataset in DATASETS if not gate_suite(dataset, WHOLE)] == []


def test_an_id_stands_once_per_dataset() -> None:
    ids = [(dataset, expected.id) for dataset, _, expected in EXPECTATIONS]

    assert len(ids) == len(set(ids))


def test_every_expectation_says_what_is_expected_and_what_to_look_at() -> None:
    silent = [
        (dataset, expected.id)
        for dataset, _, expected in EXPECTATIONS
        if len(expected.title) < 10 or len(expected.advice) < 20 or "; " in expected.tell
    ]

    assert silent == []


def test_what_is_looked_at_after_the_write_stops_nothing() -> None:
    assert {expected.severity for _, suite, expected in EXPECTATIONS if suite == "watch"} == {"warning"}
