"""What became of an expectation or a control: the row `quality/expectations` keeps of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pandas as pd

from schemas.expectations.declared import Severity as Severity  # noqa: PLC0414 - passed on
from schemas.quality import EXPECTATIONS

SEPARATOR = "; "
"""What stands between examples where they are one text."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation of one dataset, held against its rows.

    `suite` is `gate` (before the write), `watch` (after it) or `controls`. The texts are Norwegian, for
    people: `title` says what is expected, `observed` what was found (with numbers), `advice` what to look at,
    and `examples` the first offending rows in words. `year` is None for a dataset without years.
    """

    year: int | None
    dataset: str
    suite: str
    expectation: str
    title: str
    severity: Severity
    success: bool
    observed: str
    advice: str
    examples: tuple[str, ...] = ()


def expectation_rows(
    outcomes: Iterable[Outcome], year: int, source: str, refused: Iterable[str] = ()
) -> pd.DataFrame:
    """The rows of `quality/expectations` of `year`; what concerns no year is judged in every year.

    `refused` are the datasets whose rows were refused by the gate: what was judged is not stored.
    """
    names = set(refused)
    records = [
        {
            **asdict(outcome),
            "year": year,
            "examples": SEPARATOR.join(each.replace(SEPARATOR, ", ") for each in outcome.examples),
            "refused": outcome.suite == "gate" and outcome.dataset in names,
            "source": source,
        }
        for outcome in outcomes
    ]
    return pd.DataFrame(records, columns=list(EXPECTATIONS.columns))
