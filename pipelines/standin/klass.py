"""The code lists behind the stand-in's KLASS answers: municipalities (131) and KOSTRA groups (112)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

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
class CodeChange:
    """One row of the change list (kodeendringer)."""

    occurred: date
    old: StandinMunicipality | None
    new: StandinMunicipality | None


def overlaps(valid_from: date, valid_to: date | None, start: date, end: date | None) -> bool:
    """Whether [valid_from, valid_to) and [start, end) share a day; None is the open future."""
    return (end is None or valid_from < end) and (valid_to is None or start < valid_to)


class StandinKlass:
    """The two classifications, as plain data with validity dates."""

    def __init__(
        self, municipalities: Iterable[StandinMunicipality], members: Iterable[StandinGroupMember]
    ) -> None:
        self.municipalities = tuple(sorted(municipalities, key=lambda row: (row.code, row.valid_from)))
        self.members = tuple(sorted(members, key=lambda row: (row.group, row.code, row.valid_from)))

    def codes(self, start: date, end: date | None) -> tuple[StandinMunicipality, ...]:
        """Municipality codes valid on at least one day of [start, end)."""
        return tuple(row for row in self.municipalities if overlaps(row.valid_from, row.valid_to, start, end))

    def named(self, code: str, start: date, end: date | None) -> StandinMunicipality | None:
        """The newest validity of ``code`` within [start, end)."""
        found = [row for row in self.codes(start, end) if row.code == code]
        return found[-1] if found else None
