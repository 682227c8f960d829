"""Function codes in titles and labels: do they exist, are they in use that year, are they the indicator's?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from assets.ledger.codes import FIRST_LISTED, LAST_LISTED, Place, valid_codes
from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules import text
from assets.quality.reconciliation.rules.printed import Printed
from schemas.catalogue import AccountsTerm, Catalogue, leaves


@dataclass(frozen=True, slots=True)
class _Label:
    """A text that is printed with a figure or a claim of some year."""

    subject: str
    entity: str
    indicator: str
    words: str
    places: tuple[str, ...]


def ended_function(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A function that a label names is in use in the year the label stands over."""
    for label, years in _labels(printed).items():
        for code in text.functions(label.words):
            wrong = [year for year in sorted(years) if not _in_use(code, year, knowledge.catalogue)]
            if wrong:
                yield _ended(label, code, wrong, knowledge.catalogue)


def _labels(printed: Printed) -> dict[_Label, set[int]]:
    """Titles, labels of rows and quotes that name functions, with the years they are of."""
    found: defaultdict[_Label, set[int]] = defaultdict(set)
    for cell in printed.cells:
        of_row = f"{cell.table}/{cell.indicator}/{cell.entity}"
        found[_Label(cell.table, cell.entity, cell.indicator, cell.label, (of_row,))].add(cell.year)
        of_title = f"{cell.table}/{cell.indicator}"
        found[_Label(cell.indicator, "", cell.indicator, cell.title, (of_title,))].add(cell.year)
    for claim in printed.claims:
        for words in (claim.title, claim.quote):
            label = _Label(claim.indicator, claim.entity, claim.indicator, words, (claim.place,))
            found[label].add(claim.year or printed.report.year)
    return {label: years for label, years in found.items() if text.functions(label.words)}


def _in_use(code: str, year: int, catalogue: Catalogue) -> bool:
    declared = catalogue.functions.get(code)
    if declared is not None:
        return declared.covers(year)
    if not FIRST_LISTED <= year <= LAST_LISTED:
        return True
    return any(code in valid_codes("functions", Place(year, account)) for account in ("O", "I"))


def _ended(label: _Label, code: str, wrong: list[int], catalogue: Catalogue) -> Finding:
    declared = catalogue.functions.get(code)
    in_use = f"i bruk {_years(declared.first_year, declared.last_year)}" if declared else "ikke i bruk"
    successors = _successors(code, wrong[0], catalogue)
    instead = f" I {wrong[0]} er det {' + '.join(f'f{each}' for each in successors)}." if successors else ""
    return Finding(
        rule="ended_function",
        verdict="error",
        subject=label.subject,
        year=wrong[0],
        entity=label.entity,
        places=label.places,
        printed=label.words,
        arithmetic=f"f{code}: {in_use}; trykt for {', '.join(map(str, wrong))}",
        explanation=f"Funksjon {code} gjelder ikke i {', '.join(map(str, wrong))}.{instead}",
    )


def _years(first: int | None, last: int | None) -> str:
    if first is None and last is None:
        return "alle år"
    return f"til {last}" if first is None else f"fra {first}" if last is None else f"{first}-{last}"


def _successors(code: str, year: int, catalogue: Catalogue) -> tuple[str, ...]:
    """The functions that a set holds in place of the code in `year`; of the smallest set that had it."""
    sets = [
        functions
        for functions in catalogue.function_sets.values()
        if any(code in version.functions for version in functions.versions)
    ]
    sets = [each for each in sets if code not in each.functions_in(year)]
    if not sets:
        return ()
    smallest = min(sets, key=lambda each: len(each.functions_in(year)))
    before = next(version.functions for version in smallest.versions if code in version.functions)
    return tuple(each for each in smallest.functions_in(year) if each not in before)


def other_function(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A title or label names the functions that its indicator is made of."""
    for label, years in _labels(printed).items():
        named = text.functions(label.words)
        in_use = [code for code in named if all(_in_use(code, y, knowledge.catalogue) for y in years)]
        own = {code for year in years for code in _functions_of(label.indicator, year, knowledge.catalogue)}
        strange = [code for code in in_use if code not in own]
        if own and strange:
            yield Finding(
                rule="other_function",
                verdict="error",
                subject=label.subject,
                year=None,
                entity=label.entity,
                places=label.places,
                printed=f"«{label.words}»",
                arithmetic=f"nevnt: {', '.join(named)}; indikatoren: {', '.join(sorted(own))}",
                explanation=f"Teksten nevner funksjon {', '.join(strange)}, men indikatoren er laget av "
                f"{', '.join(sorted(own))}.",
            )


def _functions_of(indicator: str, year: int, catalogue: Catalogue) -> set[str]:
    declared = catalogue.indicators.get(indicator)
    terms = leaves(declared.terms) if declared else ()
    return {
        code
        for term in terms
        if isinstance(term, AccountsTerm)
        for code in catalogue.functions_in(term.functions, year)
    }
