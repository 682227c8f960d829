"""KOSTRA account files: fixed-width records as municipalities send them to SSB.

48 characters: form 1-2, year 3-6, quarter 7 (blank: annual), region 8-13, organisation number 14-22,
enterprise number 23-31, account class 32, function 33-36 (left-justified), art 37-39, amount 40-48 in NOK
thousand (right-justified, minus directly before the digits). They hold no responsibility centre.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.frames import labelled
from assets.ledger.account_checks import FORMS, check_accounts
from assets.ledger.codes import FIRST_LISTED, LAST_LISTED, counties
from assets.tabular.problems import SHOWN, Findings, Lines

LENGTH = 48
COLUMNS = (
    *("year", "line", "form", "quarter", "region", "organisation", "account_class"),
    *("function", "art", "amount"),
)
_UTF8_BOM = b"\xef\xbb\xbf"
_CHARACTERS = re.compile(rb"[^0-9A-Z -]")


@dataclass(frozen=True, slots=True)
class _Field:
    start: int
    end: int
    pattern: str
    allowed: str


_FIELDS = {
    "form": _Field(0, 2, r"0[AIM]", "form 0A, 0I or 0M"),
    "year": _Field(2, 6, r"\d{4}", f"a year from {FIRST_LISTED} to {LAST_LISTED}"),
    "quarter": _Field(6, 7, r"[ 1-4]", "1 to 4, or blank in an annual file"),
    "region": _Field(7, 13, r"\d{6}", "municipality code and 00 (districts of Oslo: 01-15)"),
    "organisation": _Field(13, 31, r"( {9}|\d{9}){2}", "two numbers of nine digits, or blank"),
    "account_class": _Field(31, 32, r"[0134]", "1 operating or 0 investment; 3 or 4 in forms 0I and 0M"),
    "function": _Field(32, 36, r"\d{3} ", "a function of three digits and a space, left-justified"),
    "art": _Field(36, 39, r"\d{3}", "an art of three digits"),
    "amount": _Field(39, 48, r" *-?\d+", "whole NOK thousand, right-justified, minus before the digits"),
}
#: One file is one unit's accounts for one period.
_SAME_IN_ALL = ("form", "year", "quarter", "region", "organisation")


@dataclass(frozen=True, slots=True)
class AccountFile:
    """What an account file holds; to be used only when `findings` has no problems.

    `records` has `year`, `line`, `form`, `quarter` (0: annual), `region`, `organisation`, `account_class`,
    `function`, `art`, `amount` (NOK thousand, expenses positive, income negative).
    """

    records: pd.DataFrame
    findings: Findings

    @property
    def operating(self) -> pd.DataFrame:
        """The records of the operating accounts (driftsregnskap)."""
        return self.records[self.records["account_class"].isin(["1", "3"])]

    @property
    def years(self) -> tuple[int, ...]:
        """The year of the file."""
        return tuple(sorted(int(year) for year in self.records["year"].unique()))


def read_account_file(
    content: bytes,
    name: str,
    *,
    years: Collection[int] | None = None,
    sum_duplicates: bool = False,
) -> AccountFile:
    """Read a KOSTRA account file and check every record.

    Args:
        content: the file.
        name: what to call it in messages.
        years: the accounting years it may be of; None for any.
        sum_duplicates: several records on one account class, function and art are meant to be added up.
    """
    findings = Findings(name)
    lines, records = _records(content, findings)
    if not len(lines):
        if not findings.counts:
            findings.problem("empty_file", f"at least one record of {LENGTH} characters")
        return AccountFile(pd.DataFrame({column: [] for column in COLUMNS}), findings)
    texts = {field: _column(records, place) for field, place in _FIELDS.items()}
    good = _check_fields(texts, lines, findings)
    _check_header(texts, lines, good, years, findings)
    frame = _frame(texts, lines, good)
    if len(frame):
        check_accounts(frame, findings, sum_duplicates=sum_duplicates)
    return AccountFile(frame, findings)


def _records(content: bytes, findings: Findings) -> tuple[Lines, npt.NDArray[np.uint8]]:
    """The records of the right length and characters as a matrix of bytes, and their lines."""
    body = content.removeprefix(_UTF8_BOM).replace(b"\r\n", b"\n")
    texts = body.removesuffix(b"\n").split(b"\n") if body.strip() else []
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    _tell(
        "record_length",
        np.flatnonzero(lengths != LENGTH),
        lambda at: (texts[at].decode("latin-1"), f"{LENGTH} characters; here are {len(texts[at])}"),
        findings,
    )
    of_length = np.flatnonzero(lengths == LENGTH)
    matrix = np.frombuffer(b"".join([texts[at] for at in of_length]), dtype=np.uint8).reshape(-1, LENGTH)
    strange = _is_strange()[matrix].any(axis=1)
    _tell(
        "characters",
        of_length[strange],
        lambda at: (texts[at].decode("latin-1"), "digits, capital letters, spaces and minus only"),
        findings,
    )
    return of_length[~strange] + 1, matrix[~strange]


def _is_strange() -> npt.NDArray[np.bool_]:
    """For each byte, whether it is none that a record may have."""
    return np.array([bool(_CHARACTERS.match(bytes([byte]))) for byte in range(256)], dtype=bool)


def _tell(
    rule: str, at: npt.NDArray[np.int64], describe: Callable[[int], tuple[str, str]], findings: Findings
) -> None:
    described = [describe(int(place)) for place in at[:SHOWN]]
    findings.lines(rule, "", at + 1, [value for value, _ in described], [allowed for _, allowed in described])


def _column(records: npt.NDArray[np.uint8], place: _Field) -> pd.Categorical[str]:
    """The characters of one field of every record."""
    width = place.end - place.start
    cut = np.ascontiguousarray(records[:, place.start : place.end]).view(f"S{width}").ravel()
    distinct, codes = np.unique(cut, return_inverse=True)
    return labelled(codes, [text.decode("ascii").ljust(width) for text in distinct.tolist()])


def _check_fields(
    texts: dict[str, pd.Categorical[str]], lines: Lines, findings: Findings
) -> npt.NDArray[np.bool_]:
    """Each field against its pattern; whether all fields of a record fit."""
    good = np.ones(len(lines), dtype=bool)
    for name, place in _FIELDS.items():
        values = texts[name].categories
        fits = np.array([re.fullmatch(place.pattern, value) is not None for value in values], dtype=bool)
        wrong = np.flatnonzero(~fits[texts[name].codes])
        shown = [values[code] for code in texts[name].codes[wrong[:SHOWN]]]
        findings.lines(name, name, lines[wrong], shown, [place.allowed] * SHOWN)
        good[wrong] = False
    return good


def _check_header(
    texts: dict[str, pd.Categorical[str]],
    lines: Lines,
    good: npt.NDArray[np.bool_],
    asked: Collection[int] | None,
    findings: Findings,
) -> None:
    """What is the same in every record, and right: year, region, and the unit they are of."""
    for name in _SAME_IN_ALL:
        codes, values = texts[name].codes, texts[name].categories
        most = int(np.bincount(codes[good] if good.any() else codes).argmax())
        other = np.flatnonzero((codes != most) & good)
        allowed = f"{values[most]!r}, as in the other records: a file is one unit's accounts of one period"
        findings.lines(
            "mixed", name, lines[other], [values[code] for code in codes[other[:SHOWN]]], [allowed] * SHOWN
        )
        good[other] = False
    if not good.any():
        return
    first = int(np.flatnonzero(good)[0])
    year, region = str(texts["year"][first]), str(texts["region"][first])
    _check_period(year, region, int(lines[first]), asked, findings)


def _check_period(
    year: str, region: str, line: int, asked: Collection[int] | None, findings: Findings
) -> None:
    number = int(year)
    if not FIRST_LISTED <= number <= LAST_LISTED:
        findings.problem("year", _FIELDS["year"].allowed, line=line, column="year", value=year)
        return
    if asked is not None and number not in asked:
        allowed = f"the year asked for, {', '.join(map(str, sorted(asked)))}"
        findings.problem("year_asked", allowed, line=line, column="year", value=year)
    district = region.startswith("0301") and region[4:] <= "15"
    if region[:2] not in counties(number) or not (region.endswith("00") or district):
        allowed = f"a municipality of {year} and 00; counties are {', '.join(sorted(counties(number)))}"
        findings.problem("region", allowed, line=line, column="region", value=region)


def _frame(texts: dict[str, pd.Categorical[str]], lines: Lines, good: npt.NDArray[np.bool_]) -> pd.DataFrame:
    chosen = {name: pd.Series(column[good]) for name, column in texts.items()}
    quarters = chosen["quarter"].astype("str").str.strip().replace("", "0")
    frame = pd.DataFrame(
        {
            "year": chosen["year"].astype("str").astype("int64"),
            "line": lines[good],
            "form": chosen["form"],
            "quarter": quarters.astype("int64"),
            "region": chosen["region"],
            "organisation": chosen["organisation"].astype("str").str.split().str.join(" ").astype("str"),
            "account_class": chosen["account_class"],
            "function": chosen["function"].astype("str").str.strip().astype("category"),
            "art": chosen["art"],
            "amount": chosen["amount"].astype("str").astype("int64").astype("float64"),
        }
    )
    return frame[list(COLUMNS)]


__all__ = ["COLUMNS", "FORMS", "LENGTH", "AccountFile", "read_account_file"]
