"""Captions that say the figures are adjusted for inflation and need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.intervals import half_unit
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.printed import Cell, Printed
from assets.quality.reconciliation.words import TOTAL
from assets.register.entities import network_of
from schemas.catalogue import UNIT_NAMES, UNIT_RULES

_ENOUGH = 2
_CLOSE = 1e-9


def caption_adjusted(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A caption says adjusted, but the figures are the unadjusted ones, or nobody can adjust them."""
    for table, cells in printed.tables().items():
        captioned = [cell for cell in cells if cell.adjusted]
        if 2 * len(captioned) <= len(cells):
            continue
        proofs, reasons = [], []
        for indicator in dict.fromkeys(cell.indicator for cell in captioned):
            of_it = [cell for cell in captioned if cell.indicator == indicator]
            equal = _equal_pairs(printed, knowledge, of_it)
            if equal:
                proofs += equal
                reasons.append(f"«{of_it[0].title}» er lik de ujusterte tallene")
            elif not adjustable(knowledge, of_it[0]):
                unit = UNIT_NAMES.get(of_it[0].unit, of_it[0].unit)
                proofs.append(f"{of_it[0].title}: {unit}")
                reasons.append(f"«{of_it[0].title}» ({unit}) kan ikke justeres for inflasjon og utgiftsbehov")
        if reasons:
            yield _of_table(table, captioned, proofs, reasons)


def _of_table(table: str, cells: list[Cell], proofs: list[str], reasons: list[str]) -> Finding:
    return Finding(
        rule="caption_adjusted",
        verdict="error",
        subject=table,
        year=None,
        entity="",
        places=(table, *dict.fromkeys(f"{table}/{cell.indicator}" for cell in cells)),
        printed="Tallene er justert for inflasjon og utgiftsbehov",
        arithmetic="; ".join(proofs),
        explanation=f"Tallene er ikke justert: {'; '.join(reasons)}. Andeler, måneder og antall kan ikke "
        "inflasjonsjusteres.",
    )


def adjustable(knowledge: Knowledge, cell: Cell) -> bool:
    """Whether the indicator may be adjusted at all; by its unit when the catalogue does not know it."""
    declared = knowledge.catalogue.indicators.get(cell.indicator)
    if declared is not None:
        return bool(declared.adjustments)
    rule = UNIT_RULES.get(cell.unit)
    return rule is not None and rule.quantity == "money"


def _equal_pairs(printed: Printed, knowledge: Knowledge, cells: list[Cell]) -> list[str]:
    """The cells beside their unadjusted figures, when they are the same but for one at most."""
    pairs = [(cell, other) for cell in cells if (other := _unadjusted(printed, knowledge, cell))]
    equal = [(cell, words) for cell, (value, words, decimals) in pairs if _same(cell, value, decimals)]
    if len(equal) < _ENOUGH or len(pairs) - len(equal) > 1:
        return []
    return [f"{cell.told} = {words}" for cell, words in equal]


def _same(cell: Cell, value: float, decimals: int | None) -> bool:
    if decimals is None:
        return abs(cell.value - value) <= half_unit(cell.decimals) + _CLOSE
    return same_figure(cell.value, cell.decimals, value, decimals)


def same_figure(one: float, one_decimals: int, other: float, other_decimals: int) -> bool:
    """Whether two printed figures are the same; the one with fewer decimals may be the other rounded."""
    fewest = min(one_decimals, other_decimals)
    slack = half_unit(fewest) if one_decimals != other_decimals else 0.0
    return abs(one - other) <= slack + _CLOSE


def _unadjusted(printed: Printed, knowledge: Knowledge, cell: Cell) -> tuple[float, str, int | None] | None:
    """The unadjusted figure of a cell: from another table, by a complement, or as computed."""
    for other in printed.figures(cell.indicator, cell.entity, cell.year):
        if not other.adjusted:
            return other.value, f"{other.shown} ({other.table})", other.decimals
    for whole in knowledge.rules.complements:
        rest = [name for name in whole.indicators if name != cell.indicator]
        if len(rest) == len(whole.indicators) or len(rest) != 1:
            continue
        left = printed.figure(rest[0], cell.entity, cell.year)
        if left is not None and not left.adjusted:
            value = whole.total - left.value
            shown = f"{norwegian(whole.total)} − {left.shown} = {norwegian(value, left.decimals)}"
            return value, f"{shown} ({left.table})", left.decimals
    computed = _computed(knowledge, cell)
    return None if computed is None else (computed, f"{norwegian(computed, cell.decimals)} (beregnet)", None)


def _computed(knowledge: Knowledge, cell: Cell) -> float | None:
    """The computed, unadjusted figure of a municipality or network, of an indicator that may be adjusted."""
    computed = knowledge.computed
    if computed is None or not adjustable(knowledge, cell):
        return None
    network = network_of(cell.entity)
    if network is None:
        rows, column = computed.indicators, "value"
        rows = rows[rows["municipality"] == cell.entity]
    else:
        rows, column = computed.aggregates, network[1]
        rows = rows[rows["network"] == network[0]]
    rows = rows[(rows["indicator"] == cell.indicator) & (rows["year"] == cell.year)]
    values = rows[column].dropna()
    return float(values.iloc[0]) if len(values) == 1 else None


def caption_of_total(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """Amounts with a total are the ledger's own: adjusted ones would not add up to the accounts."""
    for table, cells in printed.tables().items():
        captioned = [cell for cell in cells if cell.adjusted and cell.entity == TOTAL]
        if captioned and adjustable(knowledge, captioned[0]):
            first = captioned[0]
            yield _of_table(
                table, captioned, [first.told], [f"«{first.title}» er regnskapsbeløp som summeres"]
            )


def caption_mixed(printed: Printed, _: Knowledge) -> Iterator[Finding]:
    """One caption holds for a whole table."""
    for table, cells in printed.tables().items():
        counts = Counter(cell.adjusted for cell in cells)
        if len(counts) > 1:
            fewest = min(counts, key=lambda adjusted: (counts[adjusted], adjusted))
            yield _mixed(table, [cell for cell in cells if cell.adjusted == fewest])


def _mixed(table: str, odd: list[Cell]) -> Finding:
    says = "justert" if odd[0].adjusted else "ikke justert"
    return Finding(
        rule="caption_mixed",
        verdict="error",
        subject=table,
        year=odd[0].year if len({cell.year for cell in odd}) == 1 else None,
        entity=odd[0].entity if len({cell.entity for cell in odd}) == 1 else "",
        places=tuple(cell.place for cell in odd),
        printed=f"{says}: {', '.join(cell.told for cell in odd)}",
        arithmetic=f"{len(odd)} av tallene i tabellen er merket som {says}, resten ikke",
        explanation="En bildetekst gjelder hele tabellen; noen av tallene er merket annerledes enn resten.",
    )
