"""Units: what they measure, how large they are, and therefore what may be divided by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Quantity = Literal["money", "number", "time"]
ChangeUnit = Literal["percent", "percentage_points"]


@dataclass(frozen=True, slots=True)
class UnitRule:
    """What a unit measures and its size: 1 unit = `factor` kroner, pieces (or parts of one) or months.

    `summable` units may be added up over municipalities; shares, averages and indices may not.
    `change` is how a change from year to year is given.
    """

    quantity: Quantity
    factor: float
    summable: bool
    change: ChangeUnit = "percent"


UNIT_RULES: dict[str, UnitRule] = {
    "NOK": UnitRule("money", 1, summable=True),
    "NOK_thousand": UnitRule("money", 1_000, summable=True),
    "persons": UnitRule("number", 1, summable=True),
    "count": UnitRule("number", 1, summable=True),
    "percent": UnitRule("number", 0.01, summable=False, change="percentage_points"),
    "per_1000": UnitRule("number", 0.001, summable=False),
    "index": UnitRule("number", 1, summable=False),
    "score": UnitRule("number", 1, summable=False),
    "months": UnitRule("time", 1, summable=False),
}


def implied_scale(numerator: str, denominator: str | None, result: str) -> float | None:
    """The scale that turns numerator / denominator into `result`, or None where the units do not fit.

    Persons and other counts are plain numbers, so kroner per inhabitant is money, and inhabitants per
    inhabitant a number that may be given in percent or per 1000.
    """
    above, given = UNIT_RULES[numerator], UNIT_RULES[result]
    below = UnitRule("number", 1, summable=True) if denominator is None else UNIT_RULES[denominator]
    if below.quantity not in ("number", above.quantity):
        return None
    quotient = above.quantity if below.quantity == "number" else "number"
    return above.factor / below.factor / given.factor if quotient == given.quantity else None
