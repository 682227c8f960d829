"""Nothing published lets a suppressed cell be recovered: not by sums, means, complements or differences.

Two proofs. What is published of municipalities and networks is the same whatever the suppressed cells are,
so nothing can follow from it. What is published of KOSTRA groups and country counts those cells; no linear
combination of it, over totals, indicators and years, leaves one of them over.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.asss.aggregates import aggregates
from assets.asss.protection import WITHHELD, Equation, revealing
from schemas.asss import INDICATORS as CONTRACT
from schemas.catalogue import AccountsTerm, MeasureTerm, Term
from schemas.validation import validate
from tests.algebra.facts import WHOLE
from tests.series.frames import register
from tests.suppression.worlds import CATALOGUE, FUNCTIONS, MEASURES, NAMES, YEARS, Cell, World

CELLS = [(year, name, what) for year in YEARS for name in NAMES for what in FUNCTIONS + MEASURES]
EVEN = {cell: 100 + position for position, cell in enumerate(CELLS)}
FIGURES = ["numerator", "denominator", "value"]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to six suppressed cells, and two groups that share nobody."""
    hidden = draw(st.sets(st.sampled_from(CELLS), min_size=1, max_size=6))
    inside = draw(st.lists(st.sampled_from(["EKG12", "EKG13", "none"]), min_size=5, max_size=5))
    groups = {
        code: frozenset(name for name, where in zip(NAMES, inside, strict=True) if where == code)
        for code in ("EKG12", "EKG13")
    }
    return World(EVEN, frozenset(hidden), {code: names for code, names in groups.items() if names})


def equations(world: World, published: pd.DataFrame) -> Iterator[list[float]]:
    """What published totals say of the hidden cells: a row of weights per numerator and denominator."""
    hidden = sorted(world.hidden)
    totals = published[
        ((published["region_kind"] != "municipality") & (published["status"] == "ok")).to_numpy()
    ]
    for row in totals.to_dict(orient="records"):
        declared = CATALOGUE.indicators[row["indicator"]]
        for terms in (declared.numerator, declared.denominator):
            yield [
                weight(terms, cell)
                if cell[0] == row["year"] and cell[1] in world.totals[row["municipality"]]
                else 0.0
                for cell in hidden
            ]


def weight(terms: tuple[Term, ...], cell: Cell) -> float:
    """How often a cell counts in a sum of terms."""
    return sum(
        term.coefficient
        for term in terms
        if (isinstance(term, MeasureTerm) and term.measure == cell[2])
        or (isinstance(term, AccountsTerm) and cell[2] in term.functions)
    )


def recovered(world: World, published: pd.DataFrame) -> list[Cell]:
    """The hidden cells that follow from the published totals by any linear combination."""
    rows = list(equations(world, published))
    if not rows:
        return []
    matrix = np.array(rows)
    own = np.diag(np.linalg.pinv(matrix) @ matrix)
    return [cell for cell, share in zip(sorted(world.hidden), own, strict=True) if share > 1 - 1e-9]


@settings(deadline=None, max_examples=20)
@given(worlds())
def test_no_combination_of_totals_leaves_a_suppressed_cell_over(world: World) -> None:
    assert recovered(world, world.indicators) == []
    for year in YEARS:
        validate(CONTRACT, world.indicators[(world.indicators["year"] == year).to_numpy()], year)


@settings(deadline=None, max_examples=5)
@given(worlds(), st.integers(1, 5000))
def test_what_is_published_of_municipalities_and_networks_does_not_depend_on_suppressed_cells(
    world: World, more: int
) -> None:
    other = replace(world, true={**world.true, **{cell: world.true[cell] + more for cell in world.hidden}})
    for one, two in (
        (of_municipalities(world), of_municipalities(other)),
        (world.aggregates, other.aggregates),
        (world.profile("baerum"), other.profile("baerum")),
        (world.series(), other.series()),
    ):
        pd.testing.assert_frame_equal(one, two)


def of_municipalities(world: World) -> pd.DataFrame:
    frame = world.indicators
    return frame[(frame["region_kind"] == "municipality").to_numpy()].reset_index(drop=True)


CASES = "social_assistance_cases_main_income"
GROUPS = {"EKG12": frozenset(NAMES) - {"oslo"}, "EKG13": frozenset({"oslo"})}


def world_hiding(*names: str) -> World:
    return World(EVEN, frozenset((2024, name, CASES) for name in names), GROUPS)


def withheld(world: World, indicator: str = "sos_main_income_recipients_share") -> set[str]:
    frame = world.indicators
    mine = frame[((frame["indicator"] == indicator) & frame["method"].str.endswith(WITHHELD)).to_numpy()]
    assert (mine["status"] == "suppressed").all()
    assert mine[FIGURES].isna().all(axis=None)
    return set(mine["municipality"].astype("str"))


def test_without_protection_the_attack_succeeds() -> None:
    world = world_hiding("asker")
    assert recovered(world, world.unprotected) == [(2024, "asker", CASES)]
    assert recovered(world, world.indicators) == []


def test_a_total_with_one_suppressed_member_is_withheld_and_others_stay() -> None:
    assert withheld(world_hiding("asker")) == {"EKG12", "EAKUO", "EAK"}
    assert withheld(world_hiding("asker"), "sos_supplementary_recipients_share") == {"EKG12", "EAKUO", "EAK"}
    assert withheld(world_hiding("asker"), "sos_recipients_share_18_24") == set()
    assert withheld(world_hiding("asker", "baerum")) == set()


def test_the_country_with_and_without_oslo_does_not_tell_of_oslo() -> None:
    assert withheld(world_hiding("oslo", "asker")) == {"EKG12", "EKG13", "EAKUO"}


def equation(row: int, size: int, **weighed: float) -> Equation:
    return Equation(row, size, {("cell", name): weight for name, weight in weighed.items()})


@pytest.mark.parametrize(
    ("equations", "hidden", "withheld"),
    [
        ([equation(0, 4, a=1)], "a", {0}),
        ([equation(0, 4, a=1, b=1)], "ab", set()),
        ([equation(0, 4, a=1, x=1)], "a", set()),
        # The greater total less the smaller one leaves c over; then nothing does.
        ([equation(0, 2, a=1, b=1), equation(1, 3, a=1, b=1, c=1)], "abc", {1}),
        # Sum and difference of the same two cells, in two indicators.
        ([equation(0, 2, a=1, b=1), equation(1, 2, a=1, b=-1)], "a", {0}),
        # A cell that is merely not there may follow; it is no secret.
        ([equation(0, 2, x=1), equation(1, 3, x=1, a=1, b=1)], "ab", set()),
        ([equation(0, 2, x=1), equation(1, 3, x=1, a=1)], "a", {1}),
        # Cells that always stand together cannot be told apart.
        ([equation(0, 2, a=1, b=1, c=1), equation(1, 3, a=1, b=1)], "ab", set()),
    ],
)
def test_totals_that_tell_only_together_are_found(
    equations: list[Equation], hidden: str, withheld: set[int]
) -> None:
    assert revealing(equations, {("cell", name) for name in hidden}) == withheld


def test_a_year_without_suppression_is_left_as_it_is() -> None:
    world = world_hiding("asker")
    before, after = (f[(f["year"] == 2023).to_numpy()] for f in (world.unprotected, world.indicators))
    pd.testing.assert_frame_equal(before, after, check_dtype=False, check_categorical=False)


def test_a_total_nobody_knows_the_members_of_is_withheld_where_anybody_is_suppressed() -> None:
    world = world_hiding("asker", "baerum")
    unknown = world.published(2024, {**world.totals, "EKG12": None})
    mine = unknown[((unknown["municipality"] == "EKG12") & (unknown["status"] == "suppressed")).to_numpy()]
    assert set(mine["indicator"].astype("str")) == {
        "sos_main_income_recipients_share",
        "sos_supplementary_recipients_share",
    }


# Imported figures


MEAN = "sos_work_assessment_allowance_share_18_67"


def imported(values: dict[str, float | str]) -> pd.DataFrame:
    rows = [
        (2024, name, "municipality", MEAN, value if isinstance(value, float) else np.nan, "percent")
        for name, value in values.items()
    ]
    columns = ["year", "municipality", "region_kind", "indicator", "value", "unit"]
    frame = pd.DataFrame(rows, columns=columns)
    status = ["ok" if isinstance(value, float) else value for value in values.values()]
    return frame.assign(
        numerator=frame["value"],
        denominator=np.nan,
        status=status,
        vintage_status="unknown",
        source="register",
        vintage_id="register@x",
    )


@pytest.mark.parametrize(("hidden", "shown"), [(("asker",), False), (("asker", "oslo"), True)])
def test_a_given_mean_is_not_shown_beside_all_members_but_one(hidden: tuple[str, ...], shown: bool) -> None:
    catalogue = replace(
        CATALOGUE,
        indicators={MEAN: WHOLE.indicators[MEAN]},
        networks={"asss": CATALOGUE.networks["all"].model_copy(update={"id": "asss"})},
    )
    values = {name: "suppressed" if name in hidden else 2.0 for name in NAMES}
    given_of = register({(2024, MEAN, "asss_mean", "percent"): 3.0, (2024, MEAN, "asss_max", "percent"): 7.0})
    [row] = aggregates(imported(values), catalogue, register=given_of).to_dict(orient="records")
    assert (row["mean"] == 3.0) == shown
    assert (row["max"] == 7.0) == shown
