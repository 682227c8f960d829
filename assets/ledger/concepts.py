"""Expense concepts (utgiftsbegreper) from arts, by the rules of each year."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.ledger.codes import art_ranges, concept_names

#: Concept here → concept of the catalogue, and so of `kostra/accounts`.
CATALOGUE_CONCEPTS = {
    "gross": "gross_expenditure",
    "adjusted_gross": "adjusted_gross_expenditure",
    "net": "net_expenditure",
    "purchases": "purchased_services",
    "wages": "wages",
    "depreciation": "depreciation",
}
CONCEPTS = tuple(CATALOGUE_CONCEPTS)


def concepts(
    entries: pd.DataFrame,
    year: int,
    *,
    by: Sequence[str] = ("function",),
    functions: Collection[str] | None = None,
) -> pd.DataFrame:
    """Sums of `entries` by expense concept; operating accounts only.

    Args:
        entries: rows with `year`, `function`, `art`, `amount` and the columns of `by`; expenses positive and
            income negative, in any unit.
        year: the accounting year to add up; it decides which arts each concept has.
        by: the columns to add up within, for example `("director_area",)`.
        functions: only these functions; all when None.

    Returns:
        One row per combination of `by` that occurs, as text, sorted; then one column per concept, in the
        unit of `amount`. A combination without posts of a concept has 0 there.
    """
    chosen = entries[entries["year"] == year]
    if functions is not None:
        chosen = chosen[chosen["function"].isin(list(functions))]
    keys = [*dict.fromkeys([*by, "art"])]
    sums = chosen.groupby(keys, observed=True, sort=False)["amount"].sum().reset_index()
    weighted = pd.DataFrame(
        {name: np.where(art_in(name, sums["art"], year), sums["amount"], 0.0) for name in CONCEPTS}
    )
    # Codes sort as text; categories would keep the order they were met in.
    frame = pd.concat([sums[list(by)].astype("str"), weighted], axis=1)
    return frame.groupby(list(by), observed=True, sort=True)[list(CONCEPTS)].sum().reset_index()


def art_in(concept: str, arts: pd.Series, year: int) -> npt.NDArray[np.bool_]:
    """Whether each art is part of `concept` in `year`."""
    if concept not in concept_names():
        raise ValueError(f"unknown concept {concept!r}; there are {', '.join(concept_names())}")
    distinct = pd.unique(arts)
    ranges = art_ranges(concept, year)
    inside = {art for art in distinct if any(first <= art <= last for first, last in ranges)}
    return arts.isin(inside).to_numpy(dtype=bool)
