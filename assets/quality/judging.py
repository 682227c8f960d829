"""Rows held against the suites of their dataset, told in Norwegian."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter

import pandas as pd

from assets.quality.outcomes import Outcome
from assets.rounding import norwegian
from schemas.catalogue import Catalogue
from schemas.expectations.declared import Expectation, Frames, Subject
from schemas.expectations.engine import SHOWN, Verdict, judge
from schemas.expectations.suites import gate_suite, watch_suites


def gate_outcomes(subject: Subject) -> list[Outcome]:
    """The rows of one dataset, held against its suite before they are stored."""
    return _outcomes(subject, "gate", gate_suite(subject.dataset, subject.catalogue))


def watch_outcomes(
    frames: Frames, before: Frames, catalogue: Catalogue, municipality: str, network: str, year: int
) -> list[Outcome]:
    """Stored rows of a year, held against each other and against the year before.

    Args:
        frames: rows of `year` by dataset; what nobody has made is absent, and nothing is held against it.
        before: rows of the year before by dataset.
        catalogue: the checked catalogue.
        municipality: slug of the focal municipality.
        network: id of the network compared with.
        year: the accounting year.
    """
    found: list[Outcome] = []
    for dataset, suite in watch_suites(municipality).items():
        if dataset in frames:
            subject = Subject(
                dataset, year, frames[dataset], catalogue, municipality, network, frames, before
            )
            possible = [
                expected
                for expected in suite
                if {*expected.needs} <= frames.keys() and {*expected.before} <= before.keys()
            ]
            found += _outcomes(subject, "watch", possible)
    return found


def _outcomes(subject: Subject, suite: str, expectations: Iterable[Expectation]) -> list[Outcome]:
    return [
        Outcome(
            year=subject.year,
            dataset=subject.dataset,
            suite=suite,
            expectation=expected.id,
            title=expected.title,
            severity=expected.severity,
            success=verdict.success,
            observed=observed(expected, verdict, subject),
            advice=expected.advice,
            examples=tuple(worded(expected.tell, row) for row in verdict.rows),
        )
        for expected, verdict in judge(subject, expectations)
    ]


def observed(expected: Expectation, verdict: Verdict, subject: Subject) -> str:
    """What was found, in words."""
    if verdict.observed is not None:
        wanted = verdict.wanted.get("value", verdict.wanted.get("max_value"))
        return f"{_said(verdict.observed)} {expected.noun}, ventet {_said(wanted)}{_why(expected, subject)}"
    if verdict.missing or verdict.unexpected:
        return "; ".join(_listed(verdict))
    if not verdict.success:
        return f"{_said(verdict.broken)} av {_said(verdict.judged)} {expected.noun} holder ikke"
    if expected.kind == "ExpectTableRowCountToEqual":
        return f"{_said(verdict.judged)} {expected.noun}{_why(expected, subject)}"
    if not verdict.judged:
        return "ingenting å vurdere"
    return f"{_said(verdict.judged)} {expected.noun} holder"


def _why(expected: Expectation, subject: Subject) -> str:
    return f" = {expected.why(subject)}" if expected.why else ""


def _listed(verdict: Verdict) -> Iterable[str]:
    for word, names in (("mangler", verdict.missing), ("uventet", verdict.unexpected)):
        if names:
            more = f" og {len(names) - SHOWN} til" if len(names) > SHOWN else ""
            yield f"{word}: {', '.join(names[:SHOWN])}{more}"


def worded(template: str, row: Mapping[str, object]) -> str:
    """The template with the row's values, numbers as Norwegians write them."""
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    return template.format(**{name: _said(row[name]) for name in names})


def _said(value: object) -> str:
    """A value as it is written: whole numbers whole, others with as many decimals as their size needs."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return "ingenting"
    number = float(value)  # type: ignore[arg-type]
    if number.is_integer() or abs(number) >= 1000:
        return norwegian(number)
    return norwegian(number, 1 if abs(number) >= 10 else 3)
