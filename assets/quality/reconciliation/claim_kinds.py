"""Each kind of claim – level, relative, change, rank – held against one witness."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from assets.quality.reconciliation.lookups import converted
from assets.quality.reconciliation.rules.intervals import Interval
from assets.quality.reconciliation.rules.printed import Claim
from assets.quality.reconciliation.text import shown, signed
from assets.quality.reconciliation.witnesses import Term, Witness
from assets.quality.reconciliation.words import MEAN, NOT_STATED, OTHERS
from assets.register.entities import network_of
from assets.rounding import round_half_away
from schemas.catalogue import UNIT_NAMES, Catalogue
from schemas.catalogue.published import Thresholds
from schemas.register import MEAN_OF

_EPSILON = 1e-9
_UP = frozenset({"above", "increase", "high"})
_STEADY = re.compile(r"\b(?:jevn|jevnt|jevne|stadig|hvert år)\b")
_TOGETHER = re.compile(r"\bsammen med (\w+)")
#: Words before a number, and the least and the most of the claimed number that they allow.
_QUALIFIERS = (
    (re.compile(r"\b(?:nesten|knapt|nær|nærmere|opp mot|i underkant av)\s+\d"), 0.95, 1.0),
    (re.compile(r"\b(?:om lag|omtrent|cirka|ca\.?|rundt|omkring)\s+\d"), 0.95, 1.05),
    (re.compile(r"\b(?:over|mer enn|drøyt|drøye|vel|godt over|i overkant av)\s+\d"), 1.0, 1.1),
    (re.compile(r"\b(?:under|mindre enn)\s+\d"), 0.9, 1.0),
)
_NAMES = {
    "above": "over",
    "below": "under",
    "equal": "likt",
    "increase": "økning",
    "decrease": "nedgang",
    "unchanged": "uendret",
    "highest": "høyest",
    "lowest": "lavest",
    "among highest": "blant de høyeste",
    "among lowest": "blant de laveste",
    "high": "høyt",
    "low": "lavt",
    "level": "",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a witness says of a claim: the number it gives in place of the claimed one, and how.

    `method` says in what its figures are made otherwise; `value` is NaN in a claim without a number.
    """

    verdict: str
    value: float
    difference: float
    tolerance: float
    arithmetic: str
    method: str = ""
    vintage_id: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The witness cannot tell, and why; `arithmetic` is what it can tell all the same."""

    why: str
    arithmetic: str = ""


@dataclass(frozen=True, slots=True)
class _Distance:
    """A figure beside the one it is compared with, in the unit of the claim."""

    value: float
    interval: Interval
    edition: Interval
    unit: str
    decimals: int
    told: str


@dataclass(frozen=True, slots=True)
class Court:
    """What every claim is judged by."""

    catalogue: Catalogue
    limits: Thresholds

    def evaluate(self, claim: Claim, witness: Witness) -> Outcome | Unknown:
        """What the witness says of the claim."""
        if claim.year is None:
            return Unknown("året er ikke oppgitt")
        kinds: Mapping[str, Callable[[Claim, Witness, int], Outcome | Unknown]] = {
            "level": self._level,
            "relative": self._relative,
            "change": self._change,
            "rank": self._rank,
        }
        return kinds[claim.kind](claim, witness, claim.year)

    def _level(self, claim: Claim, witness: Witness, year: int) -> Outcome | Unknown:
        own = witness.figure(claim.indicator, claim.entity, year)
        if own is None:
            return Unknown(witness.why)
        if claim.direction in ("high", "low"):
            return self._against(claim, witness, own, year)
        value = converted(own.value, own.unit, claim.unit)
        if value is None or not claim.has_value:
            return Unknown("påstanden har ikke noe tall" if value is not None else _other_unit(own, claim))
        factor = value / own.value if own.value else 1.0
        told = f"{own.told} {UNIT_NAMES.get(own.unit, own.unit)}"
        distance = _Distance(
            value, own.interval.scaled(factor), own.edition.scaled(factor), claim.unit, own.decimals, told
        )
        return _size(claim, distance, claim.value, own)

    def _relative(self, claim: Claim, witness: Witness, year: int) -> Outcome | Unknown:
        own = witness.figure(claim.indicator, claim.entity, year)
        return Unknown(witness.why) if own is None else self._against(claim, witness, own, year)

    def _against(self, claim: Claim, witness: Witness, own: Term, year: int) -> Outcome | Unknown:
        """A figure beside what the claim compares it with; what is not named must hold for all there are."""
        beside = [
            term
            for entity in self._compared(claim, witness, year)
            if (term := witness.figure(claim.indicator, entity, year)) is not None
        ]
        if not beside:
            return Unknown(witness.why or "det er ikke trykt noe å sammenligne med", own.told)
        outcomes = [self._held(claim, own, reference) for reference in beside]
        return next((each for each in outcomes if _is_false(each)), outcomes[0])

    def _held(self, claim: Claim, own: Term, reference: Term) -> Outcome | Unknown:
        if claim.has_value and claim.kind != "level":
            distance = self._distance(claim, own, reference)
            if distance is None:
                return Unknown(_other_unit(own, claim))
            return _size(claim, distance, claim.value if claim.direction in _UP else -claim.value, own)
        return _direction(claim, own, reference)

    def _change(self, claim: Claim, witness: Witness, year: int) -> Outcome | Unknown:
        base = claim.base_year if claim.base_year is not None else year - 1
        if base >= year:
            return Unknown(f"en endring til {year} kan ikke regnes fra {base}")
        own = witness.figure(claim.indicator, claim.entity, year)
        before = witness.figure(claim.indicator, claim.entity, base) if own is not None else None
        if own is None or before is None:
            return Unknown(witness.why)
        if claim.direction == "unchanged":
            return self._unchanged(own, before)
        if _STEADY.search(claim.quote.casefold()) and year - base > 1:
            return self._steady(claim, witness, range(base, year + 1))
        return self._held(claim, own, before)

    def _unchanged(self, own: Term, before: Term) -> Outcome:
        """Within a unit of the last printed digit, or within what is called unchanged."""
        step = own.value - before.value
        allowed = max(abs(before.value) * self.limits.unchanged / 100, 10.0**-own.decimals)
        told = f"{before.told}, {own.told}: {signed(step, own.decimals)}; uendret er inntil ±"
        told += shown(allowed, own.decimals + 2)
        verdict = "match" if abs(step) <= allowed + _EPSILON else "mismatch"
        return _outcome(verdict, math.nan, math.nan, allowed, told, own, before)

    def _steady(self, claim: Claim, witness: Witness, years: range) -> Outcome | Unknown:
        """The same way in every year."""
        found = [witness.figure(claim.indicator, claim.entity, year) for year in years]
        terms = [term for term in found if term is not None]
        if len(terms) < len(found):
            return Unknown(witness.why)
        steps = {_direction(claim, after, before).verdict for before, after in pairwise(terms)}
        worst = next(each for each in ("mismatch", "rounding", "match") if each in steps)
        told = f"{terms[0].who} {years[0]}-{years[-1]}: {' '.join(term.shown for term in terms)}"
        return _outcome(worst, math.nan, math.nan, math.nan, told, *terms)

    def _rank(self, claim: Claim, witness: Witness, year: int) -> Outcome | Unknown:
        own = witness.figure(claim.indicator, claim.entity, year)
        if own is None:
            return Unknown(witness.why)
        top, network = claim.direction.endswith("highest"), self._network(claim, witness, year)
        members = witness.members(claim.indicator, network, year)
        ends = [witness.figure(claim.indicator, f"{network}_{end}", year) for end in ("max", "min")]
        extreme, opposite = ends if top else reversed(ends)
        if claim.direction.startswith("among"):
            return self._among(claim, own, extreme, opposite)
        known = [*members.terms.values(), *([extreme] if extreme else [])]
        wrong = _ahead(own, known, top=top) or _tie_that_is_none(claim, own, members.terms)
        if wrong is not None:
            told = f"{own.told}; {wrong.told}; hevdet {_NAMES[claim.direction]}"
            return _outcome("mismatch", math.nan, math.nan, math.nan, told, own, wrong)
        others = [term for name, term in members.terms.items() if name != claim.entity]
        if extreme is None and not members.complete:
            seen = "; ".join(term.told for term in others)
            return Unknown(witness.why, f"{own.told}{f'; {seen}' if seen else ''}: ikke motsagt")
        ties = [term.who for term in others if math.isclose(term.value, own.value, rel_tol=1e-12)]
        shared = f", delt med {', '.join(ties)}" if ties else ""
        beside = extreme.told if extreme else f"{len(others)} andre kommuner"
        told = f"{own.told}; {beside}: {_NAMES[claim.direction]}{shared}"
        return _outcome("match", math.nan, math.nan, math.nan, told, own)

    def _among(
        self, claim: Claim, own: Term, extreme: Term | None, opposite: Term | None
    ) -> Outcome | Unknown:
        """Within the part of the range that counts as among the highest, or lowest."""
        if extreme is None or opposite is None:
            return Unknown("høyeste og laveste er ikke kjent", own.told)
        part = self.limits.among_highest_part
        limit = extreme.value - part * (extreme.value - opposite.value)
        top = extreme.value >= opposite.value
        inside = own.value >= limit - _EPSILON if top else own.value <= limit + _EPSILON
        told = f"{own.told}; {extreme.told}; {opposite.told}: {_NAMES[claim.direction]} er "
        told += f"{'fra' if top else 'til'} {shown(limit, own.decimals + 2)}"
        return _outcome("match" if inside else "mismatch", math.nan, math.nan, math.nan, told, own, extreme)

    def _distance(self, claim: Claim, own: Term, reference: Term) -> _Distance | None:
        """The distance in the unit of the claim; None where the indicator has no such unit."""
        told = f"{own.told}; {reference.told}: "
        if claim.unit == "percent":
            return _in_percent(own, reference, told)
        if claim.unit == "percentage_points":
            factor = self._points(claim.indicator, own.unit)
        else:
            factor = converted(1.0, own.unit, claim.unit)
        if factor is None:
            return None
        value = (own.value - reference.value) * factor
        decimals = own.decimals if factor <= 1 else max(own.decimals - 2, 1)
        times = f" = {signed(value, decimals)} {UNIT_NAMES.get(claim.unit, claim.unit)}"
        return _Distance(
            value,
            (own.interval - reference.interval).scaled(factor),
            (own.edition - reference.edition).scaled(factor),
            claim.unit,
            decimals,
            f"{told}{own.shown} − {reference.shown}{times}",
        )

    def _points(self, indicator: str, unit: str) -> float | None:
        """Percentage points per unit: shares are in percent, an index is a share of the network's mean."""
        if unit == "percent":
            return 1.0
        declared = self.catalogue.indicators.get(indicator)
        if unit == "index" and declared is not None and declared.fixed_mean:
            return 100 / declared.fixed_mean
        return None

    def _compared(self, claim: Claim, witness: Witness, year: int) -> list[str]:
        """What the claim compares with: an entity, the mean of a network, or whatever means there are."""
        comparator = claim.comparator
        if comparator in self.catalogue.networks:
            return [f"{comparator}_mean"]
        if comparator in ("", OTHERS, MEAN, NOT_STATED):
            return witness.references(claim.indicator, year)
        return [comparator]

    def _network(self, claim: Claim, witness: Witness, year: int) -> str:
        """The network a rank is in."""
        if claim.comparator in self.catalogue.networks:
            return claim.comparator
        named = [network_of(each) for each in witness.references(claim.indicator, year)]
        return next((pair[0] for pair in named if pair), MEAN_OF)


def _size(claim: Claim, distance: _Distance, claimed: float, own: Term) -> Outcome:
    """A claimed number beside the one the figures give."""
    step = 10.0**-claim.decimals
    rounded = float(round_half_away(distance.value, claim.decimals))
    said = Interval(claimed - step / 2, claimed + step / 2)
    allowed = _as_worded(claim, claimed)
    if abs(rounded - claimed) <= _EPSILON or (allowed.low <= distance.value <= allowed.high):
        verdict = "match"
    elif said.meets(distance.interval) or (
        distance.interval.low == distance.interval.high and abs(rounded - claimed) <= step + _EPSILON
    ):
        verdict = "rounding"
    else:
        verdict = "vintage" if said.meets(distance.edition) else "mismatch"
    told = f"{distance.told}; hevdet {claim.shown} {_NAMES[claim.direction]}".rstrip()
    tolerance = max(step / 2, (distance.interval.high - distance.interval.low) / 2)
    return Outcome(
        verdict, distance.value, claimed - distance.value, tolerance, told, own.method, own.vintage_id
    )


def _as_worded(claim: Claim, claimed: float) -> Interval:
    """What words before the number (nesten, om lag, over) allow."""
    quote = claim.quote.casefold()
    for pattern, least, most in _QUALIFIERS:
        if pattern.search(quote):
            low, high = abs(claimed) * least, abs(claimed) * most
            return Interval(low, high) if claimed >= 0 else Interval(-high, -low)
    return Interval(claimed, claimed)


def _direction(claim: Claim, own: Term, reference: Term) -> Outcome:
    """Whether a figure lies where a claim without a number says."""
    way = 0 if claim.direction == "equal" else 1 if claim.direction in _UP else -1
    difference, between = own.value - reference.value, own.interval - reference.interval
    if way == 0:
        verdict = "match" if between.sign == 0 else "mismatch"
    elif difference * way > _EPSILON:
        verdict = "match"
    else:
        most = between.high if way > 0 else -between.low
        verdict = "rounding" if most > _EPSILON else "mismatch"
    sign = "=" if abs(difference) <= _EPSILON else ">" if difference > 0 else "<"
    told = f"{own.told} {sign} {reference.told}; hevdet {_NAMES[claim.direction]}"
    return _outcome(verdict, math.nan, math.nan, math.nan, told, own, reference)


def _in_percent(own: Term, reference: Term, told: str) -> _Distance | None:
    if reference.interval.low <= 0 or own.interval.low < 0:
        return None
    value = 100 * (own.value / reference.value - 1)
    return _Distance(
        value,
        (own.interval / reference.interval).scaled(100, -100),
        (own.edition / reference.edition).scaled(100, -100),
        "percent",
        1,
        f"{told}{own.shown} / {reference.shown} − 1 = {signed(value, 1)} %",
    )


def _ahead(own: Term, others: list[Term], *, top: bool) -> Term | None:
    """A figure that is certainly higher (or lower) than one's own."""
    way = 1 if top else -1
    return next((term for term in others if (term.interval - own.interval).sign == way), None)


def _tie_that_is_none(claim: Claim, own: Term, others: Mapping[str, Term]) -> Term | None:
    """The one the claim says to share the place with, where their printed figures differ."""
    named = {name.casefold() for name in _TOGETHER.findall(claim.quote)}
    with_them = [term for term in others.values() if term.who.casefold() in named]
    return next((term for term in with_them if (term.interval - own.interval).sign), None)


def _is_false(outcome: Outcome | Unknown) -> bool:
    return isinstance(outcome, Outcome) and outcome.verdict == "mismatch"


def _other_unit(own: Term, claim: Claim) -> str:
    units = UNIT_NAMES.get(claim.unit, claim.unit), UNIT_NAMES.get(own.unit, own.unit)
    return f"påstanden er i {units[0]}, tallene i {units[1]}"


def _outcome(
    verdict: str, value: float, difference: float, tolerance: float, told: str, *terms: Term
) -> Outcome:
    method = next((term.method for term in terms if term.method), "")
    vintage = next((term.vintage_id for term in terms if term.vintage_id), "")
    return Outcome(verdict, value, difference, tolerance, told, method, vintage)
