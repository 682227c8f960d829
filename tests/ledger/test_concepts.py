"""Expense concepts by year, function set and any other grouping."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assets.ledger.codes import Place, valid_codes
from assets.ledger.concepts import CONCEPTS, art_in, concepts


def entries(rows: list[tuple[int, str, str, float]], **more: object) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["year", "function", "art", "amount"]).assign(**more)
    return frame.astype({"function": "category", "art": "category"})


@pytest.mark.parametrize(
    ("concept", "year", "inside", "outside"),
    [
        (
            "gross",
            2024,
            ["010", "285", "300", "429", "480", "590", "710", "729"],
            ["500", "600", "690", "790"],
        ),
        ("gross", 2019, ["690", "375", "475"], ["790", "700"]),
        ("gross", 2015, ["690", "790"], ["589", "990"]),
        ("adjusted_gross", 2024, ["010", "285", "429", "590", "710", "729"], ["300", "470", "600", "690"]),
        ("adjusted_gross", 2019, ["690"], ["790", "375"]),
        ("net", 2024, ["010", "380", "470", "590", "600", "700", "895"], ["500", "589", "900", "990"]),
        ("purchases", 2024, ["300", "370", "380"], ["270", "400"]),
        ("wages", 2024, ["010", "099", "710"], ["100", "700"]),
        ("depreciation", 2024, ["590"], ["589", "600"]),
    ],
)
def test_arts_of_a_concept(concept: str, year: int, inside: list[str], outside: list[str]) -> None:
    arts = pd.Series([*inside, *outside])

    assert art_in(concept, arts, year).tolist() == [True] * len(inside) + [False] * len(outside)


def test_an_unknown_concept_is_an_error() -> None:
    with pytest.raises(ValueError, match="there are gross, adjusted_gross, net"):
        art_in("brutto", pd.Series(["010"]), 2024)


def test_only_the_year_and_the_functions_asked_for() -> None:
    rows = [(2023, "254", "010", 5.0), (2024, "257", "010", 7.0), (2024, "258", "010", 2.0)]

    assert concepts(entries(rows), 2024)["function"].tolist() == ["257", "258"]
    assert concepts(entries(rows), 2024, functions=["257"])["gross"].tolist() == [7.0]
    assert concepts(entries(rows), 2022).empty
    assert list(concepts(entries(rows), 2022).columns) == ["function", *CONCEPTS]


def test_any_grouping() -> None:
    rows = [(2024, "257", "010", 7.0), (2024, "258", "330", 2.0), (2024, "258", "010", 1.0)]
    frame = concepts(entries(rows, director_area=["A 42", "A 30", "A 42"]), 2024, by=["director_area"])

    assert frame.set_index("director_area")["gross"].to_dict() == {"A 30": 2.0, "A 42": 8.0}
    assert frame.set_index("director_area")["purchases"].to_dict() == {"A 30": 2.0, "A 42": 0.0}


POSTS = st.tuples(
    st.sampled_from(["253", "257", "800"]),
    st.sampled_from(sorted(valid_codes("arts", Place(2024)))),
    st.integers(-1000, 1000),
)


@hypothesis_settings(deadline=None, max_examples=60)
@given(st.lists(POSTS, min_size=1, max_size=30))
def test_identities_between_the_concepts(posts: list[tuple[str, str, int]]) -> None:
    """Net is gross and the income that gross leaves out; gross is own production, purchases and transfers."""
    frame = entries([(2024, function, art, float(amount)) for function, art, amount in posts])
    by_function = concepts(frame, 2024).set_index("function")

    for function, figures in by_function.iterrows():
        of = [(art, amount) for its, art, amount in posts if its == function]
        income = sum(a for art, a in of if "600" <= art <= "895" and art not in ("710", "729"))
        transfers = sum(a for art, a in of if "400" <= art <= "480" and art != "429")
        assert figures["net"] == pytest.approx(figures["gross"] + income)
        assert figures["gross"] == pytest.approx(figures["adjusted_gross"] + figures["purchases"] + transfers)
    assert np.isfinite(by_function.to_numpy()).all()
