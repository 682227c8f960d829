"""Measures, products and adjustments of places: what they are worth, and what a missing part does to them."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.asss.algebra import evaluate
from schemas.catalogue import PlaceAdjustment
from tests.algebra.facts import (
    WHOLE,
    Figure,
    accounts_facts,
    indicator,
    measure_facts,
    population_facts,
    with_indicators,
)

YOUNG, OLD = "home_service_hours_0_66", "home_service_hours_67_plus"
SHARE = "institution_residents_share_80_plus"
HOME = {"kind": "accounts", "concept": "net_expenditure", "functions": ["257"]}
BY_HOURS = {
    "kind": "product",
    "of": HOME,
    "by": [{"kind": "measure", "measure": YOUNG}],
    "per": [{"kind": "measure", "measure": YOUNG}, {"kind": "measure", "measure": OLD}],
}


def amount(term: Mapping[str, object], name: str = "part"):
    return indicator(name, numerator=[term], denominator=[], unit="NOK_thousand", scale=1)


def value(term: Mapping[str, object], figures: Mapping[str, Figure], net: Figure = 1000) -> pd.Series:
    """The row of one term for one municipality in 2024."""
    frame = evaluate(
        with_indicators(amount(term)),
        accounts_facts({(2024, "oslo", "257"): net}),
        population_facts({(2024, "oslo"): 200}, band=(80, 200)),
        measure_facts({(2024, "oslo", name): figure for name, figure in figures.items()}),
    )
    return frame.iloc[0]


def test_a_measure_is_its_figure_with_its_edition() -> None:
    row = value({"kind": "measure", "measure": YOUNG}, {YOUNG: 12.5})
    assert (row["value"], row["status"]) == (12.5, "ok")
    assert row["vintage_id"].startswith("14019@")


def test_a_product_is_the_part_that_falls_to_some() -> None:
    row = value(BY_HOURS, {YOUNG: 30, OLD: 70})
    assert row["value"] == pytest.approx(300)
    young, old = (f"tildelte timer i hjemmetjenesten, brukere {age}" for age in ("0–66 år", "67 år og over"))
    assert row["method"] == f"netto driftsutgifter (AGD2) f257, konsern × {young} / ({young} + {old})"


def test_a_share_in_percent_is_hundredths() -> None:
    people = {"kind": "population", "age_from": 80}
    term = {"kind": "product", "of": people, "by": [{"kind": "measure", "measure": SHARE}]}
    assert value(term, {SHARE: 12.5})["value"] == pytest.approx(25)


@pytest.mark.parametrize(
    ("figures", "net", "status"),
    [
        ({YOUNG: 30, OLD: "suppressed"}, 1000, "suppressed"),
        ({YOUNG: "missing", OLD: 70}, 1000, "missing"),
        ({YOUNG: 30, OLD: 70}, "not_yet", "not_yet"),
        ({YOUNG: 30}, 1000, "missing"),
        ({YOUNG: 0, OLD: 0}, 1000, "missing"),
        ({YOUNG: "suppressed", OLD: "missing"}, "missing", "suppressed"),
    ],
)
def test_a_part_that_is_not_there_leaves_no_product(
    figures: Mapping[str, Figure], net: Figure, status: str
) -> None:
    row = value(BY_HOURS, figures, net)
    assert pd.isna(row["value"])
    assert row["status"] == status


@settings(deadline=None, max_examples=40)
@given(
    net=st.integers(-10_000, 10_000_000),
    young=st.integers(0, 1_000_000),
    old=st.integers(1, 1_000_000),
)
def test_the_parts_of_a_split_add_up_to_the_whole(net: int, young: int, old: int) -> None:
    other = {**BY_HOURS, "by": [{"kind": "measure", "measure": OLD}]}
    both = with_indicators(amount(BY_HOURS, "young"), amount(other, "old"))
    frame = evaluate(
        both,
        accounts_facts({(2024, "oslo", "257"): net}),
        population_facts({(2024, "oslo"): 1}),
        measure_facts({(2024, "oslo", YOUNG): young, (2024, "oslo", OLD): old}),
    )
    assert frame["value"].sum() == pytest.approx(net, rel=1e-12, abs=1e-9)


def test_a_register_figure_stands_in_only_where_the_tables_have_none() -> None:
    stand_in = "plo_home_service_hours_0_66"
    term = {"kind": "measure", "measure": YOUNG, "stand_in": stand_in}
    catalogue = with_indicators(amount(term), WHOLE.indicators[stand_in])
    served = {
        (2024, "oslo", YOUNG): 5,
        (2024, "asker", YOUNG): "suppressed",
        (2024, "bergen", YOUNG): "missing",
    }
    imported = pd.DataFrame(
        [(2024, stand_in, name, 7.0, "hours", "ok") for name in ("oslo", "asker", "bergen")],
        columns=["year", "indicator", "entity", "value", "unit", "status"],
    ).assign(vintage_status="unknown", source="register", vintage_id="file@2025#1")
    frame = evaluate(
        catalogue,
        accounts_facts({(2024, "oslo", "281"): 1}),
        population_facts({(2024, "oslo"): 1}),
        measure_facts(served),
        imported,
        indicators=["part"],
    ).set_index("municipality")
    assert frame["status"].to_dict() == {"asker": "suppressed", "bergen": "ok", "oslo": "ok"}
    assert (frame.loc["oslo", "value"], frame.loc["bergen", "value"]) == (5, 7)


def test_places_are_adjusted_only_where_it_is_declared() -> None:
    closed = PlaceAdjustment(
        id="x", municipality="oslo", year=2024, unit="Heim", places=-5, reason="Nedlagt", source="Kommunen"
    )
    term = {"kind": "place_adjustment"}
    catalogue = replace(with_indicators(amount(term)), place_adjustments={"x": closed, "y": closed})
    frame = evaluate(
        catalogue,
        accounts_facts({(2023, "oslo", "253"): 1, (2024, "oslo", "253"): 1, (2024, "asker", "253"): 1}),
        population_facts({(2024, "oslo"): 1}),
    )
    found = frame.set_index(["year", "municipality"])["value"].to_dict()
    assert found == {(2023, "oslo"): 0, (2024, "asker"): 0, (2024, "oslo"): -10}
    assert "Heim -5" in frame["method"].iloc[-1]


def test_inhabitants_of_groups_come_from_the_measure_that_holds_them() -> None:
    share = indicator("s")
    frame = evaluate(
        with_indicators(share),
        accounts_facts({(2024, "EKG12", "281"): 300}, region_kind="kostra_group"),
        population_facts({(2024, "oslo"): 1}),
        measure_facts({(2024, "EKG12", "inhabitants_18_66"): 100}, region_kind="kostra_group"),
    )
    assert frame.set_index("municipality").loc["EKG12", "value"] == 3000
    own = measure_facts({(2024, "oslo", "inhabitants_18_66"): 100})
    again = evaluate(
        with_indicators(share),
        accounts_facts({(2024, "oslo", "281"): 300}),
        population_facts({(2023, "oslo"): 1}),
        own,
    )
    assert set(again["status"]) == {"missing"}, "a municipality's inhabitants are those of 07459"


def test_breaks_of_groups_and_of_municipalities_are_their_own() -> None:
    share = indicator("s", breaks=("kostra_groups_2020", "municipal_reform_2020"))
    accounts = pd.concat(
        [
            accounts_facts({(2020, "EKG12", "281"): 1}, region_kind="kostra_group"),
            accounts_facts({(2020, "asker", "281"): 1, (2020, "bergen", "281"): 1}),
        ]
    )
    frame = evaluate(with_indicators(share), accounts, population_facts({(2020, "asker"): 1}))
    assert frame.set_index("municipality")["break_before"].to_dict() == {
        "EKG12": True, "asker": True, "bergen": False,
    }  # fmt: skip


def test_every_computed_indicator_names_ssb_s_tables_in_words() -> None:
    for entry in WHOLE.indicators.values():
        if entry.measures:
            assert "SSB" in entry.source, entry.id
