"""Reads the model's own CSV files, and the two integer helpers that all of the model uses."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from importlib.resources import files
from zlib import crc32

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]

FIRST_YEAR = 2015
LAST_YEAR = 2024
YEARS = tuple(range(FIRST_YEAR, LAST_YEAR + 1))

MICRO = 1_000_000


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The lines of ``data/<name>.csv`` as text, in file order."""
    text = files(__package__).joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def micro(text: str) -> int:
    """A decimal number as whole millionths, so that no binary fraction enters the model."""
    scaled = Decimal(text) * MICRO
    if scaled != int(scaled):
        raise ValueError(f"{text} has more than six decimals")
    return int(scaled)


def half_up(numerator: int, denominator: int) -> int:
    """``numerator / denominator`` rounded to a whole number, halves away from zero."""
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return quotient if numerator >= 0 else -quotient


def jitter(key: str, width: int) -> int:
    """A fixed whole number in [-width, width] that depends on ``key`` alone."""
    return crc32(key.encode("utf-8")) % (2 * width + 1) - width
