"""What was imported from the very report that is reconciled: it confirms nothing, but it may contradict.

A figure the pipeline takes from a report is no witness of that report. A copy of the report that prints
something else has been changed, or the import was, and somebody should look.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.rules.captions import same_figure
from assets.quality.reconciliation.rules.printed import Cell, Claim, Printed
from assets.quality.reconciliation.text import shown, signed

_SETTLED = frozenset({"match", "rounding", "vintage", "mismatch"})
_DOWN = ("below", "decrease")
_UNITS = {
    ("relative", "percent"): "percent_above_mean",
    ("relative", "percentage_points"): "percentage_points_above_mean",
    ("change", "percent"): "percent_change",
    ("change", "percentage_points"): "percentage_points_change",
}
"""How the register calls distances and changes that a text states."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Figures imported from a report by indicator, entity, year and unit, and what it prints by place."""

    figures: Mapping[tuple[str, str, int, str], float]
    printed: Mapping[str, Cell | Claim]

    @classmethod
    def of(cls, report: PublishedReport, register: pd.DataFrame) -> Imported:
        """The rows of `register/figures` whose provider names the report."""
        name = report.name.casefold()
        texts = register.astype(dict.fromkeys(("indicator", "entity", "unit", "provider"), "str"))
        own = texts[[name in provider.casefold() for provider in texts["provider"]]].dropna(subset=["value"])
        columns = own[["indicator", "entity", "year", "unit", "value"]].itertuples(index=False, name=None)
        figures = {(i, e, int(year), unit): float(value) for i, e, year, unit, value in columns}
        printed = Printed.of(report)
        cells: dict[str, Cell | Claim] = {cell.place: cell for cell in printed.cells}
        return cls(figures, cells | {claim.place: claim for claim in printed.claims})

    def checked(self, row: Mapping[str, object]) -> dict[str, object]:
        """The row of a figure or claim; a mismatch where only the import can tell, and tells otherwise."""
        found = self.printed.get(str(row["place"]))
        if row["verdict"] in _SETTLED or found is None or math.isnan(found.value):
            return dict(row)
        value, unit = _signed(found)
        imported = self.figures.get((found.indicator, found.entity, found.year or 0, unit))
        if imported is None or _prints(imported, value, found.decimals):
            return dict(row)
        decimals = max(found.decimals, _decimals(imported))
        told = (
            f"trykt {shown(value, found.decimals)}; importert fra denne rapporten "
            f"{shown(imported, decimals)}; avvik {signed(value - imported, decimals)}"
        )
        return {
            **row,
            "computed": imported,
            "difference": value - imported,
            "tolerance": 0.0,
            "verdict": "mismatch",
            "arithmetic": told,
            "explanation": "Tallet er et annet enn det som er importert fra denne rapporten.",
        }


def _signed(found: Cell | Claim) -> tuple[float, str]:
    """The printed number as the register has it, and its unit there."""
    if isinstance(found, Cell):
        return found.value, found.unit
    sign = -1.0 if found.direction in _DOWN else 1.0
    return sign * found.value, _UNITS.get((found.kind, found.unit), found.unit)


def _prints(imported: float, value: float, decimals: int) -> bool:
    """Whether the printed number is the imported one; fewer decimals may be the same, rounded."""
    return same_figure(value, decimals, imported, max(decimals, _decimals(imported)))


def _decimals(value: float) -> int:
    """The decimals a stored figure needs."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(-int(exponent), 0)
