"""The code lists behind the stand-in's KLASS answers: municipalities (131) and KOSTRA groups (112)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

MUNICIPALITIES = 131
KOSTRA_GROUPS = 112


@dataclass(frozen=True, slots=True)
class StandinMunicipality:
    """One validity of a municipality code (kommunenummer); ``valid_to`` is excluded, None is still valid.

    ``predecessors`` are the codes that became this one at ``valid_from``: the old code after a
    renumbering, all parts after a merger, the common origin after a split, the code itself after a
    rename. None at all, and not from the first day of the list, means newly created.
    """

    code: str
    name: str
    valid_from: date
    valid_to: date | None = None
    predecessors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandinGroupMember:
    """One municipality in one KOSTRA group (``EKG12`` style) for a period; ``valid_to`` is excluded."""

    group: str
    group_name: str
    code: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a classification in one period; ``end`` is excluded, None is open."""

    code: str
    name: str
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class CodeChange:
    """One row of the change list (kodeendringer); no old code is created, no new code is ceased."""

    occurred: date
    old: Code | None
    new: Code | None


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One source code that corresponds to one target code in one period."""

    source: Code
    target: Code
    start: date
    end: date | None


class StandinKlass:
    """The two classifications, as plain data with validity dates."""

    def __init__(
        self, municipalities: Iterable[StandinMunicipality], members: Iterable[StandinGroupMember]
    ) -> None:
        self.municipalities = tuple(sorted(municipalities, key=lambda row: (row.code, row.valid_from)))
        self.members = tuple(sorted(members, key=lambda row: (row.group, row.code, row.valid_from)))
        self._municipality_codes = tuple(
            Code(row.code, row.name, row.valid_from, row.valid_to) for row in self.municipalities
        )
        self._group_codes = tuple(
            Code(row.group, row.group_name, row.valid_from, row.valid_to) for row in self.members
        )

        self._validities = {
            code: tuple(rows) for code, rows in groupby(self._municipality_codes, key=lambda row: row.code)
        }

    def classifications(self) -> tuple[int, ...]:
        """Ids of the classifications held."""
        return MUNICIPALITIES, KOSTRA_GROUPS

    def codes(self, classification: int, start: date, end: date | None) -> tuple[Code, ...]:
        """Codes valid on at least one day of [start, end), cut to it; adjoining periods are joined."""
        held = self._municipality_codes if classification == MUNICIPALITIES else self._group_codes
        cut = [code for row in held if (code := _cut(row, start, end)) is not None]
        return _joined(sorted(cut, key=lambda row: (row.code, row.name, row.start)))

    def boundaries(self, classification: int) -> tuple[date, ...]:
        """Days on which a new version of the classification begins."""
        held = self._municipality_codes if classification == MUNICIPALITIES else self._group_codes
        ends = {row.end for row in held if row.end is not None}
        return tuple(sorted({row.start for row in held} | ends))

    def changes(self, start: date, end: date | None) -> tuple[CodeChange, ...]:
        """Changes of municipality codes on the days of [start, end)."""
        changes = [*self._beginnings(), *self._endings()]
        within = [change for change in changes if start <= change.occurred and _before(change.occurred, end)]
        return tuple(sorted(within, key=_change_order))

    def correspondences(self, start: date, end: date | None) -> tuple[Correspondence, ...] | None:
        """KOSTRA groups (112) to municipalities (131) in [start, end); None when the range has a gap."""
        rows = [
            Correspondence(group, self._named(member.code, group), group.start, group.end)
            for member, code in zip(self.members, self._group_codes, strict=True)
            if (group := _cut(code, start, end)) is not None
        ]
        return tuple(rows) if _covered([(row.start, row.end) for row in rows], start, end) else None

    def _named(self, code: str, period: Code) -> Code:
        validities = self._validities.get(code, ())
        found = [row for row in validities if _cut(row, period.start, period.end) is not None]
        return found[-1] if found else Code(code, "", period.start, period.end)

    def _beginnings(self) -> Iterable[CodeChange]:
        opening = min((row.start for row in self._municipality_codes), default=None)
        for row, new in zip(self.municipalities, self._municipality_codes, strict=True):
            renamed = any(old.end == new.start for old in self._validities[row.code])
            predecessors = row.predecessors or ((row.code,) if renamed else ())
            for predecessor in predecessors:
                yield CodeChange(new.start, self._ending(predecessor, new.start), new)
            if not predecessors and new.start != opening:
                yield CodeChange(new.start, None, new)

    def _endings(self) -> Iterable[CodeChange]:
        continued = {
            (code, row.valid_from) for row in self.municipalities for code in (row.code, *row.predecessors)
        }
        for old in self._municipality_codes:
            if old.end is not None and (old.code, old.end) not in continued:
                yield CodeChange(old.end, old, None)

    def _ending(self, code: str, day: date) -> Code:
        """The validity of a predecessor just before a change; it need not end there (a split-off)."""
        for row in self._validities.get(code, ()):
            if row.start < day and not _gap(row.end, day):
                return row
        raise ValueError(f"KLASS 131: predecessor {code} is not valid on the day before {day}")


def _before(day: date, end: date | None) -> bool:
    return end is None or day < end


def _cut(row: Code, start: date, end: date | None) -> Code | None:
    if not (_before(row.start, end) and _before(start, row.end)):
        return None
    ends = [day for day in (row.end, end) if day is not None]
    return Code(row.code, row.name, max(row.start, start), min(ends, default=None))


def _joined(rows: Iterable[Code]) -> tuple[Code, ...]:
    joined: list[Code] = []
    for row in rows:
        last = joined[-1] if joined else None
        if last is None or (last.code, last.name) != (row.code, row.name) or _gap(last.end, row.start):
            joined.append(row)
        else:
            joined[-1] = Code(row.code, row.name, last.start, _later(last.end, row.end))
    return tuple(sorted(joined, key=lambda row: (row.code, row.start)))


def _gap(end: date | None, start: date) -> bool:
    return end is not None and end < start


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def _covered(periods: Iterable[tuple[date, date | None]], start: date, end: date | None) -> bool:
    """Whether the periods leave no day of [start, end) out."""
    reached: date | None = start
    for begins, ends in sorted(periods, key=lambda period: period[0]):
        if reached is None or _gap(reached, begins):
            break
        reached = _later(reached, ends)
    return reached is None or (end is not None and reached >= end)


def _change_order(change: CodeChange) -> tuple[date, str, str]:
    return change.occurred, change.old.code if change.old else "", change.new.code if change.new else ""
