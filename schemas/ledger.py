"""Contracts of `ledger/…`: the municipality's own entries, and its KOSTRA account files as control."""

from __future__ import annotations

import pandas as pd

from schemas.contracts import Contract, Rule, columns, taken_from
from schemas.fields import ACCOUNTS, FIELDS

COST_TYPES = ("direct", "allocated", "purchased")
#: Where entries come from: a municipality's own accounts, or the modelled sample ledger.
LEDGER_SOURCES = ("ledger", "sample")

_function = FIELDS["function"].but(pattern=r"\d{3}", description="KOSTRA function (funksjon), three digits.")
_art = FIELDS["art"].but(
    pattern=r"\d{3}", description="KOSTRA art (kind of expense or income), three digits."
)
_source = FIELDS["source"].but(
    allowed=LEDGER_SOURCES, description="Own accounts, or `sample`: a modelled ledger, not a municipality's."
)
_kroner = FIELDS["amount"].but(unit="NOK", nullable=False)


def _share_has_key(frame: pd.DataFrame) -> pd.Series[bool]:
    return (frame["share"] > 0) == frame["allocation_key"].notna()


def _share_has_origin(frame: pd.DataFrame) -> pd.Series[bool]:
    origin = frame[["origin_line", "origin_function"]].notna()
    return (origin.all(axis=1) | ~origin.any(axis=1)) & (origin.any(axis=1) == (frame["share"] > 0))


ENTRIES = Contract(
    dataset="ledger/entries",
    title="Regnskapslinjer etter ansvar, funksjon og art",
    one_row_per="line of an imported ledger file (or share of a line that was distributed)",
    fields=columns(
        *taken_from(ACCOUNTS, "year"),
        "line",
        "share",
        "file_sha256",
        "responsibility_centre",
        "director_area",
        *taken_from(ACCOUNTS, _function, _art, _kroner),
        FIELDS["cost_type"].but(allowed=COST_TYPES),
        "allocation_key",
        "origin_line",
        "origin_function",
        _source,
    ),
    key=("year", "file_sha256", "line", "share"),
    rules=(
        Rule("`allocation_key` is filled exactly when `share` is above 0", _share_has_key),
        Rule("a share points to the line and the function it comes from", _share_has_origin),
    ),
)

ACCOUNT_RECORDS = Contract(
    dataset="ledger/account_records",
    title="Poster i innsendte KOSTRA-regnskapsfiler",
    one_row_per="record of an imported KOSTRA account file",
    fields=columns(
        *taken_from(ACCOUNTS, "year"),
        "line",
        "file_sha256",
        "form",
        "quarter",
        *taken_from(
            ACCOUNTS,
            FIELDS["region"].but(pattern=r"\d{6}", description="Municipality code and 00, as in the file."),
        ),
        "organisation",
        FIELDS["account_class"].but(allowed=("0", "1", "3", "4")),
        *taken_from(ACCOUNTS, _function, _art, FIELDS["amount"].but(nullable=False)),
        _source,
    ),
    key=("year", "file_sha256", "line"),
)
