"""Titles: units that are missing or wrong, qualifiers that differ between sisters, wording."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.printed import Cell, Claim, Printed
from schemas.catalogue import UNIT_NAMES

_IN_TITLE = {
    "percent": re.compile(r"\(\s*(?:prosent|pst\.?|%)\s*\)"),
    "NOK": re.compile(r"\(\s*(?:kroner|kr\.?)\s*\)"),
    "months": re.compile(r"\(\s*(?:måneder|mnd\.?)\s*\)|\bmåneder per år\b"),
    "NOK_million": re.compile(r"\bmill(?:\.|ioner) kr"),
    "NOK_thousand": re.compile(r"\(\s*1 ?000 kr(?:oner)?\s*\)"),
    "per_1000": re.compile(r"\bper 1 ?000\b"),
}
"""How a title prints its unit."""
_PARENTHESISED = ("percent", "NOK", "NOK_thousand")
_OTHER_WORDS = re.compile(r"\(\s*antall\s*\)|\bantall\b|\bper 1 ?000\b|\bmåneder\b|\bindeks\b|\bindikator\b")
_PARENTHESIS = re.compile(r"\s*\((?:prosent|pst\.?|%|kroner|kr\.?|måneder|mnd\.?|antall)\)", re.IGNORECASE)


def _units_in(title: str) -> set[str]:
    plain = " ".join(title.casefold().split())
    return {unit for unit, pattern in _IN_TITLE.items() if pattern.search(plain)}


def missing_unit(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """A title prints its unit where its sisters do."""
    for table, cells in printed.tables().items():
        titles: dict[str, Cell] = {}
        for cell in cells:
            titles.setdefault(cell.indicator, cell)
        for indicator, cell in titles.items():
            sisters = [o for name, o in titles.items() if name != indicator and o.unit == cell.unit]
            with_unit = [other for other in sisters if other.unit in _units_in(other.title)]
            known = _known_with_unit(cell, knowledge)
            by_sisters = len(with_unit) > len(sisters) / 2 and cell.unit in _IN_TITLE
            if _says_unit(cell) or not (by_sisters or known):
                continue
            unit = UNIT_NAMES.get(cell.unit, cell.unit)
            proof = (
                f"{len(with_unit)} av {len(sisters)} andre titler i {unit} i tabellen har enheten med"
                if by_sisters
                else f"tittelen er ellers «{known}»"
            )
            yield Finding(
                rule="missing_unit",
                verdict="error",
                subject=indicator,
                year=None,
                entity="",
                places=(f"{table}/{indicator}",),
                printed=cell.title,
                arithmetic=proof,
                explanation=f"Enheten ({unit}) mangler i tittelen.",
            )


def _says_unit(cell: Cell) -> bool:
    plain = " ".join(cell.title.casefold().split())
    return bool(_units_in(cell.title)) or bool(_OTHER_WORDS.search(plain))


def _known_with_unit(cell: Cell, knowledge: Knowledge) -> str | None:
    """The title the catalogue has for the same words with the unit in parentheses."""
    catalogue = knowledge.catalogue
    series = [each.title for each in catalogue.series.values() if each.indicator == cell.indicator]
    declared = catalogue.indicators.get(cell.indicator)
    titles = [*series, *([declared.title] if declared else [])]
    printed = _squeezed(cell.title)
    return next(
        (t for t in titles if _PARENTHESIS.search(t) and _squeezed(_PARENTHESIS.sub("", t)) == printed), None
    )


def _squeezed(title: str) -> str:
    return re.sub(r"[\s*]+", "", title.casefold())


def other_unit(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """The unit of a row is the one of its title and of the catalogue, and the same in all its cells."""
    rows: defaultdict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in printed.cells:
        rows[cell.table, cell.indicator].append(cell)
    for (table, indicator), cells in sorted(rows.items()):
        declared = knowledge.catalogue.indicators.get(indicator)
        expected = {declared.unit} if declared else set()
        said = {unit for cell in cells for unit in _units_in(cell.title)}
        for unit in sorted({cell.unit for cell in cells}):
            odd = [cell for cell in cells if cell.unit == unit]
            others = {cell.unit for cell in cells} - {unit} if len(odd) * 2 < len(cells) else set()
            in_parentheses = {u for u in said if u in _PARENTHESISED and u != unit}
            against = (expected - {unit}) or in_parentheses or others
            if against:
                yield _other_unit(table, indicator, odd, unit, against)


def _other_unit(table: str, indicator: str, odd: list[Cell], unit: str, against: set[str]) -> Finding:
    shown, others = (UNIT_NAMES.get(u, u) for u in (unit, min(against)))
    one = odd[0] if len(odd) == 1 else None
    return Finding(
        rule="other_unit",
        verdict="error",
        subject=indicator,
        year=one.year if one else None,
        entity=one.entity if one else "",
        places=tuple(cell.place for cell in odd),
        printed=f"«{odd[0].title}» i {shown} ({table})",
        arithmetic=f"enhet {shown}; tittel, katalog eller resten av raden sier {others}",
        explanation=f"Tallene er oppgitt i {shown}, men skal være i {others}.",
    )


def qualifiers(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """Sister indicators say alike what they cover."""
    for rule in knowledge.rules.qualifiers:
        words = {name: _words(printed, name, rule.words) for name in rule.indicators}
        seen = {name: found for name, found in words.items() if found is not None}
        said = set().union(*seen.values()) if seen else set()
        for name, found in seen.items():
            if found or not said:
                continue
            others = [other for other, its in seen.items() if its]
            rows = [row for row in (printed.row(name, entity) for entity in printed.entities(name)) if row]
            mixed = [m for row in rows if (m := _mixed_decimals(row))]
            title = next((cell.title for cell in printed.cells if cell.indicator == name), name)
            yield Finding(
                rule="qualifiers",
                verdict="comparability",
                subject=name,
                year=None,
                entity="",
                places=tuple(f"{cell.table}/{name}" for cell in printed.cells if cell.indicator == name)[:1],
                printed="; ".join([title, *mixed]),
                arithmetic="; ".join(
                    [f"{other}: {', '.join(sorted(seen[other]))}" for other in others]
                    + [f"{name}: ingen av {', '.join(rule.words)}"]
                    + [f"ulikt antall desimaler i raden: {each}" for each in mixed]
                ),
                explanation=f"Tittelen sier ikke hva {rule.name} omfatter ({' eller '.join(rule.words)}), "
                "slik den andre "
                "indikatoren gjør." + (" Raden har dessuten ulikt antall desimaler." if mixed else ""),
            )


def _words(printed: Printed, indicator: str, words: tuple[str, ...]) -> set[str] | None:
    """The qualifying words the titles of an indicator hold; None when it is not printed."""
    titles = {cell.title for cell in printed.cells if cell.indicator == indicator}
    titles |= {claim.title for claim in printed.claims_on(indicator)}
    if not titles:
        return None
    return {word for word in words if any(word in title.casefold() for title in titles)}


def _mixed_decimals(row: dict[int, Cell]) -> str | None:
    decimals = {cell.decimals for cell in row.values()}
    return " ".join(cell.shown for _, cell in sorted(row.items())) if len(decimals) > 1 else None


def base_words(printed: Printed, knowledge: Knowledge) -> Iterator[Finding]:
    """The wording of a claim names the base its indicator has, and no other."""
    for rule in knowledge.rules.base_words:
        for name in rule.indicators:
            for claim in printed.claims_on(name):
                quote = claim.quote.casefold()
                other = next((m for p in rule.others if (m := re.search(p, quote))), None)
                if other is not None and not any(re.search(base, quote) for base in rule.base):
                    yield _other_base(claim, other[0], rule.explanation)


def _other_base(claim: Claim, words: str, explanation: str) -> Finding:
    return Finding(
        rule="base_words",
        verdict="probable_error",
        subject=claim.indicator,
        year=claim.year,
        entity=claim.entity,
        places=(claim.place,),
        printed=claim.told,
        arithmetic=f"«{words}» i teksten; indikatoren er «{claim.title}»",
        explanation=explanation,
    )
