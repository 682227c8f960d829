"""Are amounts in the unit they should be? A wrong unit shows against control totals: it is 1000 off."""

from __future__ import annotations

import pandas as pd

from assets.ledger.concepts import CATALOGUE_CONCEPTS, concepts
from assets.tabular.problems import Findings

_SCOPES = ("B", "A")
#: A ledger and its control total differ by scope and date, never by half; a wrong unit differs by 1000.
_NEAR = 1.5


def control_of_records(operating: pd.DataFrame, year: int) -> pd.Series:
    """Gross expenditure by function, NOK thousand, of an account file's operating records."""
    return concepts(operating, year).set_index("function")["gross"]


def control_of_accounts(accounts: pd.DataFrame, municipality: str) -> pd.Series:
    """Gross expenditure by function, NOK thousand, of a municipality in `kostra/accounts` of one year.

    The municipal treasury (scope B) where it is there, else the group accounts (scope A).
    """
    own = accounts[
        (accounts["municipality"] == municipality)
        & (accounts["concept"] == CATALOGUE_CONCEPTS["gross"])
        & (accounts["status"] == "ok")
    ]
    for scope in _SCOPES:
        rows = own[own["scope"] == scope]
        if len(rows):
            return rows.groupby("function", observed=True)["amount"].sum()
    return pd.Series(dtype="float64")


def check_scale(
    own: pd.Series, control: pd.Series, year: int, unit: str, source: str, findings: Findings
) -> None:
    """Compare gross expenditure by function with a control total; both in NOK thousand.

    Args:
        own: of the file, as if it were in its declared unit.
        control: the control total.
        year: for the message.
        unit: the unit the file should be in.
        source: what the control total is.
        findings: a wrong unit is a problem, another size only a warning.
    """
    shared = own.index.astype("str").intersection(control[control > 0].index.astype("str"))
    mine = own.set_axis(own.index.astype("str"))[shared].sum()
    total = control.set_axis(control.index.astype("str"))[shared].sum()
    if not len(shared) or mine <= 0:
        return
    ratio = mine / total
    said = f"gross expenditure {year} is {ratio:.4g} times that of {source} on the same functions"
    for factor, words in ((1000, "a thousand times too large"), (1 / 1000, "a thousand times too small")):
        if factor / _NEAR <= ratio <= factor * _NEAR:
            findings.problem("scale", f"amounts in {unit}; {said}: {words}", column="amount")
            return
    if not 1 / _NEAR <= ratio <= _NEAR:
        findings.warn("control_total", said)
