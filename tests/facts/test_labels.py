"""When two SSB labels mean the same."""

import pytest

from assets.statbank.labels import begins_with, normalise, same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Beløp (1000 kr)", "beløp"),
        ("Sosialhjelpstilfeller (antall)", "Sosialhjelpstilfeller"),
        ("Samlet stønadssum (bidrag + lån) (1000 kr)", "samlet  stønadssum (bidrag + lån)"),
        ("Befolkning (K)", "Befolkning"),
        ("Andel (prosent) (K)", "Andel"),
        ("Årsverk", "Årsverk"),
        ("Årsverk".replace("Å", "A\u030a"), "årsverk"),
    ],
)
def test_same(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Stønadssum (bidrag + lån)", "Stønadssum (bidrag)"),
        ("Langtidstilfeller (6-12 mnd) med hovedinntekt", "Langtidstilfeller med hovedinntekt"),
        ("Netto driftsutgifter", "Brutto driftsutgifter"),
    ],
)
def test_not_the_same(one: str, other: str) -> None:
    assert not same(one, other)


def test_a_recorded_label_may_be_the_beginning_of_the_live_one_at_a_word_boundary() -> None:
    assert begins_with("Netto driftsutgifter på funksjon/tjenesteområde", "Netto driftsutgifter")
    assert begins_with("Personer", "personer")
    assert not begins_with("Personers alder", "Personer")
    assert not begins_with("Korrigerte brutto driftsutgifter", "Brutto driftsutgifter")
    assert not begins_with("Netto", "Netto driftsutgifter")


def test_parentheses_in_the_middle_stay() -> None:
    assert (
        normalise("Langtidstilfeller (6-12 mnd) med sosialhjelp")
        == "langtidstilfeller (6-12 mnd) med sosialhjelp"
    )
