"""Claims of the text against the figures of the tables, against each other, and against what is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from assets.quality.reconciliation.claim_kinds import Court, Outcome
from assets.quality.reconciliation.claims import findings_of_claims
from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.intervals import Interval
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.printed import Claim, Printed
from assets.quality.reconciliation.rules.quotes import WAYS
from assets.quality.reconciliation.rules.relative import fixed_mean, position
from assets.quality.reconciliation.rules.slips import factor_slips
from assets.quality.reconciliation.witnesses import PrintedWitness
from assets.register.entities import network_of

_NORWEGIAN = {
    "above": "over",
    "below": "under",
    "increase": "økning",
    "decrease": "nedgang",
    "unchanged": "uendret",
    "highest": "høyest",
    "lowest": "lavest",
    "among highest": "blant de høyeste",
    "among lowest": "blant de laveste",
    "high": "høyt",
    "low": "lavt",
}
_OPPOSITE = {"above": "below", "below": "above", "increase": "decrease", "decrease": "increase"}
_UNITS = {"percent": "percentage_points", "percentage_points": "percent"}
_TRUE = ("match", "rounding")


def claim_contradicted(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """What the text says of level, change, distance and rank is what the tables show."""
    claims = {claim.place: claim for claim in printed.claims}
    judge = PrintedJudge(printed, knowledge)
    for finding in findings_of_claims(printed, knowledge):
        likely = next(
            (words for words, read in _readings(claims[finding.places[0]]) if judge.holds(read)), None
        )
        hint = f" Trolig {likely}." if likely else ""
        yield replace(finding, explanation=finding.explanation + hint)


class PrintedJudge:
    """Says of a claim whether the tables of the report bear it out."""

    def __init__(self, printed: Printed, knowledge: Knowledge) -> None:
        self._court = Court(knowledge.catalogue, knowledge.rules.thresholds)
        self._witness = PrintedWitness(printed, knowledge.catalogue)

    def holds(self, claim: Claim) -> bool:
        """Whether the tables show that the claim is true; false also where they do not tell."""
        outcome = self._court.evaluate(claim, self._witness)
        return isinstance(outcome, Outcome) and outcome.verdict in _TRUE


def _readings(claim: Claim) -> Iterator[tuple[str, Claim]]:
    """What a claim may have meant: another unit, the decimal mark elsewhere, the opposite way."""
    if claim.has_value:
        if claim.unit in _UNITS:
            read = replace(claim, unit=_UNITS[claim.unit])
            yield read.shown, read
        for slip in factor_slips(claim.value, claim.decimals):
            read = replace(claim, value=slip.value, decimals=slip.decimals)
            yield f"{read.shown} ({slip.what})", read
    if claim.direction in _OPPOSITE:
        read = replace(claim, direction=_OPPOSITE[claim.direction])
        yield _NORWEGIAN[read.direction], read


def _finding(
    rule: str, claim: Claim, arithmetic: str, explanation: str, places: tuple[str, ...] = ()
) -> Finding:
    return Finding(
        rule=rule,
        verdict="error",
        subject=claim.indicator,
        year=claim.year,
        entity=claim.entity,
        places=(claim.place, *places),
        printed=claim.told,
        arithmetic=arithmetic,
        explanation=explanation,
    )


def claim_of_fact(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A figure that is mentioned in passing is the known one."""
    facts = {fact.id: fact for fact in knowledge.rules.facts}
    for claim in printed.claims:
        fact = facts.get(claim.indicator)
        if (
            fact is not None
            and claim.has_value
            and not claim.interval.meets(Interval(fact.value, fact.value))
        ):
            told = norwegian(fact.value)
            yield _finding(
                "claim_of_fact", claim, f"{claim.shown} mot {told} ({fact.source})", f"Tallet er {told}."
            )


def rank_and_mean(printed: Printed, _: Knowledge) -> Iterator[Finding]:
    """Nobody is highest below the mean, nor lowest above it."""
    for claim in printed.claims:
        if claim.kind != "rank" or claim.year is None:
            continue
        own = printed.figure(claim.indicator, claim.entity, claim.year)
        for entity in printed.means(""):
            mean = printed.figure(claim.indicator, entity, claim.year)
            if own is None or mean is None:
                continue
            if (mean.interval - own.interval).sign == (1 if claim.direction.endswith("highest") else -1):
                yield _finding(
                    "rank_and_mean",
                    claim,
                    f"{own.told}; {mean.told}",
                    f"Teksten sier {_NORWEGIAN[claim.direction]}, men {mean.who} er {mean.shown}.",
                    (own.place, mean.place),
                )


def change_of_distance(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """The change of an index is what the text says of its distance from the mean in both years."""
    for claim in printed.claims:
        directed = claim.kind == "change" and claim.direction in _OPPOSITE
        if not directed or claim.year is None or fixed_mean(knowledge, claim.indicator) is None:
            continue
        years = (claim.base_year or claim.year - 1, claim.year)
        before, after = (position(printed, knowledge, claim.indicator, claim.entity, y) for y in years)
        if before is None or after is None or not (before.exact and after.exact):
            continue
        points = (after.interval - before.interval).scaled(100 if claim.direction == "increase" else -100)
        if points.sign < 0 or (claim.has_value and not claim.interval.meets(points)):
            yield _finding(
                "change_of_distance",
                claim,
                f"{before.shown} → {after.shown}: {norwegian(points.middle, 1)} poeng",
                f"Avstanden til snittet i de to årene gir en annen {_NORWEGIAN[claim.direction]}.",
                (*before.places, *after.places),
            )


def claims_conflict(printed: Printed, _: Knowledge) -> Iterator[Finding]:
    """Two claims on the same thing say the same."""
    groups: defaultdict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in sorted(printed.claims, key=lambda claim: claim.place):
        network = network_of(claim.comparator)
        against = network[0] if network else claim.comparator
        groups[claim.indicator, claim.entity, claim.year, claim.kind, against, claim.base_year].append(claim)
    for claims in groups.values():
        first = claims[0]
        for other in claims[1:]:
            same_unit = first.unit == other.unit and first.has_value and other.has_value
            ways = {WAYS.get(claim.direction) for claim in (first, other)}
            if ways == {"up", "down"} or (same_unit and not first.interval.meets(other.interval)):
                yield _finding(
                    "claims_conflict",
                    other,
                    f"{first.place}: {_said(first)}; {other.place}: {_said(other)}",
                    "To påstander om det samme sier ikke det samme.",
                    (first.place,),
                )


def _said(claim: Claim) -> str:
    value = f"{claim.shown} " if claim.has_value else ""
    return f"{value}{_NORWEGIAN.get(claim.direction, claim.direction)}"
