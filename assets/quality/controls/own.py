"""Controls of the focal municipality's own datasets: the ledger against SSB, and the efficiency identity."""

from __future__ import annotations

import pandas as pd

from assets.baerum.control_totals import not_passed
from assets.quality.controls.control import OWN, Control, Finding, Frames, number, own_frame, told, with_sign
from schemas.catalogue import Catalogue

TOTALS = f"{OWN}/control_totals"
EFFICIENCY = f"{OWN}/efficiency"


def ledger_closes(frames: Frames, catalogue: Catalogue, _: int) -> Finding:
    """No service of the ledger is farther from SSB's figure than another edition explains."""
    return _totals(frames, catalogue, "fail")


def ledger_exact(frames: Frames, catalogue: Catalogue, _: int) -> Finding:
    """Every service of the ledger is SSB's figure within the tolerance."""
    return _totals(frames, catalogue, "warning")


def _totals(frames: Frames, catalogue: Catalogue, verdict: str) -> Finding:
    """Control totals without `verdict`; those that cannot be compared are told."""
    totals = own_frame(TOTALS, frames)[1]
    verdicts = totals["verdict"].astype("str")
    comparable = totals[(verdicts != "not_comparable").to_numpy()]
    left = not_passed(totals[(verdicts == "not_comparable").to_numpy()], catalogue)
    broken = totals[(verdicts == verdict).to_numpy()]
    lines = not_passed(broken, catalogue)
    return told(len(comparable), "avstemminger", lines, left, broken_count=len(broken))


def efficiency_identity(frames: Frames, _: Catalogue, __: int) -> Finding:
    """Efficiency is production / expenditure, and their changes hang together."""
    rows = own_frame(EFFICIENCY, frames)[1]
    checked = rows[(rows["verdict"].astype("str") != "not_checked").to_numpy()]
    broken = checked[(checked["verdict"].astype("str") != "consistent").to_numpy()]
    lines = [_efficiency_line(row) for _, row in broken.iterrows()]
    unchecked = sorted({*rows["title"].astype("str")} - {*checked["title"].astype("str")})
    left = [f"{', '.join(unchecked)} (noen av indeksene mangler)"] if unchecked else []
    return told(len(checked), "effektivitetsindekser", lines, left)


def _efficiency_line(row: pd.Series) -> str:
    known = f"{row['title']}: effektivitet {number(row['efficiency_index'], 1)}"
    return f"{known}, {row['reason']} (avvik {with_sign(row['residual'], 1)})"


CONTROLS = (
    Control(
        "ledger_closes",
        TOTALS,
        "Kommunens regnskap stemmer med SSBs tall (12367) så nær som en annen utgave kan forklare",
        "Se differansen per tjeneste (`kostra show`, control_totals). Så stor differanse kommer som regel av "
        "manglende ansvar, feil omfang (konsern/kasse) eller at regnskapet er endret etter innsending.",
        "error",
        (TOTALS,),
        ledger_closes,
        told_by="closes_to_ssb",
    ),
    Control(
        "ledger_exact",
        TOTALS,
        "Kommunens regnskap er SSBs tall innenfor toleransen",
        "Er regnskapet eller SSBs tall foreløpig? Etter SSBs endelige tall i juni bør differansen være "
        "borte; finn ellers posteringene som er ført etter innsending, og nevn differansen ved tabellen.",
        "warning",
        (TOTALS,),
        ledger_exact,
        told_by="closes_to_ssb",
    ),
    Control(
        "efficiency_is_production_by_expenditure",
        EFFICIENCY,
        "Effektivitet er produksjon delt på utgifter, innenfor avrunding",
        "Ett av de tre tallene er av en annen utgave eller skrevet av feil: spør den som har publisert dem.",
        "warning",
        (EFFICIENCY,),
        efficiency_identity,
        told_by="identity",
    ),
)
