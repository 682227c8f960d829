"""The gate: rows are held against their suite of expectations before they are stored.

A broken expectation of severity error refuses them: nothing is stored, and the last good version stays.
"""

from __future__ import annotations

import hashlib

import pandas as pd

from assets.quality.judging import gate_outcomes
from assets.quality.outcomes import Outcome
from pipelines.quality_log import Judgement, QualityLog
from schemas.catalogue.catalogue import Catalogue
from schemas.expectations.declared import Subject
from schemas.expectations.suites import suites_sha256
from schemas.validation import ValidatedTable


class Refused(Exception):  # noqa: N818 - it names what happened to the rows
    """Rows break expectations that must hold; `outcomes` are all that were looked at."""

    def __init__(self, dataset: str, year: int | None, outcomes: tuple[Outcome, ...]) -> None:
        self.outcomes = outcomes
        where = dataset if year is None else f"{dataset}, year {year}"
        broken = [told_in_full(outcome) for outcome in outcomes if is_error(outcome)]
        listed = "\n".join(broken)
        super().__init__(f"{where}: {len(broken)} expectation(s) broken, nothing was stored:\n{listed}")


def is_error(outcome: Outcome) -> bool:
    """Whether an outcome refuses the rows."""
    return not outcome.success and outcome.severity == "error"


def told_in_full(outcome: Outcome) -> str:
    """An expectation that does not hold, with the first offending rows and what to look at."""
    examples = "".join(f"\n      {example}" for example in outcome.examples)
    return f"  - {outcome.title}: {outcome.observed}{examples}\n    {outcome.advice}"


class Gate:
    """Judges rows for one warehouse."""

    def __init__(self, log: QualityLog, catalogue: Catalogue, municipality: str, network: str) -> None:
        self._log = log
        self._catalogue = catalogue
        self._municipality = municipality
        self._network = network

    @property
    def judged_by(self) -> str:
        """Hash of everything a judgement rests on but the rows."""
        parts = (suites_sha256(), self._catalogue.sha256, self._municipality, self._network)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def let_through(self, table: ValidatedTable, frame: pd.DataFrame) -> tuple[Outcome, ...]:
        """What the rows of `table` were found to be; `frame` holds the same rows.

        Rows that were judged before, by the same expectations, are not judged again.

        Raises:
            Refused: the rows may not be stored.
        """
        dataset, year, content = table.contract.dataset, table.year, table.content_sha256
        entry = self._log.gate(dataset, year)
        judgement = entry.known(content, self.judged_by) or self._judgement(dataset, year, content, frame)
        if any(map(is_error, judgement.outcomes)):
            if judgement is not entry.refused:
                self._log.refuse(dataset, year, judgement)
            raise Refused(dataset, year, judgement.outcomes)
        if judgement is not entry.latest:
            self._log.accept(dataset, year, judgement)
        return judgement.outcomes

    def _judgement(self, dataset: str, year: int | None, content: str, frame: pd.DataFrame) -> Judgement:
        subject = Subject(
            dataset,
            year,
            frame.reset_index(drop=True),
            self._catalogue,
            self._municipality,
            self._network,
        )
        return Judgement(content, self.judged_by, tuple(gate_outcomes(subject)))
