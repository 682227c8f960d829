"""The rows of one file of a published report, cell by cell."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import pandas as pd

from assets.quality.reconciliation.words import (
    CLAIM_TYPES,
    DIRECTION_WORDS,
    Vocabulary,
    parse_truth,
    parse_unit,
    parse_word,
)
from assets.register.parsing import Figure, parse_figure, parse_year
from assets.tabular.cells import NotAllowedError, check_marks, parsed, parsed_by
from assets.tabular.problems import Findings
from assets.tabular.table import Cell, Columns, Table, read_table
from schemas.catalogue import UNIT_RULES
from schemas.fields import SLUG

T = TypeVar("T")

COLUMNS = Columns(
    needed=("report", "table", "indicator_id", "unit", "year", "entity", "value"),
    optional=(
        "chapter", "indicator_title", "adjusted", "note",
        "statement_id", "section", "quote", "claim_type", "direction", "comparator", "base_year",
    ),
    others_pass=True,
)  # fmt: skip
"""Columns of a file: those it must have, and those that are read. A row with `statement_id` is a claim."""

_TEXTS = {name: name for name in ("report", "chapter", "table", "note", "section", "quote")} | {
    "indicator_title": "title",
    "statement_id": "statement",
}
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_NOT_PRINTED = frozenset("-–—")
_PERCENT_SIGN = re.compile(r"\s*%$")


def read_rows(content: bytes, vocabulary: Vocabulary, findings: Findings) -> pd.DataFrame | None:
    """One row per row of the file, wrong cells among the findings; None when it cannot be read at all."""
    table = read_table(content, COLUMNS, findings)
    if table is None:
        return None
    reader = _Reader(table, findings)
    indicators = reader.column("indicator_id", _parse_indicator)
    units = reader.column("unit", parse_unit)
    figures = _figures(reader.cells("value"), units, findings)
    printed = [cell.text for cell in reader.cells("value")]
    comparators = reader.cells("comparator")
    return pd.DataFrame(
        {
            **{name: reader.text(column) for column, name in _TEXTS.items()},
            "indicator": indicators,
            "unit": units,
            "year": pd.array(reader.column("year", _parse_year), dtype="Int64"),
            "entity": reader.entities(indicators, vocabulary),
            "label": reader.text("entity"),
            "value": pd.Series([figure.value for figure in figures], dtype="float64"),
            "printed": pd.Series(printed, dtype="str"),
            "decimals": [_decimals(text, figure) for text, figure in zip(printed, figures, strict=True)],
            "adjusted": reader.column("adjusted", parse_truth),
            "claim_type": reader.column("claim_type", lambda t: parse_word("claim_type", t, CLAIM_TYPES)),
            "direction": reader.column("direction", lambda t: parse_word("direction", t, DIRECTION_WORDS)),
            "comparator": reader.column("comparator", vocabulary.comparator),
            "compared_with": pd.Series([cell.text for cell in comparators], dtype="str"),
            "base_year": pd.array(reader.column("base_year", _parse_year), dtype="Int64"),
            "file": pd.Series([findings.file] * len(table.lines), dtype="str"),
            "line": table.lines,
        }
    )


class _Reader:
    """The columns of one file; a column that is not there is empty in every row."""

    def __init__(self, table: Table, findings: Findings) -> None:
        self._table = table
        self._findings = findings

    def cells(self, name: str) -> Sequence[Cell]:
        empty = tuple(Cell(line, "") for line in self._table.lines)
        return self._table.cells.get(name, empty)

    def text(self, name: str) -> pd.Series:
        """The texts, with plain spaces."""
        return pd.Series([" ".join(cell.text.split()) for cell in self.cells(name)], dtype="str")

    def column(self, name: str, parse: Callable[[str], T]) -> list[T | None]:
        return parsed(name, self.cells(name), parse, self._findings)

    def entities(self, indicators: Sequence[str | None], vocabulary: Vocabulary) -> list[str | None]:
        """Entities; the parts of a table by director area are read as such."""
        plain = vocabulary.indicators - vocabulary.breakdowns.keys()
        kinds = [None if each in plain else each for each in indicators]
        return parsed_by("entity", self.cells("entity"), kinds, vocabulary.entity, self._findings)


def _parse_indicator(text: str) -> str:
    if not re.fullmatch(SLUG, text):
        raise NotAllowedError("indicator_id", "an id in small letters, digits and underscores")
    return text


def _parse_year(text: str) -> int | None:
    year = parse_year(text) if text else None
    if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise NotAllowedError("year", f"an accounting year, {_FIRST_YEAR}-{_LAST_YEAR}")
    return year


def _figures(cells: Sequence[Cell], units: Sequence[str | None], findings: Findings) -> list[Figure]:
    kinds = [(unit, cell.number) for unit, cell in zip(units, cells, strict=True)]
    read = parsed_by("value", cells, kinds, _parse_value, findings)
    figures = [figure or Figure(math.nan, "missing") for figure in read]
    check_marks("value", cells, [figure.mark for figure in figures], findings)
    return figures


def _parse_value(text: str, kind: tuple[str | None, float | None]) -> Figure:
    """A figure in a unit; a cell that holds a number is taken as it is."""
    unit, number = kind
    if number is not None:
        return Figure(number, "ok")
    if text in _NOT_PRINTED:
        return Figure(math.nan, "missing")
    if unit in ("percent", "percentage_points"):
        text = _PERCENT_SIGN.sub("", text)
    return parse_figure(text, whole=unit in UNIT_RULES and UNIT_RULES[unit].summable)


def _decimals(text: str, figure: Figure) -> int:
    """How many decimals are printed."""
    after = re.search(r"[.,](\d+)", text)
    return len(after[1]) if after and not math.isnan(figure.value) else 0
