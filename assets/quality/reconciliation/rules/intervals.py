"""Printed figures as intervals: a printed 2,6 may stand for anything from 2,55 to 2,65."""

from __future__ import annotations

import math
from dataclasses import dataclass

_CLOSE = 1e-9
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Interval:
    """All values from `low` to `high`."""

    low: float
    high: float

    @classmethod
    def around(cls, value: float, decimals: int) -> Interval:
        """What a figure printed with so many decimals may stand for."""
        half = half_unit(decimals)
        return cls(value - half, value + half)

    @property
    def middle(self) -> float:
        """The value in the middle."""
        return (self.low + self.high) / 2

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        """The product; of values that are not negative."""
        return Interval(self.low * other.low, self.high * other.high)

    def __truediv__(self, other: Interval) -> Interval:
        """The quotient; of values that are not negative. Without an upper end when `other` may be 0."""
        high = self.high / other.low if other.low > 0 else math.inf
        return Interval(self.low / other.high if other.high > 0 else math.inf, high)

    def scaled(self, factor: float, shift: float = 0.0) -> Interval:
        """`factor × value + shift`, of every value."""
        ends = (self.low * factor + shift, self.high * factor + shift)
        return Interval(min(ends), max(ends))

    def meets(self, other: Interval) -> bool:
        """Whether some value is in both."""
        return self.low <= other.high + _CLOSE and other.low <= self.high + _CLOSE

    @property
    def sign(self) -> int:
        """1 or -1 when all values have that sign, else 0."""
        return 1 if self.low > _CLOSE else -1 if self.high < -_CLOSE else 0


ABOVE = Interval(1 + _TINY, math.inf)
"""More than the mean, as a multiple of it."""
BELOW = Interval(0.0, 1 - _TINY)
"""Less than the mean, as a multiple of it."""
RISING = Interval(_TINY, math.inf)
"""A change upwards of which no size is told."""
FALLING = Interval(-math.inf, -_TINY)
"""A change downwards of which no size is told."""


def half_unit(decimals: int) -> float:
    """Half a unit of the last printed decimal."""
    return 0.5 * 10.0**-decimals
