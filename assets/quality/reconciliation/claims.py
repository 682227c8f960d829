"""Every claim of a report's text: is it true of what the report prints, and of what is computed?

The report's own figures come first: a claim that they contradict is wrong whatever the truth is. Where the
report prints nothing that decides it, the computed figures do, those aside that come from the report.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from assets.quality.reconciliation.claim_kinds import Court, Outcome, Unknown
from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.lookups import ComputedFigures
from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.rules.printed import Claim, Printed
from assets.quality.reconciliation.witnesses import ComputedWitness, PrintedWitness, Witness
from assets.quality.reconciliation.words import CONTEXT

_TRUE = {
    "match": "Påstanden stemmer med det som er {}.",
    "rounding": "Påstanden stemmer innenfor avrunding med det som er {}.",
    "vintage": "Avviket fra det som er {} er så lite at en annen utgave av tallene kan forklare det.",
    "mismatch": "Påstanden stemmer ikke med det som er {}.",
}
_KINDS = {"level": "nivå", "relative": "avstand", "change": "endring", "rank": "plassering"}


def claim_rows(report: PublishedReport, knowledge: Knowledge) -> Iterator[dict[str, object]]:
    """A row of `quality/reconciliation` per statement, in the report's order."""
    printed, court = Printed.of(report), Court(knowledge.catalogue, knowledge.rules.thresholds)
    witnesses = _witnesses(printed, knowledge)
    order = {statement: i for i, statement in enumerate(report.statements["statement"])}
    for claim in sorted(printed.claims, key=lambda claim: order[claim.place]):
        yield _row(claim, [(witness, court.evaluate(claim, witness)) for witness in witnesses])


def findings_of_claims(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """The claims that are false of what the report itself prints, or of what is computed from SSB's figures.

    Modelled sample figures contradict nobody.
    """
    court = Court(knowledge.catalogue, knowledge.rules.thresholds)
    sample = knowledge.computed is not None and knowledge.computed.source == "sample"
    witnesses = _witnesses(printed, knowledge)[: 1 if sample else None]
    for claim in printed.claims:
        told = [(witness, court.evaluate(claim, witness)) for witness in witnesses]
        decided = _decided(told)
        if decided is not None and decided[1].verdict == "mismatch":
            yield _finding(claim, *decided)


def _witnesses(printed: Printed, knowledge: Knowledge) -> list[Witness]:
    witnesses: list[Witness] = [PrintedWitness(printed, knowledge.catalogue)]
    if knowledge.computed is not None:
        figures = ComputedFigures(knowledge.computed, knowledge.catalogue, printed.report.municipality)
        witnesses.append(ComputedWitness(printed.report, figures))
    return witnesses


def _decided(told: list[tuple[Witness, Outcome | Unknown]]) -> tuple[Witness, Outcome] | None:
    """The first witness that can tell; one whose figures are made otherwise never contradicts."""
    for witness, outcome in told:
        if isinstance(outcome, Outcome):
            by_method = outcome.method and outcome.verdict not in ("match", "rounding")
            return witness, replace(outcome, verdict="method") if by_method else outcome
    return None


def _row(claim: Claim, told: list[tuple[Witness, Outcome | Unknown]]) -> dict[str, object]:
    decided = _decided(told)
    outcome = decided[1] if decided else Outcome("not_comparable", math.nan, math.nan, math.nan, "")
    return {
        "place": claim.place,
        "statement": claim.place,
        "indicator": claim.indicator,
        "figure_year": claim.year,
        "entity": claim.entity,
        "kind": "claim",
        "unit": claim.unit,
        "published": claim.value,
        "computed": outcome.value,
        "difference": outcome.difference,
        "tolerance": outcome.tolerance,
        "verdict": outcome.verdict,
        "erratum": "",
        "arithmetic": "; ".join(f"{w.name}: {o.arithmetic}" for w, o in told if o.arithmetic) or claim.told,
        "explanation": _explanation(claim, told, decided),
        "vintage_id": outcome.vintage_id,
    }


def _explanation(
    claim: Claim, told: list[tuple[Witness, Outcome | Unknown]], decided: tuple[Witness, Outcome] | None
) -> str:
    if claim.indicator.startswith(CONTEXT):
        return "Ikke vurdert: opplysning i teksten som ikke regnes ut."
    if decided is None:
        whys = list(dict.fromkeys(o.why for _, o in told if isinstance(o, Unknown) and o.why))
        return f"Ikke vurdert: {'; '.join(whys) or 'det er ikke noe å holde påstanden mot'}."
    witness, outcome = decided
    if outcome.verdict == "method":
        return f"Annen metode: {outcome.method}."
    text = _TRUE[outcome.verdict].format(witness.name)
    later = [o for w, o in told if w is not witness and isinstance(o, Outcome)]
    if any(o.verdict == "mismatch" and not o.method for o in later) and outcome.verdict != "mismatch":
        text += " De beregnede tallene sier noe annet."
    return text


def _finding(claim: Claim, witness: Witness, outcome: Outcome) -> Finding:
    sure = witness.name == "trykt"
    return Finding(
        rule=f"claim_{claim.kind}",
        verdict="error" if sure else "probable_error",
        subject=claim.indicator,
        year=claim.year,
        entity=claim.entity,
        places=(claim.place,),
        printed=claim.told,
        arithmetic=outcome.arithmetic,
        explanation=f"Påstand om {_KINDS[claim.kind]} som ikke stemmer med det som er {witness.name}.",
    )
