"""Checks of the records of an account file: codes, classes, duplicates, identities, plausible size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from assets.ledger.codes import AccountKind, Kind, Place, combinations, nearest_codes, valid_codes
from assets.ledger.identities import Imbalance, balance, depreciation, signs
from assets.tabular.problems import SHOWN, Findings

#: Form → account class → kind of accounts.
FORMS: dict[str, dict[str, AccountKind]] = {
    "0A": {"1": "O", "0": "I"},
    "0I": {"3": "O", "4": "I"},
    "0M": {"3": "O", "4": "I"},
}
_WORDS = {"O": "operating", "I": "investment"}
#: SSB's combinations of art and function are those of the chart of accounts in force since then.
_COMBINATIONS_FROM = 2021
#: Operating expenses of a municipality in a year, NOK thousand: above the smallest and below the largest.
_LEAST_EXPENSES, _MOST_EXPENSES = 20_000, 200_000_000
#: So many amounts are not all multiples of 1000 by chance; so many records are a whole municipality's.
_ENOUGH_AMOUNTS, _WHOLE_ACCOUNTS = 20, 400


def check_accounts(records: pd.DataFrame, findings: Findings, *, sum_duplicates: bool) -> None:
    """Check records of one form, year, quarter and region.

    Args:
        records: columns of `account_file.COLUMNS`, all of the right form.
        findings: what is wrong is added here.
        sum_duplicates: whether several records on one class, function and art are meant to be added up.
    """
    form, year, quarter = (
        records["form"].iloc[0],
        int(records["year"].iloc[0]),
        int(records["quarter"].iloc[0]),
    )
    classes = FORMS[form]
    known = records["account_class"].isin(list(classes))
    allowed = f"{' or '.join(sorted(classes))} in form {form}"
    _tell("account_class", "account_class", records[~known], [allowed] * SHOWN, findings)
    places = {
        name: Place(year, kind, form, quarter > 0, str(records["region"].iloc[0])[:4])
        for name, kind in classes.items()
    }
    for account_class, rows in records[known].groupby("account_class", observed=True):
        place = places[str(account_class)]
        _check_codes("functions", rows, place, findings)
        _check_codes("arts", rows, place, findings)
        if not place.quarterly and year >= _COMBINATIONS_FROM:
            _check_combinations(rows, place.account, findings)
    if not sum_duplicates:
        _check_duplicates(records, findings)
    rows_are_right = not findings.counts
    if rows_are_right:
        _check_sums(records, places, findings)
        _check_size(records, places, findings)


def _tell(rule: str, column: str, rows: pd.DataFrame, allowed: list[str], findings: Findings) -> None:
    values = [str(value) for value in rows[column].iloc[:SHOWN]]
    findings.lines(rule, column, rows["line"].to_numpy(dtype=np.int64), values, allowed)


def _check_codes(kind: Kind, rows: pd.DataFrame, place: Place, findings: Findings) -> None:
    column = kind.removesuffix("s")
    valid = valid_codes(kind, place)
    wrong = rows[~rows[column].isin(list(valid))]
    allowed = [
        f"{column} valid in {place.words}, form {place.form}; {nearest_codes(str(code), valid)}"
        for code in wrong[column].iloc[:SHOWN]
    ]
    _tell(column, column, wrong, allowed, findings)


def _check_combinations(rows: pd.DataFrame, account: AccountKind, findings: Findings) -> None:
    posted = rows[rows["amount"] != 0]
    exclusive: dict[str, list[str]] = {}
    for rule in combinations():
        if rule.exclusive:
            exclusive.setdefault(rule.function, []).append(rule.art)
    for function in sorted({rule.function for rule in combinations()}):
        arts = [r.art for r in combinations() if r.function == function and account in r.classes]
        astray = posted[posted["art"].isin(arts) & (posted["function"] != function)]
        allowed = f"art {', '.join(arts)} on function {function} only"
        _tell("combination", "art", astray, [allowed] * SHOWN, findings)
    for function, arts in exclusive.items():
        others = posted[(posted["function"] == function) & ~posted["art"].isin(arts)]
        allowed = f"on function {function} only art {', '.join(arts)}"
        _tell("combination", "art", others, [allowed] * SHOWN, findings)


def _check_duplicates(records: pd.DataFrame, findings: Findings) -> None:
    keys = ["account_class", "function", "art"]
    repeated = records.duplicated(keys)
    if not repeated.any():
        return
    first = records.groupby(keys, observed=True)["line"].transform("min")
    rows = records[repeated]
    shown = rows.iloc[:SHOWN]
    values = [f"{c} {f} {a}" for c, f, a in shown[keys].itertuples(index=False, name=None)]
    allowed = [
        f"one record per account class, function and art; line {line} has the same. If both are right, "
        "say --sum-duplicates"
        for line in first[shown.index]
    ]
    findings.lines("duplicate", ", ".join(keys), rows["line"].to_numpy(dtype=np.int64), values, allowed)


def _check_sums(records: pd.DataFrame, places: dict[str, Place], findings: Findings) -> None:
    """Signs and identities. Quarterly accounts are not closed: SSB lets them not balance, so do we."""
    text = records.assign(
        **{name: records[name].astype("str") for name in ("function", "art", "account_class")}
    )
    for imbalance in _imbalances(text, places):
        value = f"{imbalance.amount:.0f}"
        if imbalance.rule != "sign" and any(place.quarterly for place in places.values()):
            findings.warn(
                imbalance.rule, f"quarterly accounts, not closed: {imbalance.allowed}; off by {value}"
            )
        else:
            findings.problem(imbalance.rule, imbalance.allowed, column=imbalance.column, value=value)


def _imbalances(records: pd.DataFrame, places: dict[str, Place]) -> Iterator[Imbalance]:
    transfers = 0.0
    for account_class, posts in records.groupby("account_class"):
        kind = places[str(account_class)].account
        yield from signs(posts)
        yield from balance(posts, _WORDS[kind])
        if kind == "O":
            yield from depreciation(posts)
        transfers += float(posts.loc[posts["art"] == ("570" if kind == "O" else "970"), "amount"].sum())
    if abs(transfers) > 30:
        allowed = "transfers from operating (art 570) and to investment (art 970) net to 0 within ±30"
        yield Imbalance("transfers", "art", transfers, allowed)


def _check_size(records: pd.DataFrame, places: dict[str, Place], findings: Findings) -> None:
    """Amounts are NOK thousand: not kroner, and not NOK million."""
    posted = records.loc[records["amount"] != 0, "amount"]
    if len(posted) >= _ENOUGH_AMOUNTS and (posted % 1000 == 0).all():
        findings.problem(
            "scale",
            "NOK thousand; every amount is a multiple of 1000: is the file in kroner?",
            column="amount",
        )
        return
    if next(iter(places.values())).form != "0A":
        return
    operating = [name for name, place in places.items() if place.account == "O"]
    rows = records[records["account_class"].isin(operating) & (records["art"].astype("str") < "6")]
    expenses, quarters = float(rows["amount"].sum()), int(records["quarter"].iloc[0]) or 4
    least, most = _LEAST_EXPENSES * quarters / 4, _MOST_EXPENSES * quarters / 4
    if len(rows) >= _WHOLE_ACCOUNTS and not least <= expenses <= most:
        findings.problem(
            "scale",
            f"NOK thousand; a municipality's operating expenses lie between {least:.0f} and {most:.0f}: "
            "are amounts in kroner, or in millions?",
            column="amount",
            value=f"{expenses:.0f}",
        )
