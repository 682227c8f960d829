"""`ledger/entries` and `ledger/account_records`: imported files as rows of their contracts."""

from __future__ import annotations

import pandas as pd

from assets.frames import constant
from assets.ledger.allocation import distribute
from assets.ledger.cost_types import cost_types
from schemas.catalogue import Catalogue
from schemas.ledger import ACCOUNT_RECORDS, ENTRIES


def ledger_entries(
    entries: pd.DataFrame, catalogue: Catalogue, year: int, sha256: str, source: str
) -> pd.DataFrame:
    """Rows of `ledger/entries` from the normalised rows of one year.

    Args:
        entries: as `read_ledger` gives them, with `director_area`; one year.
        catalogue: allocation keys, breakdowns and director areas.
        year: the accounting year.
        sha256: of the file.
        source: `ledger` or `sample`.

    Raises:
        DataError: a line fits several allocation keys.
    """
    keys = [key for key in catalogue.allocation_keys.values() if key.covers(year)]
    frame = distribute(entries, keys)
    frame = frame.assign(
        file_sha256=constant(sha256, len(frame)),
        cost_type=cost_types(frame, catalogue, year),
        source=constant(source, len(frame)),
    )
    return frame[list(ENTRIES.columns)]


def account_records(records: pd.DataFrame, sha256: str, source: str) -> pd.DataFrame:
    """Rows of `ledger/account_records` from the records of one account file; amounts in NOK thousand."""
    rows = len(records)
    frame = records.assign(file_sha256=constant(sha256, rows), source=constant(source, rows))
    return frame[list(ACCOUNT_RECORDS.columns)]
