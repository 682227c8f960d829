"""One thing printed twice: the same figure in two tables, or one concept on two bases."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from statistics import median

from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.captions import adjustable, same_figure
from assets.quality.reconciliation.rules.intervals import Interval
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.printed import Cell, Printed, name_of
from assets.quality.reconciliation.rules.readings import readings
from schemas.catalogue.published import SameConcept

_FEWEST = 3


def same_figure_twice(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A figure printed in several tables is the same in all, unless one of them is really adjusted."""
    groups: defaultdict[tuple[str, str, int], list[Cell]] = defaultdict(list)
    for cell in printed.cells:
        if not math.isnan(cell.value):
            groups[cell.indicator, cell.entity, cell.year].append(cell)
    for (indicator, entity, year), cells in sorted(groups.items()):
        for one, other in combinations(sorted(cells, key=lambda cell: cell.table), 2):
            apart = one.adjusted != other.adjusted and adjustable(knowledge, one)
            if apart or same_figure(one.value, one.decimals, other.value, other.decimals):
                continue
            yield Finding(
                rule="same_figure_twice",
                verdict="error",
                subject=indicator,
                year=year,
                entity=entity,
                places=(one.place, other.place),
                printed=f"{one.shown} ({one.table}); {other.shown} ({other.table})",
                arithmetic=f"{one.shown} − {other.shown} = "
                f"{norwegian(one.value - other.value, max(one.decimals, other.decimals))}",
                explanation=f"Samme tall ({one.who} {year}) er trykt med to verdier.",
            )


def same_concept(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """One concept on nearly the same age base has nearly the same value."""
    for concept in knowledge.rules.concepts:
        for first, second in combinations(concept.indicators, 2):
            pairs = _pairs(printed, first, second)
            near = Interval(1 - concept.tolerance / 100, 1 + concept.tolerance / 100)
            apart = [(a, b) for a, b in pairs if not (a.interval / b.interval).meets(near)]
            if apart:
                yield _concept_finding(printed, knowledge, concept, apart)
                yield from unlike_other_years(
                    "same_concept", second, pairs, knowledge.rules.thresholds.unlike_other_years
                )


def _pairs(printed: Printed, first: str, second: str) -> list[tuple[Cell, Cell]]:
    """The cells of two indicators for the same entity and year."""
    found = []
    for entity in printed.entities(first):
        for year in printed.years(first, entity):
            one, other = printed.figure(first, entity, year), printed.figure(second, entity, year)
            if one is not None and other is not None and one.value > 0 and other.value > 0:
                found.append((one, other))
    return found


def _concept_finding(
    printed: Printed, knowledge: Knowledge, concept: SameConcept, apart: list[tuple[Cell, Cell]]
) -> Finding:
    ratios = [f"{a.told} / {b.shown} = {norwegian(a.value / b.value, 2)}" for a, b in apart]
    told, arithmetic = readings(printed, knowledge, concept, apart)
    return Finding(
        rule="same_concept",
        verdict="comparability",
        subject=apart[0][1].indicator,
        year=None,
        entity="",
        places=tuple(cell.place for pair in apart for cell in pair),
        printed="; ".join(f"{b.told} mot {a.shown}" for a, b in apart),
        arithmetic="; ".join([*ratios, *arithmetic]),
        explanation=f"Samme begrep ({concept.name}) og samme år har ulik verdi i to tabeller. Ett års "
        "forskjell i "
        f"alder endrer en slik andel med høyst {norwegian(concept.tolerance)} prosent. Grunnlaget er ikke "
        "oppgitt." + "".join(f" {each}" for each in told),
    )


def unlike_other_years(
    rule: str, subject: str, pairs: list[tuple[Cell, Cell]], tolerance: float
) -> Iterator[Finding]:
    """The year in which the relation of two figures is another than in the entity's other years."""
    by_entity: defaultdict[str, list[tuple[Cell, Cell]]] = defaultdict(list)
    for pair in pairs:
        by_entity[pair[0].entity].append(pair)
    for entity, own in sorted(by_entity.items()):
        if len(own) < _FEWEST:
            continue
        ratios = [a.value / b.value for a, b in own]
        for (a, b), ratio in zip(own, ratios, strict=True):
            usual = median(other for other in ratios if other != ratio) if len(set(ratios)) > 1 else ratio
            allowed = Interval(usual * (1 - tolerance / 100), usual * (1 + tolerance / 100))
            if (a.interval / b.interval).meets(allowed):
                continue
            yield Finding(
                rule=f"{rule}_year",
                verdict="probable_error",
                subject=subject,
                year=a.year,
                entity=entity,
                places=(a.place, b.place),
                printed=f"{a.shown} og {b.shown}",
                arithmetic=f"{a.shown} / {b.shown} = {norwegian(ratio, 3)}; ellers {norwegian(usual, 3)}",
                explanation=f"Forholdet mellom de to tallene for {name_of(entity, a.label)} i {a.year} er "
                "et annet enn i "
                "de andre årene; ett av dem er trolig feil.",
            )
