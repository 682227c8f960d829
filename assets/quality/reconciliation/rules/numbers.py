"""Numbers in the sentences of findings."""

from __future__ import annotations

from assets import rounding


def norwegian(value: float | None, decimals: int = 0) -> str:
    """A number as Norwegians write it, with a minus sign that is no hyphen; `-` where there is none."""
    text = rounding.norwegian(value, decimals)
    return text if text == "-" else text.replace("-", "−")


def signed(value: float, decimals: int = 1) -> str:
    """A number with its sign, also a plus."""
    return f"{'+' if value >= 0 else ''}{norwegian(value, decimals)}"
