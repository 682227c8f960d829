"""The published social services figures come out of the sample at the printed decimals."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipelines.standin.sample import sample_table
from tests.standin.sampled import account, by_label, cell, code, members, people, printed, service

SOS = ("242", "243", "273", "276", "281")
CASES = "Sosialhjelpstilfeller (antall)"
MAIN = "Sosialhjelpstilfeller med sosialhjelp som hovedinntekt (antall)"
YOUNG = "Antall sosialhjelpstilfeller 18-24 år (antall)"
BANDS = ("18-24", "25-29", "30-39", "40-49", "50-67")
Parts = Callable[[str, int], tuple[float, float]]


def cases(slug: str, year: int) -> float:
    return service("14019" if year >= 2022 else "12210", "KOSsosantkliente0000", slug, year)


def key_figure(label: str) -> Callable[[str, int], float]:
    return lambda slug, year: service("14019", by_label("14019", label), slug, year)


def detail(label: str) -> Callable[[str, int], float]:
    def read(slug: str, year: int) -> float:
        table = "13995" if year >= 2022 else "13138"
        return service(table, by_label(table, label), slug, year)

    return read


def working(slug: str, year: int) -> float:
    return sum(detail(f"Antall sosialhjelpstilfeller {band} år (antall)")(slug, year) for band in BANDS)


def ratio(
    numerator: Callable[[str, int], float], denominator: Callable[[str, int], float], scale: float
) -> Parts:
    return lambda slug, year: (scale * numerator(slug, year), denominator(slug, year))


def adults(slug: str, year: int) -> float:
    return people(slug, year, 18, 66)


INDICATORS: dict[str, tuple[Parts, int]] = {
    "sos_net_expenditure_per_inhabitant_18_66": (ratio(lambda s, y: account(s, y, SOS), adults, 1000), 0),
    "sos_subsistence_net_expenditure_per_inhabitant_18_66": (
        ratio(lambda s, y: account(s, y, ["281"]), adults, 1000),
        0,
    ),
    "sos_substance_abuse_net_expenditure_per_inhabitant_18_66": (
        ratio(lambda s, y: account(s, y, ["243"]), adults, 1000),
        0,
    ),
    "sos_recipients_share_18_67": (ratio(working, adults, 100), 1),
    "sos_recipients_share_18_24": (ratio(detail(YOUNG), lambda s, y: people(s, y, 18, 24), 100), 1),
    "sos_supplementary_recipients_share": (
        ratio(lambda s, y: cases(s, y) - detail(MAIN)(s, y), cases, 100),
        1,
    ),
    "sos_main_income_recipients_share": (ratio(detail(MAIN), cases, 100), 1),
    "sos_disability_pension_share_18_67": (
        ratio(
            lambda s, y: cell("11715", code(s, y), "18-67", "UforetygdPers", str(y)),
            lambda s, y: people(s, y, 18, 67),
            100,
        ),
        1,
    ),
    "sos_qualification_recipients_per_1000_18_66": (
        ratio(lambda s, y: service("12160", "KOSkvalmottakere0000", s, y), adults, 1000),
        1,
    ),
    "sos_recipients_with_children_share": (
        ratio(key_figure("Sosialhjelpstilfeller som forsørger barn under 18 år"), cases, 100),
        2,
    ),
    "sos_benefit_per_recipient": (
        ratio(key_figure("Samlet stønadssum (bidrag + lån) (1000 kr)"), cases, 1000),
        0,
    ),
    "sos_benefit_duration_18_24": (
        ratio(
            lambda s, y: service("13995" if y >= 2022 else "13138", "KOSgjsnitt18240000", s, y),
            lambda _s, _y: 1,
            1,
        ),
        1,
    ),
    "sos_benefit_duration_main_income": (
        ratio(
            lambda s, y: service("13995" if y >= 2022 else "13138", "KOSgjsnittvklo0000", s, y),
            lambda _s, _y: 1,
            1,
        ),
        1,
    ),
    "sos_long_term_main_income_share": (
        ratio(key_figure("Langtidstilfeller (6-12 mnd) med sosialhjelp som hovedinntekt"), cases, 100),
        1,
    ),
    "sos_children_in_recipient_families_share": (
        ratio(
            key_figure("Antall barn under 18 år i familier som mottok sosialhjelp"),
            lambda s, y: people(s, y, 0, 17),
            100,
        ),
        1,
    ),
}
NEED_INDEX = {"baerum": 0.836, "asker": 0.859}
SLUGS = {"Bærum": "baerum", "Asker": "asker"}


def value(indicator: str, slug: str, year: int) -> float:
    numerator, denominator = INDICATORS[indicator][0](slug, year)
    return numerator / denominator


def mean(indicator: str, year: int) -> float:
    """Sum of numerators over sum of denominators; the same as a simple mean where both are averages."""
    parts = [INDICATORS[indicator][0](slug, year) for slug in members(year)]
    return sum(numerator for numerator, _ in parts) / sum(denominator for _, denominator in parts)


def published(recorded: Path, name: str) -> list[dict[str, str]]:
    with (recorded / "published" / f"{name}.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["indicator_id"] in INDICATORS and row["value"]]


def found(row: dict[str, str]) -> float:
    indicator, year, entity = row["indicator_id"], int(row["year"]), row["entity"]
    if entity in SLUGS:
        return value(indicator, SLUGS[entity], year)
    if entity in {"KG12", "KG13"}:
        contents, table = (
            ("KOSalder18660000", "12160")
            if "qualification" in indicator
            else ("KOSgjsnittvklo0000", "13995" if year >= 2022 else "13138")
        )
        return cell(table, entity.replace("KG", "EKG"), contents, str(year))
    if entity == "ASSS mean":
        return mean(indicator, year)
    pick = {"ASSS max": max, "ASSS min": min}[entity]
    return pick(value(indicator, slug, year) for slug in members(year))


@pytest.mark.recorded
@pytest.mark.parametrize("name", ["service_profile", "time_series"])
def test_published_figures_come_out_at_the_printed_decimals(recorded: Path, name: str) -> None:
    rows = published(recorded, name)
    wrong = [
        (row["indicator_id"], row["year"], row["entity"], row["value"], found(row))
        for row in rows
        if printed(found(row), INDICATORS[row["indicator_id"]][1])
        != printed(float(row["value"]), INDICATORS[row["indicator_id"]][1])
    ]
    assert not wrong
    assert len(rows) >= 48


@pytest.mark.recorded
def test_the_need_adjusted_share_is_all_cases_over_one_need_index(recorded: Path) -> None:
    with (recorded / "published" / "time_series.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["table"] == "ts_sos_recipients_share_18_66"]
    for row in (row for row in rows if row["entity"] in SLUGS):
        slug, year = SLUGS[row["entity"]], int(row["year"])
        share = 100 * cases(slug, year) / adults(slug, year) / NEED_INDEX[slug]
        assert printed(share, 1) == row["value"], row


@pytest.mark.parametrize(("slug", "adjusted"), [("baerum", 4329), ("asker", 4482)])
def test_net_expenditure_per_inhabitant_2024_needs_no_deflator(slug: str, adjusted: int) -> None:
    per_head = 1000 * account(slug, 2024, SOS) / people(slug, 2024)
    assert abs(per_head / NEED_INDEX[slug] - adjusted) < 5


def test_all_cases_lie_where_one_reading_of_the_published_shares_puts_them() -> None:
    assert 1770 <= cases("baerum", 2022) <= 1840
    assert 2000 <= cases("baerum", 2023) <= 2070
    assert 2210 <= cases("baerum", 2024) <= 2280


@pytest.mark.parametrize(
    ("slug", "figures"),
    [
        ("oslo", (25085, 6115, 12246, 12746, 5609, 2284021, 2269397)),
        ("lillestrom", (2990, 600, 1067, 1367, 609, 256792, 245706)),
    ],
)
def test_given_figures_of_table_14019_are_served_as_given(slug: str, figures: tuple[int, ...]) -> None:
    metric = sample_table("14019").metric
    assert tuple(service("14019", contents, slug, 2024) for contents in metric.codes) == figures


def test_given_figures_of_table_12210_are_served_as_given() -> None:
    given = {2015: (2007, 304), 2016: (2082, 321), 2017: (2099, 289), 2018: (2162, 274), 2020: (2101, 255)}
    for year, figures in given.items():
        served = (
            service("12210", contents, "baerum", year)
            for contents in ("KOSsosantkliente0000", "KOSant18240000")
        )
        assert tuple(served) == figures


def test_given_figures_outside_kostra_are_served_as_given() -> None:
    assert cell("11715", "5501", "18-67", "UforetygdPers", "2024") == 4602
    assert cell("11715", "5501", "18-67", "UforetrygdPros", "2024") == 8.5
    unemployed, employed = (
        cell("13563", "5501", status, "20-66", "A-G", "Bosatte", "2024") for status in ("A.09", "A.01")
    )
    assert (unemployed, unemployed + employed) == (401, 42179)


@pytest.mark.parametrize("year", range(2015, 2025))
def test_age_and_income_groups_are_no_larger_than_all_cases(year: int) -> None:
    for slug in members(year):
        assert detail(YOUNG)(slug, year) < working(slug, year) <= cases(slug, year)
        assert detail(MAIN)(slug, year) < cases(slug, year)


@pytest.mark.parametrize("year", range(2022, 2025))
def test_long_term_and_family_cases_fit_into_each_other(year: int) -> None:
    for slug in members(year):
        _, families, children, six_months, long_main, *_ = (
            service("14019", contents, slug, year) for contents in sample_table("14019").metric.codes
        )
        assert long_main <= detail(MAIN)(slug, year)
        assert long_main < six_months < cases(slug, year)
        assert families < children


def test_statuses_of_the_labour_table_add_up() -> None:
    served = sample_table("13563")
    codes = served.dimensions[1].codes
    parts = served.values[:, [at for at, status in enumerate(codes) if status != "TOT"]].sum(axis=1)
    total = served.values[:, codes.index("TOT")]
    there = ~np.isnan(total)
    assert (parts[there] == total[there]).all()


def test_benefit_durations_of_group_13_are_those_of_oslo() -> None:
    for year in (2022, 2023, 2024):
        oslo, group = (cell("13995", region, "KOSgjsnittvklo0000", str(year)) for region in ("0301", "EKG13"))
        assert oslo == group
