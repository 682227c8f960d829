"""Percent and percentage points, fractions printed as percent, and distances that cannot be."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from assets.quality.reconciliation.finding import Finding, Verdict
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.claims import PrintedJudge
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.printed import Cell, Claim, Printed
from schemas.catalogue.published import Related

_POINTS = "percentage_points"
_KINDS = ("relative", "change")
_CLEAR = 3
"""How many times as common as the others a unit is when it is the usual one."""
_WORDS = {"percent": "prosent", _POINTS: "prosentpoeng"}


def _finding(
    rule: str,
    verdict: Verdict,
    claim: Claim,
    arithmetic: str,
    explanation: str,
    places: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        rule=rule,
        verdict=verdict,
        subject=claim.indicator,
        year=claim.year,
        entity=claim.entity,
        places=(claim.place, *places),
        printed=claim.told,
        arithmetic=arithmetic,
        explanation=explanation,
    )


def _measured(claim: Claim) -> bool:
    return claim.has_value and claim.kind in _KINDS and claim.unit in _WORDS


def claim_unit(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """Distances from the mean are told in one unit, changes of shares and indices in one unit.

    A claim that does otherwise than most is doubtful, unless the tables show that its number is right in its
    unit. Percentage points of an amount are always wrong.
    """
    judge = PrintedJudge(printed, knowledge)
    usual = {kind: _usual(printed, knowledge, kind) for kind in _KINDS}
    for claim in printed.claims:
        if claim.unit == _POINTS and claim.has_value and _has_no_points(claim, knowledge):
            yield _finding(
                "claim_unit",
                "error",
                claim,
                f"{claim.shown} av et beløp, et antall eller et nivå",
                "Prosentpoeng er forskjellen mellom to prosenttall; her skal det være prosent.",
            )
        elif (
            _measured(claim)
            and usual[claim.kind] not in (None, claim.unit)
            and (claim.kind == "relative" or _is_share(claim, knowledge))
            and not judge.holds(claim)
        ):
            word = _WORDS[usual[claim.kind] or ""]
            what = "avstander til snittet" if claim.kind == "relative" else "endringer i andeler og indekser"
            yield _finding(
                "claim_unit",
                "probable_error",
                claim,
                f"{claim.shown}; rapporten oppgir ellers {what} i {word}",
                f"Enheten er trolig feil: {word} i stedet for {_WORDS[claim.unit]}.",
            )


def _usual(printed: Printed, knowledge: Knowledge, kind: str) -> str | None:
    """The unit that most claims of a kind are in; None when the report uses both."""
    units = Counter(
        claim.unit
        for claim in printed.claims
        if claim.kind == kind and _measured(claim) and (kind == "relative" or _is_share(claim, knowledge))
    )
    if not units:
        return None
    unit, most = units.most_common(1)[0]
    return unit if most >= _CLEAR * (units.total() - most) else None


def _has_no_points(claim: Claim, knowledge: Knowledge) -> bool:
    if claim.kind == "level":
        return True
    declared = knowledge.catalogue.indicators.get(claim.indicator)
    if declared is None:
        return False
    return declared.unit not in ("percent", "index", "per_1000")


def _is_share(claim: Claim, knowledge: Knowledge) -> bool:
    declared = knowledge.catalogue.indicators.get(claim.indicator)
    return declared is not None and declared.unit in ("percent", "index")


def points_gap(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A gap or a change in percentage points is not many times that of a sister indicator."""
    for claim in printed.claims:
        if not _measured(claim) or claim.unit != _POINTS:
            continue
        for group in knowledge.rules.related:
            if claim.indicator in group.members and group.most_points is not None:
                yield from _gap(claim, group, printed)


def _gap(claim: Claim, group: Related, printed: Printed) -> Iterator[Finding]:
    sisters = [s for name in group.members if name != claim.indicator if (s := _sister(claim, name, printed))]
    gap = max((abs(a.value - b.value) for a, b, _ in sisters), default=None)
    too_many = gap is not None and group.most_times is not None and claim.value > group.most_times * gap > 0
    most = group.most_points or math.inf
    if claim.kind == "relative" and not (claim.value > most or too_many):
        return
    if claim.kind == "change" and not (claim.value > most or (too_many and claim.value > 1)):
        return
    parts = [f"{claim.shown}; største rimelige forskjell {norwegian(most)} prosentpoeng"]
    places: tuple[str, ...] = ()
    for one, other, mean in sisters:
        decimals = max(one.decimals, other.decimals)
        parts.append(
            f"«{one.title}»: {max(one, other, key=_value).shown} − {min(one, other, key=_value).shown} = "
            f"{norwegian(abs(one.value - other.value), decimals)} "
            "prosentpoeng"
        )
        as_percent = claim.value * mean.value / 100
        parts.append(
            f"{norwegian(claim.value, claim.decimals)} prosent av {mean.shown} er {norwegian(as_percent, 1)}"
        )
        places += (one.place, other.place)
    yield _finding(
        "points_gap",
        "probable_error",
        claim,
        "; ".join(parts),
        f"Forskjellen er for stor til å være i prosentpoeng for {group.name}; trolig er det prosent.",
        places,
    )


def _value(cell: Cell) -> float:
    return cell.value


def _sister(claim: Claim, name: str, printed: Printed) -> tuple[Cell, Cell, Cell] | None:
    """Two figures of a sister indicator whose distance is like the claimed one, and the mean to measure by.

    The distance of the report's municipality counts where the entity's own is not printed.
    """
    mean = next((m for e in printed.means("") if (m := printed.figure(name, e, claim.year))), None)
    for entity in (claim.entity, printed.report.municipality):
        own = printed.figure(name, entity, claim.year)
        other = mean if claim.kind == "relative" else printed.figure(name, entity, claim.base_year)
        if own is not None and other is not None and mean is not None:
            return own, other, mean
    return None


def equal_number_two_units(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """The same number in percent for one indicator and in percentage points for a related one."""
    judge = PrintedJudge(printed, knowledge)
    for one, other in combinations(sorted(printed.claims, key=lambda claim: claim.place), 2):
        alike = (one.entity, one.year, one.kind, one.direction) == (
            other.entity,
            other.year,
            other.kind,
            other.direction,
        )
        if not (alike and _measured(one) and _measured(other)) or one.unit == other.unit:
            continue
        group = next(
            (g for g in knowledge.rules.related if {one.indicator, other.indicator} <= set(g.members)), None
        )
        different = one.indicator != other.indicator and one.value == other.value
        if group is not None and different and not (judge.holds(one) and judge.holds(other)):
            yield _finding(
                "equal_number_two_units",
                "probable_error",
                other,
                f"{one.shown} ({one.place}) og {other.shown} ({other.place})",
                f"Samme tall i to enheter for beslektede indikatorer ({group.name}): én enhet er feil, "
                "eller ett tall er "
                "skrevet av fra det andre.",
                (one.place,),
            )


def fraction_as_percent(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A small claim with many decimals is rather a fraction: 0,08 for 8 percent."""
    limits, judge = knowledge.rules.thresholds, PrintedJudge(printed, knowledge)
    for claim in printed.claims:
        if not _measured(claim) or not 0 < claim.value < limits.fraction_below:
            continue
        small = claim.value < limits.fraction_points_below or claim.decimals > limits.fraction_decimals
        many = claim.decimals >= limits.fraction_decimals and (claim.unit == "percent" or small)
        if many and not judge.holds(claim):
            shown = norwegian(100 * claim.value, max(claim.decimals - 2, 0))
            yield _finding(
                "fraction_as_percent",
                "probable_error",
                claim,
                f"{norwegian(claim.value, claim.decimals)} × 100 = {shown}",
                f"En brøk er trolig trykt som prosent; det skal være {shown} {_WORDS[claim.unit]}.",
            )


def impossible_distance(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """Nothing is 100 percent or more below a mean, and a distance of more than that is rather a slip."""
    most, judge = knowledge.rules.thresholds.largest_distance, PrintedJudge(printed, knowledge)
    for claim in printed.claims:
        if claim.kind in _KINDS and claim.has_value and claim.unit in _WORDS and claim.value >= most:
            if judge.holds(claim):
                continue
            yield _finding(
                "impossible_distance",
                "probable_error",
                claim,
                f"{claim.shown}, {norwegian(most)} eller mer",
                "Så stor er verken en avstand til snittet eller en endring; trolig har desimaltegnet "
                "flyttet seg.",
            )
