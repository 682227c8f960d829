"""What KLASS's answers say: JSON bodies to rows, fresh or from the archive.

A question about a range of dates may have been answered by one call, or by one call per date. The
address of each call tells which, so the same readers serve both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from assets.klass.rows import Change, Code, Correspondence
from pipelines.statbank.errors import StatbankError, shown_address

Call = tuple[str, bytes]
"""Address and body of one answered call."""

Row = TypeVar("Row", Code, Correspondence)
_RANGE_FIELDS = ("validFromInRequestedRange", "validToInRequestedRange")


class KlassError(StatbankError):
    """KLASS has no answer, or one that is not what its guide describes."""


def read_codes(calls: Iterable[Call], date_to: date) -> tuple[Code, ...]:
    """Codes with validity, from `codes` for a range up to `date_to`, or from one `codesAt` per date.

    Raises:
        KlassError: a body of another shape, or a range answered without validity.
    """
    return _read(calls, "codes", date_to, _code)


def read_codes_at(call: Call) -> tuple[Code, ...]:
    """Codes of one `codesAt`; validity only where KLASS states it (for 131 it does not)."""
    return tuple(_code(row) for row in _rows(call, "codes"))


def read_changes(call: Call) -> tuple[Change, ...]:
    """Changes of one `changes`."""
    return tuple(_change(row) for row in _rows(call, "codeChanges"))


def read_correspondences(calls: Iterable[Call], source: int, date_to: date) -> tuple[Correspondence, ...]:
    """Correspondences from `source`, turned round where KLASS was asked from the other side.

    Args:
        calls: one `corresponds` for a range up to `date_to`, or one `correspondsAt` per date.
        source: classification that shall be the source of the rows.
        date_to: first day after the range.
    """
    answered = list(calls)
    turned = any(_classification(url) != str(source) for url, _ in answered)
    return _read(answered, "correspondenceItems", date_to, _turned_pair if turned else _pair)


def read_correspondences_at(call: Call) -> tuple[Correspondence, ...]:
    """Correspondences of one `correspondsAt`, without validity; the source is the classification asked."""
    return tuple(_pair(row) for row in _rows(call, "correspondenceItems"))


def states_validity(call: Call) -> bool:
    """Whether every code of a `codes` answer tells when it was valid."""
    return all(row.get(_RANGE_FIELDS[0]) and _RANGE_FIELDS[1] in row for row in _rows(call, "codes"))


def _read(
    calls: Iterable[Call], member: str, date_to: date, row: Callable[[_Object], Row]
) -> tuple[Row, ...]:
    answered = list(calls)
    asked_on = [_date_asked(url) for url, _ in answered]
    rows = [tuple(map(row, _rows(call, member))) for call in answered]
    if len(answered) == 1 and asked_on[0] is None:
        return tuple(_cut(found, date_to) for found in rows[0])
    if None in asked_on:
        raise KlassError(f"{shown_address(answered[0][0])}: answers for dates and for a range are mixed")
    days = [day for day in asked_on if day is not None]
    return _dated(sorted(zip(days, rows, strict=True), key=lambda snapshot: snapshot[0]), date_to)


def _cut(row: Row, date_to: date) -> Row:
    """The row with an open end where it was still valid when the range ended."""
    return replace(row, valid_to=None) if row.valid_to and row.valid_to >= date_to else row


def _dated(snapshots: Sequence[tuple[date, Iterable[Row]]], date_to: date) -> tuple[Row, ...]:
    """Rows with validity, from what held on single days.

    Nothing changes but at the days asked, and an answer speaks for no later year: what no call
    answered for is not claimed to hold.
    """
    done: list[Row] = []
    since: dict[Row, date] = {}
    spoken_for = date.min
    for day, rows in snapshots:
        present = {replace(row, valid_from=None, valid_to=None) for row in rows}
        ended = since.keys() if day > spoken_for else since.keys() - present
        until = min(day, spoken_for)
        done += [replace(row, valid_from=since.pop(row), valid_to=until) for row in set(ended)]
        since |= {row: day for row in present if row not in since}
        spoken_for = date(day.year + 1, 1, 1)
    end = None if spoken_for >= date_to else spoken_for
    done += [replace(row, valid_from=first, valid_to=end) for row, first in since.items()]
    return tuple(sorted(done, key=str))


_Object = Mapping[str, Any]


def _rows(call: Call, member: str) -> list[_Object]:
    url, content = call
    try:
        rows = json.loads(content)[member]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KlassError(f"{shown_address(url)}: the answer has no list {member!r}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise KlassError(f"{shown_address(url)}: {member!r} is not a list of objects")
    return rows


def _code(row: _Object) -> Code:
    stated = [row.get(name) for name in _RANGE_FIELDS]
    valid_from, valid_to = stated if any(stated) else (row.get("validFrom"), row.get("validTo"))
    return Code(_text(row, "code"), _text(row, "name"), _day(row, valid_from), _day(row, valid_to))


def _change(row: _Object) -> Change:
    occurred = _day(row, row.get("changeOccurred"))
    if occurred is None:
        raise KlassError(f"KLASS: a change without a date: {dict(row)}")
    return Change(occurred, row.get("oldCode"), row.get("oldName"), row.get("newCode"), row.get("newName"))


def _pair(row: _Object) -> Correspondence:
    return Correspondence(
        _text(row, "sourceCode"),
        _text(row, "sourceName"),
        _text(row, "targetCode"),
        _text(row, "targetName"),
        _day(row, row.get("validFrom")),
        _day(row, row.get("validTo")),
    )


def _turned_pair(row: _Object) -> Correspondence:
    pair = _pair(row)
    return replace(
        pair,
        source_code=pair.target_code,
        source_name=pair.target_name,
        target_code=pair.source_code,
        target_name=pair.source_name,
    )


def _text(row: _Object, name: str) -> str:
    found = row.get(name)
    if not isinstance(found, str):
        raise KlassError(f"KLASS: {name!r} is not a text in {dict(row)}")
    return found


def _day(row: _Object, stated: object) -> date | None:
    if stated is None:
        return None
    try:
        return date.fromisoformat(str(stated))
    except ValueError as error:
        raise KlassError(f"KLASS: {stated!r} is not a date in {dict(row)}") from error


def _date_asked(url: str) -> date | None:
    asked = parse_qs(urlsplit(url).query).get("date")
    return date.fromisoformat(asked[0]) if asked else None


def _classification(url: str) -> str:
    return urlsplit(url).path.rstrip("/").split("/")[-2]
