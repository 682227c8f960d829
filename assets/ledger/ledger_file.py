"""A ledger file read, checked and normalised."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from assets.frames import labelled
from assets.ledger.amounts import Amounts, parse_amounts
from assets.ledger.cells import Coded, coded, refuse_dates
from assets.ledger.checks import (
    Years,
    check_codes,
    check_duplicates,
    check_texts,
    check_years,
    director_areas,
)
from assets.ledger.hierarchy import Hierarchy
from assets.ledger.identities import balance, depreciation, has_counter_entry, signs
from assets.ledger.read import read_sheet
from assets.ledger.roles import columns_by_role
from assets.tabular.problems import SHOWN, Findings, Lines
from assets.tabular.sheet import Column, Sheet
from schemas.ledger_layout import LedgerLayout, Role

#: Columns of the normalised frame; `director_area` follows where it is known.
COLUMNS = ("year", "line", "responsibility_centre", "function", "art", "amount")
_LARGEST = 1e12
#: How far from two decimals a number may be, of its size: floats are not exact.
_CENT = 1e-6


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """What a ledger file holds: normalised rows, and what was found in it.

    `entries` has `year`, `line`, `responsibility_centre`, `function`, `art`, `amount` (NOK, expenses
    positive, income negative) and, with a hierarchy or a column for it, `director_area`. It is to be used
    only when `findings` has no problems.
    """

    entries: pd.DataFrame
    findings: Findings

    @property
    def years(self) -> tuple[int, ...]:
        """The years in the file, ascending."""
        return tuple(sorted(int(year) for year in self.entries["year"].unique() if year))


def read_ledger(
    content: bytes,
    name: str,
    layout: LedgerLayout,
    *,
    hierarchy: Hierarchy | None = None,
    years: Collection[int] | None = None,
) -> LedgerFile:
    """Read a ledger in CSV, XLSX or Parquet and check every row.

    Args:
        content: the file.
        name: what to call it in messages.
        layout: how it is to be read.
        hierarchy: the responsibility hierarchy; without one, centres are not looked up.
        years: the accounting years it may have; None for any.
    """
    findings = Findings(name)
    sheet = read_sheet(content, layout, findings)
    roles = columns_by_role(sheet, layout, findings) if sheet is not None else {}
    if sheet is None or not len(sheet.lines) or any(role not in roles for role in layout.required):
        return LedgerFile(pd.DataFrame({column: [] for column in COLUMNS}), findings)
    return LedgerFile(_Rows(sheet, roles, layout, findings).checked(hierarchy, years), findings)


class _Rows:
    """The columns of one file on their way to the normalised frame."""

    def __init__(
        self,
        sheet: Sheet,
        roles: Mapping[Role, tuple[str, Column]],
        layout: LedgerLayout,
        findings: Findings,
    ) -> None:
        self._roles = roles
        self._lines = sheet.lines
        self._layout = layout
        self._findings = findings

    def checked(self, hierarchy: Hierarchy | None, asked: Collection[int] | None) -> pd.DataFrame:
        """The normalised frame, every check done."""
        years = self._years(asked)
        centre, function, art = (
            self._coded("responsibility_centre"),
            self._code("function"),
            self._code("art"),
        )
        check_codes("functions", function, years, self._lines, self._findings)
        check_codes("arts", art, years, self._lines, self._findings)
        check_texts(centre, self._lines, "a responsibility centre", self._findings)
        if self._layout.duplicates == "refuse":
            check_duplicates(years, (centre, function, art), self._lines, self._findings)
        entries = pd.DataFrame(
            {
                "year": years,
                "line": self._lines,
                "responsibility_centre": labelled(centre.codes, centre.values),
                "function": labelled(function.codes, function.values),
                "art": labelled(art.codes, art.values),
                "amount": self._amounts(),
            }
        )
        area = self._areas(centre, years, hierarchy)
        if area is not None:
            entries["director_area"] = area
        check_sums(entries, self._layout, self._findings)
        return entries

    def _years(self, asked: Collection[int] | None) -> Years:
        if self._layout.year is None:
            return check_years(self._coded("year"), self._lines, asked, self._findings)
        whole = Coded("year", np.zeros(len(self._lines), dtype=np.int64), (str(self._layout.year),))
        return check_years(whole, self._lines, asked, self._findings)

    def _coded(self, role: Role, digits: int = 0) -> Coded:
        name, column = self._roles[role]
        return coded(name, column, self._lines, self._findings, digits=digits)

    def _code(self, role: Role) -> Coded:
        return self._coded(role, digits=3)

    def _amounts(self) -> Amounts:
        name, column = self._roles["amount"]
        amounts = amounts_of(name, column, self._layout, self._lines, self._findings)
        return -amounts + 0.0 if self._layout.sign == "expenses_negative" else amounts

    def _areas(self, centre: Coded, years: Years, hierarchy: Hierarchy | None) -> pd.Categorical[str] | None:
        """Director areas from the hierarchy, or from the file's own column; both must agree."""
        own = self._coded("director_area") if "director_area" in self._roles else None
        if own is not None:
            check_texts(own, self._lines, "a director area", self._findings)
        if hierarchy is None:
            return labelled(own.codes, own.values) if own is not None else None
        areas = director_areas(centre, years, self._lines, hierarchy, self._findings)
        if own is not None:
            self._tell_disagreement(own, areas)
        return areas

    def _tell_disagreement(self, own: Coded, areas: pd.Categorical[str]) -> None:
        by_file = np.array(own.values, dtype=object)[own.codes]
        by_hierarchy = np.asarray(areas, dtype=object)
        at = np.flatnonzero((by_file != by_hierarchy) & (areas.codes >= 0))
        allowed = [f"{by_hierarchy[row]}, by the hierarchy" for row in at[:SHOWN]]
        self._findings.lines("director_area", own.name, self._lines[at], list(by_file[at[:SHOWN]]), allowed)


def amounts_of(name: str, column: Column, layout: LedgerLayout, lines: Lines, findings: Findings) -> Amounts:
    """Amounts from cells that are numbers, and from texts where they are not; as signed in the file."""
    refuse_dates(name, column, lines, findings)
    if column.numbers is None:
        return parse_amounts(column.texts, layout.decimal, lines, name, findings)
    numbers: Amounts = column.numbers.copy()
    numbers[~np.isfinite(numbers)] = np.nan
    amounts: Amounts = numbers.round(2) + 0.0
    at = np.flatnonzero(np.abs(numbers - amounts) > _CENT * np.maximum(1.0, np.abs(amounts)))
    values = [str(number) for number in numbers[at[:SHOWN]]]
    findings.lines("amount", name, lines[at], values, ["an amount with at most two decimals"] * SHOWN)
    vast = np.flatnonzero(np.abs(amounts) >= _LARGEST)
    values = [str(number) for number in amounts[vast[:SHOWN]]]
    findings.lines("amount", name, lines[vast], values, ["an amount in kroner"] * SHOWN)
    dates = column.dates if column.dates is not None else np.zeros(len(lines), dtype=bool)
    texts = np.flatnonzero(np.isnan(numbers) & ~dates)
    if len(texts):
        chosen = column.texts.take(pa.array(texts))
        amounts[texts] = parse_amounts(chosen, layout.decimal, lines[texts], name, findings)
    return amounts


def check_sums(entries: pd.DataFrame, layout: LedgerLayout, findings: Findings) -> None:
    """Signs and identities of each year, in kroner; a file that is not whole need not balance.

    Identities wait until the rows are right: a sum without the wrong lines would only be noise.
    """
    rows_are_right = not findings.counts
    sums = entries.groupby(["year", "function", "art"], observed=True)["amount"].sum().reset_index()
    posts = sums.assign(
        function=sums["function"].astype("str"), art=sums["art"].astype("str"), amount=sums["amount"] / 1000
    )
    for year, of_year in posts[posts["year"] != 0].groupby("year"):
        found = list(signs(of_year))
        if rows_are_right and layout.whole:
            found += balance(of_year, "operating")
        if rows_are_right and (layout.whole or has_counter_entry(of_year)):
            found += depreciation(of_year)
        for imbalance in found:
            value = f"{imbalance.amount * 1000:.2f} in {year}"
            allowed = f"{imbalance.allowed} (NOK thousand)"
            findings.problem(imbalance.rule, allowed, column=imbalance.column, value=value)
