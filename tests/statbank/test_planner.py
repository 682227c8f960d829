"""The fewest calls: compared with every way there is to tile a small box with boxes."""

import itertools
import math
import time
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statbank.errors import SelectionError
from pipelines.statbank.planner import MAX_CELLS, Part, cells_of, plan
from tests.statbank.tables import POPULATION, table_of

SIZES = st.lists(st.integers(1, 9), min_size=1, max_size=4).map(tuple)


def planned(sizes: tuple[int, ...], limit: int) -> tuple[Part, ...]:
    table = table_of(sizes)
    return plan(table, {variable.code: variable.codes for variable in table.dimensions}, limit)


def fewest_by_trying_everything(sizes: tuple[int, ...], limit: int) -> int:
    """The smallest number of boxes of at most `limit` cells that tile the whole, by exhaustive search.

    The first uncovered cell in reading order must be the first corner of some box, so only boxes with that
    corner are tried, for a growing number of boxes.
    """
    cells = list(itertools.product(*map(range, sizes)))
    bit = {cell: 1 << place for place, cell in enumerate(cells)}
    boxes: dict[int, list[int]] = {place: [] for place in range(len(cells))}
    for place, corner in enumerate(cells):
        for extent in itertools.product(
            *(range(1, size - at + 1) for at, size in zip(corner, sizes, strict=True))
        ):
            if math.prod(extent) <= limit:
                inside = itertools.product(*(range(at, at + n) for at, n in zip(corner, extent, strict=True)))
                boxes[place].append(sum(bit[cell] for cell in inside))
    whole = (1 << len(cells)) - 1

    def tiles(covered: int, left: int, dead: set[tuple[int, int]]) -> bool:
        if covered == whole:
            return True
        if (whole & ~covered).bit_count() > left * limit or (covered, left) in dead:
            return False
        first = (~covered & (covered + 1)).bit_length() - 1
        if any(tiles(covered | box, left - 1, dead) for box in boxes[first] if not box & covered):
            return True
        dead.add((covered, left))
        return False

    return next(count for count in itertools.count(1) if tiles(0, count, set()))


SMALL = [
    *((a, b) for a in range(1, 7) for b in range(a, 7)),
    *((2, 2, 2), (2, 2, 3), (2, 3, 3), (3, 3, 3), (2, 2, 5), (2, 3, 4), (2, 2, 2, 2)),
]


@pytest.mark.parametrize("sizes", SMALL, ids=str)
def test_no_tiling_has_fewer_calls(sizes: tuple[int, ...]) -> None:
    for limit in range(1, math.prod(sizes) + 1):
        assert len(planned(sizes, limit)) == fewest_by_trying_everything(sizes, limit), limit


def test_unequal_strips_beat_a_regular_grid() -> None:
    # 5 x 5 in boxes of 8: no grid has fewer than 5 boxes.
    assert len(planned((5, 5), 8)) == 4


@settings(deadline=None, max_examples=150)
@given(sizes=SIZES, limit=st.integers(1, 400))
def test_every_cell_once_and_never_over_the_limit(sizes: tuple[int, ...], limit: int) -> None:
    parts = planned(sizes, limit)
    cells = Counter(cell for part in parts for cell in itertools.product(*part.values()))
    table = table_of(sizes)
    assert set(cells) == set(itertools.product(*(variable.codes for variable in table.dimensions)))
    assert set(cells.values()) == {1}
    assert max(map(cells_of, parts)) <= limit
    assert len(parts) >= -(-math.prod(sizes) // limit)
    for part in parts:
        for variable in table.dimensions:
            places = [variable.codes.index(code) for code in part[variable.code]]
            assert places == sorted(places)


@settings(deadline=None, max_examples=100)
@given(size=st.integers(1, 2000), limit=st.integers(1, 500))
def test_one_variable_is_cut_into_equal_parts(size: int, limit: int) -> None:
    counts = [cells_of(part) for part in planned((size,), limit)]
    assert len(counts) == -(-size // limit)
    assert max(counts) - min(counts) <= 1


def test_parts_are_balanced_where_it_costs_no_call() -> None:
    assert sorted(map(cells_of, planned((10, 5), 20))) == [15, 15, 20]
    assert [len(part["V0"]) for part in planned((10, 5), 25)] == [5, 5]


def test_contents_are_kept_together_where_it_costs_no_call() -> None:
    def contents_per_call(regions: int, contents: int, limit: int) -> list[int]:
        region, metric = table_of((regions, contents)).dimensions
        table = replace(POPULATION, dimensions=(region, replace(metric, role="metric")))
        parts = plan(table, {variable.code: variable.codes for variable in table.dimensions}, limit)
        return [len(part["V1"]) for part in parts]

    assert contents_per_call(4, 6, 12) == [6, 6]
    assert contents_per_call(1, 6, 3) == [3, 3]


def test_the_order_is_that_of_the_metadata() -> None:
    chosen = {"Tid": ("2020",), "Region": ("0301", "3201"), "ContentsCode": ("Personer",)}
    (part,) = plan(POPULATION, chosen)
    assert list(part) == ["Region", "ContentsCode", "Tid"]


@pytest.mark.parametrize(
    ("sizes", "calls"),
    [
        # regions, scopes, functions, arts, contents, years: 60 million cells of table 12367
        ((891, 2, 97, 35, 1, 10), 76),
        ((891, 2, 20, 107, 5), 24),
        ((1000, 800), 1),
        ((1000, 801), 2),
        ((800_001,), 2),
        ((1, 1, 1), 1),
    ],
)
def test_real_tables_meet_the_lower_bound(sizes: tuple[int, ...], calls: int) -> None:
    assert calls == -(-math.prod(sizes) // MAX_CELLS)
    assert len(planned(sizes, MAX_CELLS)) == calls


def test_a_product_that_wraps_in_32_bits_is_never_sent() -> None:
    # 65536 x 65536 = 2^32 counts as 0 in 32 bits and would pass the server's own check.
    sizes = (256, 256, 256, 256)
    assert math.prod(sizes) % 2**32 == 0
    parts = planned(sizes, 2**20)
    assert sum(map(cells_of, parts)) == 2**32
    assert max(map(cells_of, parts)) <= 2**20
    assert len(parts) == 2**12


@pytest.mark.parametrize("sizes", [(97, 891, 35, 10, 2), (8, 10, 11, 11, 12, 82, 118), (29, 31, 37, 41)])
@pytest.mark.parametrize("calls", [3, 17, 63])
def test_planning_is_quick_and_near_the_lower_bound(sizes: tuple[int, ...], calls: int) -> None:
    started = time.perf_counter()
    parts = planned(sizes, math.prod(sizes) // calls)
    assert time.perf_counter() - started < 10
    assert calls <= len(parts) <= calls + 2


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_cell_is_refused(limit: int) -> None:
    with pytest.raises(SelectionError, match="table 00001: cannot plan"):
        planned((2, 2), limit)


def test_variables_without_values_and_strangers_are_refused() -> None:
    with pytest.raises(SelectionError, match="every variable needs values"):
        plan(POPULATION, {"Region": ()})
    with pytest.raises(SelectionError, match="one of the table's"):
        plan(POPULATION, {"Regio": ("0301",)})
