"""How figures move from year to year: falls, returns, steps, and measures that move opposite ways."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.captions import same_figure
from assets.quality.reconciliation.rules.intervals import Interval, half_unit
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.printed import Cell, Claim, Printed, consecutive
from assets.quality.reconciliation.rules.relative import Stated, change_of_position, claimed_position, points
from schemas.catalogue.published import Family


def large_fall(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """An amount that falls much, or a share that goes down and up again: rather a break than a trend."""
    limits = knowledge.rules.thresholds
    for row in _rows_without_total(printed):
        first = next(iter(row.values()))
        if first.unit == "NOK":
            yield from _falls(row, limits.large_fall, limits.implausible_ratio)
        elif first.unit in ("percent", "index"):
            yield from _reversals(row, limits.reversal_points)


def _rows_without_total(printed: Printed) -> Iterator[dict[int, Cell]]:
    for row in printed.rows():
        if not printed.has_total(next(iter(row.values())).table):
            yield row


def _falls(row: dict[int, Cell], limit: float, implausible: float) -> Iterator[Finding]:
    for before, after in consecutive(row):
        fall = 100 * (1 - after.value / before.value) if before.value > 0 else 0.0
        if fall > limit and before.value < implausible * after.value:
            yield _break(
                (before, after),
                f"{before.shown} → {after.shown}: {norwegian(-fall, 1)} %",
                f"Beløpet faller mer enn {norwegian(limit)} prosent på ett år; sammenlign ikke "
                f"{before.year} og "
                f"{after.year} uten å vite om rapporteringen er endret.",
            )


def _reversals(row: dict[int, Cell], limit: float) -> Iterator[Finding]:
    pairs = list(consecutive(row))
    for (first, middle), (again, last) in pairwise(pairs):
        down, up = middle.value - first.value, last.value - middle.value
        if again is middle and down * up < 0 and min(abs(down), abs(up)) > limit:
            yield _break(
                (first, middle, last),
                f"{first.shown} → {middle.shown} → {last.shown}: {norwegian(down, 1)} og så "
                f"{norwegian(up, 1)} "
                "prosentpoeng",
                f"{middle.year} skiller seg ut fra årene før og etter; endringen til {last.year} er en "
                "tilbakevending "
                "og bør behandles som et brudd.",
            )


def _break(cells: tuple[Cell, ...], arithmetic: str, explanation: str) -> Finding:
    last = cells[-1]
    return Finding(
        rule="large_fall",
        verdict="comparability",
        subject=last.indicator,
        year=last.year,
        entity=last.entity,
        places=tuple(cell.place for cell in cells),
        printed="; ".join(cell.told for cell in cells),
        arithmetic=arithmetic,
        explanation=explanation,
    )


def implausible_step(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A figure that is many times its neighbours is rather a slip of the pen."""
    limit = knowledge.rules.thresholds.implausible_ratio
    for row in _rows_without_total(printed):
        steps = [(a, b) for a, b in consecutive(row) if _times(a.interval, b.interval) > limit]
        if not steps:
            continue
        candidates = {cell.year: cell for pair in steps for cell in pair}
        odd = max(candidates.values(), key=lambda cell: (_distance(cell, row), cell.year))
        shown = "; ".join(f"{a.shown} → {b.shown} ({a.year}-{b.year})" for a, b in steps)
        yield Finding(
            rule="implausible_step",
            verdict="probable_error",
            subject=odd.indicator,
            year=odd.year,
            entity=odd.entity,
            places=(odd.place,),
            printed=odd.told,
            arithmetic=f"{shown}: mer enn {norwegian(limit, 1)} ganger",
            explanation=f"{odd.told} skiller seg så mye fra de andre årene i raden at det trolig er en "
            "skrivefeil.",
        )


def _times(one: Interval, other: Interval) -> float:
    """How many times the smaller the larger is, at least."""
    if one.low <= 0 or other.low <= 0:
        return 1.0 if one.high > 0 and other.high > 0 else math.inf
    return max(one.low / other.high, other.low / one.high)


def _distance(cell: Cell, row: dict[int, Cell]) -> float:
    others = [other.value for other in row.values() if other is not cell and other.value > 0]
    if cell.value <= 0 or not others:
        return math.inf if cell.value <= 0 else 0.0
    return abs(math.log(cell.value / median(others)))


def large_step(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A row of a table with a total that moves much in percent and in money, without a word about it."""
    limits = knowledge.rules.thresholds
    for row in printed.rows():
        if not printed.has_total(next(iter(row.values())).table):
            continue
        for before, after in consecutive(row):
            step = after.value - before.value
            percent = 100 * step / abs(before.value) if before.value else math.copysign(math.inf, step)
            if abs(percent) > limits.large_step_percent and abs(step) > limits.large_step_million:
                change = "ny" if math.isinf(percent) else f"{norwegian(percent)} %"
                yield Finding(
                    rule="large_step",
                    verdict="comparability",
                    subject=after.table,
                    year=after.year,
                    entity=after.entity,
                    places=(before.place, after.place),
                    printed=f"{after.label}: {before.shown} → {after.shown} ({before.year}-{after.year})",
                    arithmetic=f"{after.shown} − {before.shown} = {norwegian(step, after.decimals)} mill. "
                    f"kr ({change})",
                    explanation="Et så stort sprang tyder på endret fordelingsnøkkel eller organisering; "
                    "teksten sier "
                    "ikke noe om det.",
                )


def index_swing(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """The distance from the mean that the text states moves much in a year."""
    limit = knowledge.rules.thresholds.index_swing_points
    for indicator in sorted({claim.indicator for claim in printed.claims}):
        claims = [claim for claim in printed.claims_on(indicator) if claim.kind == "relative"]
        for entity in sorted({claim.entity for claim in claims}):
            years = sorted({c.year for c in claims if c.entity == entity and c.year is not None})
            for year in years:
                before, after = (_claimed(claims, entity, y) for y in (year - 1, year))
                if before is None or after is None or not (before.exact and after.exact):
                    continue
                swing = 100 * (after.interval.middle - before.interval.middle)
                if abs(swing) > limit:
                    yield Finding(
                        rule="index_swing",
                        verdict="comparability",
                        subject=indicator,
                        year=year,
                        entity=entity,
                        places=(*before.places, *after.places),
                        printed=f"{year - 1}: {before.shown}; {year}: {after.shown}",
                        arithmetic=f"{before.shown} → {after.shown}: {norwegian(swing, 1)} poeng",
                        explanation=f"Avstanden til snittet endrer seg mer enn {norwegian(limit)} poeng "
                        "på ett år; "
                        "grunnlaget kan være lagt om.",
                    )


def _claimed(claims: list[Claim], entity: str, year: int) -> Stated | None:
    """The distance from the mean that the text states."""
    found = (claimed_position(claim) for claim in claims if (claim.entity, claim.year) == (entity, year))
    return next((stated for stated in found if stated is not None), None)


def opposite_change(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """Measures of one thing move the same way from one year to the next."""
    for family in knowledge.rules.families:
        entities = sorted({entity for name in family.members for entity in printed.entities(name)})
        for entity in entities:
            for year in _years(printed, family, entity):
                moved = _moved(printed, knowledge, family, entity, year)
                ups = [name for name, stated in moved.items() if stated.interval.sign > 0]
                downs = [name for name, stated in moved.items() if stated.interval.sign < 0]
                if ups and downs:
                    yield _opposite(family, entity, year, moved)


def _years(printed: Printed, family: Family, entity: str) -> list[int]:
    found = {year for name in family.members for year in printed.years(name, entity)}
    found |= {
        claim.year
        for name in family.members
        for claim in printed.claims_on(name)
        if claim.entity == entity and claim.year is not None
    }
    return sorted(found)


def _moved(
    printed: Printed, knowledge: Knowledge, family: Family, entity: str, year: int
) -> dict[str, Stated]:
    found: dict[str, Stated] = {}
    for name in family.members:
        change = change_of_position if family.relative else change_of_value
        stated = change(printed, knowledge, name, entity, (year - 1, year))
        if stated is not None:
            found[name] = stated
    return found


def change_of_value(
    printed: Printed, _: Knowledge, indicator: str, entity: str, years: tuple[int, int]
) -> Stated | None:
    """How a figure changed, from both years' figures in one table, or only which way, as claimed."""
    row = printed.row(indicator, entity)
    before, after = (row.get(year) for year in years)
    if before is not None and after is not None:
        return Stated(
            after.interval - before.interval, f"{before.shown} → {after.shown}", (before.place, after.place)
        )
    for claim in printed.claims_on(indicator):
        known = claim.base_year in (None, years[0]) and claim.year == years[1]
        if claim.kind == "change" and claim.entity == entity and known and claim.direction != "unchanged":
            sign = 1.0 if claim.direction == "increase" else -1.0
            return Stated(Interval(sign, sign), claim.told, (claim.place,), exact=False)
    return None


def _opposite(family: Family, entity: str, year: int, moved: dict[str, Stated]) -> Finding:
    if family.relative:
        told = [f"{name}: {each.shown} ({points(each.interval)} poeng)" for name, each in moved.items()]
    else:
        told = [
            f"{name}: {each.shown} ({'opp' if each.interval.sign > 0 else 'ned'})"
            for name, each in moved.items()
        ]
    return Finding(
        rule="opposite_change",
        verdict="comparability",
        subject=family.members[0],
        year=year,
        entity=entity,
        places=tuple(place for each in moved.values() for place in each.places),
        printed="; ".join(each.shown for each in moved.values()),
        arithmetic="; ".join(told),
        explanation=f"Flere mål på det samme ({family.name}) går hver sin vei fra {year - 1} til {year}; "
        "de er laget "
        "på ulike måter (netto eller brutto, enkelt eller veid snitt, behovsjustert eller ikke) og kan ikke "
        "leses som samme utvikling.",
    )


def equal_change(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A claimed change that no figure shows equals the change of a related indicator: possibly mixed up."""
    for claim in printed.claims:
        if claim.kind != "change" or not claim.has_value or claim.year is None or claim.base_year is None:
            continue
        row = printed.row(claim.indicator, claim.entity)
        if claim.year in row and claim.base_year in row:
            continue
        for group in knowledge.rules.related:
            for sister in group.members if claim.indicator in group.members else ():
                cells = printed.row(sister, claim.entity) if sister != claim.indicator else {}
                before, after = cells.get(claim.base_year), cells.get(claim.year)
                if before is not None and after is not None and _equals(claim, before, after):
                    yield _equal(claim, before, after)


def _equals(claim: Claim, before: Cell, after: Cell) -> bool:
    change = after.value - before.value
    up = claim.direction == "increase"
    decimals = max(before.decimals, after.decimals)
    return (change > half_unit(decimals)) == up and same_figure(
        abs(change), decimals, claim.value, claim.decimals
    )


def _equal(claim: Claim, before: Cell, after: Cell) -> Finding:
    return Finding(
        rule="equal_change",
        verdict="comparability",
        subject=claim.indicator,
        year=claim.year,
        entity=claim.entity,
        places=(claim.place, before.place, after.place),
        printed=claim.told,
        arithmetic=f"{after.shown} − {before.shown} = "
        f"{norwegian(after.value - before.value, max(before.decimals, after.decimals))} («{after.title}»)",
        explanation="Endringen er den samme som i en beslektet indikator, og tallene den skulle følge av, "
        "er ikke trykt; "
        "den kan være hentet fra feil rad.",
    )
