"""A register file read and checked: rows of `register/figures`, or everything that is wrong with it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from assets.register.checks import check_rows
from assets.register.entities import Entities
from assets.register.parsing import (
    Figure,
    parse_day,
    parse_figure,
    parse_persons,
    parse_text,
    parse_year,
)
from assets.register.suppression import suppressed
from assets.tabular.cells import check_marks, one_of, parsed, parsed_by
from assets.tabular.problems import Findings
from assets.tabular.table import Cell, Columns, Table, read_table
from schemas.catalogue import UNIT_RULES, Indicator
from schemas.fields import RELATIVE_UNITS, VINTAGE_STATUSES
from schemas.register import FIGURES, FILE_COLUMNS, PERSON_COLUMNS

T = TypeVar("T")

_COLUMNS = Columns(FILE_COLUMNS, PERSON_COLUMNS, of_dates=("source_date",))

LINE = "line"
"""Column of the read rows beside those of the contract: where the row stands in its file."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a register file may name. A date after `today` is refused."""

    indicators: Mapping[str, Indicator]
    entities: Entities
    years: Collection[int]
    today: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """What a file holds: rows of `register/figures` with their `line`, to be used only without problems."""

    figures: pd.DataFrame
    findings: Findings


def no_figures() -> pd.DataFrame:
    """Rows of a register file, none of them."""
    kinds = {
        f.name: {"integer": "int64", "number": "float64", "date": "object"}.get(f.kind, "str")
        for f in FIGURES.fields
    }
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in {**kinds, LINE: "int64"}.items()})


def read_register(content: bytes, name: str, vocabulary: Vocabulary) -> RegisterFile:
    """Read a register file in CSV or XLSX and check every row.

    Args:
        content: the file.
        name: what to call it in messages.
        vocabulary: the indicators, entities and years it may name.
    """
    findings = Findings(name)
    table = read_table(content, _COLUMNS, findings)
    rows = _rows(table, vocabulary, findings) if table else None
    findings.problems.sort(key=lambda problem: problem.line or 0)
    if rows is None or findings.counts:
        return RegisterFile(no_figures(), findings)
    sha256 = hashlib.sha256(content).hexdigest()
    return RegisterFile(_figures(rows, name, sha256), findings)


def _rows(table: Table, vocabulary: Vocabulary, findings: Findings) -> pd.DataFrame:
    """One row per row of the file; a cell that is wrong is told, and None."""

    def column(name: str, parse: Callable[[str], T]) -> list[T | None]:
        return parsed(name, table.cells[name], parse, findings)

    indicators = column("indicator_id", lambda text: one_of("indicator", text, vocabulary.indicators))
    units = column("unit", lambda text: one_of("unit", text, (*UNIT_RULES, *RELATIVE_UNITS)))
    statuses = column("vintage_status", lambda text: one_of("vintage_status", text, VINTAGE_STATUSES))
    figures = _parsed_figures(table.cells["value"], units, findings)
    persons = [_persons(name, table, findings) for name in PERSON_COLUMNS]
    rows = pd.DataFrame(
        {
            LINE: table.lines,
            "year": _objects(column("year", parse_year)),
            "indicator": _objects(indicators),
            "entity": _objects(column("entity", vocabulary.entities.resolve)),
            "unit": _objects(units),
            "figure": _objects(figures),
            "numerator_persons": _objects(persons[0]),
            "denominator_persons": _objects(persons[1]),
            "provider": _objects(column("source", parse_text)),
            "provider_date": _objects(column("source_date", lambda text: parse_day(text, vocabulary.today))),
            "vintage_status": _objects(statuses),
            "note": _objects([cell.text or None for cell in table.cells["note"]]),
        }
    )
    check_rows(rows, vocabulary.indicators, vocabulary.years, findings)
    return rows


def _objects(values: list[T | None]) -> pd.Series:
    return pd.Series(values, dtype="object")


def _parsed_figures(
    cells: Sequence[Cell], units: Sequence[str | None], findings: Findings
) -> list[Figure | None]:
    kinds = [
        (unit in UNIT_RULES and UNIT_RULES[unit].summable, cell.number)
        for unit, cell in zip(units, cells, strict=True)
    ]
    found = parsed_by("value", cells, kinds, _parse_value, findings)
    check_marks("value", cells, [figure.mark if figure else "" for figure in found], findings)
    return found


def _parse_value(text: str, kind: tuple[bool, float | None]) -> Figure:
    """A figure of whole things or not; a cell that holds a number is taken as it is."""
    whole, number = kind
    return parse_figure(text, whole=whole) if number is None else Figure(number, "ok")


def _persons(name: str, table: Table, findings: Findings) -> list[int | None]:
    if name not in table.cells:
        return [None] * len(table.lines)
    return parsed(name, table.cells[name], parse_persons, findings)


def _figures(rows: pd.DataFrame, name: str, sha256: str) -> pd.DataFrame:
    """Rows of the contract, small counts suppressed, with the line each comes from."""
    reasons = [
        suppressed(figure.value, unit, above, below)
        for figure, unit, above, below in zip(
            rows["figure"], rows["unit"], rows["numerator_persons"], rows["denominator_persons"], strict=True
        )
    ]
    hidden = np.array([reason is not None for reason in reasons], dtype=bool)
    frame = rows.assign(
        year=rows["year"].astype("int64"),
        value=np.where(hidden, np.nan, [figure.value for figure in rows["figure"]]),
        status=np.where(hidden, "suppressed", [figure.status for figure in rows["figure"]]),
        suppression_reason=pd.Series(reasons, dtype="str", index=rows.index),
        file_name=name,
        file_sha256=sha256,
        source="register",
        vintage_id=[f"register@{day}#{sha256[:12]}" for day in rows["provider_date"]],
    )
    texts = [f.name for f in FIGURES.fields if f.kind in ("category", "text")]
    return frame[[*FIGURES.columns, LINE]].astype(dict.fromkeys(texts, "str"))
