"""Direct, allocated, purchased: by function, art, director area and year."""

import logging

import pytest

from schemas.catalogue import DirectorArea
from tests.director_areas.ledgers import CARE, SUPPORT, but, catalogue, entries


@pytest.mark.parametrize(
    ("area", "function", "art", "year", "expected"),
    [
        (CARE, "258", "010", 2024, "direct"),
        (CARE, "258", "300", 2024, "purchased"),
        (CARE, "257", "370", 2024, "purchased"),
        (SUPPORT, "257", "370", 2024, "purchased"),  # whatever the area
        (CARE, "258", "380", 2024, "direct"),  # own enterprise: not from outside
        (SUPPORT, "258", "380", 2024, "allocated"),
        (CARE, "253", "370", 2024, "direct"),  # purchases stay in the area
        (SUPPORT, "261", "240", 2024, "allocated"),
        (SUPPORT, "120", "010", 2024, "direct"),  # a function of its own, not a service
        ("A 56 Bymiljø og eiendom", "242", "010", 2024, "allocated"),
        (CARE, "254", "330", 2023, "purchased"),
        ("A 20 Oppvekst", "254", "700", 2023, "direct"),
    ],
)
def test_cost_types(area: str, function: str, art: str, year: int, expected: str) -> None:
    assert entries([(area, function, art, 10.0)], year=year)["cost_type"].tolist() == [expected]


def test_what_an_area_counts_as_is_dated() -> None:
    areas = {
        "old": DirectorArea(id="old", code="A 68", counts_as="allocated", last_year=2023),
        "new": DirectorArea(id="new", code="A 68", counts_as="direct", first_year=2024),
    }
    held = but(director_areas=areas)

    assert entries([(SUPPORT, "253", "010", 1.0)], held, 2023)["cost_type"].tolist() == ["allocated"]
    assert entries([(SUPPORT, "253", "010", 1.0)], held, 2024)["cost_type"].tolist() == ["direct"]


def test_arts_that_are_purchases_are_configured() -> None:
    home = catalogue().breakdowns["home_services"]
    wider = home.model_copy(update={"purchased": home.purchased.model_copy(update={"arts": ("380",)})})

    frame = entries([(CARE, "258", "380", 1.0), (CARE, "258", "370", 1.0)], but(breakdowns={"home": wider}))

    assert frame["cost_type"].tolist() == ["purchased", "direct"]


def test_an_area_that_is_not_listed_is_direct_and_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        frame = entries([("A 560 Utbygging", "261", "010", 1.0)])

    assert frame["cost_type"].tolist() == ["direct"]
    assert (
        "'A 560 Utbygging' is not in director_areas.yaml and counts as direct; nearest: A 56" in caplog.text
    )
