"""Splits a selection into the fewest calls that the cell limit allows.

A call is a box: some values of each variable. The search cuts the whole box into equal strips along one
variable and a remainder, and each of these again, until every piece fits. Trying every thickness finds the
true minimum for small selections (tested against all ways to tile a box with boxes); for long variables only
the thicknesses that make equal strips are tried, which mostly still meets the lower bound of cells / limit.
Counting is exact whatever the sizes; the server itself counts in 32 bits.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from pipelines.statbank.errors import SelectionError
from pipelines.statbank.metadata import TableMetadata

MAX_CELLS = 800_000

Part = Mapping[str, tuple[str, ...]]
Box = tuple[range, ...]
Sizes = tuple[int, ...]

# Up to this many values every thickness of a strip is tried.
_SHORT = 12
# Remainders are searched as thoroughly as the whole while few calls are needed, or few cells are asked for.
_FEW_CALLS = 64
_FEW_CELLS = 10_000


def plan(metadata: TableMetadata, expanded: Part, max_cells: int = MAX_CELLS) -> tuple[Part, ...]:
    """The calls that together ask for every cell exactly once.

    Args:
        metadata: of the table; gives the order of the variables.
        expanded: literal codes per variable, as `expand` gives them.
        max_cells: most cells in one call, empty ones included.

    Returns:
        Codes per variable for each call, in metadata order. Parts are as equal as the count allows.

    Raises:
        SelectionError: a variable has no values, or the limit is below one cell.
    """
    order = [variable.code for variable in metadata.dimensions if variable.code in expanded]
    empty = [code for code in order if not expanded[code]]
    if empty or len(order) != len(expanded) or max_cells < 1:
        raise SelectionError(
            f"table {metadata.table}: cannot plan calls of at most {max_cells} cells over "
            f"{ {code: len(codes) for code, codes in expanded.items()} }; "
            "every variable needs values and must be one of the table's"
        )
    whole = tuple(range(len(expanded[code])) for code in order)
    cells = math.prod(map(len, whole))
    thorough = -(-cells // max_cells) <= _FEW_CALLS or cells <= _FEW_CELLS
    metric = metadata.with_role("metric")
    contents = order.index(metric.code) if metric and metric.code in order else -1
    boxes = _Search(thorough, contents).boxes(whole, frozenset(), max_cells)
    return tuple(
        {code: expanded[code][places.start : places.stop] for code, places in zip(order, box, strict=True)}
        for box in boxes
    )


def cells_of(part: Part) -> int:
    """Number of cells a call asks for."""
    return math.prod(map(len, part.values()))


@dataclass(frozen=True, slots=True)
class _Cut:
    """The first cut of the best way found: whole strips of `thickness` along `axis`; None where it fits."""

    calls: float
    axis: int = 0
    thickness: int = 0


class _Search:
    """Best first cuts, remembered. An axis that is not to be cut any further has size 1.

    The axis of the contents is cut only if that saves calls: parts with different contents may be of
    different days, so they do not tell whether the table changed between them.
    """

    def __init__(self, thorough: bool, contents: int) -> None:
        self._thorough = thorough
        self._contents = contents
        self._known: dict[tuple[Sizes, int], _Cut] = {}

    def boxes(self, box: Box, closed: frozenset[int], limit: int) -> Iterator[Box]:
        """The pieces of `box`; `limit` is per unit of the closed axes."""
        sizes = tuple(1 if axis in closed else len(places) for axis, places in enumerate(box))
        cut = self._best(sizes, limit)
        if cut.thickness == 0:
            yield box
            return
        places, axis = box[cut.axis], cut.axis
        strips, rest = self._strips(sizes, limit, cut)
        for start, stop in strips:
            strip = (*box[:axis], places[start:stop], *box[axis + 1 :])
            yield from self.boxes(strip, closed | {axis}, limit // (stop - start))
        if rest:
            remainder = (*box[:axis], places[-rest:], *box[axis + 1 :])
            yield from self.boxes(remainder, closed, limit)

    def _strips(self, sizes: Sizes, limit: int, cut: _Cut) -> tuple[list[tuple[int, int]], int]:
        """Where the strips start and stop, all equal if that costs no call, and what remains to be cut."""
        size = sizes[cut.axis]
        even = _even(size, -(-size // cut.thickness))
        if sum(self._strip(sizes, cut.axis, limit, stop - start) for start, stop in even) <= cut.calls:
            return even, 0
        count, rest = divmod(size, cut.thickness)
        if self._thorough:
            return _even(size - rest, count), rest
        return [*_even(size - rest, count), (size - rest, size)], 0

    def _best(self, sizes: Sizes, limit: int) -> _Cut:
        known = self._known.get((sizes, limit))
        if known is None:
            known = self._known[sizes, limit] = self._searched(sizes, limit)
        return known

    def _searched(self, sizes: Sizes, limit: int) -> _Cut:
        cells = math.prod(sizes)
        if cells <= limit:
            return _Cut(1)
        fewest = -(-cells // limit)
        best = _Cut(math.inf)
        for axis in sorted(range(len(sizes)), key=lambda axis: (axis == self._contents, -sizes[axis])):
            for thickness in _thicknesses(sizes[axis], limit, limit * sizes[axis] // cells):
                calls = self._calls(sizes, axis, limit, thickness, best.calls)
                if calls < best.calls:
                    best = _Cut(calls, axis, thickness)
                if best.calls == fewest:
                    return best
        return best

    def _calls(self, sizes: Sizes, axis: int, limit: int, thickness: int, bound: float) -> float:
        """Calls for strips of this thickness and the remainder; infinite when not below `bound`."""
        size = sizes[axis]
        count, rest = divmod(size, thickness)
        beside = math.prod(sizes) // size
        if count * -(-thickness * beside // limit) + -(-rest * beside // limit) >= bound:
            return math.inf
        calls = count * self._strip(sizes, axis, limit, thickness)
        if rest == 0 or calls >= bound:
            return calls
        if self._thorough:
            return calls + self._best((*sizes[:axis], rest, *sizes[axis + 1 :]), limit).calls
        return calls + self._strip(sizes, axis, limit, rest)

    def _strip(self, sizes: Sizes, axis: int, limit: int, thickness: int) -> float:
        """Calls for one strip that is not cut again along `axis`."""
        if thickness > limit:
            return math.inf
        return self._best((*sizes[:axis], 1, *sizes[axis + 1 :]), limit // thickness).calls


def _thicknesses(size: int, limit: int, whole: int) -> list[int]:
    """Thicknesses worth trying: first those that fit a call (`whole`), which cut evenly; thickest first."""
    if size <= _SHORT:
        tried = set(range(1, size))
    else:
        tried = {size // count for count in range(2, size + 1)}
        tried |= {-(-size // count) for count in range(2, size + 1)}
    possible = (thickness for thickness in tried if thickness <= limit)
    return sorted(possible, key=lambda thickness: (thickness > whole, -thickness))


def _even(size: int, count: int) -> list[tuple[int, int]]:
    """`size` places in `count` runs whose lengths differ by one at most."""
    ends = [size * number // count for number in range(count + 1)]
    return list(pairwise(ends))
