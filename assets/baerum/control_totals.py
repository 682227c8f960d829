"""`<municipality>/control_totals`: the ledger held against SSB's accounts, service by service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from assets.baerum.ledger_service import ledger_vintage, service_lines
from assets.errors import DataError
from assets.frames import join_vintages, only_source
from assets.ledger.allocation import to_ore
from schemas.catalogue import ACCOUNTS_TABLE, Breakdown, Catalogue
from schemas.catalogue.breakdowns import Control

COLUMNS = [
    "year",
    "service",
    "concept",
    "scope",
    "ledger_total",
    "ssb_total",
    "difference",
    "tolerance",
    "verdict",
    "explanation",
    "unit",
    "source",
    "vintage_id",
]
_ORE_PER_MILLION = 100_000_000
_ORE_PER_THOUSAND = 100_000
_SCOPES = {"A": "konsern", "B": "kommunekasse"}


@dataclass(frozen=True, slots=True)
class _Ssb:
    """SSB's figure in øre, or why there is none."""

    ore: int | None
    why: str = ""
    vintage_id: str = ""


def control_totals(
    entries: pd.DataFrame, accounts: pd.DataFrame, catalogue: Catalogue, municipality: str, year: int
) -> pd.DataFrame:
    """The sum of the ledger and SSB's figure for every breakdown and scope, with a verdict.

    What keys have distributed counts where it stands in the accounts that were sent to SSB.

    Args:
        entries: `ledger/entries` of one year.
        accounts: `kostra/accounts` of the same year.
        catalogue: the breakdowns with their controls, and the allocation keys.
        municipality: whose ledger it is (slug).
        year: the accounting year.

    Returns:
        Rows of the contract, amounts in NOK million.

    Raises:
        DataError: a sample ledger beside real accounts, or the other way round.
    """
    source, beside = only_source(entries), only_source(accounts)
    if (source == "sample") != (beside == "sample"):
        raise DataError(f"a ledger of source `{source}` cannot be held against accounts of source `{beside}`")
    as_reported = _as_reported(entries, catalogue)
    own = accounts[(accounts["municipality"] == municipality).to_numpy()]
    rows = [
        _row(breakdown, scope, _ledger_ore(as_reported, functions, breakdown, year), ssb)
        for breakdown, functions in catalogue.breakdowns_in(year)
        for scope, ssb in _of_ssb(own, functions, breakdown)
    ]
    frame = pd.DataFrame(rows, columns=[*COLUMNS])
    vintages = [join_vintages([ledger_vintage(entries, year), each]) for each in frame["vintage_id"]]
    return frame.assign(year=year, unit="NOK_million", source=source, vintage_id=vintages)[COLUMNS]


def not_passed(totals: pd.DataFrame, catalogue: Catalogue) -> list[str]:
    """A line for people on each service that does not pass; scopes that say the same together."""
    left = totals[(totals["verdict"] != "pass").to_numpy()]
    grouped = left.groupby(["service", "verdict", "explanation"], observed=True, sort=False)
    return [
        f"{_titled(str(service), catalogue)}, omfang {' og '.join(sorted(rows['scope']))}: "
        f"{verdict}: {explanation}"
        for (service, verdict, explanation), rows in grouped
    ]


def _titled(service: str, catalogue: Catalogue) -> str:
    """The title of a breakdown with its id; the id alone of one that is no longer in the catalogue."""
    declared = catalogue.breakdowns.get(service)
    return f"{declared.title} ({service})" if declared else service


def _as_reported(entries: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The entries on the functions they have in the accounts sent to SSB."""
    at_origin = [k.id for k in catalogue.allocation_keys.values() if k.reported_to_ssb == "at_origin"]
    back = entries["allocation_key"].isin(at_origin)
    return entries.assign(function=entries["function"].astype("str").where(~back, entries["origin_function"]))


def _ledger_ore(
    entries: pd.DataFrame, functions: tuple[str, ...], breakdown: Breakdown, year: int
) -> int | None:
    """The ledger's sum in øre; None when it has no line on the functions."""
    lines = service_lines(entries, functions, breakdown.concept, year)
    return int(to_ore(lines["amount"]).sum()) if len(lines) else None


def _of_ssb(
    accounts: pd.DataFrame, functions: tuple[str, ...], breakdown: Breakdown
) -> Iterator[tuple[str, _Ssb]]:
    """SSB's figure of a breakdown in each scope it is held against."""
    wanted = accounts["function"].isin(functions) & (accounts["concept"] == breakdown.concept)
    for scope in breakdown.control.scopes:
        rows = accounts[(wanted & (accounts["scope"] == scope)).to_numpy()]
        yield scope, _ssb(rows, functions, scope)


def _ssb(rows: pd.DataFrame, functions: tuple[str, ...], scope: str) -> _Ssb:
    status = dict(zip(rows["function"].astype("str"), rows["status"].astype("str"), strict=True))
    lacking = [
        f"f{code}: {status.get(code, 'ikke hentet')}" for code in functions if status.get(code) != "ok"
    ]
    if lacking:
        where = f"tabell {ACCOUNTS_TABLE}, omfang {scope} ({_SCOPES[scope]})"
        return _Ssb(None, f"SSB har ikke tall i {where}: {', '.join(lacking)}")
    ore = int(np.rint(rows["amount"].to_numpy(dtype=np.float64) * _ORE_PER_THOUSAND).sum())
    return _Ssb(ore, vintage_id=join_vintages(rows["vintage_id"].unique()))


def _row(breakdown: Breakdown, scope: str, ledger: int | None, ssb: _Ssb) -> dict[str, Any]:
    verdict, explanation, difference = _judged(breakdown.control, ledger, ssb)
    return {
        "service": breakdown.id,
        "concept": breakdown.concept,
        "scope": scope,
        "ledger_total": _million(ledger),
        "ssb_total": _million(ssb.ore),
        "difference": _million(difference),
        "tolerance": breakdown.control.tolerance,
        "verdict": verdict,
        "explanation": explanation,
        "vintage_id": ssb.vintage_id,
    }


def _judged(control: Control, ledger: int | None, ssb: _Ssb) -> tuple[str, str, int | None]:
    """Verdict, its words, and the difference in øre."""
    if ledger is None:
        return "not_comparable", "regnskapet har ingen linjer på funksjonene", None
    if ssb.ore is None:
        return "not_comparable", ssb.why, None
    difference = ledger - ssb.ore
    off = abs(difference)
    if off <= round(control.tolerance * _ORE_PER_MILLION):
        return "pass", f"innenfor {_number(control.tolerance)} mill. kr", difference
    percent = 100 * off / abs(ssb.ore) if ssb.ore else np.inf
    words = f"avviker {_number(difference / _ORE_PER_MILLION, 3)} mill. kr ({_number(percent, 2)} %) fra SSB"
    limit = f"{_number(control.warning_percent)} %"
    if percent <= control.warning_percent:
        return "warning", f"{words}, inntil {limit}: annen utgave av tallene eller annet omfang", difference
    return "fail", f"{words}, mer enn {limit}", difference


def _million(ore: int | None) -> float:
    return np.nan if ore is None else ore / _ORE_PER_MILLION


def _number(value: float, decimals: int | None = None) -> str:
    """As Norwegians write it."""
    text = f"{value:g}" if decimals is None else f"{value:.{decimals}f}"
    return text.replace(".", ",").replace("-", "−")
