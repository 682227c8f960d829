"""Small ledgers as the pure functions get them, and catalogues with other keys, areas or breakdowns."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from types import MappingProxyType

import pandas as pd

from assets.catalogue.loader import load_catalogue
from assets.ledger.entries import ledger_entries
from schemas.catalogue import AllocationKey, Catalogue

SHA = "ab" * 32
CARE, SUPPORT = "A 42 Aldring og mestring", "A 68 Organisasjon, Styring og Utvikling"
#: Director area, function, art, kroner.
Post = tuple[str, str, str, float]


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def but(**sections: dict[str, object]) -> Catalogue:
    """The catalogue with other entries in the sections given."""
    return replace(catalogue(), **{name: MappingProxyType(held) for name, held in sections.items()})  # type: ignore[arg-type]


def key(lines: dict[str, object], shares: dict[str, str], **more: object) -> AllocationKey:
    return AllocationKey.model_validate(
        {
            "id": "by_fte",
            "name": "Etter årsverk",
            "basis": "fte",
            "lines": lines,
            "shares": [{"function": code, "share": Decimal(share)} for code, share in shares.items()],
            **more,
        }
    )


def lines(posts: list[Post], year: int = 2024) -> pd.DataFrame:
    """Normalised rows, as `read_ledger` gives them."""
    areas, functions, arts, amounts = zip(*posts, strict=True)
    return pd.DataFrame(
        {
            "year": year,
            "line": range(2, len(posts) + 2),
            "responsibility_centre": pd.Series([f"{area[2:4]}01" for area in areas], dtype="category"),
            "function": pd.Series(functions, dtype="category"),
            "art": pd.Series(arts, dtype="category"),
            "amount": amounts,
            "director_area": pd.Series(areas, dtype="category"),
        }
    )


def entries(posts: list[Post], held: Catalogue | None = None, year: int = 2024) -> pd.DataFrame:
    """Rows of `ledger/entries`."""
    return ledger_entries(lines(posts, year), held or catalogue(), year, SHA, "ledger")
