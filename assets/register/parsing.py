"""One cell of a register file at a time: what it stands for, or what would be right in its place."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from assets.statuses import OF_SYMBOL
from assets.tabular.cells import NotAllowedError

_SPACES = " \u00a0\u2009\u202f"
_NUMBER = re.compile(rf"-?(?:\d{{1,15}}|\d{{1,3}}(?:[{_SPACES}]\d{{3}})+)(?:[.,]\d{{1,12}})?")
_THREE_DECIMALS = re.compile(r"-?\d{1,3}[.,]\d{3}")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_NIL_SIGNS = frozenset("-–—")
#: Day 0 of the dates spreadsheets store as numbers.
_SERIAL_ZERO = datetime.date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, NaN unless its status is ok. `mark` is the decimal mark it was written with."""

    value: float
    status: str
    mark: str = ""


def parse_figure(text: str, *, whole: bool = False) -> Figure:
    """A figure as written: decimal point or comma, spaces between thousands; empty where there is none.

    SSB's symbols say why a figure is not there: `.` not applicable, `..` missing, `:` suppressed, `...` not
    yet. With `whole`, the unit is one of amounts or counts, where `57.522` may be fifty-seven thousand.

    Raises:
        NotAllowedError: anything else.
    """
    if not text or text in OF_SYMBOL:
        return Figure(float("nan"), OF_SYMBOL.get(text, "missing"))
    if text in _NIL_SIGNS:
        allowed = "an empty cell when there is no figure, 0 when it is zero; a dash can be read either way"
        raise NotAllowedError("value", allowed)
    plain = text.replace("\u2212", "-")
    if not _NUMBER.fullmatch(plain):
        raise NotAllowedError("value", "a number such as 5881, 23.69 or 23,69, or an empty cell")
    if whole and _THREE_DECIMALS.fullmatch(plain):
        allowed = "an amount or count that can be read in one way: thousands without a mark, 57522 or 57 522"
        raise NotAllowedError("value", allowed)
    mark = next((sign for sign in ",." if sign in plain), "")
    return Figure(float(re.sub(f"[{_SPACES}]", "", plain).replace(",", ".")) + 0.0, "ok", mark)


def parse_persons(text: str) -> int | None:
    """A number of persons, or None where none is given.

    Raises:
        NotAllowedError: anything but a whole number of zero or more.
    """
    if not text:
        return None
    if not re.fullmatch(r"\d{1,9}", text):
        raise NotAllowedError("persons", "a whole number of persons, or an empty cell")
    return int(text)


def parse_year(text: str) -> int:
    """An accounting year of four digits.

    Raises:
        NotAllowedError: anything else.
    """
    if not re.fullmatch(r"\d{4}", text):
        raise NotAllowedError("year", "an accounting year of four digits, such as 2024")
    return int(text)


def parse_day(text: str, today: datetime.date | None = None) -> datetime.date:
    """A date such as 2025-06-15; of a month (2025-06) or a year (2025) the last day.

    Raises:
        NotAllowedError: anything else, or a date after `today`.
    """
    found = _DAY.fullmatch(text)
    if not found:
        raise NotAllowedError("date", f"a date such as 2025-06-15, or 2025-06 or 2025{_if_serial(text)}")
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = datetime.date(year or 0, month or 1, day or 1)
    except ValueError as error:
        raise NotAllowedError("date", f"a date that exists ({error})") from error
    if today is not None and first > today:
        raise NotAllowedError("date", f"a date not after today, {today}")
    last_month = month or 12
    return first.replace(month=last_month, day=day or calendar.monthrange(first.year, last_month)[1])


def _if_serial(text: str) -> str:
    """A spreadsheet's number of a day is told as the day it stands for."""
    if not _SERIAL.fullmatch(text):
        return ""
    day = _SERIAL_ZERO + datetime.timedelta(days=int(text[:5]))
    return f"; {text} is a spreadsheet's number of the date {day}"


def parse_text(text: str) -> str:
    """Text that must be there.

    Raises:
        NotAllowedError: an empty cell.
    """
    if not text:
        raise NotAllowedError("empty", "who published the figure; a figure without its source is not taken")
    return text
