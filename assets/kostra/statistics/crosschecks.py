"""Tables that hold the same figures as the main ones: they must agree, and are never used instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from schemas.catalogue import PriceStep

SLACK = 1.0
"""Two tables may be rounded differently: one unit (1000 kr, one person) is no difference."""
PRICE_SLACK = 0.002
"""Indices of one decimal around 100: what rounding can make of the ratio of two, twice."""


def accounts_differences(accounts: pd.DataFrame, other: pd.DataFrame) -> str | None:
    """Where 12362 (municipal group only) has another amount than 12367 in scope A.

    Args:
        accounts: `statbank/t12367` of one year.
        other: `statbank/t12362` of the same year.

    Returns:
        How many cells differ and the first of them; None when none does.
    """
    keys = ["region", "function", "art"]
    group = accounts[(accounts["scope"] == "A").to_numpy()]
    amounts = other[(other["unit"] == "NOK_thousand").to_numpy()]
    return _differences(_texts(group, keys), _texts(amounts, keys), keys, "12367", "12362")


def population_differences(
    population: pd.DataFrame, statistics: pd.DataFrame, bands: Mapping[str, tuple[int, int]]
) -> str | None:
    """Where 11805 has other inhabitants of a municipality's age band than the sums of 07459.

    Args:
        population: `kostra/population` of one year.
        statistics: `kostra/service_statistics` of the same year.
        bands: measure → age band.
    """
    keys = ["municipality", "age_from", "age_to"]
    own = population[(population["region_kind"] == "municipality").to_numpy()]
    named = statistics[statistics["measure"].isin(list(bands)).to_numpy()]
    ages = [bands[name] for name in named["measure"].astype("str")]
    served = named.assign(age_from=[first for first, _ in ages], age_to=[last for _, last in ages])
    own = own.rename(columns={"inhabitants": "value"})
    return _differences(_texts(own, keys[:1]), _texts(served, keys[:1]), keys, "07459", "11805")


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


def _texts(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame.astype(dict.fromkeys(columns, "str"))


def _differences(
    one: pd.DataFrame, other: pd.DataFrame, keys: list[str], name: str, other_name: str
) -> str | None:
    both = one[[*keys, "value"]].merge(other[[*keys, "value"]], on=keys).dropna()
    apart = both[np.abs(both["value_x"].to_numpy() - both["value_y"].to_numpy()) > SLACK]
    if apart.empty:
        return None
    first = apart.iloc[0]
    where = ", ".join(f"{key} {first[key]}" for key in keys)
    return (
        f"tables {name} and {other_name} differ in {len(apart)} of {len(both)} cells, first at {where}: "
        f"{first['value_x']:.10g} and {first['value_y']:.10g}; one of them may be of another vintage"
    )
