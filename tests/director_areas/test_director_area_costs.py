"""The ledger by director area: what goes where, exact to the øre."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.baerum.director_area_costs import director_area_costs
from schemas.catalogue import Breakdown
from schemas.director_areas import director_area_costs_contract
from schemas.validation import ContractViolation, validate
from tests.director_areas.ledgers import CARE, SUPPORT, Post, but, catalogue, entries, key

CONTRACT = director_area_costs_contract("baerum")
HEALTH, CHILDREN = "A 30 Helse og Velferd", "A 20 Oppvekst"
ROWS = ["director_area", "cost_type", "amount"]


def costs(posts: list[Post], year: int = 2024, **sections: dict[str, object]) -> pd.DataFrame:
    held = but(**sections) if sections else catalogue()
    return director_area_costs(entries(posts, held, year), held, year)


def table(frame: pd.DataFrame, service: str) -> list[list[object]]:
    return frame.loc[frame["service"] == service, ROWS].values.tolist()


HOME: list[Post] = [
    (CARE, "258", "010", 100.10),
    (CARE, "258", "710", -10.05),  # sick pay: income at net
    (CARE, "258", "600", -20.0),
    (CARE, "257", "370", 30.0),
    (HEALTH, "257", "380", 7.0),
    (HEALTH, "257", "500", 99.0),  # finance: in no concept
    (SUPPORT, "257", "010", 5.55),
    (SUPPORT, "258", "330", 4.0),
    (SUPPORT, "120", "010", 1000.0),
]


def test_home_services_are_net_with_purchases_apart_as_printed() -> None:
    assert table(costs(HOME), "home_services") == [
        [HEALTH, "direct", 7.0],
        [CARE, "direct", 70.05],
        ["Kjøp av plasser", "purchased", 34.0],
        [SUPPORT, "allocated", 5.55],
        ["Totalt", "total", 116.6],
    ]


def test_from_2024_the_two_functions_stand_by_themselves_and_add_up() -> None:
    frame = costs(HOME)

    assert table(frame, "home_services_257")[-1] == ["Totalt", "total", 42.55]
    assert table(frame, "home_services_258")[-1] == ["Totalt", "total", 74.05]
    parts = frame[frame["service"].isin(["home_services_257", "home_services_258"])]
    whole = frame[frame["service"] == "home_services"].set_index(["director_area", "cost_type"])["amount"]
    added = parts.groupby(["director_area", "cost_type"])["amount"].sum()
    assert added.round(2).sort_index().to_dict() == whole.sort_index().to_dict()


def test_before_2024_home_services_are_one_function() -> None:
    frame = costs([(CARE, "254", "010", 5.0), (CARE, "254", "330", 2.0)], 2023)

    assert set(frame["service"]) == {"home_services"}
    assert table(frame, "home_services") == [
        [CARE, "direct", 5.0],
        ["Kjøp av plasser", "purchased", 2.0],
        ["Totalt", "total", 7.0],
    ]


def test_institutions_are_gross_with_purchases_in_the_area() -> None:
    posts = [
        (CARE, "253", "010", 50.0),
        (CARE, "253", "370", 20.0),
        (CARE, "253", "710", -3.0),  # refunds of sick pay and VAT are part of gross
        (CARE, "253", "729", -2.0),
        (CARE, "253", "600", -40.0),  # other income is not
        (SUPPORT, "261", "590", 8.0),
    ]

    assert table(costs(posts), "institution") == [
        [CARE, "direct", 65.0],
        [SUPPORT, "allocated", 8.0],
        ["Totalt", "total", 73.0],
    ]


def test_shares_are_parts_of_the_total() -> None:
    frame = costs(HOME)
    home = frame[frame["service"] == "home_services"]

    assert home["share"].tolist() == pytest.approx([amount / 116.6 for amount in home["amount"]])
    assert home["share"].iloc[-1] == 1


def test_a_total_of_nothing_has_no_shares() -> None:
    frame = costs([(CARE, "253", "010", 5.0), (CHILDREN, "253", "010", -5.0)])

    assert frame["share"].isna().all()
    validate(CONTRACT, frame, 2024)


def test_an_area_with_both_direct_and_distributed_costs_has_a_row_of_each() -> None:
    keys = {"k": key({"functions": ["120"]}, {"253": "0.5", "120": "0.5"})}
    posts = [(CARE, "120", "010", 10.01), (CARE, "253", "010", 1.0)]

    assert table(costs(posts, allocation_keys=keys), "institution") == [
        [CARE, "direct", 1.0],
        [CARE, "allocated", 5.0],
        ["Totalt", "total", 6.0],
    ]


def test_a_further_service_is_one_entry() -> None:
    social = Breakdown(
        id="social", title="Sosialtjeneste", functions="sos_asss", concept="adjusted_gross_expenditure"
    )
    posts = [(HEALTH, "242", "010", 8.0), (HEALTH, "242", "370", 3.0), (HEALTH, "281", "470", 9.0)]

    frame = costs(posts, breakdowns={"social": social})

    assert table(frame, "social") == [[HEALTH, "direct", 8.0], ["Totalt", "total", 8.0]]
    assert set(frame["title"]) == {"Sosialtjeneste"}


def test_purchases_of_another_breakdown_stay_in_the_area_with_their_own_cost_type() -> None:
    gross = Breakdown(id="gross", title="Brutto", functions="home_services", concept="gross_expenditure")
    held = {**catalogue().breakdowns, "gross": gross}

    assert table(costs(HOME, breakdowns=held), "gross")[1:3] == [
        [CARE, "direct", 90.05],
        [CARE, "purchased", 30.0],
    ]


def test_a_ledger_without_the_services_has_no_rows() -> None:
    frame = costs([(SUPPORT, "120", "010", 5.0)])

    assert frame.empty
    validate(CONTRACT, frame, 2024)


AMOUNTS = st.integers(-(10**12), 10**12).map(lambda ore: ore / 100)
POSTS = st.lists(
    st.tuples(
        st.sampled_from([CARE, SUPPORT, HEALTH, CHILDREN]),
        st.sampled_from(["253", "257", "258", "261"]),
        st.sampled_from(["010", "370", "380", "600", "710", "729", "590"]),
        AMOUNTS,
    ),
    min_size=1,
    max_size=12,
)


@given(POSTS)
@settings(deadline=None, max_examples=25)
def test_direct_allocated_and_purchased_are_the_total_to_the_ore(posts: list[Post]) -> None:
    frame = costs(posts)
    validate(CONTRACT, frame, 2024)

    expected = sum(round(amount * 100) for _, function, art, amount in posts if function in {"257", "258"})
    home = frame[(frame["service"] == "home_services") & (frame["cost_type"] != "total")]
    assert sum(round(amount * 100) for amount in home["amount"]) == expected


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("amount", 70.06, "to the øre"),
        ("director_area", HEALTH, "one row per service"),
        ("cost_type", "total", "and nothing else has"),
    ],
)
def test_the_contract_refuses_a_table_that_does_not_add_up(column: str, value: object, rule: str) -> None:
    frame = costs(HOME)
    frame.loc[1, column] = value

    with pytest.raises(ContractViolation, match=rule):
        validate(CONTRACT, frame, 2024)
