"""Every way the rows of a dataset can break its contract, read off the contract and its pandera model."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from schemas.contracts import Contract
from schemas.fields import Field
from schemas.validation import pandera_schema
from tests.schemas.valid_frames import YEAR

Break = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Violation:
    """What breaks one rule: the rule and the column it must be told with, and whether a row is to blame.

    Violations that say the same of `together` do not disturb each other in one frame.
    """

    rule: str
    column: str
    inject: Break
    of_a_row: bool = False
    together: str = ""
    year: int = YEAR

    def __str__(self) -> str:
        return f"{self.rule} {self.column}".strip()


class NoInjectionError(Exception):
    """A rule nobody has shown to be able to fail."""


def violations(contract: Contract) -> list[Violation]:
    """One violation per rule of the contract.

    Raises:
        NoInjectionError: a rule has none.
    """
    return [*_of_the_whole(contract), *_of_columns(contract), *_of_rows(contract)]


def _of_the_whole(contract: Contract) -> Iterator[Violation]:
    for column in contract.columns:
        yield Violation("the column is there", column, lambda f, c=column: f.drop(columns=c))
    yield Violation("the contract knows the column", "comment", lambda f: f.assign(comment="x"))
    if contract.min_rows:
        yield Violation(f"there are at least {contract.min_rows} row(s)", "", lambda f: f.head(0))
    if contract.partitioned:
        yield Violation(f"every row is of year {YEAR}", "year", lambda f: put(f, "year", YEAR - 1))
    key = f"the key ({', '.join(contract.key)}) is unique"
    yield Violation(key, "", lambda f: pd.concat([f, f.head(1)]), of_a_row=True)


def _of_columns(contract: Contract) -> Iterator[Violation]:
    fields = {field.name: field for field in contract.fields}
    found = []
    for name, column in pandera_schema(contract).columns.items():
        found += [_of_check(fields[name], check.error, place) for place, check in enumerate(column.checks)]
        if not column.nullable:
            inject = partial(put, column=name, value=None)
            found.append(Violation("is filled", name, inject, of_a_row=True, together="filled"))
    yield from sorted(found, key=lambda each: each.together)


def _of_check(field: Field, sentence: str, place: int) -> Violation:
    start = next((start for start in _CHECKS if sentence.startswith(start)), None)
    if start is None:
        raise NoInjectionError(f"column {field.name}: “{sentence}”: say in `_CHECKS` what breaks it")
    if start == "holds":
        other = _other_kind(field)
        return Violation(
            sentence, field.name, lambda f: f.assign(**{field.name: other}), together=f"check {place}"
        )
    if (field.name, start) == ("year", "is at least"):
        # Rows of another year than is asked for are told first.
        return Violation(sentence, "year", lambda f: f.assign(year=2014), of_a_row=True, year=2014)
    value = (field.minimum or 0) - 1 if start == "is at least" else _CHECKS[start]
    inject = partial(put, column=field.name, value=value)
    return Violation(sentence, field.name, inject, of_a_row=True, together=f"check {place}")


#: Value that breaks a check of a column, by how its sentence begins; None where it depends on the column.
_CHECKS = {
    "holds": None,
    "is finite": np.inf,
    "is one of": "not one of them",
    "matches": "?!",
    "is at least": None,
}


def _other_kind(field: Field) -> object:
    if field.kind in ("category", "text"):
        return 5
    return float(YEAR) if field.kind == "integer" else "x"


def _of_rows(contract: Contract) -> Iterator[Violation]:
    for rule in contract.rules:
        if rule.name not in INJECTIONS:
            raise NoInjectionError(f"{contract.dataset}: “{rule.name}”: add to INJECTIONS what breaks it")
        inject = INJECTIONS[rule.name]
        yield Violation(rule.name, "", inject, of_a_row=rule.name not in OF_ALL_ROWS)


def put(frame: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    """The frame with another value in the first row of a column, of a type that can hold it."""
    kept = frame[column].tolist()[1:]
    values = pd.Series([value, *kept], index=frame.index)
    if value is None and pd.api.types.is_integer_dtype(frame[column]):
        values = pd.array([pd.NA, *kept], dtype="Int64")
    if value is None and pd.api.types.is_bool_dtype(frame[column]):
        values = pd.array([pd.NA, *kept], dtype="boolean")
    return frame.assign(**{column: values})


def first(**values: object) -> Break:
    """Other values in the first row."""

    def inject(frame: pd.DataFrame) -> pd.DataFrame:
        for column, value in values.items():
            frame = put(frame, column, value)
        return frame

    return inject


def all_zero(column: str) -> Break:
    return lambda frame: frame.assign(**{column: 0.0})


#: Rules that are broken by all rows together.
OF_ALL_ROWS = {
    "at least one `amount` in the year is filled and not 0",
    "at least one `inhabitants` in the year is filled and not 0",
    "at least one `value` in the year is filled and not 0",
    "direct + allocated + purchased = total, to the øre",
}
INJECTIONS: dict[str, Break] = {
    "at least one `amount` in the year is filled and not 0": all_zero("amount"),
    "at least one `inhabitants` in the year is filled and not 0": all_zero("inhabitants"),
    "at least one `value` in the year is filled and not 0": all_zero("value"),
    "`amount` is filled exactly when `status` is ok": first(status="missing"),
    "`inhabitants` is filled exactly when `status` is ok": first(inhabitants=np.nan),
    "`mean` is filled exactly when `status` is ok": first(mean=np.nan),
    "`value` is filled exactly when `status` is ok": first(value=np.nan),
    "a count of persons is not negative": first(value=-1.0),
    "an entry has a code, or a problem that says why not": first(resolved_code=None, problem=None),
    "`valid_to` is later than `valid_from`": first(valid_to=datetime.date(2024, 1, 1)),
    "a problem stands only beside a missing figure": first(problem="the table is gone"),
    "`age_from` is not above `age_to`": first(age_from=67, age_to=66),
    "`suppression_reason` stands only beside a suppressed figure": first(suppression_reason="for few"),
    "mean, highest and lowest stand together or not at all, unless imported": first(max=np.nan),
    "the mean lies between lowest and highest, unless imported": first(mean=3.0),
    "the members with data are known, unless the aggregate is imported": first(members_missing=None),
    "the rank is not above the number of members with data": first(rank=9),
    "some index is there exactly when `status` is ok": first(status="missing"),
    "a residual is there exactly when the identity was checked": first(residual=np.nan),
    "a value that is not there has a reason": first(value=np.nan, status="missing", reason=None),
    "a break has a reason, and nothing else has": first(break_reason=None),
    "a deflated value has a base year": first(adjustment="deflated to 2024", base_year=None),
    "`allocation_key` is filled exactly when `share` is above 0": first(allocation_key=None),
    "a share points to the line and the function it comes from": first(origin_function=None),
    "direct + allocated + purchased = total, to the øre": first(amount=0.99),
    "one row per service, director area and cost type": lambda frame: pd.concat(
        [frame, frame.head(1).assign(row=7)]
    ),
    "`Totalt` has the cost type total, and nothing else has": first(cost_type="total"),
    "a difference is there exactly when comparable": first(difference=np.nan),
    "what does not hold says what was observed": first(success=False, observed=""),
    "findings have the verdicts of findings, figures and claims theirs": first(verdict="error"),
    "a figure has a computed one beside it exactly when it was compared": first(verdict="not_comparable"),
    "`difference` of a figure is published less computed": first(difference=0.1),
    "a figure or its status has changed": first(new=1.0),
    "`difference` is new less old": first(difference=0.5),
}
