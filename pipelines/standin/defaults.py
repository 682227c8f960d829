"""The server's default selection: a small extract, never the table."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.standin.binding import Query, Wanted
from pipelines.standin.table import StandinDimension, StandinTable

PERIODS = 13
VALUES = 1500
FEW_CONTENTS = 6


def default_selection(table: StandinTable) -> Query:
    """At most two variables with more than one value: time at most 13, others at most 1 500."""
    others = [dimension for dimension in table.dimensions if dimension.role not in {"metric", "time"}]
    draft = _Draft()
    if not others:
        _contents_by_time(draft, table)
    elif len(others) == 1:
        _three_variables(draft, table, others[0])
    else:
        _more_variables(draft, table, others)
    return Query(tuple(draft.wanted), heading=tuple(draft.heading), stub=tuple(draft.stub))


@dataclass(slots=True)
class _Draft:
    wanted: list[Wanted] = field(default_factory=list)
    heading: list[str] = field(default_factory=list)
    stub: list[str] = field(default_factory=list)

    def place(self, part: list[str], dimension: StandinDimension, count: int) -> None:
        codes = dimension.codes[-count:] if dimension.role == "time" else dimension.codes[:count]
        self.wanted.append(Wanted(dimension.code, codes))
        part.append(dimension.code)

    def eliminate(self, dimension: StandinDimension) -> None:
        self.wanted.append(Wanted(dimension.code, ()))

    def cross(self, one: StandinDimension, other: StandinDimension) -> None:
        """The longer of two variables goes to the stub, the other to the heading."""
        longer, shorter = (one, other) if len(one.codes) > len(other.codes) else (other, one)
        self.place(self.stub, longer, VALUES)
        self.place(self.heading, shorter, VALUES)


def _contents_by_time(draft: _Draft, table: StandinTable) -> None:
    few = len(table.metric.codes) < FEW_CONTENTS
    draft.place(draft.heading if few else draft.stub, table.metric, VALUES)
    draft.place(draft.stub if few else draft.heading, table.time, PERIODS)


def _three_variables(draft: _Draft, table: StandinTable, other: StandinDimension) -> None:
    if len(table.metric.codes) == 1:
        draft.place(draft.heading, table.metric, 1)
        draft.place(draft.heading, table.time, PERIODS)
        draft.place(draft.stub, other, VALUES)
    else:
        draft.place(draft.heading, table.time, 1)
        draft.cross(table.metric, other)


def _more_variables(draft: _Draft, table: StandinTable, others: list[StandinDimension]) -> None:
    draft.place(draft.heading, table.metric, 1)
    draft.place(draft.heading, table.time, 1)
    mandatory = [dimension for dimension in others if not dimension.elimination]
    optional = [dimension for dimension in others if dimension.elimination]
    if len(mandatory) > 1:
        crossed = (mandatory[0], mandatory[-1])
    elif mandatory:
        crossed = (mandatory[0], optional[-1])
    else:
        crossed = (others[0], others[-1])
    for dimension in mandatory:
        if dimension not in crossed:
            draft.place(draft.heading, dimension, 1)
    draft.cross(*crossed)
    for dimension in optional:
        if dimension not in crossed:
            draft.eliminate(dimension)
