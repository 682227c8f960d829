"""Figures built on so few persons that they would tell of single ones (personvern)."""

from __future__ import annotations

import math

import pandas as pd

from schemas.fields import RELATIVE_UNITS
from schemas.register import FEWEST_PERSONS

TELLS = "it would tell a suppressed figure"
_CHANGES = tuple(unit for unit in RELATIVE_UNITS if unit.endswith("_change"))


def suppressed(value: float, unit: str, numerator: int | None, denominator: int | None) -> str | None:
    """Why a figure must not be kept, or None when it may be.

    Args:
        value: the figure; a NaN is never suppressed here, it is not there.
        unit: a figure in persons is a count itself.
        numerator: persons in the numerator, where the file gives them.
        denominator: persons in the denominator, where the file gives them.
    """
    counts = {"the figure itself": value if unit == "persons" else None}
    counts |= {"the numerator": numerator, "the denominator": denominator}
    few = [where for where, count in counts.items() if count is not None and count < FEWEST_PERSONS]
    if not few or math.isnan(value):
        return None
    return f"fewer than {FEWEST_PERSONS} persons in {' and '.join(few)}"


def without_hints(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures, those suppressed too that would tell a suppressed one.

    Its distance to the mean and its change from the year before would, and so would the change to the year
    after.

    Args:
        figures: rows of `register/figures` of every year.
    """
    relative = figures["unit"].isin(RELATIVE_UNITS)
    levels = figures[(figures["status"] == "suppressed") & ~relative]
    if levels.empty:
        return figures
    hidden = pd.MultiIndex.from_frame(levels[["indicator", "entity", "year"]])
    same = pd.MultiIndex.from_frame(figures[["indicator", "entity", "year"]]).isin(hidden)
    before = figures.assign(year=figures["year"] - 1)[["indicator", "entity", "year"]]
    after = pd.MultiIndex.from_frame(before).isin(hidden) & figures["unit"].isin(_CHANGES).to_numpy()
    tells = relative & (same | after)
    return figures.assign(
        value=figures["value"].mask(tells),
        status=figures["status"].mask(tells, "suppressed"),
        suppression_reason=figures["suppression_reason"].mask(tells, TELLS),
    )
