"""Tables with a total: do the rows add up to it, and is it the total of the accounts?"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from assets.quality.reconciliation.finding import Finding, Verdict
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.intervals import half_unit
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.printed import Cell, Printed
from assets.quality.reconciliation.rules.slips import digit_slips, factor_slips
from assets.quality.reconciliation.words import TOTAL

_CLOSE = 1e-6


def column_sum(printed: Printed, _: Knowledge) -> Iterator[Finding]:
    """The rows of a column add up to its total, but for the rounding of each."""
    for table, column in _columns(printed):
        total = next((cell for cell in column if cell.entity == TOTAL), None)
        parts = [cell for cell in column if cell.entity != TOTAL]
        known = [cell for cell in parts if not math.isnan(cell.value)]
        if total is None or not known:
            continue
        if math.isnan(total.value):
            yield _without_total(table, total, known)
            continue
        added = math.fsum(cell.value for cell in known)
        off = round(added - total.value, 6)
        slack = math.fsum(half_unit(cell.decimals) for cell in (*known, total)) + _CLOSE
        gaps = len(known) < len(parts)
        if abs(off) <= (slack if gaps else _CLOSE):
            continue
        yield _of_column(table, column, total, known, off, rounding=abs(off) <= slack)


def _without_total(table: str, total: Cell, known: list[Cell]) -> Finding:
    added = norwegian(math.fsum(cell.value for cell in known), known[0].decimals)
    return Finding(
        rule="column_sum",
        verdict="probable_error",
        subject=table,
        year=total.year,
        entity=TOTAL,
        places=(total.place,),
        printed=f"{total.label} {total.year}: -",
        arithmetic=f"{' + '.join(cell.shown for cell in known)} = {added}",
        explanation=f"Summen er ikke trykt for {total.year}, slik den er for andre år; radene gir {added}.",
    )


def _columns(printed: Printed) -> Iterator[tuple[str, list[Cell]]]:
    """The columns of every table that has a total: one indicator in one year."""
    for table, cells in printed.tables().items():
        if printed.has_total(table):
            columns: defaultdict[tuple[str, int], list[Cell]] = defaultdict(list)
            for cell in cells:
                columns[cell.indicator, cell.year].append(cell)
            for key in sorted(columns):
                yield table, sorted(columns[key], key=lambda cell: cell.entity)


def _of_column(
    table: str, column: list[Cell], total: Cell, known: list[Cell], off: float, *, rounding: bool
) -> Finding:
    added = total.value + off
    terms = " + ".join(cell.shown for cell in known)
    verdict: Verdict = "rounding" if rounding else "error"
    if rounding:
        why = "Avviket er ikke større enn avrundingen av radene tillater."
    else:
        repairs = "; ".join(_repairs(known, total))
        likely = f" Mulig rettelse: {repairs}." if repairs else ""
        why = f"Enten er summen feil, eller minst én av radene.{likely}"
    empty = [cell.label for cell in column if math.isnan(cell.value)]
    if empty:
        why += f" Uten tall: {', '.join(empty)}."
    return Finding(
        rule="column_sum",
        verdict=verdict,
        subject=table,
        year=total.year,
        entity=TOTAL,
        places=tuple(cell.place for cell in column),
        printed=f"{total.label} {total.year}: {total.shown}",
        arithmetic=f"{terms} = {norwegian(added, total.decimals)}, trykt {total.shown}: avvik "
        f"{norwegian(off, total.decimals)}",
        explanation=f"Radene summerer seg til {norwegian(added, total.decimals)}, ikke {total.shown}. {why}",
    )


def _repairs(known: list[Cell], total: Cell) -> Iterator[str]:
    """The single slips that would make the column add up exactly."""
    added = math.fsum(cell.value for cell in known)
    for cell in (*known, total):
        for slip in chain(digit_slips(cell.value, cell.decimals), factor_slips(cell.value, cell.decimals)):
            changed = slip.value - cell.value
            off = added - total.value - changed if cell is total else added + changed - total.value
            if abs(off) <= half_unit(cell.decimals):
                yield f"{cell.label} {slip.shown} i stedet for {cell.shown} ({slip.what})"


def total_against_accounts(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A printed total is that of the accounts; a little less or more may be an earlier vintage."""
    computed, limits = knowledge.computed, knowledge.rules.thresholds
    if computed is None or printed.report.municipality != computed.municipality:
        return
    for cell in printed.cells:
        amount = _amount_of_accounts(cell, knowledge) if cell.entity == TOTAL else None
        if amount is None or math.isnan(cell.value):
            continue
        off = cell.value - amount
        percent = 100 * off / amount if amount else math.inf
        if abs(off) <= half_unit(cell.decimals) + _CLOSE:
            continue
        if abs(off) <= limits.rounding_million:
            verdict: Verdict = "rounding"
            why = "Avviket er avrunding."
        elif abs(percent) <= limits.vintage_percent:
            verdict = "comparability"
            why = "Tallet er trolig fra en foreløpig årgang, eller har et annet regnskapsomfang."
        else:
            verdict, why = "error", "Avviket er større enn foreløpige tall eller omfang kan forklare."
        yield Finding(
            rule="total_against_accounts",
            verdict=verdict,
            subject=cell.table,
            year=cell.year,
            entity=TOTAL,
            places=(cell.place,),
            printed=f"{cell.label} {cell.year}: {cell.shown}",
            arithmetic=f"SSB {norwegian(amount, 3)} mill. kr; {cell.shown} − {norwegian(amount, 3)} = "
            f"{norwegian(off, 3)} ({norwegian(percent, 2)} %)",
            explanation=f"{why} SSBs regnskapstall gir {norwegian(amount, cell.decimals)} mill. kr.",
        )


def _amount_of_accounts(cell: Cell, knowledge: Knowledge) -> float | None:
    """NOK million in the accounts of what a total is of; None where it is not known."""
    computed, catalogue = knowledge.computed, knowledge.catalogue
    breakdown = next((b for b in catalogue.breakdowns.values() if b.indicator == cell.indicator), None)
    if computed is None or breakdown is None or computed.accounts.empty:
        return None
    wanted = catalogue.functions_in(breakdown.functions, cell.year)
    rows = computed.accounts
    rows = rows[
        (rows["year"] == cell.year)
        & (rows["municipality"] == computed.municipality)
        & (rows["scope"] == "A")
        & (rows["concept"] == breakdown.concept)
        & rows["function"].isin(wanted)
    ]
    amounts = rows["amount"].dropna()
    return math.fsum(amounts) / 1000 if len(amounts) == len(wanted) else None
