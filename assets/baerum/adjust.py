"""Adjusting figures for inflation and need: factors from what the catalogue holds, or why there is none.

Nothing is guessed: a year without a price step, or a municipality without a need index of that very year,
has no factor, and its adjusted value is missing with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from schemas.catalogue import SECTOR_OF_AREA, DeflatorName, NeedIndex, PriceStep


@dataclass(frozen=True, slots=True)
class Factor:
    """What a figure is multiplied by; None where it is not held.

    `words` say what is applied, `reason` why it is not held, `vintage` the edition it comes from.
    """

    value: float | None
    words: str
    reason: str = ""
    vintage: str = ""


def price_factor(steps: Iterable[PriceStep], series: DeflatorName, year: int, base_year: int) -> Factor:
    """What turns amounts of `year` into prices of `base_year`.

    An index is divided; yearly changes are chained over the years between the two.
    """
    words = f"deflate: {series} {year}→{base_year}"
    if year == base_year:
        return Factor(1.0, f"{words} ×1")
    held = {step.year: step for step in steps if step.series == series}
    indices = {step.year: step.index for step in held.values() if step.index is not None}
    changes = {step.year: step.percent for step in held.values() if step.percent is not None}
    needed = {year, base_year} if indices else set(range(min(year, base_year) + 1, max(year, base_year) + 1))
    absent = sorted(needed - set(indices or changes))
    if absent:
        missing = ", ".join(map(str, absent))
        return Factor(None, f"{words} not held", f"deflatoren {series} er ikke lagt inn for {missing}")
    if indices:
        value = indices[base_year] / indices[year]
    else:
        rise = math.prod(1 + changes[step] / 100 for step in sorted(needed))
        value = rise if base_year > year else 1 / rise
    estimated = " (estimate)" if any(held[step].status == "estimate" for step in needed) else ""
    return Factor(value, f"{words} ×{value:.5f}{estimated}")


def need_factor(indices: Iterable[NeedIndex], area: str, municipality: str, year: int) -> Factor:
    """What turns a figure per inhabitant into one per inhabitant of average need: 1 / need index.

    The index is that of the area's sector in the Green Book (Grønt hefte) of `year` itself.
    """
    sector = SECTOR_OF_AREA.get(area)
    if sector is None:
        return Factor(None, "need: no sector", f"inntektssystemet har ingen delkostnadsnøkkel for {area}")
    mine = next(
        (i for i in indices if (i.year, i.sector, i.municipality) == (year, sector, municipality)), None
    )
    if mine is None:
        reason = f"ingen behovsindeks ({sector}) er lagt inn for {municipality} i {year}"
        return Factor(None, f"need: {sector} {year} not held", reason)
    return Factor(1 / mine.index, f"need: {sector} {mine.index:.4f} ({mine.vintage})", vintage=mine.vintage)
