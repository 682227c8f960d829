"""Register figures of several files as one: the newest counts, and a changed one is never taken unnoticed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from assets.register.register_file import LINE, no_figures
from assets.tabular.problems import Findings
from schemas.register import FIGURES

KEY = list(FIGURES.key)
_CLOSE = 1e-9


def newest(files: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The figures of files in the order they came; of each the last one given.

    Args:
        files: rows of `register/figures`, one frame per file.
    """
    if not files:
        return no_figures()
    return pd.concat(files, ignore_index=True).drop_duplicates(KEY, keep="last").reset_index(drop=True)


def differing(figures: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """The figures that are held already with another value or status.

    Returns:
        The rows of `figures` concerned, with `value_held`, `status_held` and `file_name_held`.
    """
    kept = held[[*KEY, "value", "status", "file_name"]]
    both = figures.merge(kept, on=KEY, suffixes=("", "_held"))
    same = np.isclose(both["value"], both["value_held"], rtol=_CLOSE, atol=0, equal_nan=True)
    return both[~(same & (both["status"] == both["status_held"]).to_numpy())].reset_index(drop=True)


def refuse_differing(changed: pd.DataFrame, findings: Findings) -> None:
    """Add a problem for each figure that would be replaced without a reason."""
    for row in changed.to_dict("records"):
        held = _shown(row["value_held"], row["status_held"])
        what = f"{row['indicator']} {row['year']} {row['entity']}"
        findings.problem(
            "held",
            f"{held}, as held from {row['file_name_held']} ({what}); to replace it: --replace REASON",
            line=row[LINE],
            column="value",
            value=_shown(row["value"], row["status"]),
        )


def _shown(value: float, status: str) -> str:
    return f"{value:.12g}" if status == "ok" else status
