"""What the rules read out of Norwegian titles and sentences."""

import pytest

from assets.quality.reconciliation.rules import text
from assets.quality.reconciliation.rules.intervals import ABOVE, BELOW, Interval
from assets.quality.reconciliation.rules.slips import digit_slips, factor_slips


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("7,6 prosent mer enn snittet i 2024", [(7.6, "percent")]),
        ("økning fra 2023 (0,3 %-poeng)", [(0.3, "percentage_points")]),
        ("kommuner med 75 000 til 300 000 innbyggere", [(75000, ""), (300000, "")]),
        ("åpningen av to nye boliger i 2024", [(2, "")]),
        ("per innbygger 0-66 år, funksjon 253 og 261", []),
        ("KOSTRA-gruppe 12 og f254", []),
        ("per 1000 innbyggere, ASSS-snitt = 100", []),
        ("1 835 374 kroner", [(1835374, "money")]),
        ("i 6 måneder", [(6, "months")]),
    ],
)
def test_numbers_with_their_unit(sentence: str, numbers: list[tuple[float, str]]) -> None:
    assert [(each.value, each.unit) for each in text.quantities(sentence)] == numbers


@pytest.mark.parametrize(
    ("title", "bands"),
    [
        ("18-67 år av innbyggere 18-67 år", [(18, 67), (18, 67)]),
        ("arbeidsstyrken (20-66 år)", [(20, 66)]),
        ("80 år og eldre", [(80, 200)]),
        ("Hjemmetjenester 67+", [(67, 200)]),
        ("barn under 18 år", [(0, 17)]),
        ("årene 2021-2024", []),
        ("6-12 mnd", []),
    ],
)
def test_age_bands(title: str, bands: list[tuple[int, int]]) -> None:
    assert [band.ends for band in text.bands(title)] == bands
    assert not any(band.doubtful for band in text.bands(title))


def test_a_bound_in_parentheses_is_doubtful() -> None:
    assert [band.doubtful for band in text.bands("18-24 år, av innbyggerne (19)-24 år")] == [False, True]
    assert text.bands("0-(66) år")[0].doubtful


@pytest.mark.parametrize(
    ("sentence", "kind", "ways"),
    [
        ("ligger under ASSS-snittet", "relative", {"down"}),
        ("lavere enn ASSS-snittet, men høyere enn Asker", "relative", {"down", "up"}),
        ("for innbyggere under 67 år", "relative", set()),
        ("har over tid ligget lavere", "relative", {"down"}),
        ("0,3 prosent mindre", "relative", {"down"}),
        ("er ikke høyere enn snittet", "relative", set()),
        ("etter flere års økning går den ned", "change", {"up", "down"}),
        ("viderefører nivået", "change", {"still"}),
        ("nettverkets laveste", "rank", {"down"}),
    ],
)
def test_which_way_a_sentence_points(sentence: str, kind: str, ways: set[str]) -> None:
    assert text.directions(sentence, kind) == ways


def test_function_codes() -> None:
    assert text.functions("(f242/f243) under F254, KOSTRA-funksjon 253, 261") == [
        "242",
        "243",
        "254",
        "253",
        "261",
    ]
    assert text.functions("SOS 123 per 1000, pdf254") == []


def test_one_spelling() -> None:
    assert text.plain(" a\u030ar  18\u201366\u00a0") == "år 18-66"


def test_intervals_of_printed_figures() -> None:
    printed = Interval.around(2.6, 1)
    assert (printed.low, printed.high) == (pytest.approx(2.55), pytest.approx(2.65))
    assert printed.meets(Interval(2.65, 3))
    assert not ABOVE.meets(BELOW)
    assert not (BELOW * Interval(0.9, 0.95)).meets(ABOVE)
    assert (Interval(1, 2) / Interval(0, 1)).high == float("inf")
    assert (printed - Interval.around(2.4, 1)).sign == 1
    assert (printed - Interval.around(2.6, 1)).sign == 0


def test_slips_of_the_pen() -> None:
    assert {slip.shown for slip in digit_slips(13.9, 1)} == {"31,9", "19,3"}
    assert {slip.shown for slip in factor_slips(2.2, 1)} >= {"22", "220", "0,22", "0,022"}
    assert list(digit_slips(5.5, 1)) == []
