"""`quality/reconciliation`: a report's figures, claims and findings, each with its verdict and arithmetic."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from assets.errors import DataError
from assets.frames import join_vintages
from assets.quality.reconciliation.claims import claim_rows
from assets.quality.reconciliation.contradictions import findings_of
from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.imported import Imported
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.lookups import ComputedFigures
from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.verdicts import figure_rows
from schemas.quality import RECONCILIATION

_TEXTS = [f.name for f in RECONCILIATION.fields if f.kind in ("category", "text")]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of a report: rows of `quality/reconciliation`, and the findings among them as made."""

    report: PublishedReport
    rows: pd.DataFrame
    findings: tuple[Finding, ...]


def reconcile(report: PublishedReport, knowledge: Knowledge) -> Reconciled:
    """Hold a report against what is computed, and against itself.

    Args:
        report: the published report.
        knowledge: the catalogue, and the computed figures of the years the report shows.

    Returns:
        Exactly one row per printed figure and per claim, in the report's order, then one per finding.

    Raises:
        DataError: there are no computed figures at all.
    """
    if knowledge.computed is None:
        raise DataError(f"nothing is computed to hold '{report.name}' against; run `kostra run` first")
    figures = ComputedFigures(knowledge.computed, knowledge.catalogue, report.municipality)
    findings = findings_of(report, knowledge)
    imported = Imported.of(report, knowledge.computed.register)
    held = [*figure_rows(report, figures), *claim_rows(report, knowledge)]
    rows = [*(imported.checked(row) for row in held), *_finding_rows(findings)]
    frame = pd.DataFrame(_with_errata(rows, findings))
    own = f"report#{report.sha256[:12]}"
    frame = frame.assign(
        year=report.year,
        report=report.name,
        source=knowledge.computed.source,
        vintage_id=[join_vintages([own, edition]) for edition in frame["vintage_id"]],
        figure_year=frame["figure_year"].astype("Int64"),
    )
    texts = dict.fromkeys(_TEXTS, "str")
    return Reconciled(report, frame[list(RECONCILIATION.columns)].astype(texts), tuple(findings))


def reconciliation(reports: Iterable[PublishedReport], knowledge: Knowledge) -> pd.DataFrame:
    """The rows of `quality/reconciliation` of several reports.

    Raises:
        DataError: there are no computed figures at all, or no report.
    """
    rows = [reconcile(report, knowledge).rows for report in reports]
    if not rows:
        raise DataError("no published report to reconcile")
    return pd.concat(rows, ignore_index=True)


def _finding_rows(findings: Sequence[Finding]) -> Iterator[dict[str, object]]:
    seen: Counter[str] = Counter()
    for finding in findings:
        what = ":".join([finding.rule, finding.subject, finding.entity or "-", str(finding.year or "-")])
        seen[what] += 1
        yield {
            "place": what if seen[what] == 1 else f"{what}:{seen[what]}",
            "statement": None,
            "indicator": finding.subject,
            "figure_year": finding.year,
            "entity": finding.entity or None,
            "kind": "finding",
            "unit": None,
            "published": math.nan,
            "computed": math.nan,
            "difference": math.nan,
            "tolerance": math.nan,
            "verdict": finding.verdict,
            "erratum": finding.erratum or None,
            "arithmetic": finding.arithmetic,
            "explanation": f"{finding.printed} {finding.explanation}".strip(),
            "vintage_id": "",
        }


def _with_errata(
    rows: Sequence[dict[str, object]], findings: Sequence[Finding]
) -> Iterator[dict[str, object]]:
    """Figures and claims with the numbers of the errata that are about them."""
    numbers: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for finding in findings:
        for place in finding.places if finding.erratum else ():
            numbers[place][finding.erratum] = None
    for row in rows:
        about = ", ".join(numbers.get(str(row["place"]), ()))
        yield row if row["kind"] == "finding" else {**row, "erratum": about or None}
