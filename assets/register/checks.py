"""What must hold between the cells of a register file, and between its rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
import pandas as pd

from assets.register.entities import network_of
from assets.tabular.problems import SHOWN, Findings
from schemas.catalogue import Indicator
from schemas.register import FIGURES, units_of

_FILE_COLUMN = {"indicator": "indicator_id"}
#: Says what would be right in place of a row's value, or None when it is right.
RowRule = Callable[[pd.Series], str | None]


def check_rows(
    rows: pd.DataFrame, indicators: Mapping[str, Indicator], years: Collection[int], findings: Findings
) -> None:
    """Check the rows of a file; what a row lacks because a cell is wrong is not told again.

    Args:
        rows: one per row of the file, with `line`, None where a cell is wrong.
        indicators: the catalogue's.
        years: accounting years a figure may be of.
        findings: what is wrong is added here.
    """
    whole = rows[rows[["year", "indicator", "entity", "unit", "figure"]].notna().all(axis=1)]
    _check(whole, "year", lambda row: _year_problem(row, indicators, years), findings)
    _check(whole, "unit", lambda row: _unit_problem(row, indicators), findings)
    _check(whole, "denominator_persons", _persons_problem, findings)
    _check_duplicates(whole, findings)


def _check(rows: pd.DataFrame, column: str, rule: RowRule, findings: Findings) -> None:
    found = [(row, allowed) for _, row in rows.iterrows() if (allowed := rule(row)) is not None]
    lines = np.array([row["line"] for row, _ in found], dtype=np.int64)
    values = [str(row[column]) for row, _ in found]
    findings.lines(column, column, lines, values, [allowed for _, allowed in found])


def _year_problem(row: pd.Series, indicators: Mapping[str, Indicator], years: Collection[int]) -> str | None:
    if row["year"] not in years:
        return f"an accounting year, {min(years)}-{max(years)}"
    indicator = indicators[row["indicator"]]
    return None if indicator.covers(row["year"]) else f"a year of `{indicator.id}`: {indicator.years}"


def _unit_problem(row: pd.Series, indicators: Mapping[str, Indicator]) -> str | None:
    allowed = units_of(indicators[row["indicator"]])
    if row["unit"] not in allowed:
        return f"a unit of `{row['indicator']}`: {', '.join(allowed)}"
    if row["unit"].endswith("_above_mean") and network_of(row["entity"]):
        return "how far a municipality lies from the mean; this row is of the network itself"
    return None


def _persons_problem(row: pd.Series) -> str | None:
    above, below = row["numerator_persons"], row["denominator_persons"]
    if row["unit"] != "percent" or above is None or below is None or above <= below:
        return None
    return f"at least the {above} persons in the numerator, for a share"


def _check_duplicates(rows: pd.DataFrame, findings: Findings) -> None:
    """One row per year, indicator, entity and unit, also where the value is the same."""
    key = list(FIGURES.key)
    first = rows.groupby(key, sort=False)["line"].transform("first")
    again = rows[rows.duplicated(key)]
    values = [" ".join(str(part) for part in row) for row in again[key].head(SHOWN).itertuples(index=False)]
    allowed = [f"one row for each; the first is on line {line}" for line in first[again.index].head(SHOWN)]
    findings.lines("duplicate", "indicator_id", again["line"].to_numpy(dtype=np.int64), values, allowed)
