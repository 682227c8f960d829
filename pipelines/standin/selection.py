"""A selection checked against a table, in the order in which the server makes its checks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.standin import errors
from pipelines.standin.binding import Query, Wanted
from pipelines.standin.expressions import expand
from pipelines.standin.table import StandinCodelist, StandinDimension, StandinTable

TIME_ALIAS = "time"


@dataclass(frozen=True, slots=True)
class AxisValue:
    """One value of an answer and the positions in the table that it sums."""

    code: str
    label: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """One variable of a checked selection; without values it is eliminated."""

    dimension: StandinDimension
    values: tuple[AxisValue, ...]


def resolve(table: StandinTable, query: Query, max_cells: int) -> tuple[Axis, ...]:
    """Check a selection and give one axis per dimension, in table order.

    Raises:
        RefusalError: the first check that fails, with the server's title.
    """
    matched = [(_checked_dimension(table, wanted), wanted) for wanted in query.wanted]
    _check_mandatory(table, {dimension.code for dimension, _ in matched})
    axes = {dimension.code: _axis(dimension, wanted) for dimension, wanted in matched}
    _check_cells(axes.values(), max_cells)
    if len(axes) != len(matched) or any(_repeats(axis) for axis in axes.values()):
        raise errors.crash()
    return tuple(axes.get(dimension.code, Axis(dimension, ())) for dimension in table.dimensions)


def find_dimension(table: StandinTable, code: str) -> StandinDimension | None:
    """A dimension by its code, ignoring case; ``time`` is an alias for the time dimension."""
    for dimension in table.dimensions:
        if dimension.code.lower() == code.lower():
            return dimension
    return table.time if code.lower() == TIME_ALIAS else None


def chosen_codelist(dimension: StandinDimension, codelist: str | None) -> StandinCodelist | None:
    """The codelist asked for (its id is case-sensitive), or None when none was."""
    if not (codelist or "").strip():
        return None
    for known in dimension.codelists:
        if known.id == codelist:
            return known
    raise errors.problem(errors.NON_EXISTENT_CODELIST)


def base_values(dimension: StandinDimension) -> tuple[AxisValue, ...]:
    """The dimension's own values."""
    pairs = zip(dimension.codes, dimension.labels, strict=True)
    return tuple(AxisValue(code, label, (number,)) for number, (code, label) in enumerate(pairs))


def codelist_values(dimension: StandinDimension, codelist: StandinCodelist) -> tuple[AxisValue, ...]:
    """The groups of a codelist with the positions that they sum."""
    place = {code: number for number, code in enumerate(dimension.codes)}
    return tuple(
        AxisValue(value.code, value.label, tuple(place[member] for member in value.members))
        for value in codelist.values
    )


def _checked_dimension(table: StandinTable, wanted: Wanted) -> StandinDimension:
    found = find_dimension(table, wanted.variable)
    if found is None:
        raise errors.problem(errors.NON_EXISTENT_VARIABLE)
    chosen_codelist(found, wanted.codelist)
    return found


def _check_mandatory(table: StandinTable, present: set[str]) -> None:
    if any(not dimension.elimination and dimension.code not in present for dimension in table.dimensions):
        raise errors.problem(errors.MISSING_SELECTION)


def _axis(dimension: StandinDimension, wanted: Wanted) -> Axis:
    codelist = chosen_codelist(dimension, wanted.codelist)
    listed = codelist_values(dimension, codelist) if codelist else base_values(dimension)
    known = _known_values(dimension, listed, named=codelist is not None)
    codes = _expanded(wanted.values, known, [value.code for value in listed], dimension.role == "time")
    if not codes and not dimension.elimination:
        raise errors.problem(errors.MISSING_SELECTION)
    return Axis(dimension, tuple(known[code.lower()] for code in codes))


def _known_values(
    dimension: StandinDimension, listed: Iterable[AxisValue], *, named: bool
) -> Mapping[str, AxisValue]:
    """Values by lower-case code. Without a named codelist, group codes of any codelist are found too."""
    known = {value.code.lower(): value for value in listed}
    for codelist in () if named else dimension.codelists:
        for value in codelist_values(dimension, codelist):
            known.setdefault(value.code.lower(), value)
    return known


def _expanded(
    items: tuple[str, ...], known: Mapping[str, AxisValue], listed: list[str], is_time: bool
) -> list[str]:
    """Codes as the server collects them: literals keep their places, expanded codes follow them.

    Items are handled one by one in one list, so an expanded code is left out only when the very same
    text is in the list at that moment: a literal in another case later ends as a repetition.
    """
    codes = list(items)
    for item in items:
        literal = known.get(item.lower())
        if literal is not None:
            codes[codes.index(item)] = literal.code
        else:
            present = set(codes)
            codes += [code for code in expand(item, listed, is_time=is_time) if code not in present]
            codes.remove(item)
    return codes


def _check_cells(axes: Iterable[Axis], max_cells: int) -> None:
    product = math.prod(len(axis.values) or 1 for axis in axes)
    # The server multiplies in 32-bit integers without an overflow check.
    wrapped = (product + 2**31) % 2**32 - 2**31
    if wrapped > max_cells:
        raise errors.problem(errors.TOO_MANY_CELLS)
    if product >= 2**31:
        # What wrapped past the check is far too large to be built.
        raise errors.crash()


def _repeats(axis: Axis) -> bool:
    return len({value.code for value in axis.values}) != len(axis.values)
