"""What whole accounts must add up to, with the tolerances of SSB's own control, and what signs they have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

#: NOK thousand, either way.
TOLERANCE = 30.0
_SERVICES = ("100", "799")
_COUNTER_FUNCTION, _COUNTER_ART = "860", "990"


@dataclass(frozen=True, slots=True)
class Imbalance:
    """An identity that does not hold; `amount` is what should be 0, in NOK thousand."""

    rule: str
    column: str
    amount: float
    allowed: str


def balance(posts: pd.DataFrame, accounts: str) -> Iterator[Imbalance]:
    """Expenses and income of `accounts` (operating or investment) add up to nothing.

    Args:
        posts: `function`, `art`, `amount` in NOK thousand, expenses positive; one kind of accounts.
        accounts: what to call them.
    """
    difference = float(posts["amount"].sum())
    if abs(difference) > TOLERANCE:
        yield Imbalance("balance", "amount", difference, f"{accounts} accounts balance within ±{TOLERANCE:g}")
    shared = float(posts.loc[posts["function"] == "290", "amount"].sum())
    if abs(shared) > TOLERANCE:
        allowed = f"function 290 (interkommunale samarbeid) nets to 0 within ±{TOLERANCE:g}"
        yield Imbalance("function_290", "function", shared, allowed)


def depreciation(posts: pd.DataFrame) -> Iterator[Imbalance]:
    """Depreciation (art 590 on services) equals its counter-entry (art 990 on function 860)."""
    on_service = posts["function"].between(*_SERVICES) & (posts["art"] == "590")
    counter = (posts["function"] == _COUNTER_FUNCTION) & (posts["art"] == _COUNTER_ART)
    difference = float(posts.loc[on_service | counter, "amount"].sum())
    if abs(difference) > TOLERANCE:
        yield Imbalance(
            "depreciation",
            "art",
            difference,
            f"art 590 on functions 100-799 and art 990 on function 860 net to 0 within ±{TOLERANCE:g}",
        )


def has_counter_entry(posts: pd.DataFrame) -> bool:
    """Whether the counter-entry of depreciation is there, so that depreciation must be too."""
    return bool(((posts["function"] == _COUNTER_FUNCTION) & (posts["art"] == _COUNTER_ART)).any())


def signs(posts: pd.DataFrame) -> Iterator[Imbalance]:
    """Expenses add up to more than nothing, income to less; accounts without either are let be."""
    expense = is_expense(posts["art"])
    for rows, sign, words in ((expense, 1, "expenses (arts 0-5)"), (~expense, -1, "income (arts 6-9)")):
        amounts = posts.loc[rows, "amount"]
        total = float(amounts.sum())
        if (amounts != 0).any() and total * sign <= 0:
            should = "above 0" if sign > 0 else "below 0"
            yield Imbalance("sign", "amount", total, f"{words} add up to {should}: is the sign as declared?")


def is_expense(arts: pd.Series) -> npt.NDArray[np.bool_]:
    """Whether each art is an expense (arts 010-590) and not an income (600-990)."""
    expenses = [art for art in pd.unique(arts) if str(art) < "6"]
    return arts.isin(expenses).to_numpy(dtype=bool)
