"""Why a figure is or is not there, how the reasons rank, and what a sum of figures inherits from them.

The one place for the rule that null is not zero: a part that is missing makes the sum missing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.errors import DataError
from assets.frames import labelled
from schemas.fields import STATUSES

Figures = npt.NDArray[np.float64]
Severities = npt.NDArray[np.int8]

RANKED = ("ok", "not_applicable", "not_yet", "missing", "suppressed")
"""Statuses from best to worst; the position is the severity."""
OK, NOT_APPLICABLE, NOT_YET, MISSING, SUPPRESSED = range(len(RANKED))

OF_SYMBOL: Mapping[str, str] = {
    ".": "not_applicable",
    "..": "missing",
    ":": "suppressed",
    "...": "not_yet",
}
"""Status of SSB's symbols. `-` is nil, a true zero, and is not among them."""
NIL = "-"


def severities(statuses: pd.Series) -> Severities:
    """Severity of each status.

    Raises:
        DataError: a figure without a status, or with one that is not among the five.
    """
    as_category = statuses.astype("category")
    names = [str(name) for name in as_category.cat.categories]
    codes = as_category.cat.codes.to_numpy()
    strangers = [name for name in names if name not in RANKED]
    if strangers or (codes < 0).any():
        raise DataError(f"every figure needs one of {', '.join(RANKED)}; found {strangers or 'none'}")
    return np.array([RANKED.index(name) for name in names], dtype=np.int8)[codes]


def statuses(severity: Severities) -> pd.Categorical[str]:
    """The status names of severities."""
    order = np.array([STATUSES.index(name) for name in RANKED], dtype=np.int8)
    return labelled(order[severity], STATUSES)


def of_symbols(values: Figures, symbols: pd.Series) -> tuple[Figures, Severities]:
    """Figures and severities of cells as SSB serves them.

    A symbol that says the figure is not there counts more than a figure beside it. Null with `-` is zero;
    null without a symbol, or with one that is not known, is missing.
    """
    as_category = symbols.astype("category")
    names = [str(name) for name in as_category.cat.categories]
    codes = as_category.cat.codes.to_numpy()
    absent = np.array([RANKED.index(OF_SYMBOL.get(name, "ok")) for name in names], dtype=np.int8)[codes]
    nil = np.array([name == NIL for name in names], dtype=bool)[codes]
    empty = np.isnan(values)
    figures = np.where(absent == OK, np.where(empty & nil, 0.0, values), np.nan)
    return figures, np.where((absent == OK) & empty & ~nil, np.int8(MISSING), absent)


def add_parts(
    figures: Figures, severity: Severities, *, absent_is_left_out: bool = False
) -> tuple[Figures, Severities]:
    """Sum over the first axis; the sum has the worst status of its parts, and a figure only when all are ok.

    Args:
        figures: parts × cells.
        severity: parts × cells.
        absent_is_left_out: a part that is not applicable (the category did not exist) is left out of the
            sum, as long as one part is ok.
    """
    worst = severity.max(axis=0)
    if absent_is_left_out:
        some = (severity == OK).any(axis=0)
        worst = np.where((worst == NOT_APPLICABLE) & some, np.int8(OK), worst)
    total = np.where(severity == OK, figures, 0.0).sum(axis=0)
    return np.where(worst == OK, total, np.nan), worst
