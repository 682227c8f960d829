"""The cells of a checked selection, cut out of a table with numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.standin.binding import Query
from pipelines.standin.selection import Axis, AxisValue, find_dimension
from pipelines.standin.table import Marks, StandinDimension, StandinTable, Values

Placement = tuple[tuple[str, ...], tuple[str, ...]]
AT_THE_TOP = frozenset({"metric", "time"})


@dataclass(frozen=True, slots=True)
class Extract:
    """Cells in the order of ``axes`` (the answer's ``id``); ``marks`` are places in the table's alphabet."""

    table: StandinTable
    axes: tuple[Axis, ...]
    values: Values
    marks: Marks
    stub: tuple[str, ...]
    heading: tuple[str, ...]


def cut(table: StandinTable, axes: tuple[Axis, ...], query: Query) -> Extract:
    """Select, sum and eliminate, then place the variables as asked.

    A sum over a null is null and takes the first null's symbol. An eliminated dimension gives its
    total value where it has one, else the sum over all its values.
    """
    values, marks = table.values, table.marks
    for number, axis in enumerate(axes):
        wanted = axis.values or (_eliminated(axis.dimension),)
        values, marks = _along(values, marks, number, wanted)
    kept = tuple(number for number, axis in enumerate(axes) if axis.values)
    gone = tuple(number for number, axis in enumerate(axes) if not axis.values)
    values, marks = values.squeeze(gone), marks.squeeze(gone)
    codes = [axes[number].dimension.code for number in kept]
    placed = _asked_placement(table, codes, query)
    stub, heading = placed or _usual_placement([axes[number].dimension for number in kept])
    order = [codes.index(code) for code in (stub + heading if placed else codes)]
    return Extract(
        table,
        tuple(axes[kept[number]] for number in order),
        values.transpose(order),
        marks.transpose(order),
        stub,
        heading,
    )


def _eliminated(dimension: StandinDimension) -> AxisValue:
    if dimension.elimination_code is not None:
        members: tuple[int, ...] = (dimension.codes.index(dimension.elimination_code),)
    else:
        members = tuple(range(len(dimension.codes)))
    return AxisValue("", "", members)


def _along(values: Values, marks: Marks, axis: int, wanted: tuple[AxisValue, ...]) -> tuple[Values, Marks]:
    if all(len(value.members) == 1 for value in wanted):
        places = [value.members[0] for value in wanted]
        return values.take(places, axis), marks.take(places, axis)
    summed = [_summed(values, marks, axis, value.members) for value in wanted]
    return np.stack([part for part, _ in summed], axis), np.stack([part for _, part in summed], axis)


def _summed(values: Values, marks: Marks, axis: int, members: tuple[int, ...]) -> tuple[Values, Marks]:
    parts, symbols = values.take(members, axis), marks.take(members, axis)
    null = np.isnan(parts)
    first_null = np.expand_dims(null.argmax(axis), axis)
    symbol = np.take_along_axis(symbols, first_null, axis).squeeze(axis)
    return parts.sum(axis), np.where(null.any(axis), symbol, np.int8(0))


def _asked_placement(table: StandinTable, codes: list[str], query: Query) -> Placement | None:
    """Stub and heading as asked; None when nothing fitting was asked (errors are swallowed)."""
    stub, heading = _matched(table, query.stub), _matched(table, query.heading)
    if stub and not heading:
        heading = tuple(code for code in codes if code not in stub)
    elif heading and not stub:
        stub = tuple(code for code in codes if code not in heading)
    return (stub, heading) if stub + heading and sorted(stub + heading) == sorted(codes) else None


def _usual_placement(dimensions: list[StandinDimension]) -> Placement:
    return (
        tuple(dimension.code for dimension in dimensions if dimension.role not in AT_THE_TOP),
        tuple(dimension.code for dimension in dimensions if dimension.role in AT_THE_TOP),
    )


def _matched(table: StandinTable, asked: tuple[str, ...]) -> tuple[str, ...]:
    found = [(code, find_dimension(table, code)) for code in asked]
    return tuple(code if dimension is None else dimension.code for code, dimension in found)
