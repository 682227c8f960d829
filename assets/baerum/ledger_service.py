"""The ledger lines that one service is made of: its functions, and the arts of its expense concept."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from assets.frames import join_vintages
from assets.ledger.concepts import CATALOGUE_CONCEPTS, art_in

_LEDGER_CONCEPTS = {catalogue: ledger for ledger, catalogue in CATALOGUE_CONCEPTS.items()}


def service_lines(entries: pd.DataFrame, functions: Collection[str], concept: str, year: int) -> pd.DataFrame:
    """The rows of `ledger/entries` of one year on `functions` that `concept` (of the catalogue) adds up."""
    inside = entries["function"].isin(list(functions)).to_numpy(dtype=bool)
    return entries[inside & art_in(_LEDGER_CONCEPTS[concept], entries["art"], year)]


def ledger_vintage(entries: pd.DataFrame, year: int) -> str:
    """The edition of the ledger of one year: the hash of the imported file."""
    return join_vintages(f"ledger@{year}#{sha256[:12]}" for sha256 in entries["file_sha256"].unique())
