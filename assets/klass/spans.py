"""Validities of municipality codes, made whole from the rows KLASS gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Protocol, TypeVar

from assets.errors import DataError
from assets.klass.rows import Change, Code
from assets.klass.slugs import same_name

UNSPECIFIED = "9999"  # "Uoppgitt" (not stated): a code of KLASS 131, but no municipality
OPEN = date.max


class IdentityError(DataError):
    """KLASS, or the municipality catalogue, contradicts itself about a municipality."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One unbroken validity of a code, with the newest name it had; `valid_to` is OPEN while in force."""

    code: str
    valid_from: date
    valid_to: date
    name: str

    def in_force(self, day: date) -> bool:
        """Whether the code was in force on `day`."""
        return self.valid_from <= day < self.valid_to

    def in_force_before(self, day: date) -> bool:
        """Whether the code was in force on the last day before `day`."""
        return self.valid_from < day <= self.valid_to

    def overlaps(self, other: Span) -> bool:
        """Whether both were in force on some day."""
        return self.valid_from < other.valid_to and other.valid_from < self.valid_to

    def __str__(self) -> str:
        until = "" if self.valid_to == OPEN else f" until {self.valid_to}"
        return f"{self.code} {self.name} (from {self.valid_from}{until})"


class Dated(Protocol):
    """A dataclass with a validity."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def valid_from(self) -> date: ...  # noqa: D102 - described by the class
    @property
    def valid_to(self) -> date: ...  # noqa: D102 - described by the class


DatedT = TypeVar("DatedT", bound=Dated)


def closing_day(valid_to: date) -> date | None:
    """The first day no longer in force, None while in force."""
    return None if valid_to == OPEN else valid_to


def code_spans(codes: Iterable[Code], changes: Sequence[Change]) -> tuple[Span, ...]:
    """One span per unbroken validity of a code, sorted; a new name alone does not break one.

    Raises:
        IdentityError: a code without a first day.
    """
    by_code: defaultdict[str, list[Span]] = defaultdict(list)
    for row in codes:
        if row.code != UNSPECIFIED:
            by_code[row.code].append(_span(row))
    handed_over = _handed_over(changes)

    def goes_on(_: Span, following: Span) -> bool:
        return (following.code, following.valid_from) not in handed_over

    return tuple(span for code in sorted(by_code) for span in joined(sorted(by_code[code]), goes_on))


def joined(rows: Iterable[DatedT], same: Callable[[DatedT, DatedT], bool]) -> list[DatedT]:
    """Rows sorted by date, with adjoining or overlapping validities of the `same` thing made one.

    The later row decides what else the joined row says.
    """
    whole: list[DatedT] = []
    for row in rows:
        last = whole[-1] if whole else None
        if last is not None and row.valid_from <= last.valid_to and same(last, row):
            until = max(last.valid_to, row.valid_to)
            whole[-1] = replace(row, valid_from=last.valid_from, valid_to=until)
        else:
            whole.append(row)
    return whole


def _span(row: Code) -> Span:
    if row.valid_from is None:
        raise IdentityError(
            f"KLASS 131: code {row.code} {row.name} has no first day; ask for a range of dates"
        )
    return Span(row.code, row.valid_from, row.valid_to or OPEN, row.name)


def _handed_over(changes: Sequence[Change]) -> set[tuple[str, date]]:
    """Codes, with the day, that one municipality gave up and another took over at once."""
    kept = {(change.new_code, change.occurred) for change in changes if change.old_code == change.new_code}
    moved = [change for change in changes if change.old_code != change.new_code]
    given_up = {(change.old_code, change.occurred): change.old_name or "" for change in moved}
    return {
        (change.new_code, change.occurred)
        for change in moved
        if change.new_code
        and (former := given_up.get((change.new_code, change.occurred))) is not None
        and (change.new_code, change.occurred) not in kept
        and not same_name(former, change.new_name or "")
    }
