"""The quality page: readable by itself, marked when figures are modelled, with no markup by accident."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from assets.quality.outcomes import Outcome, expectation_rows
from assets.quality.page import broken, quality_page, summaries

HELD = Outcome(
    2024, "kostra/accounts", "gate", "rows_per_year", "Alt er der", "error", True, "6 400 rader", "Se"
)
ODD = replace(
    HELD,
    suite="watch",
    expectation="year_on_year",
    title="Endringene er små",
    severity="warning",
    success=False,
    observed="1 av 2 beløp holder ikke",
    advice="Se `kostra explain` <b>nå</b>",
    examples=("baerum: 1; 2", "<script>alert(1)</script>"),
)
TITLES = {"kostra/accounts": "Driftsregnskap"}


def page(*outcomes: Outcome, sample: bool = False, refused: tuple[str, ...] = ()) -> str:
    rows = expectation_rows(outcomes, 2024, "sample" if sample else "ssb", refused)
    return quality_page(rows, TITLES, "Bærum", sample=sample)


class Outline(HTMLParser):
    """Elements as they stand, and whether each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    outline = Outline(page(HELD, ODD))

    assert outline.open == []
    assert ("lang", "nb") in outline.attributes
    assert not {"script", "link", "img", "iframe"} & set(outline.tags)
    assert [
        value for name, value in outline.attributes if name in ("src", "href") and "#" not in str(value)
    ] == []
    assert outline.tags.count("table") == outline.tags.count("caption") == 3
    assert [tag for tag in outline.tags if re.fullmatch("h[1-6]", tag)] == ["h1", "h2", "h2", "h3", "h2"]


def test_what_does_not_hold_is_told_with_what_was_found_and_what_to_look_at() -> None:
    text = page(HELD, ODD)

    assert "1 av 2 beløp holder ikke" in text
    assert "<li>baerum: 1, 2</li>" in text
    assert "Se <code>kostra explain</code> &lt;b&gt;nå&lt;/b&gt;" in text
    assert "<script>" not in text
    assert "6 400 rader" in text


@pytest.mark.parametrize("sample", [True, False])
def test_modelled_figures_are_marked(sample: bool) -> None:
    assert ("EKSEMPELTALL" in page(HELD, sample=sample)) is sample
    assert ("Kilde: Statistisk sentralbyrå" in page(HELD, sample=sample)) is not sample


def test_refused_rows_are_marked() -> None:
    refused = replace(ODD, suite="gate", severity="error")

    assert "Tallene ble avvist og er ikke lagret." in page(refused, refused=("kostra/accounts",))
    assert "avvist og er ikke" not in page(refused)


def test_where_all_holds_it_says_so() -> None:
    assert "Alt holder." in page(HELD)


def test_years_are_told_together_newest_first_and_errors_before_warnings() -> None:
    grave = replace(ODD, dataset="klass/municipalities", expectation="one_code", severity="error")
    rows = expectation_rows([ODD, grave, HELD], 2023, "ssb")
    later = expectation_rows([ODD], 2024, "ssb")
    told = broken(pd.concat([rows, later], ignore_index=True))

    assert [(each.grade, [found.year for found in each.found]) for each in told] == [
        ("feil", [2023]),
        ("varsel", [2024, 2023]),
    ]
    assert [(s.dataset, s.judged, s.held, s.warnings, s.errors) for s in summaries(rows, TITLES)] == [
        ("klass/municipalities", 1, 0, 0, 1),
        ("kostra/accounts", 2, 1, 1, 0),
    ]
