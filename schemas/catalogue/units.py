"""Units: what they measure, how large they are, and therefore what may be divided by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Quantity = Literal["money", "number", "time"]
ChangeUnit = Literal["percent", "percentage_points"]

_NUMBER = ("antall", "number", "tal")


@dataclass(frozen=True, slots=True)
class UnitRule:
    """What a unit measures and its size: 1 unit = `factor` kroner, pieces (or parts of one) or months.

    `summable` units may be added up over municipalities; shares, averages and indices may not.
    `change` is how a change from year to year is given. `ssb` lists how SSB may write the unit.
    """

    quantity: Quantity
    factor: float
    summable: bool
    change: ChangeUnit = "percent"
    ssb: tuple[str, ...] = ()


UNIT_RULES: dict[str, UnitRule] = {
    "NOK": UnitRule("money", 1, summable=True, ssb=("kr", "kroner")),
    "NOK_thousand": UnitRule("money", 1_000, summable=True, ssb=("1000 kr", "1 000 kr", "1000 kroner")),
    "NOK_million": UnitRule("money", 1_000_000, summable=True, ssb=("mill. kr", "millioner kroner")),
    "persons": UnitRule(
        "number",
        1,
        summable=True,
        ssb=(*_NUMBER, "personer", "personar", "persons", "tilfeller", "brukere", "brukarar", "mottakere"),
    ),
    "count": UnitRule("number", 1, summable=True, ssb=(*_NUMBER, "tilfeller", "stk")),
    "fte": UnitRule("number", 1, summable=True, ssb=(*_NUMBER, "årsverk", "antall årsverk")),
    "places": UnitRule("number", 1, summable=True, ssb=(*_NUMBER, "plasser", "antall plasser")),
    "hours": UnitRule("number", 1, summable=True, ssb=(*_NUMBER, "timer", "timar", "antall timer")),
    "percent": UnitRule(
        "number", 0.01, summable=False, change="percentage_points", ssb=("prosent", "pst", "%", "percent")
    ),
    "per_1000": UnitRule(
        "number",
        0.001,
        summable=False,
        ssb=("per 1000", "per 1 000", "promille", "per 1000 innbyggere", *_NUMBER),
    ),
    "index": UnitRule("number", 1, summable=False, ssb=("indeks", "index", "2015=100", "2025=100")),
    "score": UnitRule("number", 1, summable=False),
    "months": UnitRule(
        "time", 1, summable=False, ssb=("måneder", "måned", "mnd", "antall måneder", "months", *_NUMBER)
    ),
}


UNIT_NAMES = {
    "NOK": "kr",
    "percent": "prosent",
    "per_1000": "per 1000",
    "months": "måneder",
    "index": "indeks",
    "count": "antall",
    "score": "poeng",
    "NOK_thousand": "1000 kr",
    "NOK_million": "mill. kr",
    "persons": "personer",
    "fte": "årsverk",
    "places": "plasser",
    "hours": "timer",
    "percentage_points": "prosentpoeng",
}
"""Units as Norwegian readers are shown them."""


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
