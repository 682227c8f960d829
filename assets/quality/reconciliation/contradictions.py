"""All contradictions of a report: every rule's findings, merged, known errata numbered, notes added."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from assets.catalogue.report_rules import load_errata
from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.rules.intervals import half_unit
from assets.quality.reconciliation.rules.printed import Printed
from assets.quality.reconciliation.rules.registry import RULES
from schemas.catalogue.published import Covered, Errata, Erratum

NOTE = "context"
"""The rule of notes: things about a report that no rule can find."""

_CLAIMS = ("claim_level", "claim_relative", "claim_change", "claim_rank")
STRONGER: Mapping[str, tuple[str, ...]] = {
    "claim_unit": ("points_gap", "equal_number_two_units", "impossible_distance", *_CLAIMS),
    "fraction_as_percent": ("efficiency_identity", *_CLAIMS),
    "impossible_distance": ("efficiency_identity", *_CLAIMS),
    "quote_differs": _CLAIMS,
    "rank_and_mean": _CLAIMS,
    "total_against_accounts": ("column_sum",),
    "caption_of_total": ("caption_adjusted",),
}
"""Rules whose finding is told by that of a stronger rule on the same subject and place."""

_DOWN = ("below", "decrease", "lowest", "low")
_CLOSE = 1e-9


def findings_of(
    report: PublishedReport, knowledge: Knowledge, errata: Iterable[Errata] | None = None
) -> list[Finding]:
    """Everything the rules find in a report, the numbered errata first, and the notes of its register.

    Args:
        report: the published report.
        knowledge: the catalogue, the rules' parameters, and the computed figures where there are any.
        errata: registers of known errata; the project's own by default.
    """
    printed = Printed.of(report)
    found = [finding for rule in RULES.values() for finding in rule(printed, knowledge)]
    registers = load_errata() if errata is None else errata
    known = [
        erratum for each in registers if _named(each.report) == _named(report.name) for erratum in each.errata
    ]
    values = _values(printed)
    numbered = [_numbered(finding, known, values) for finding in _merged(found)]
    notes = [_note(erratum) for erratum in known if not erratum.covers]
    return sorted([*numbered, *notes], key=_order)


def _named(name: str) -> str:
    return " ".join(name.casefold().split())


def _merged(found: list[Finding]) -> Iterator[Finding]:
    """The findings, each once; what a stronger one tells is added to its calculation."""
    distinct = list(dict.fromkeys(found))
    told: dict[Finding, list[str]] = {}
    weaker: set[Finding] = set()
    for finding in distinct:
        stronger = next((other for other in distinct if _tells(other, finding)), None)
        if stronger is not None:
            weaker.add(finding)
            told.setdefault(stronger, []).append(finding.arithmetic)
    for finding in distinct:
        if finding not in weaker:
            added = [text for text in told.get(finding, []) if text not in finding.arithmetic]
            yield replace(finding, arithmetic="; ".join([finding.arithmetic, *added]))


def _tells(stronger: Finding, finding: Finding) -> bool:
    return (
        stronger.rule in STRONGER.get(finding.rule, ())
        and stronger.subject == finding.subject
        and (finding.rule != "total_against_accounts" or stronger.verdict == finding.verdict)
        and finding.places[0] in stronger.places
    )


def _values(printed: Printed) -> dict[str, tuple[float, int]]:
    """What is printed at each place, a claim's number with its sign, and its decimals."""
    cells = {cell.place: (cell.value, cell.decimals) for cell in printed.cells}
    claims = {
        claim.place: (-claim.value if claim.direction in _DOWN else claim.value, claim.decimals)
        for claim in printed.claims
    }
    return cells | claims


def _numbered(finding: Finding, known: list[Erratum], values: dict[str, tuple[float, int]]) -> Finding:
    """The finding with the number of the erratum it is, and what the register says of it."""
    for erratum in known:
        if any(_covers(covered, erratum, finding, values) for covered in erratum.covers):
            explanation = f"{finding.explanation} {erratum.explanation}"
            return replace(finding, erratum=erratum.id, explanation=explanation)
    return finding


def _covers(
    covered: Covered, erratum: Erratum, finding: Finding, values: dict[str, tuple[float, int]]
) -> bool:
    return (
        (covered.rule, covered.subject) == (finding.rule, finding.subject)
        and (covered.verdict or erratum.verdict) == finding.verdict
        and (not covered.years or finding.year in covered.years)
        and (not covered.entities or finding.entity in covered.entities)
        and (not covered.texts or finding.printed in covered.texts)
        and covered.printed.keys() <= set(finding.places)
        and all(_still(place, value, values) for place, value in covered.printed.items())
    )


def _still(place: str, known: str, values: dict[str, tuple[float, int]]) -> bool:
    """Whether a place still prints the number; with fewer or more decimals it may be the same, rounded."""
    printed, decimals = values.get(place, (math.nan, 0))
    known_decimals = len(known.partition(".")[2])
    slack = half_unit(min(decimals, known_decimals)) if decimals != known_decimals else 0.0
    return abs(printed - float(known)) <= slack + _CLOSE


def _note(erratum: Erratum) -> Finding:
    return Finding(
        rule=NOTE,
        verdict="note",
        subject=erratum.subject,
        year=None,
        entity="",
        places=erratum.places,
        printed=erratum.title,
        arithmetic=erratum.arithmetic,
        explanation=erratum.explanation,
        erratum=erratum.id,
    )


def _order(finding: Finding) -> tuple[bool, str, str, str, int, str]:
    return (
        not finding.erratum,
        finding.erratum,
        finding.rule,
        finding.subject,
        finding.year or 0,
        finding.entity,
    )
