"""`ledger/entries` and `ledger/account_records`: imported files as rows of their contracts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.frames import constant, labelled
from assets.ledger.concepts import art_in
from schemas.ledger import ACCOUNT_RECORDS, ENTRIES

#: Director areas that serve all the others; what they post on a service is allocated to it.
CENTRAL_AREAS = ("A 56", "A 68", "A 70", "A 80")
#: Purchases from the municipality's own enterprise are not from outside.
OWN_ENTERPRISE_ART = "380"


def ledger_entries(
    entries: pd.DataFrame, home_services: tuple[str, ...], services: tuple[str, ...], sha256: str, source: str
) -> pd.DataFrame:
    """Rows of `ledger/entries` from the normalised rows of one year.

    Args:
        entries: as `read_ledger` gives them, with `director_area`; one year.
        home_services: functions whose purchases (kjøp av plasser) are taken out of the areas.
        services: functions whose costs from central areas count as allocated.
        sha256: of the file.
        source: `ledger` or `sample`.
    """
    rows = len(entries)
    frame = entries.assign(
        share=np.zeros(rows, dtype=np.int64),
        file_sha256=constant(sha256, rows),
        cost_type=cost_types(entries, home_services, services),
        allocation_key=pd.Series([None] * rows, dtype="str", index=entries.index),
        origin_line=pd.Series([pd.NA] * rows, dtype="Int64", index=entries.index),
        source=constant(source, rows),
    )
    return frame[list(ENTRIES.columns)]


def cost_types(
    entries: pd.DataFrame, home_services: tuple[str, ...], services: tuple[str, ...]
) -> pd.Categorical[str]:
    """Direct, allocated or purchased, for each row of one year.

    Purchased: purchases from outside (arts 300-370) on home services, whatever the area. Allocated: what is
    left of the central areas on the services. Direct: the rest.
    """
    year = int(entries["year"].iloc[0]) if len(entries) else 0
    bought = art_in("purchases", entries["art"], year) & (entries["art"] != OWN_ENTERPRISE_ART).to_numpy()
    purchased = bought & entries["function"].isin(home_services).to_numpy()
    central = entries["director_area"].astype("str").str.startswith(CENTRAL_AREAS).to_numpy(dtype=bool)
    allocated = central & entries["function"].isin(services).to_numpy()
    codes = np.select([purchased, allocated], [2, 1], 0)
    return labelled(codes, ["direct", "allocated", "purchased"])


def account_records(records: pd.DataFrame, sha256: str, source: str) -> pd.DataFrame:
    """Rows of `ledger/account_records` from the records of one account file; amounts in NOK thousand."""
    rows = len(records)
    frame = records.assign(file_sha256=constant(sha256, rows), source=constant(source, rows))
    return frame[list(ACCOUNT_RECORDS.columns)]
