"""Amounts as people write them: decimal comma or point, thousands set apart, minus in front.

`1.234` may be a thousand or one and a quarter; nobody guesses which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assets.tabular.problems import SHOWN, Findings, Lines

Decimal = Literal["auto", "comma", "point"]
Amounts = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_SPACES = " \u00a0\u2009\u202f"
#: No municipality has posted a thousand billion kroner.
_LARGEST = 1e12


@dataclass(frozen=True, slots=True)
class _Style:
    mark: str
    grouping: str

    @property
    def pattern(self) -> str:
        groups = "|".join(rf"\d{{1,3}}(?:[{sign}]\d{{3}})+" for sign in (_SPACES, self.grouping))
        return rf"^-?(?:\d{{1,15}}|{groups})(?:[{self.mark}]\d{{1,2}})?$"


_STYLES = {"comma": _Style(",", "."), "point": _Style(".", ",")}
_AMBIGUOUS = r"^-?\d{1,3}[.,]\d{3}$"


def parse_amounts(
    texts: pa.Array, decimal: Decimal, lines: Lines, column: str, findings: Findings
) -> Amounts:
    """Amounts in the order of `texts`; NaN where a text is none, which is then among the findings.

    Args:
        texts: as in the file.
        decimal: the decimal mark; `auto` finds it from the file, which must keep to one.
        lines: where each text stands.
        column: the file's name of the column.
        findings: what is wrong is added here.
    """
    trimmed = pc.replace_substring(pc.utf8_trim(texts, characters=_SPACES + "\t"), "\u2212", "-")
    auto = decimal == "auto"
    ambiguous = _matches(trimmed, _AMBIGUOUS) & auto
    fits = {name: _matches(trimmed, style.pattern) & ~ambiguous for name, style in _STYLES.items()}
    style = _style_of(fits, lines, column, findings) if auto else decimal
    amounts = _as_numbers(trimmed, _STYLES[style], fits[style])
    vast = np.abs(amounts) >= _LARGEST
    amounts[vast] = np.nan
    wrong = ~(fits["comma"] | fits["point"]) if auto else ~fits[style]
    _tell(texts, wrong | vast, ambiguous, lines, column, findings)
    return amounts


def _style_of(fits: dict[str, Mask], lines: Lines, column: str, findings: Findings) -> str:
    """The one decimal mark of the file; lines with the rarer one are told."""
    only_comma, only_point = fits["comma"] & ~fits["point"], fits["point"] & ~fits["comma"]
    comma = bool(only_comma.sum() >= only_point.sum())
    rarer = only_point if comma else only_comma
    if only_comma.any() and only_point.any():
        other = "comma" if comma else "point"
        where = lines[rarer]
        allowed = f"one decimal mark in the whole file; most lines have a {other}"
        findings.lines("decimal_mark", column, where, [""] * SHOWN, [allowed] * SHOWN)
    return "comma" if comma else "point"


def _tell(
    texts: pa.Array, wrong: Mask, ambiguous: Mask, lines: Lines, column: str, findings: Findings
) -> None:
    at = np.flatnonzero(wrong)
    values = texts.take(pa.array(at[:SHOWN])).to_pylist()
    allowed = [_allowed(value, bool(ambiguous[place])) for value, place in zip(values, at, strict=False)]
    findings.lines("amount", column, lines[at], values, allowed)


def _allowed(value: str, ambiguous: bool) -> str:
    if not value.strip():
        return "an amount; a line without one must not be there"
    if ambiguous:
        return (
            "an amount that can be read in one way; say `decimal: comma` or `decimal: point` in ledger.yaml"
        )
    return "an amount in kroner such as -1234,56 or 1 234 567, at most two decimals"


def _matches(texts: pa.Array, pattern: str) -> Mask:
    found: Mask = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return found


def _as_numbers(texts: pa.Array, style: _Style, good: Mask) -> Amounts:
    """The good texts as numbers, NaN elsewhere."""
    chosen = texts.take(pa.array(np.flatnonzero(good)))
    for sign in (*_SPACES, style.grouping):
        chosen = pc.replace_substring(chosen, sign, "")
    numbers = np.full(len(texts), np.nan)
    numbers[good] = pc.cast(pc.replace_substring(chosen, style.mark, "."), pa.float64()).to_numpy() + 0.0
    return numbers
