"""Units: what may be divided by what, and the scale that follows."""

import pytest

from schemas.catalogue import UNIT_RULES, implied_scale
from schemas.fields import UNITS


def test_every_unit_of_the_contracts_has_a_rule() -> None:
    assert set(UNIT_RULES) == set(UNITS)


@pytest.mark.parametrize(
    ("above", "below", "unit", "scale"),
    [
        ("NOK_thousand", "persons", "NOK", 1000),
        ("persons", "persons", "percent", 100),
        ("persons", "persons", "per_1000", 1000),
        ("NOK_thousand", "NOK_thousand", "percent", 100),
        ("NOK_thousand", None, "NOK_thousand", 1),
        ("NOK_thousand", None, "NOK", 1000),
        ("months", None, "months", 1),
        ("percent", None, "percent", 1),
        ("score", "persons", "score", 1),
        ("percent", "percent", "index", 1),
        ("NOK_thousand", "persons", "percent", None),
        ("persons", "NOK_thousand", "per_1000", None),
        ("persons", "persons", "NOK", None),
        ("months", "NOK", "months", None),
        ("months", None, "percent", None),
    ],
)
def test_implied_scale(above: str, below: str | None, unit: str, scale: float | None) -> None:
    assert implied_scale(above, below, unit) == (None if scale is None else pytest.approx(scale))


def test_shares_change_in_percentage_points_and_cannot_be_summed() -> None:
    assert UNIT_RULES["percent"].change == "percentage_points"
    assert {name for name, rule in UNIT_RULES.items() if rule.change == "percentage_points"} == {"percent"}
    assert {name for name, rule in UNIT_RULES.items() if rule.summable} == {
        "NOK",
        "NOK_thousand",
        "NOK_million",
        "persons",
        "count",
        "fte",
        "places",
        "hours",
    }
