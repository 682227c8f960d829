"""The published social services figures come out of the sample at the printed decimals."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

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
