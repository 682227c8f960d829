"""Factors for prices and need: what is held is applied, what is not held is said and not guessed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.baerum.adjust import need_factor, price_factor
from schemas.catalogue import DEFLATORS, NeedIndex, PriceStep
from tests.algebra.facts import WHOLE

STEPS = tuple(WHOLE.price_steps.values())
NEEDS = tuple(WHOLE.need_indices.values())
#: Factors to 2024 prices by the municipal deflator as published, four decimals.
TO_2024 = {
    2015: 1.3774,
    2016: 1.3425,
    2017: 1.3110,
    2018: 1.2716,
    2019: 1.2321,
    2020: 1.2199,
    2021: 1.1685,
    2022: 1.0952,
    2023: 1.0500,
    2024: 1,
}


@pytest.mark.parametrize(("year", "factor"), TO_2024.items())
def test_the_municipal_deflator_chains_to_the_known_factors(year: int, factor: float) -> None:
    found = price_factor(STEPS, "municipal", year, 2024)
    assert found.value == pytest.approx(factor, abs=5e-5)
    assert found.words.startswith(f"deflate: municipal {year}→2024 ×1")


@pytest.mark.parametrize(("year", "step"), [(2023, 1.031), (2022, 1.088), (2021, 1.151)])
def test_consumer_prices_are_a_quotient_of_the_index(year: int, step: float) -> None:
    assert price_factor(STEPS, "cpi", year, 2024).value == pytest.approx(step, abs=5e-4)


def test_estimated_price_steps_are_said() -> None:
    assert (
        price_factor(STEPS, "municipal", 2024, 2025).words
        == "deflate: municipal 2024→2025 ×1.04700 (estimate)"
    )


@pytest.mark.parametrize(
    ("series", "year", "base", "missing"),
    [("cpi", 2025, 2024, "2025"), ("cpi", 2020, 2014, "2014"), ("municipal", 2013, 2015, "2014")],
)
def test_a_year_that_is_not_held_has_no_factor(series, year: int, base: int, missing: str) -> None:
    found = price_factor(STEPS, series, year, base)
    assert found.value is None
    assert found.reason == f"deflatoren {series} er ikke lagt inn for {missing}"
    assert found.words.endswith("not held")


def test_a_hole_in_the_middle_is_not_jumped() -> None:
    steps = [step for step in STEPS if (step.series, step.year) != ("municipal", 2022)]
    assert price_factor(steps, "municipal", 2020, 2024).value is None
    assert price_factor(steps, "municipal", 2022, 2024).value == pytest.approx(1.043 * 1.05 / 1.043 * 1.043)


YEARS = st.integers(2015, 2024)


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(DEFLATORS), YEARS, YEARS, YEARS)
def test_factors_chain_and_turn_round(series, one: int, two: int, three: int) -> None:
    def factor(year: int, base: int) -> float:
        value = price_factor(STEPS, series, year, base).value
        assert value is not None
        return value

    assert factor(one, two) * factor(two, three) == pytest.approx(factor(one, three))
    assert factor(one, two) * factor(two, one) == pytest.approx(1)
    assert factor(one, one) == 1


def test_only_the_last_of_equal_ways_counts() -> None:
    steps = [
        PriceStep(id=f"cpi_{year}", series="cpi", year=year, index=index, status="final", source="s")
        for year, index in {2020: 50.0, 2021: 100.0}.items()
    ]
    assert price_factor(steps, "cpi", 2020, 2021).value == 2


@pytest.mark.parametrize(
    ("area", "municipality", "year", "index"),
    [("sos", "baerum", 2025, 0.9168), ("plo", "asker", 2025, 0.9244), ("sos", "oslo", 2025, 1.3876)],
)
def test_the_need_index_is_that_of_the_area_and_the_year(area, municipality, year: int, index: float) -> None:
    found = need_factor(NEEDS, area, municipality, year)
    assert found.value == pytest.approx(1 / index)
    assert found.vintage == f"Grønt hefte {year}"
    assert f"{index:.4f} (Grønt hefte {year})" in found.words


@pytest.mark.parametrize("year", range(2015, 2025))
def test_no_need_index_is_carried_back_to_years_with_other_keys(year: int) -> None:
    found = need_factor(NEEDS, "sos", "baerum", year)
    assert found.value is None
    assert found.reason == f"ingen behovsindeks (social) er lagt inn for baerum i {year}"


def test_an_area_without_a_key_and_a_municipality_without_an_index_say_so() -> None:
    assert "ingen delkostnadsnøkkel for housing" in need_factor(NEEDS, "housing", "baerum", 2025).reason
    assert "for halden i 2025" in need_factor(NEEDS, "sos", "halden", 2025).reason


def test_the_index_of_two_years_never_meets() -> None:
    held = [entry for entry in NEEDS if isinstance(entry, NeedIndex)]
    assert {entry.year for entry in held} == {2025, 2026}
    assert len({(entry.year, entry.sector, entry.municipality) for entry in held}) == len(held)
