"""Rounding for presentation: half away from zero, as SSB does. Stored figures are never rounded."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt


def round_half_away(value: npt.ArrayLike, decimals: npt.ArrayLike = 0) -> npt.NDArray[np.float64]:
    """`value` rounded half away from zero, element by element.

    The decimal number a float prints as is what is rounded: 2.675 becomes 2.68, although the nearest binary
    number is a little less. NaN and infinities stay as they are, and nothing becomes a negative zero.

    Args:
        value: one number or an array.
        decimals: number of decimals, one for all or one per element.

    Returns:
        An array of the common shape; of no dimensions for a single number.
    """
    rounded = np.frompyfunc(_round, 2, 1)(np.asarray(value, dtype=np.float64), decimals)
    return np.asarray(rounded, dtype=np.float64)


def _round(value: float, decimals: int) -> float:
    if not np.isfinite(value):
        return value
    step = Decimal(1).scaleb(-int(decimals))
    return float(Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP)) + 0.0


def norwegian(value: float | None, decimals: int = 0) -> str:
    """A number as Norwegians write it: `8 688`, `2,6`, and `-` where there is none."""
    if value is None or math.isnan(value):
        return "-"
    rounded = float(round_half_away(value, decimals))
    return f"{rounded:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",")
