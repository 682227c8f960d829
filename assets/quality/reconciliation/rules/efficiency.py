"""Efficiency is production / expenditure: of the year, and for the change from the year before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.intervals import Interval
from assets.quality.reconciliation.rules.numbers import norwegian, signed
from assets.quality.reconciliation.rules.printed import Claim, Printed
from assets.quality.reconciliation.rules.relative import Stated, claimed_change, position
from assets.quality.reconciliation.rules.slips import factor_slips
from schemas.catalogue import EfficiencyArea

_PARTS = ("expenditure", "production", "efficiency")
_NAMES = {"expenditure": "utgifter", "production": "produksjon", "efficiency": "effektivitet"}


@dataclass(frozen=True, slots=True)
class _Triple:
    """Expenditure, production and efficiency as multiples of the mean."""

    expenditure: Stated
    production: Stated
    efficiency: Stated

    @property
    def quotient(self) -> Interval:
        return self.production.interval / self.expenditure.interval

    @property
    def holds(self) -> bool:
        return self.quotient.meets(self.efficiency.interval)

    @property
    def places(self) -> tuple[str, ...]:
        return (*self.expenditure.places, *self.production.places, *self.efficiency.places)

    @property
    def told(self) -> str:
        return "; ".join(f"{_NAMES[part]} {getattr(self, part).shown}" for part in _PARTS)

    @property
    def sum(self) -> str:
        """The calculation: production / expenditure, what it gives and what the decimals allow."""
        above, below = self.production.interval, self.expenditure.interval
        low, high = (_percent(end) for end in (self.quotient.low, self.quotient.high))
        quotient = above.middle / below.middle
        return (
            f"{_multiple(above)} / {_multiple(below)} = {norwegian(quotient, 3)}: {_percent(quotient)} % "
            f"({low} til {high} med avrunding)"
        )


@dataclass(frozen=True, slots=True)
class _Repair:
    """One figure that, read otherwise, makes the three agree."""

    part: str
    indicator: str
    words: str
    triple: _Triple


def efficiency_identity(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """Efficiency is production / expenditure in every year, and so is its change."""
    for area in knowledge.catalogue.efficiency_areas.values():
        for entity in printed.entities(area.efficiency):
            claims = [claim for part in _PARTS for claim in printed.claims_on(getattr(area, part))]
            years = {claim.year for claim in claims if claim.entity == entity and claim.year is not None}
            years |= set(printed.years(area.efficiency, entity))
            for year in sorted(years):
                yield from _of_year(printed, knowledge, area, entity, year)


def _of_year(
    printed: Printed, knowledge: Knowledge, area: EfficiencyArea, entity: str, year: int
) -> Iterator[Finding]:
    stated = {p: position(printed, knowledge, getattr(area, p), entity, year) for p in _PARTS}
    if any(each is None or not each.exact for each in stated.values()):
        return
    triple = _Triple(**stated)  # type: ignore[arg-type] # none is None
    changes = _changes(printed, area, entity, year)
    if triple.holds:
        yield from _change_finding(area, entity, year, triple, changes)
        return
    repairs = _repairs(printed, area, triple)
    settled = [repair for repair in repairs if _change_holds(repair.triple, changes)]
    likely = settled if len(settled) == 1 else repairs
    repair = likely[0] if len(likely) == 1 else None
    yield _level_finding(area, entity, year, triple, repair, repairs, changes)
    if repair is not None:
        yield from _change_finding(area, entity, year, repair.triple, changes)


def _level_finding(
    area: EfficiencyArea,
    entity: str,
    year: int,
    triple: _Triple,
    repair: _Repair | None,
    repairs: list[_Repair],
    changes: dict[str, Stated],
) -> Finding:
    if repair is not None:
        why = f"Rettes ett tall, stemmer alle tre: {repair.words}."
        arithmetic = f"{triple.sum}. Med {repair.words}: {repair.triple.sum}"
        if changes:
            arithmetic += f". {_change_sum(repair.triple, changes)}"
    else:
        several = "; ".join(each.words for each in repairs)
        likely = f"Mulige rettelser: {several}." if several else "Ingen enkelt rettelse gir samsvar."
        why = f"De tre tallene motsier hverandre. {likely}"
        arithmetic = triple.sum
    return Finding(
        rule="efficiency_identity",
        verdict="error",
        subject=repair.indicator if repair else area.efficiency,
        year=year,
        entity=entity,
        places=(*triple.places, *(place for each in changes.values() for place in each.places)),
        printed=triple.told,
        arithmetic=arithmetic,
        explanation=f"Effektivitet er produksjon delt på utgifter. {why}",
    )


def _changes(printed: Printed, area: EfficiencyArea, entity: str, year: int) -> dict[str, Stated]:
    """The three claimed changes from the year before; empty unless all are claimed."""
    found = {p: claimed_change(printed, getattr(area, p), entity, (year - 1, year)) for p in _PARTS}
    known = {part: each for part, each in found.items() if each is not None}
    complete = len(known) == len(_PARTS) and known["expenditure"].exact and known["production"].exact
    return known if complete else {}


def _implied_change(triple: _Triple, changes: dict[str, Stated]) -> Interval:
    """The change of the quotient, in points, given the changes of its parts: over all ends of the four."""
    ends = [
        (interval.low, interval.high)
        for interval in (
            triple.production.interval,
            triple.expenditure.interval,
            changes["production"].interval.scaled(1 / 100),
            changes["expenditure"].interval.scaled(1 / 100),
        )
    ]
    found = [100 * (p / e - (p - more_p) / (e - more_e)) for p, e, more_p, more_e in product(*ends)]
    return Interval(min(found), max(found))


def _change_holds(triple: _Triple, changes: dict[str, Stated]) -> bool | None:
    """Whether the claimed change of efficiency is the implied one; None when it is not claimed."""
    if not changes:
        return None
    return _implied_change(triple, changes).meets(changes["efficiency"].interval)


def _change_sum(triple: _Triple, changes: dict[str, Stated]) -> str:
    implied = _implied_change(triple, changes)
    parts = {part: getattr(triple, part).interval.middle for part in ("expenditure", "production")}
    before = {part: parts[part] - changes[part].interval.middle / 100 for part in parts}
    earlier = before["production"] / before["expenditure"]
    change = 100 * (parts["production"] / parts["expenditure"] - earlier)
    return (
        f"Året før: {norwegian(before['production'], 3)} / {norwegian(before['expenditure'], 3)} = "
        f"{norwegian(earlier, 3)}; endring {norwegian(change, 1)} prosentpoeng "
        f"({norwegian(implied.low, 1)} til {norwegian(implied.high, 1)} med avrunding), trykt "
        f"{changes['efficiency'].shown}"
    )


def _change_finding(
    area: EfficiencyArea, entity: str, year: int, triple: _Triple, changes: dict[str, Stated]
) -> Iterator[Finding]:
    if _change_holds(triple, changes) is False:
        yield Finding(
            rule="efficiency_change",
            verdict="error",
            subject=area.efficiency,
            year=year,
            entity=entity,
            places=tuple(place for each in changes.values() for place in each.places),
            printed="; ".join(f"{_NAMES[part]} {changes[part].shown}" for part in _PARTS),
            arithmetic=f"{triple.sum}. {_change_sum(triple, changes)}",
            explanation="Effektivitet er produksjon delt på utgifter. Nivåene stemmer, men endringen i "
            "effektivitet "
            "følger ikke av endringene i produksjon og utgifter.",
        )


def _repairs(printed: Printed, area: EfficiencyArea, triple: _Triple) -> list[_Repair]:
    """Each claim read with another decimal mark, or with the opposite sign, that makes the three agree."""
    found = []
    for part in _PARTS:
        place = getattr(triple, part).places[0]
        claim = next((c for c in printed.claims_on(getattr(area, part)) if c.place == place), None)
        if claim is not None:
            readings = [(c, w) for c, w in _readings(claim) if _with(triple, part, c).holds]
            found += [
                _Repair(part, claim.indicator, f"{_NAMES[part]} {words}", _with(triple, part, read))
                for read, words in readings
            ]
    return found


def _readings(claim: Claim) -> Iterator[tuple[Claim, str]]:
    for slip in factor_slips(claim.value, claim.decimals):
        if slip.value < 100:
            read = replace(claim, value=slip.value, decimals=slip.decimals)
            yield (
                read,
                f"{slip.shown} prosent i stedet for {norwegian(claim.value, claim.decimals)} ({slip.what})",
            )
    opposite = "below" if claim.direction == "above" else "above"
    yield replace(claim, direction=opposite), f"med motsatt fortegn ({claim.shown})"


def _with(triple: _Triple, part: str, read: Claim) -> _Triple:
    sign = 1 if read.direction == "above" else -1
    stated = Stated(read.interval.scaled(sign / 100, 1.0), read.shown, (read.place,))
    return replace(triple, **{part: stated})


def _multiple(interval: Interval) -> str:
    return norwegian(interval.middle, 3)


def _percent(multiple: float) -> str:
    """A multiple of the mean as percent above or below it."""
    return signed(100 * (multiple - 1))
