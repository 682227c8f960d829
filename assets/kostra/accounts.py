"""`kostra/accounts`: amounts per municipality, scope, function and expense concept."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from assets.errors import DataError
from assets.frames import constant
from assets.kostra.regions import to_municipalities
from schemas.catalogue import ACCOUNTS_TABLE, AccountsTerm, Catalogue
from schemas.nearest import nearest_text

COLUMNS = [
    "year",
    "municipality",
    "region_kind",
    "scope",
    "function",
    "concept",
    "amount",
    "unit",
    "status",
    "vintage_status",
    "source",
    "vintage_id",
]


def accounts(table: pd.DataFrame, municipalities: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Operating accounts (driftsregnskap) with stable municipalities and named expense concepts.

    Args:
        table: `statbank/t12367`, one or several years.
        municipalities: `klass/municipalities`.
        catalogue: functions and concepts.

    Returns:
        One row per municipality (or SSB region) × scope × function × concept; `amount` in NOK thousand,
        null where `status` is not ok.

    Raises:
        DataError: an unknown function, art, region, unit or contents; see `to_municipalities`.
    """
    _check_codes("function", table["function"].unique(), catalogue.function_codes())
    concepts = catalogue.concept_of_art()
    _check_codes("art", table["art"].unique(), concepts)
    _check_codes("unit", table["unit"].unique(), [AccountsTerm.unit])
    if table["contents"].nunique() > 1:
        found = ", ".join(sorted(table["contents"].unique()))
        raise DataError(f"table {ACCOUNTS_TABLE}: one amount per cell is needed, not the contents {found}")
    facts = to_municipalities(table, municipalities).assign(
        concept=lambda frame: frame["art"].map(concepts).astype("category"),
        unit=lambda frame: constant(AccountsTerm.unit, len(frame)),
    )
    facts = facts.rename(columns={"value": "amount"})[COLUMNS]
    return facts.sort_values(["year", "municipality", "scope", "function", "concept"], ignore_index=True)


def _check_codes(what: str, codes: Iterable[str], known: Iterable[str]) -> None:
    names = set(known)
    strangers = sorted({str(code) for code in codes} - names)
    if strangers:
        near = nearest_text(strangers[0], names)
        raise DataError(
            f"table {ACCOUNTS_TABLE}: {what} {', '.join(strangers)} is not in the catalogue; {near}"
        )
