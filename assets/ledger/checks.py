"""Checks of ledger rows: every value against what is allowed in its year, for all rows at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.ledger.cells import Coded, per_year
from assets.ledger.codes import FIRST_LISTED, LAST_LISTED, Kind, Place, nearest_codes, valid_codes
from assets.ledger.hierarchy import Hierarchy
from assets.tabular.problems import SHOWN, Findings, Lines
from schemas.nearest import nearest_text

Years = npt.NDArray[np.int64]
_FORMULA = ("=", "+", "-", "@")
#: Nearest names among thousands of centres take time; they are given for the first problems.
_NEAREST_GIVEN = 3
_YEARS = range(FIRST_LISTED, LAST_LISTED + 1)


def check_years(column: Coded, lines: Lines, asked: Collection[int] | None, findings: Findings) -> Years:
    """The year of each row; 0 where it is none. Years that were not asked for are problems too."""
    known = {str(year): year for year in _YEARS}
    years = np.array([known.get(text, 0) for text in column.values], dtype=np.int64)
    where, values = column.lines_of(years == 0, lines)
    allowed = f"a year from {FIRST_LISTED} to {LAST_LISTED}"
    findings.lines("year", column.name, where, values, [allowed] * SHOWN)
    if asked is not None:
        outside = np.array([year not in asked for year in years], dtype=bool) & (years != 0)
        where, values = column.lines_of(outside, lines)
        allowed = f"the year asked for, {', '.join(map(str, sorted(asked)))}"
        findings.lines("year_asked", column.name, where, values, [allowed] * SHOWN)
    return years[column.codes] if len(column.codes) else years


def check_codes(kind: Kind, column: Coded, years: Years, lines: Lines, findings: Findings) -> None:
    """Every function or art is valid in the operating accounts of its year."""
    pairs, of_row = per_year(column, years)
    wrong = np.array([not _is_valid(kind, year, code) for year, code in pairs], dtype=bool)
    at = np.flatnonzero(wrong[of_row])
    shown = [pairs[pair] for pair in of_row[at[:SHOWN]]]
    allowed = [_allowed_code(kind, year, code) for year, code in shown]
    findings.lines(kind.removesuffix("s"), column.name, lines[at], [code for _, code in shown], allowed)


def _is_valid(kind: Kind, year: int, code: str) -> bool:
    if year == 0:
        return any(code in valid_codes(kind, Place(each)) for each in _YEARS)
    return code in valid_codes(kind, Place(year))


def _allowed_code(kind: Kind, year: int, code: str) -> str:
    what = "a KOSTRA function" if kind == "functions" else "a KOSTRA art"
    if year == 0:
        return f"{what}, three digits"
    place = Place(year)
    valid = [each for each in _YEARS if code in valid_codes(kind, Place(each))]
    since = f"; {code} is valid {min(valid)}-{max(valid)}" if valid else ""
    return (
        f"{what} valid in {place.words}, three digits; {nearest_codes(code, valid_codes(kind, place))}{since}"
    )


def check_texts(column: Coded, lines: Lines, what: str, findings: Findings) -> None:
    """Names are there, without spaces around them, and are no formulas."""
    wrong = np.array(
        [not text or text != text.strip() or text.startswith(_FORMULA) for text in column.values], dtype=bool
    )
    where, values = column.lines_of(wrong, lines)
    allowed = f"{what}, without spaces around it, that is no formula"
    findings.lines(what.rpartition(" ")[2], column.name, where, values, [allowed] * SHOWN)


def director_areas(
    column: Coded, years: Years, lines: Lines, hierarchy: Hierarchy, findings: Findings
) -> pd.Categorical[str]:
    """The director area of each row; centres that lead to none in their year are problems."""
    pairs, of_row = per_year(column, years)
    areas = [hierarchy.area_of(centre, year) if year else None for year, centre in pairs]
    lost = np.array(
        [area is None and year != 0 for area, (year, _) in zip(areas, pairs, strict=True)], dtype=bool
    )
    at = np.flatnonzero(lost[of_row])
    shown = [pairs[pair] for pair in of_row[at[:SHOWN]]]
    allowed = [
        _allowed_centre(hierarchy, year, centre, nearest=number < _NEAREST_GIVEN)
        for number, (year, centre) in enumerate(shown)
    ]
    findings.lines("centre", column.name, lines[at], [centre for _, centre in shown], allowed)
    names = sorted({area for area in areas if area is not None})
    position = {name: number for number, name in enumerate(names)}
    codes = np.array([position.get(area or "", -1) for area in areas], dtype=np.int32)
    return pd.Categorical.from_codes(codes[of_row], categories=pd.Index(names, dtype="str"))


def _allowed_centre(hierarchy: Hierarchy, year: int, centre: str, *, nearest: bool) -> str:
    allowed = f"a responsibility centre that the hierarchy leads to a director area in {year}"
    return f"{allowed}; {nearest_text(centre, hierarchy.centres(year))}" if nearest else allowed


def check_duplicates(years: Years, columns: Sequence[Coded], lines: Lines, findings: Findings) -> None:
    """No two lines have the same year, centre, function and art."""
    key = years.copy()
    for column in columns:
        key = key * (len(column.values) + 1) + column.codes
    repeated = pd.Series(key).duplicated().to_numpy()
    if not repeated.any():
        return
    at = np.flatnonzero(repeated)
    shown = at[:SHOWN]
    first = [int(lines[np.flatnonzero(key == key[row])[0]]) for row in shown]
    values = [
        " ".join([str(years[row]), *(column.values[column.codes[row]] for column in columns)])
        for row in shown
    ]
    allowed = [
        f"one line per year, centre, function and art; line {line} has the same. If both are right, "
        "say `duplicates: sum` in ledger.yaml or --sum-duplicates"
        for line in first
    ]
    findings.lines("duplicate", ", ".join(column.name for column in columns), lines[at], values, allowed)
