"""For every dataset and every rule of its contract: rows that break it are refused, and it is told which."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, reduce
from itertools import groupby

import pandas as pd
import pytest

from assets.catalogue.loader import load_catalogue
from schemas.contracts import Contract, Rule
from schemas.fields import FIELDS
from schemas.registry import datasets_of
from schemas.validation import ContractViolation, pandera_schema, validate
from tests.schemas.valid_frames import YEAR, valid
from tests.schemas.violations import INJECTIONS, NoInjectionError, Violation, violations

DATASETS = datasets_of(load_catalogue(), "baerum")
#: Contracts by all that they ask for: many of SSB's tables have the same columns, key and rules.
ALIKE: dict[tuple[object, ...], Contract] = {}


def representative(contract: Contract) -> Contract:
    """The first contract that asks for exactly the same; most are alone."""
    rules = tuple(rule.name for rule in contract.rules)
    asked = (contract.fields, contract.key, contract.partitioned, contract.min_rows, rules)
    return ALIKE.setdefault(asked, contract)


def refused(contract: Contract, frame: pd.DataFrame, year: int | None) -> pd.DataFrame:
    """The breaches told; none when the rows are taken."""
    try:
        validate(contract, frame, year)
    except ContractViolation as violation:
        assert [rule for rule in violation.cases["rule"] if rule not in str(violation)] == []
        return violation.cases
    return pd.DataFrame(columns=["rule", "column", "row"])


def problem(contract: Contract, violation: Violation, cases: pd.DataFrame) -> str | None:
    """What is wrong with how a violation is told; None when it is told as it should."""
    told = cases[((cases["rule"] == violation.rule) & (cases["column"] == violation.column)).to_numpy()]
    if told.empty:
        return f"{violation}: not told"
    missing = [name for name in contract.key if f"{name}=" not in told.iloc[0]["row"]]
    if violation.of_a_row and missing:
        return f"{violation}: the row is told without its {', '.join(missing)}"
    return None


def problems(contract: Contract, injected: Iterable[Violation]) -> Iterator[str]:
    """What is not refused, or told otherwise than it should be; violations of one kind go in together."""
    for _, together in groupby(injected, lambda each: each.together or id(each)):
        batch = list(together)
        frame = reduce(lambda rows, each: each.inject(rows), batch, valid(contract))
        cases = refused(contract, frame, batch[0].year if contract.partitioned else None)
        yield from (told for each in batch if (told := problem(contract, each, cases)))


@cache
def all_problems(contract: Contract) -> list[str]:
    return [*problems(contract, violations(contract))]


@pytest.mark.parametrize("dataset", [*DATASETS])
def test_every_rule_refuses_what_breaks_it(dataset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = DATASETS[dataset]
    monkeypatch.setattr("schemas.validation.MAX_SHOWN", 1000)

    assert validate(contract, valid(contract), YEAR if contract.partitioned else None).arrow.num_rows == 2
    assert all_problems(representative(contract)) == []


def test_the_injections_are_those_of_rules_there_are() -> None:
    assert INJECTIONS.keys() == {rule.name for contract in DATASETS.values() for rule in contract.rules}


ACCOUNTS = DATASETS["kostra/accounts"]


def test_a_rule_that_nobody_shows_to_fail_is_an_error() -> None:
    added = replace(ACCOUNTS, rules=(*ACCOUNTS.rules, Rule("all is well", lambda _: True)))

    with pytest.raises(NoInjectionError, match="all is well"):
        violations(added)


def test_a_check_of_columns_that_nobody_shows_to_fail_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    model = pandera_schema(ACCOUNTS)
    new = [
        *model.columns["amount"].checks,
        type(model.columns["amount"].checks[0])(bool, error="is at most 7"),
    ]
    monkeypatch.setattr(model.columns["amount"], "checks", new)

    with pytest.raises(NoInjectionError, match="column amount: “is at most 7”"):
        violations(ACCOUNTS)


def test_a_rule_that_cannot_fail_is_seen() -> None:
    harmless = Violation("`amount` is filled exactly when `status` is ok", "", lambda frame: frame)
    elsewhere = Violation("holds numbers", "amount", lambda frame: frame.assign(scope="Q"))

    assert [*problems(ACCOUNTS, [harmless, elsewhere])] == [f"{harmless}: not told", f"{elsewhere}: not told"]


def test_every_column_that_breaks_a_rule_is_told() -> None:
    frame = valid(ACCOUNTS).assign(
        function=[None, "242"], concept=[None, "net_expenditure"], scope=5, status=5
    )
    with pytest.raises(ContractViolation) as caught:
        validate(ACCOUNTS, frame, YEAR)
    told = {(case["rule"], case["column"]) for case in caught.value.cases.to_dict("records")}

    assert {("is filled", "function"), ("is filled", "concept")} <= told
    assert {("holds text", "scope"), ("holds text", "status")} <= told


def test_an_infinite_figure_is_no_figure() -> None:
    assert FIELDS["value"].kind == "number"
    for dataset in ("asss/indicators", "statbank/t12367"):
        frame = valid(DATASETS[dataset])
        with pytest.raises(ContractViolation, match="rule broken: is finite; column value; value inf"):
            validate(DATASETS[dataset], frame.assign(value=[float("inf"), 1.0]), YEAR)
