"""Relations between figures: wholes and parts, products, ratios, and what an adjustment implies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce

from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.concepts import unlike_other_years
from assets.quality.reconciliation.rules.intervals import Interval, half_unit
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.printed import Cell, Printed, consecutive
from assets.quality.reconciliation.rules.relative import positions
from assets.register.entities import network_of
from schemas.catalogue.published import AtMost, Product, Ratio

_CLOSE = 1e-9


def complement(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """Shares of one whole add up to it, but for the rounding of each."""
    for whole in knowledge.rules.complements:
        first = whole.indicators[0]
        for entity in printed.entities(first):
            if _is_extreme(entity):
                continue
            for year in printed.years(first, entity):
                cells = [printed.figure(name, entity, year) for name in whole.indicators]
                known = [cell for cell in cells if cell is not None]
                if len(known) < len(cells):
                    continue
                added = math.fsum(cell.value for cell in known)
                slack = math.fsum(half_unit(cell.decimals) for cell in known)
                if abs(added - whole.total) > slack + _CLOSE:
                    decimals = max(cell.decimals for cell in known)
                    yield _identity(
                        "complement",
                        known,
                        " + ".join(cell.shown for cell in known)
                        + f" = {norwegian(added, decimals)}, ikke {norwegian(whole.total)}",
                        f"Andelene skal til sammen være {norwegian(whole.total)}; ett av tallene er feil.",
                    )


def _is_extreme(entity: str) -> bool:
    network = network_of(entity)
    return network is not None and network[1] != "mean"


def _identity(rule: str, cells: list[Cell], arithmetic: str, explanation: str) -> Finding:
    return Finding(
        rule=rule,
        verdict="error",
        subject=cells[0].indicator,
        year=cells[0].year,
        entity=cells[0].entity,
        places=tuple(cell.place for cell in cells),
        printed="; ".join(f"«{cell.title}» {cell.told}" for cell in cells),
        arithmetic=arithmetic,
        explanation=explanation,
    )


def at_most(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """No part of a whole, and no sum of its parts, is above it."""
    for bound in knowledge.rules.bounds:
        for entity in printed.entities(bound.whole):
            for year in printed.years(bound.whole, entity):
                yield from _above(printed, bound, entity, year)


def _above(printed: Printed, bound: AtMost, entity: str, year: int) -> Iterator[Finding]:
    whole = printed.figure(bound.whole, entity, year)
    parts = [cell for name in bound.parts if (cell := printed.figure(name, entity, year)) is not None]
    if whole is None or not parts:
        return
    network = network_of(entity)
    sums = [[part] for part in parts] if network and network[1] == "max" else [parts]
    for terms in sums:
        added = reduce(Interval.__add__, (cell.interval for cell in terms))
        if added.low > whole.interval.high + _CLOSE:
            shown = " + ".join(cell.shown for cell in terms)
            yield _identity(
                "at_most",
                [*terms, whole],
                f"{shown} = {norwegian(math.fsum(c.value for c in terms), whole.decimals)} > {whole.shown}",
                f"En del kan ikke være større enn helheten («{whole.title}»).",
            )


def product(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """Per inhabitant = per recipient × coverage, also as multiples of the mean."""
    for rule in knowledge.rules.products:
        for entity in printed.entities(rule.product):
            claims = {claim.year for claim in printed.claims_on(rule.product) if claim.entity == entity}
            for year in sorted({*filter(None, claims), *printed.years(rule.product, entity)}):
                yield from _of_product(printed, knowledge, rule, entity, year)


def _of_product(
    printed: Printed, knowledge: Knowledge, rule: Product, entity: str, year: int
) -> Iterator[Finding]:
    names = (rule.product, *rule.factors)
    stated = [next(iter(positions(printed, knowledge, name, entity, year)), None) for name in names]
    known = [each for each in stated if each is not None]
    if len(known) < len(names):
        return
    whole, *factors = known
    implied = reduce(Interval.__mul__, (each.interval for each in factors))
    if implied.meets(whole.interval):
        return
    yield Finding(
        rule="product",
        verdict="error",
        subject=rule.product,
        year=year,
        entity=entity,
        places=tuple(place for each in known for place in each.places),
        printed="; ".join(each.shown for each in known),
        arithmetic=" × ".join(_multiple(each.interval) for each in factors)
        + f" = {_multiple(implied)}, trykt {_multiple(whole.interval)}",
        explanation=f"«{rule.product}» er produktet av {' og '.join(rule.factors)}, og det er også "
        "avstandene til "
        "snittet. Ett av tallene er feil.",
    )


def _multiple(interval: Interval) -> str:
    """A multiple of the mean, with what it may be."""
    if math.isinf(interval.high):
        return f"over {norwegian(interval.low, 3)}"
    return f"{norwegian(interval.low, 3)}-{norwegian(interval.high, 3)}"


def implied_ratio(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """An indicator that two others imply is near what they imply."""
    limit = knowledge.rules.thresholds.unlike_other_years
    for rule in knowledge.rules.ratios:
        entities = [entity for entity in printed.entities(rule.value) if not _is_extreme(entity)]
        cells = [each for entity in entities for each in _with_implied(printed, rule, entity)]
        near = Interval(1 - rule.tolerance / 100, 1 + rule.tolerance / 100)
        if any(not (implied.interval / value.interval).meets(near) for value, implied, *_ in cells):
            yield _implied(rule, cells)
        pairs = [(value, implied) for value, implied, *_ in cells]
        yield from unlike_other_years("implied_ratio", rule.value, pairs, limit)


def _with_implied(printed: Printed, rule: Ratio, entity: str) -> list[tuple[Cell, Cell, Cell, Cell]]:
    """The cells of an entity: value, what is implied for it, numerator and denominator."""
    found = []
    for year in printed.years(rule.value, entity):
        value, above, below = (
            printed.figure(name, entity, year) for name in (rule.value, rule.numerator, rule.denominator)
        )
        if value is None or above is None or below is None or below.value <= 0:
            continue
        implied = _implied_cell(value, rule.scale * above.value / below.value)
        found.append((value, implied, above, below))
    return found


def _implied_cell(like: Cell, value: float) -> Cell:
    return replace(like, value=value, decimals=like.decimals + 1, adjusted=False)


def _implied(rule: Ratio, cells: list[tuple[Cell, Cell, Cell, Cell]]) -> Finding:
    return Finding(
        rule="implied_ratio",
        verdict="comparability",
        subject=rule.value,
        year=None,
        entity="",
        places=tuple(cell.place for value, _, above, below in cells for cell in (value, above, below)),
        printed="; ".join(value.told for value, *_ in cells),
        arithmetic="; ".join(
            f"{value.who} {value.year}: {norwegian(rule.scale)} × {above.shown} / {below.shown} = "
            f"{implied.shown} mot {value.shown} ({norwegian(100 * (implied.value / value.value - 1))} %)"
            for value, implied, above, below in cells
        ),
        explanation=f"«{cells[0][0].title}» følger ikke av de to andre radene (mer enn "
        f"{norwegian(rule.tolerance)} prosent forskjell). {rule.explanation}",
    )


def price_step(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """The price step that a deflated series implies is that of the deflator; which one is seldom said."""
    computed, limit = knowledge.computed, knowledge.rules.thresholds.price_step_points
    if computed is None:
        return
    for row in printed.rows():
        pairs = [(a, b) for a, b in consecutive(row) if a.adjusted and b.adjusted]
        if not pairs or pairs[-1][0].unit != "NOK":
            continue
        before, after = pairs[-1]
        unadjusted = [_unadjusted(knowledge, cell) for cell in (before, after)]
        if any(value is None or value <= 0 for value in unadjusted) or min(before.value, after.value) <= 0:
            continue
        low, high = (float(value) for value in unadjusted if value is not None)
        step = 100 * ((high / low) / (after.value / before.value) - 1)
        deflators = {
            name: rise for name in ("municipal", "cpi") if (rise := _rise(knowledge, name, after.year))
        }
        municipal = deflators.get("municipal")
        if municipal is not None and abs(step - municipal) > limit:
            yield _price_finding(before, after, (low, high), step, deflators)


def _price_finding(
    before: Cell, after: Cell, unadjusted: tuple[float, float], step: float, deflators: dict[str, float]
) -> Finding:
    names = {"municipal": "kommunal deflator", "cpi": "konsumprisindeksen"}
    nearest = min(deflators, key=lambda name: abs(step - deflators[name]))
    low, high = unadjusted
    return Finding(
        rule="price_step",
        verdict="comparability",
        subject=after.indicator,
        year=after.year,
        entity=after.entity,
        places=(before.place, after.place),
        printed=f"{before.shown} → {after.shown} ({norwegian(100 * (after.value / before.value - 1), 1)} %)",
        arithmetic=f"ujustert {norwegian(low)} → {norwegian(high)} "
        f"({norwegian(100 * (high / low - 1), 1)} %): "
        f"prisvekst {norwegian(step, 1)} %; "
        + ", ".join(f"{names[name]} {norwegian(rise, 1)} %" for name, rise in deflators.items()),
        explanation="Serien er justert for inflasjon, men deflatoren er ikke oppgitt. Den prisveksten "
        "tallene gir "
        f"({after.who} {before.year}-{after.year}), ligger nærmest {names[nearest]}; behovsindeksen kan "
        "også ha endret "
        "seg.",
    )


def _unadjusted(knowledge: Knowledge, cell: Cell) -> float | None:
    computed = knowledge.computed
    if computed is None:
        return None
    rows = computed.indicators
    rows = rows[
        (rows["indicator"] == cell.indicator)
        & (rows["municipality"] == cell.entity)
        & (rows["year"] == cell.year)
    ]
    values = rows["value"].dropna()
    return float(values.iloc[0]) if len(values) == 1 else None


def _rise(knowledge: Knowledge, series: str, year: int) -> float | None:
    """How many percent prices rose from the year before."""
    steps = {s.year: s for s in knowledge.catalogue.price_steps.values() if s.series == series}
    step, before = steps.get(year), steps.get(year - 1)
    if step is None:
        return None
    if step.percent is not None:
        return step.percent
    if step.index is None or before is None or before.index is None:
        return None
    return 100 * (step.index / before.index - 1)
