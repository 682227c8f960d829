"""SSB's consumer prices beside the deflators of the catalogue: they must agree, and are not used instead."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from schemas.catalogue import PriceStep

PRICE_SLACK = 0.002
"""Indices of one decimal around 100: what rounding can make of the ratio of two, twice."""


def price_difference(steps: Iterable[PriceStep], served: pd.DataFrame, year: int) -> str | None:
    """Where 03014 has another rise of consumer prices into `year` than the deflators of the catalogue.

    Rises are compared, not levels: SSB gives the index a new base year now and then.

    Args:
        steps: the price steps of the catalogue.
        served: `statbank/t03014` of several years.
        year: accounting year.

    Returns:
        The two rises; None when they agree within the rounding of the indices, or one of them is not known.
    """
    held = {step.year: step.index for step in steps if step.series == "cpi" and step.index is not None}
    index = dict(zip(served["year"], served["value"], strict=True))
    if not {year - 1, year} <= held.keys() & index.keys():
        return None
    declared, found = held[year] / held[year - 1], index[year] / index[year - 1]
    if not np.isfinite(found) or abs(found - declared) <= PRICE_SLACK:
        return None
    return (
        f"table 03014 has consumer prices rise by {found - 1:.2%} from {year - 1} to {year}, "
        f"deflators.csv by {declared - 1:.2%}; series in constant prices use the latter"
    )
