"""Slips of the pen: what a figure may have been before a digit or the decimal mark slipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from assets.quality.reconciliation.rules.numbers import norwegian

_FACTORS = ((10.0, "tidelen"), (100.0, "hundredelen"), (1000.0, "tusendelen"))


@dataclass(frozen=True, slots=True)
class Slip:
    """A value the printed one may stand for by a slip, and what happened, in Norwegian."""

    value: float
    decimals: int
    what: str

    @property
    def shown(self) -> str:
        """The value as Norwegians write it."""
        return norwegian(self.value, self.decimals)


def factor_slips(value: float, decimals: int) -> Iterator[Slip]:
    """The value with the decimal mark one, two or three places away."""
    for places, (factor, word) in enumerate(_FACTORS, start=1):
        yield Slip(value * factor, max(decimals - places, 0), f"trykt som {word}")
        yield Slip(value / factor, decimals + places, f"trykt {int(factor)} ganger for stort")


def digit_slips(value: float, decimals: int) -> Iterator[Slip]:
    """The value with two neighbouring digits swapped."""
    digits = f"{round(abs(value) * 10**decimals):d}"
    for i, (one, other) in enumerate(pairwise(digits)):
        if one != other:
            swapped = digits[:i] + other + one + digits[i + 2 :]
            yield Slip(int(swapped) / 10**decimals, decimals, f"sifrene {one}{other} byttet om")
