"""Age labels: bounds in parentheses, labels that disagree, and ages that fall between two headings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules import text
from assets.quality.reconciliation.rules.printed import Printed
from schemas.catalogue import OPEN_AGE, Indicator, PopulationTerm, leaves

_IN_ID = re.compile(r"(?<!\d)(\d{1,2})_(\d{1,2})(?!\d)")
_PLUS_IN_ID = re.compile(r"(?<!\d)(\d{1,2})_plus")


def age_labels(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """The ages of a title agree with each other, with the indicator, and with other titles of the concept."""
    for indicator, title in _titles(printed):
        reasons = list(dict.fromkeys(_title_problems(indicator, title, knowledge)))
        if reasons:
            yield _labels_finding(indicator, _places(printed, indicator, title), title, reasons)
    for concept in knowledge.rules.concepts:
        labels = _labels(printed, concept.indicators)
        ends = sorted({band for _, found in labels for band in found})
        if len(ends) > 1:
            shown = " mot ".join(text.Band(*each).words for each in ends)
            titles = ", ".join(title for title, _ in labels)
            reason = f"ett begrep ({concept.name}) har flere aldersgrenser: {titles}"
            places = [place for name in concept.indicators for place in _places(printed, name, None)]
            yield _labels_finding(concept.indicators[0], places, shown, [reason])


def _labels_finding(indicator: str, places: list[str], shown: str, reasons: list[str]) -> Finding:
    return Finding(
        rule="age_labels",
        verdict="error",
        subject=indicator,
        year=None,
        entity="",
        places=tuple(dict.fromkeys(places)),
        printed=shown,
        arithmetic="; ".join(reasons),
        explanation=f"Aldersgrensene er ikke entydige: {'; '.join(reasons)}.",
    )


def _titles(printed: Printed) -> list[tuple[str, str]]:
    """Every title an indicator is printed under."""
    found = [(cell.indicator, cell.title) for cell in printed.cells]
    found += [(claim.indicator, claim.title) for claim in printed.claims]
    return sorted(set(found))


def _places(printed: Printed, indicator: str, title: str | None) -> list[str]:
    """Where an indicator is printed, under one title or any."""
    cells = [c for c in printed.cells if c.indicator == indicator and title in (None, c.title)]
    claims = [c for c in printed.claims_on(indicator) if title in (None, c.title)]
    return [*(f"{cell.table}/{cell.indicator}" for cell in cells), *(claim.place for claim in claims)]


def _labels(printed: Printed, indicators: tuple[str, ...]) -> list[tuple[str, set[tuple[int, int]]]]:
    titles = [title for name, title in _titles(printed) if name in indicators]
    return [(title, {band.ends for band in found}) for title in titles if (found := text.bands(title))]


def _title_problems(indicator: str, title: str, knowledge: Knowledge) -> Iterator[str]:
    found = text.bands(title)
    for band in found:
        if band.doubtful:
            yield f"en grense står i parentes i «{title}»"
    if len({band.ends for band in found}) > 1:
        yield f"«{title}» nevner flere aldersgrupper ({', '.join(band.words for band in found)})"
    declared = knowledge.catalogue.indicators.get(indicator)
    expected = _expected(indicator, declared)
    for band in found:
        others = [other for other in expected if other != band.ends]
        if others and not band.doubtful:
            shown = text.Band(*others[0]).words
            yield f"«{title}» sier {band.words}, indikatoren gjelder {shown}"


def _expected(indicator: str, declared: Indicator | None) -> set[tuple[int, int]]:
    """The age bands an indicator is of: by its id and the inhabitants it is divided by, else by its title."""
    found = {(int(match[1]), int(match[2])) for match in _IN_ID.finditer(indicator)}
    found |= {(int(match[1]), OPEN_AGE) for match in _PLUS_IN_ID.finditer(indicator)}
    if declared is None:
        return found
    found |= {
        (term.age_from, term.age_to)
        for term in leaves(declared.denominator)
        if isinstance(term, PopulationTerm) and (term.age_from, term.age_to) != (0, OPEN_AGE)
    }
    return found or {band.ends for band in text.bands(declared.title)}


def age_gap(printed: Printed, _: Knowledge) -> Iterator[Finding]:
    """Headings "under N" and "over M" of one chapter leave no age out, and count none twice."""
    chapters: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for claim in printed.claims:
        chapters[claim.chapter].setdefault(claim.section, []).append(claim.place)
    for chapter in sorted(chapters):
        sections = chapters[chapter]
        below = {age: name for name in sections for age in text.under(name)}
        above = {age: name for name in sections for age in text.over(name)}
        if not below or not above:
            continue
        upper, lower = max(below), min(above)
        if upper == lower + 1:
            continue
        left_out = upper <= lower
        ages = (
            f"{upper}-åringene"
            if upper == lower
            else f"alderen {min(upper, lower + 1)}-{max(lower, upper - 1)} år"
        )
        yield Finding(
            rule="age_gap",
            verdict="error",
            subject=below[upper],
            year=None,
            entity="",
            places=(*sections[below[upper]], *sections[above[lower]]),
            printed=f"«{below[upper]}» og «{above[lower]}»",
            arithmetic=f"under {upper} år er 0-{upper - 1}; over {lower} år er {lower + 1} og eldre",
            explanation=f"Overskriftene {'utelater' if left_out else 'teller dobbelt'} {ages}.",
        )


def age_of_claim(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A quote names the ages of its indicator."""
    for claim in printed.claims:
        expected = _expected(claim.indicator, knowledge.catalogue.indicators.get(claim.indicator))
        found = {band.ends for band in text.bands(claim.quote)}
        if expected and found and not expected & found:
            said = ", ".join(band.words for band in text.bands(claim.quote))
            meant = ", ".join(text.Band(*ends).words for ends in sorted(expected))
            yield Finding(
                rule="age_of_claim",
                verdict="error",
                subject=claim.indicator,
                year=claim.year,
                entity=claim.entity,
                places=(claim.place,),
                printed=claim.told,
                arithmetic=f"teksten: {said}; indikatoren: {meant}",
                explanation=f"Teksten nevner en annen aldersgruppe ({said}) enn indikatoren gjelder "
                f"({meant}).",
            )
