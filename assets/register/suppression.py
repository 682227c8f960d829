"""Figures built on so few persons that they would tell of single ones (personvern)."""

from __future__ import annotations

import math

from schemas.register import FEWEST_PERSONS


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
