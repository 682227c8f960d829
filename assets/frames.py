"""Small things every frame needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.errors import DataError


def labelled(codes: npt.NDArray[np.integer], names: Sequence[str]) -> pd.Categorical[str]:
    """A text column that holds `names[code]` in each row; a code of -1 is empty."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(names), dtype="str"))


def constant(text: str, length: int) -> pd.Categorical[str]:
    """A column with the same text in every row."""
    return labelled(np.zeros(length, dtype=np.int8), [text])


def only_source(*frames: pd.DataFrame) -> str:
    """The one source all rows come from, those of the register aside: they stand beside either.

    Raises:
        DataError: rows of several sources (sample figures never mix with real ones), or no rows at all.
    """
    every = {str(source) for frame in frames for source in frame["source"].unique()}
    found = sorted(every - {"register"} or every)
    if len(found) != 1:
        raise DataError(f"figures of one source are needed, not {' and '.join(found) or 'none'}")
    return found[0]


def join_vintages(vintage_ids: Iterable[str]) -> str:
    """Combined editions: each one once, sorted, joined with " + "."""
    return " + ".join(sorted({part for whole in vintage_ids for part in whole.split(" + ") if part}))
