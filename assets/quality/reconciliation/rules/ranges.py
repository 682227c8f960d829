"""Figures that are outside what is possible: the range of their network, or of their unit."""

from __future__ import annotations

import math
from collections.abc import Iterator

from assets.quality.reconciliation.finding import Finding, Verdict
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.printed import Cell, Printed
from assets.quality.reconciliation.rules.relative import fixed_mean
from assets.register.entities import network_of
from schemas.catalogue import UNIT_NAMES

_CLOSE = 1e-9
_MOST = {"percent": 100.0, "per_1000": 1000.0, "months": 12.0}
"""The largest possible figure of a unit."""


def outside_range(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A member's figure, and the mean, lie between the lowest and the highest of the network."""
    for cell in printed.cells:
        if math.isnan(cell.value):
            continue
        for network in printed.networks():
            if _belongs(cell, network, knowledge):
                low = printed.figure(cell.indicator, f"{network}_min", cell.year)
                high = printed.figure(cell.indicator, f"{network}_max", cell.year)
                if low is not None and cell.interval.high < low.interval.low - _CLOSE:
                    yield _outside(cell, low, "lavere", "under det laveste")
                if high is not None and cell.interval.low > high.interval.high + _CLOSE:
                    yield _outside(cell, high, "høyere", "over det høyeste")


def _belongs(cell: Cell, network: str, knowledge: Knowledge) -> bool:
    """Whether the cell is of a member, or of the network itself; one that is adjusted is on another basis."""
    own = network_of(cell.entity)
    if own is not None:
        return own[0] == network
    declared = knowledge.catalogue.networks.get(network)
    memberships = declared.memberships if declared else ()
    return any(m.covers(cell.year) and cell.entity in m.members for m in memberships)


def _outside(cell: Cell, end: Cell, than: str, words: str) -> Finding:
    return _range_finding(
        "outside_range",
        "error",
        (cell, end),
        f"{cell.shown} er {than} enn {end.shown}",
        f"{cell.who} ligger {words} i nettverket; ett av tallene er feil.",
    )


def _range_finding(
    rule: str, verdict: Verdict, cells: tuple[Cell, ...], arithmetic: str, explanation: str
) -> Finding:
    return Finding(
        rule=rule,
        verdict=verdict,
        subject=cells[0].indicator,
        year=cells[0].year,
        entity=cells[0].entity,
        places=tuple(cell.place for cell in cells),
        printed="; ".join(cell.told for cell in cells),
        arithmetic=arithmetic,
        explanation=explanation,
    )


def far_from_mean(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """The highest and the lowest of a network are not many times from its mean."""
    limits = knowledge.rules.thresholds
    for cell in printed.cells:
        network = network_of(cell.entity)
        if network is None or network[1] == "mean" or math.isnan(cell.value):
            continue
        mean = printed.figure(cell.indicator, f"{network[0]}_mean", cell.year)
        if mean is None or mean.value <= 0:
            continue
        large, small = (cell.value, mean.value) if network[1] == "max" else (mean.value, cell.value)
        limit = limits.highest_to_mean if network[1] == "max" else limits.mean_to_lowest
        if small <= 0 or large / small > limit:
            times = "uendelig mange" if small <= 0 else norwegian(large / small, 1)
            yield _range_finding(
                "far_from_mean",
                "probable_error",
                (cell, mean),
                f"{norwegian(large, cell.decimals)} er {times} ganger {norwegian(small, cell.decimals)}",
                f"{cell.told} ligger så langt fra snittet ({mean.shown}) at det trolig er en skrivefeil.",
            )


def mean_between_groups(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """The mean of a network that is made of KOSTRA groups lies between the groups' own."""
    for rule in knowledge.rules.means_between:
        for cell in printed.cells:
            if cell.entity != f"{rule.network}_mean" or cell.year < rule.first_year or math.isnan(cell.value):
                continue
            groups = [
                g for e in rule.groups if (g := printed.figure(cell.indicator, e, cell.year)) is not None
            ]
            if len(groups) < len(rule.groups):
                continue
            low = min(group.interval.low for group in groups)
            high = max(group.interval.high for group in groups)
            if cell.interval.high < low - _CLOSE or cell.interval.low > high + _CLOSE:
                shown = " og ".join(f"{group.who} {group.shown}" for group in groups)
                yield _range_finding(
                    "mean_between_groups",
                    "probable_error",
                    (cell, *groups),
                    f"{cell.shown} er ikke mellom {shown}",
                    f"{cell.who.capitalize()} består av de samme kommunene som gruppene og må ligge "
                    "mellom dem.",
                )


def impossible_value(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """No share above 100, no duration above 12 months; the mean of an index is what it is made to be."""
    for cell in printed.cells:
        most = _MOST.get(cell.unit)
        if most is not None and (cell.value > most or cell.value < 0):
            unit = UNIT_NAMES.get(cell.unit, cell.unit)
            yield _range_finding(
                "impossible_value",
                "error",
                (cell,),
                f"{cell.shown} er ikke mellom 0 og {norwegian(most)}",
                f"{cell.told} ({unit}) er ikke mulig.",
            )
        fixed = fixed_mean(knowledge, cell.indicator)
        network = network_of(cell.entity)
        if fixed is None or network is None or network[1] != "mean" or cell.unit != "index":
            continue
        if abs(cell.value - fixed) > _CLOSE:
            yield _range_finding(
                "impossible_value",
                "error",
                (cell,),
                f"{cell.shown}, ikke {norwegian(fixed, cell.decimals)}",
                f"Indeksen er laget slik at {cell.who} er {norwegian(fixed, cell.decimals)}.",
            )
