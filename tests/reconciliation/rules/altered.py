"""Altered copies of the published report: rows as text, changed and written again."""

import csv
import io
from collections.abc import Callable, Iterator

from assets.quality.reconciliation.contradictions import findings_of
from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.report import PublishedReport, report_of
from tests.algebra.facts import WHOLE

Rows = dict[str, list[dict[str, str]]]
Alteration = Callable[[], dict[str, bytes]]

KNOWLEDGE = Knowledge.of(WHOLE)
PROFILES, SERIES, AREAS, CLAIMS = "profiles.csv", "series.csv", "director_areas.csv", "claims.csv"


def rows_of(files: dict[str, bytes]) -> Rows:
    """The rows of each file, without the hints of a `note` column."""
    held = {
        name: list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        for name, content in files.items()
    }
    return {name: [row | {"note": ""} for row in rows] for name, rows in held.items()}


SHIPPED = rows_of(dict(WHOLE.reports["kostra-rapport-2025"]))


def copy() -> Rows:
    """The report that comes with the catalogue, free to change."""
    return {name: [dict(row) for row in rows] for name, rows in SHIPPED.items()}


def written(
    rows: Rows,
    *,
    sep: str = ",",
    quoting: int = csv.QUOTE_MINIMAL,
    end: str = "\n",
    mark: bytes = b"",
    columns: Callable[[list[str]], list[str]] = list,
    cell: Callable[[str, str], str] = lambda _, text: text,
) -> dict[str, bytes]:
    """The rows as files; `cell` rewrites a cell, given its column and text."""
    files = {}
    for name, held in rows.items():
        out = io.StringIO()
        names = columns(list(held[0]))
        writer = csv.DictWriter(out, names, delimiter=sep, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
        writer.writeheader()
        writer.writerows({column: cell(column, row[column]) for column in names} for row in held)
        files[name] = mark + out.getvalue().encode()
    return files


def changed(where: dict[str, str], **new: str | Callable[[str], str]) -> dict[str, bytes]:
    """The report with cells of all rows that are `where` changed; there must be some.

    `new` is the new text by column, or how it is made from the old.
    """
    rows = copy()
    hit = [row for held in rows.values() for row in held if all(row.get(k) == v for k, v in where.items())]
    assert hit, where
    for row in hit:
        for column, text in new.items():
            row[column] = text(row[column]) if callable(text) else text
    return written(rows)


def moved(*moves: tuple[dict[str, str], float]) -> dict[str, bytes]:
    """The report with figures moved by so much each, at the decimals they have."""
    rows = copy()
    for where, step in moves:
        [row] = [r for held in rows.values() for r in held if all(r.get(k) == v for k, v in where.items())]
        decimals = len(row["value"].partition(".")[2])
        row["value"] = f"{float(row['value']) + step:.{decimals}f}"
    return written(rows)


def cell(table: str, indicator: str, entity: str, year: int) -> dict[str, str]:
    """What finds one printed figure."""
    return {"table": table, "indicator_id": indicator, "entity": entity, "year": str(year)}


def claim(statement: str) -> dict[str, str]:
    """What finds one claim."""
    return {"statement_id": statement}


def found_in(report: PublishedReport, knowledge: Knowledge = KNOWLEDGE) -> list[Finding]:
    return findings_of(report, knowledge)


def new_in(files: dict[str, bytes], knowledge: Knowledge = KNOWLEDGE) -> list[Finding]:
    """What is found in an altered copy and not in the report itself."""
    before = set(map(key, _unaltered(knowledge)))
    return [each for each in found_in(report_of(files), knowledge) if key(each) not in before]


def key(finding: Finding) -> tuple[object, ...]:
    """What a finding is, whatever the numbers in its text."""
    return (
        finding.rule,
        finding.verdict,
        finding.subject,
        finding.year,
        finding.entity,
        finding.erratum,
    )


def named(findings: list[Finding]) -> set[str]:
    """What findings name: subjects, places, and the indicators and statements within these."""
    return set(_names(findings))


def _names(findings: list[Finding]) -> Iterator[str]:
    for finding in findings:
        yield finding.subject
        for place in finding.places:
            yield place
            yield from place.split("/")


_BEFORE: dict[int, list[Finding]] = {}


def _unaltered(knowledge: Knowledge) -> list[Finding]:
    if id(knowledge) not in _BEFORE:
        _BEFORE[id(knowledge)] = found_in(report_of(written(SHIPPED)), knowledge)
    return _BEFORE[id(knowledge)]
