"""What the report says about health and care in prose comes out of the sample."""

from collections.abc import Callable

import pytest

from tests.standin.sampled import account, by_label, cell, code, members, people, service

YEAR = 2024
Parts = Callable[[str, int], tuple[float, float]]


def users_67(slug: str, year: int) -> float:
    return service("12292", "KOSkjernetotalt0000", slug, year) - service(
        "12292", "KOSkjerne066aar0000", slug, year
    )


def cost_per_place(slug: str, year: int) -> tuple[float, float]:
    return account(slug, year, ["253", "261"], "AGD10"), service("11875", "KOSinstdispplass0000", slug, year)


def users_0_66(slug: str, year: int) -> tuple[float, float]:
    return 100 * service("12292", "KOSkjerne066aar0000", slug, year), people(slug, year, 0, 66)


def users_67_plus(slug: str, year: int) -> tuple[float, float]:
    return 100 * users_67(slug, year), people(slug, year, 67)


def users_80_plus(slug: str, year: int) -> tuple[float, float]:
    return 100 * service("12292", "KOSkjerne80aarov0000", slug, year), people(slug, year, 80)


def housed_80_plus(slug: str, year: int) -> tuple[float, float]:
    share = service("12209", "KOSsykhjand80aar0000", slug, year) + service(
        "12293", "KOSinnbbolig80aa0000", slug, year
    )
    old = people(slug, year, 80)
    return share * old, old


def trained(slug: str, year: int) -> tuple[float, float]:
    levels = ("videregående skole", "høyskole/universitet")
    labels = (f"Årsverk i brukerrettede tjenester m/ helseutdanning fra {level} (antall)" for level in levels)
    staff = sum(service("12292", by_label("12292", label), slug, year) for label in labels)
    return 100 * staff, service("12292", "KOSaarsverkbruke0000", slug, year)


def own(parts: Parts, slug: str, year: int = YEAR) -> float:
    numerator, denominator = parts(slug, year)
    return numerator / denominator


def mean(parts: Parts, year: int = YEAR) -> float:
    both = [parts(slug, year) for slug in members(year)]
    return sum(numerator for numerator, _ in both) / sum(denominator for _, denominator in both)


@pytest.mark.parametrize(
    ("parts", "slug", "percent"),
    [
        (cost_per_place, "baerum", -6),
        (cost_per_place, "asker", 1),
        (users_0_66, "baerum", 24),
        (users_0_66, "asker", 18),
        (housed_80_plus, "baerum", 8),
    ],
)
def test_distance_to_the_network_mean_in_percent(parts: Parts, slug: str, percent: int) -> None:
    distance = 100 * (own(parts, slug) / mean(parts) - 1)
    assert abs(distance - percent) < 0.5


def test_places_stand_in_the_ratio_that_both_distances_imply() -> None:
    baerum, asker = (cost_per_place(slug, YEAR)[1] for slug in ("baerum", "asker"))
    assert 1.65 <= baerum / asker <= 1.68


def test_cover_67_plus_lies_one_point_under_the_mean_and_falls() -> None:
    assert abs(own(users_67_plus, "baerum") - mean(users_67_plus) + 1) < 0.05
    fall = own(users_67_plus, "baerum") - own(users_67_plus, "baerum", YEAR - 1)
    assert abs(fall + 1.3) < 0.05
    assert own(users_67_plus, "asker") < mean(users_67_plus)


def test_cover_80_plus_falls_by_the_printed_percent_between_asker_and_the_mean() -> None:
    change = 100 * (own(users_80_plus, "baerum") / own(users_80_plus, "baerum", YEAR - 1) - 1)
    assert abs(change + 1.3) < 0.05
    assert own(users_80_plus, "asker") < own(users_80_plus, "baerum") < mean(users_80_plus)


def test_ready_share_80_plus_equals_the_counts() -> None:
    for slug in members(YEAR):
        assert abs(service("12209", "KOShjtj80aarover0001", slug, YEAR) - own(users_80_plus, slug)) <= 0.05


def test_housed_80_plus_falls_in_baerum_and_asker_is_under_the_mean() -> None:
    assert own(housed_80_plus, "baerum") < own(housed_80_plus, "baerum", YEAR - 1)
    assert own(housed_80_plus, "asker") < mean(housed_80_plus)


@pytest.mark.parametrize(("slug", "points"), [("baerum", 0.5), ("asker", 0.3)])
def test_trained_staff_changes_as_printed(slug: str, points: float) -> None:
    assert abs(own(trained, slug) - own(trained, slug, YEAR - 1) - points) < 0.05


def test_trained_staff_of_the_network_falls_and_baerum_is_lowest_of_the_three() -> None:
    assert abs(mean(trained) - mean(trained, YEAR - 1) + 1.1) < 0.05
    assert own(trained, "baerum") < own(trained, "asker") < mean(trained)


def test_ready_share_of_trained_staff_equals_the_counts() -> None:
    label = "Andel brukerrettede årsverk i omsorgstjenesten m/ helsefaglig utdanning (prosent)"
    for slug in members(YEAR):
        ready = service("12209", by_label("12209", label), slug, YEAR)
        assert abs(ready - own(trained, slug)) <= 0.0500001


def test_users_by_age_agree_between_the_care_tables() -> None:
    for slug in members(YEAR):
        at = code(slug, YEAR)
        young = cell("12003", at, "A00-66", "01", "KOSomsorgantbruk0000", str(YEAR))
        assert young == service("12292", "KOSkjerne066aar0000", slug, YEAR)
        nurses = cell("14534", at, "TOT", "01", "KOSARBAARSVERKST0000", str(YEAR))
        assert nurses < cell("14534", at, "TOT", "TOT", "KOSARBAARSVERKST0000", str(YEAR))
        assert cell("14534", at, "TOT", "TOT", "KOSARBAARSVERKST0000", str(YEAR)) == service(
            "12292", "KOSaarsverkbruke0000", slug, YEAR
        )


def hours(slug: str, year: int, ages: tuple[str, ...]) -> float:
    return sum(cell("11643", code(slug, year), "00", age, "Timeforbruk", str(year)) for age in ages)


def home_net(slug: str, year: int, *, young: bool) -> float:
    """Net expenditure of home services (1000 kr), split by the hours of the two age groups."""
    functions = ["257", "258"] if year >= 2024 else ["254"]
    under, over = (hours(slug, year, ages) for ages in (YOUNG_BANDS, OLD_BANDS))
    return account(slug, year, functions) * (under if young else over) / (under + over)


YOUNG_BANDS = ("00-17", "18-49", "50-66")
OLD_BANDS = ("67-79", "80-89", "90+")


def net_per_inhabitant_0_66(slug: str, year: int) -> tuple[float, float]:
    return home_net(slug, year, young=True), people(slug, year, 0, 66)


def net_per_user_0_66(slug: str, year: int) -> tuple[float, float]:
    return home_net(slug, year, young=True), service("12292", "KOSkjerne066aar0000", slug, year)


def net_per_inhabitant_67_plus(slug: str, year: int) -> tuple[float, float]:
    return home_net(slug, year, young=False), people(slug, year, 67)


def net_per_user_67_plus(slug: str, year: int) -> tuple[float, float]:
    return home_net(slug, year, young=False), users_67(slug, year)


@pytest.mark.parametrize(
    ("parts", "slug", "year", "percent", "tolerance"),
    [
        (net_per_inhabitant_0_66, "baerum", 2024, 14, 0.5),
        (net_per_inhabitant_0_66, "asker", 2024, 17, 0.5),
        (net_per_user_0_66, "baerum", 2024, -7, 0.5),
        (net_per_user_0_66, "baerum", 2023, 1.6, 0.05),
        (net_per_user_0_66, "asker", 2024, -1, 0.5),
    ],
)
def test_home_services_0_66_stand_where_the_report_says(
    parts: Parts, slug: str, year: int, percent: float, tolerance: float
) -> None:
    assert abs(100 * (own(parts, slug, year) / mean(parts, year) - 1) - percent) < tolerance


@pytest.mark.parametrize("parts", [net_per_inhabitant_67_plus, net_per_user_67_plus])
def test_baerum_spends_most_on_home_services_67_plus_and_asker_less_than_the_mean(parts: Parts) -> None:
    assert max(members(YEAR), key=lambda slug: own(parts, slug)) == "baerum"
    assert own(parts, "asker") < mean(parts)
