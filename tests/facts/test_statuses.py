"""Statuses: how they rank, and what a sum inherits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from assets.errors import DataError
from assets.statuses import OK, RANKED, add_parts, severities, statuses
from schemas.fields import STATUSES


def column(*names: str) -> np.ndarray:
    return severities(pd.Series(names, dtype="str")).reshape(-1, 1)


def total(*parts: tuple[float, str], absent_is_left_out: bool = False) -> tuple[float, str]:
    figures = np.array([[figure] for figure, _ in parts])
    added, worst = add_parts(
        figures, column(*(name for _, name in parts)), absent_is_left_out=absent_is_left_out
    )
    return float(added[0]), str(statuses(worst)[0])


def test_every_status_of_the_contracts_has_a_rank() -> None:
    assert set(RANKED) == set(STATUSES)
    assert list(statuses(severities(pd.Series(STATUSES)))) == list(STATUSES)


@pytest.mark.parametrize(
    ("parts", "left_out", "strict"),
    [
        ([(1, "ok"), (2, "ok")], (3, "ok"), (3, "ok")),
        ([(1, "ok"), (np.nan, "not_applicable")], (1, "ok"), (None, "not_applicable")),
        ([(np.nan, "not_applicable")] * 2, (None, "not_applicable"), (None, "not_applicable")),
        ([(1, "ok"), (np.nan, "missing"), (np.nan, "not_applicable")], (None, "missing"), (None, "missing")),
        (
            [(1, "ok"), (np.nan, "missing"), (np.nan, "suppressed")],
            (None, "suppressed"),
            (None, "suppressed"),
        ),
        ([(1, "ok"), (np.nan, "missing"), (np.nan, "not_yet")], (None, "missing"), (None, "missing")),
        ([(1, "ok"), (np.nan, "not_yet")], (None, "not_yet"), (None, "not_yet")),
        ([(0, "ok"), (np.nan, "not_applicable")], (0, "ok"), (None, "not_applicable")),
    ],
)
def test_the_sum_rule(
    parts: list[tuple[float, str]], left_out: tuple[float | None, str], strict: tuple[float | None, str]
) -> None:
    for expected, flag in ((left_out, True), (strict, False)):
        figure, status = total(*parts, absent_is_left_out=flag)
        assert (None if np.isnan(figure) else figure, status) == expected


@given(
    arrays.arrays(np.int8, (4, 6), elements=st.integers(0, len(RANKED) - 1)),
    arrays.arrays(np.float64, (4, 6), elements=st.floats(-1e6, 1e6)),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_a_sum_is_a_figure_exactly_when_it_is_ok(
    severity: np.ndarray, figures: np.ndarray, flag: bool
) -> None:
    figures = np.where(severity == OK, figures, np.nan)
    added, worst = add_parts(figures, severity, absent_is_left_out=flag)
    assert np.array_equal(~np.isnan(added), worst == OK)


def test_a_figure_without_a_status_is_refused() -> None:
    with pytest.raises(DataError, match="found none"):
        severities(pd.Series(["ok", None], dtype="category"))
    with pytest.raises(DataError, match="found \\['odd'\\]"):
        severities(pd.Series(["odd"]))
