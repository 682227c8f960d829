"""`<municipality>/director_area_costs`: each declared service by director area (direktørområde)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.baerum.ledger_service import ledger_vintage, service_lines
from assets.frames import only_source
from assets.ledger.allocation import to_ore
from schemas.catalogue import Breakdown, Catalogue
from schemas.director_areas import TOTAL

COLUMNS = [
    "year",
    "service",
    "row",
    "concept",
    "director_area",
    "cost_type",
    "amount",
    "share",
    "title",
    "status",
    "source",
    "vintage_id",
]
#: As printed: areas that run services, purchases, central areas, total.
_ORDER = {"direct": 0, "purchased": 1, "allocated": 2, "total": 3}


def director_area_costs(entries: pd.DataFrame, catalogue: Catalogue, year: int) -> pd.DataFrame:
    """Costs by director area and cost type, and their total, of every breakdown that holds in the year.

    Args:
        entries: `ledger/entries` of one year.
        catalogue: the breakdowns.
        year: the accounting year.

    Returns:
        Rows of the contract, `amount` in NOK, exact to the øre. A service without a line in the ledger has
        no rows.

    Raises:
        DataError: entries of several sources, or none.
    """
    source, vintage_id = only_source(entries), ledger_vintage(entries, year)
    tables = []
    for breakdown, functions in catalogue.breakdowns_in(year):
        lines = service_lines(entries, functions, breakdown.concept, year)
        if len(lines):
            tables.append(_table(_sums(lines, breakdown), breakdown))
    frame = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    return frame.assign(year=year, status="ok", source=source, vintage_id=vintage_id)[COLUMNS]


def _sums(lines: pd.DataFrame, breakdown: Breakdown) -> pd.DataFrame:
    """Øre by label and cost type; purchases under their own label where the breakdown has one."""
    rows = pd.DataFrame(
        {
            "director_area": lines["director_area"].astype("str"),
            "cost_type": lines["cost_type"].astype("str"),
            "ore": to_ore(lines["amount"]),
        }
    )
    if breakdown.purchased is not None:
        rows["director_area"] = rows["director_area"].where(
            rows["cost_type"] != "purchased", breakdown.purchased.label
        )
    return rows.groupby(["director_area", "cost_type"])["ore"].sum().reset_index()


def _table(sums: pd.DataFrame, breakdown: Breakdown) -> pd.DataFrame:
    """The rows of one service in printed order, the total last."""
    total = int(sums["ore"].sum())
    last = pd.DataFrame({"director_area": [TOTAL], "cost_type": ["total"], "ore": [total]})
    rows = pd.concat([sums, last], ignore_index=True)
    place = rows["cost_type"].map(_ORDER)
    rows = rows.iloc[np.lexsort((rows["director_area"], place))].reset_index(drop=True)
    return rows.assign(
        service=breakdown.id,
        row=rows.index + 1,
        concept=breakdown.concept,
        amount=rows["ore"] / 100,
        share=rows["ore"] / total if total else np.nan,
        title=breakdown.title,
    )
