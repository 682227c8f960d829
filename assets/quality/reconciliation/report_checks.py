"""What must hold between the cells and the rows of a published report."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from assets.quality.reconciliation.words import CONTEXT, DIRECTIONS, Vocabulary, own_year
from assets.tabular.problems import SHOWN, Findings
from schemas.nearest import nearest_text

Row = dict[Hashable, Any]
#: Says what would be right in place of a row's value, or None when it is right.
RowRule = Callable[[Row], str | None]

FIGURE_KEY = ["table", "indicator", "year", "entity"]


def check_report(rows: pd.DataFrame, vocabulary: Vocabulary, found: Mapping[str, Findings]) -> None:
    """Check the rows of all files of a report together.

    Args:
        rows: one per row, with `file` and `line`; every cell has been read.
        vocabulary: what the catalogue knows.
        found: per file, what is wrong is added here.
    """
    claims = rows["statement"] != ""
    everything: list[Row] = rows.to_dict("records")
    figures = [row for row in everything if row["statement"] == ""]
    statements = [row for row in everything if row["statement"] != ""]
    if not rows["year"].notna().any():
        next(iter(found.values())).problem("year", "a year in at least one row", column="year")
    _check(everything, "report", _one_name(rows), found)
    _check(
        everything, "table", lambda row: None if row["table"] else "the table the figure is printed in", found
    )
    _check(figures, "year", lambda row: "an accounting year" if pd.isna(row["year"]) else None, found)
    _check(figures, "claim_type", _without_id, found)
    _check(statements, "claim_type", lambda row: None if row["claim_type"] else _kinds(), found)
    _check(statements, "direction", _direction_problem, found)
    _check(statements, "value", _value_problem, found)
    _check(statements, "base_year", _base_year_problem, found)
    _check_duplicates(rows[~claims], FIGURE_KEY, "figure", found)
    _check_duplicates(rows[claims], ["statement"], "statement_id", found)
    _tell_strangers(rows, vocabulary, found)


def _one_name(rows: pd.DataFrame) -> RowRule:
    name = rows["report"].iloc[0]
    allowed = f"one report in all files; the first row is of '{name}'" if name else "the name of the report"
    return lambda row: None if name and row["report"] == name else allowed


def _check(rows: list[Row], column: str, rule: RowRule, found: Mapping[str, Findings]) -> None:
    wrong = [(row, allowed) for row in rows if (allowed := rule(row)) is not None]
    for file in dict.fromkeys(row["file"] for row, _ in wrong):
        here = [(row, allowed) for row, allowed in wrong if row["file"] == file]
        lines = np.array([row["line"] for row, _ in here], dtype=np.int64)
        values = ["" if pd.isna(row[column]) else str(row[column]) for row, _ in here]
        found[file].lines(column, column, lines, values, [allowed for _, allowed in here])


def _without_id(row: Row) -> str | None:
    return "a statement_id beside it: a claim needs one" if row["claim_type"] else None


def _kinds() -> str:
    return f"one of {', '.join(DIRECTIONS)}"


def _direction_problem(row: Row) -> str | None:
    allowed = DIRECTIONS.get(row["claim_type"] or "")
    if allowed is None or row["direction"] in allowed:
        return None
    return f"one of {', '.join(allowed)}, for a claim of the kind {row['claim_type']}"


def _value_problem(row: Row) -> str | None:
    if row["claim_type"] in ("change", "relative") and row["value"] < 0:
        return "a number without sign; `direction` says which way"
    return None


def _base_year_problem(row: Row) -> str | None:
    base, named = row["base_year"], own_year(row["compared_with"])
    if not isinstance(base, int):
        return None
    if row["claim_type"] != "change":
        return "empty: only a change has a base year"
    if named is not None and named != base:
        return f"{named}, as the comparator says"
    return None


def _check_duplicates(rows: pd.DataFrame, key: list[str], column: str, found: Mapping[str, Findings]) -> None:
    """One row each, also where the value is the same."""
    place = rows["file"].astype("str") + ":" + rows["line"].astype("str")
    first = place.groupby([rows[name] for name in key], sort=False, dropna=False).transform("first")
    again = rows[rows.duplicated(key)]
    for file, group in again.groupby("file", sort=False):
        lines = group["line"].to_numpy(dtype=np.int64)
        values = [" ".join(map(str, row)) for row in group[key].head(SHOWN).itertuples(index=False)]
        allowed = [f"one row for each; the first is {first[i]}" for i in group.index[:SHOWN]]
        found[str(file)].lines("duplicate", column, lines, values, allowed)


def _tell_strangers(rows: pd.DataFrame, vocabulary: Vocabulary, found: Mapping[str, Findings]) -> None:
    """An indicator the catalogue does not have is allowed; that it is told shows a misspelt one."""
    strange = ~rows["indicator"].isin(vocabulary.indicators) & ~rows["indicator"].str.startswith(CONTEXT)
    for row in rows[strange].drop_duplicates("indicator").to_dict("records"):
        near = nearest_text(row["indicator"], vocabulary.indicators)
        text = f"`{row['indicator']}` is not in the catalogue and cannot be compared; {near}"
        found[row["file"]].warn("indicator", text, line=row["line"], column="indicator_id")
