"""The account tables 12367 and 12362, from the same amounts."""

from __future__ import annotations

from functools import cache

import numpy as np

from pipelines.standin.model.accounts import ARTS, TOTAL, amounts, functions, lives
from pipelines.standin.model.build import contents, kostra_region, mark, table, years
from pipelines.standin.model.data import YEARS, Counts, rows
from pipelines.standin.model.entities import kostra_regions
from pipelines.standin.model.population import inhabitants
from pipelines.standin.table import StandinDimension, StandinTable, Values

_SCOPES = {
    "A": "Kommuner/fylkeskommuner",
    "B": "Kommuner/fylkeskommuner eksl. foretak, IKS, og samarbeid.",
}
_ARTS_12362 = ("AGD10", "AGD2", "AGD4", "AG16", "A590")


@cache
def _functions() -> dict[str, tuple[str, tuple[int, ...], tuple[bool, ...]]]:
    """Per served function or group: label, positions of the single functions, years in use."""
    at = {row["code"]: position for position, row in enumerate(functions())}
    served: dict[str, tuple[str, tuple[int, ...], tuple[bool, ...]]] = {
        row["code"]: (row["label"], (at[row["code"]],), tuple(lives(row)))
        for row in functions()
        if row["code"] != TOTAL
    }
    for row in rows("function_groups"):
        members = tuple(at[code] for code in row["functions"].split())
        served[row["group"]] = (row["label"], members, (True,) * len(YEARS))
    return dict(sorted(served.items()))


@cache
def _folded() -> Counts:
    """(region, year, scope, served function, art) in 1000 kr."""
    folded = kostra_regions().fold(amounts())
    return np.stack(
        [folded[:, :, :, list(parts)].sum(axis=3) for _, parts, _ in _functions().values()], axis=3
    )


def _in_use() -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """(region, served function, year): the region and the function exist that year."""
    alive = np.array([lived for *_, lived in _functions().values()])
    return np.asarray(kostra_regions().valid[:, None, :] & alive[None])


def _function_dimension() -> StandinDimension:
    labels = tuple(label for label, *_ in _functions().values())
    return StandinDimension("KOKfunksjon0000", "funksjon", tuple(_functions()), labels)


def _art_dimension(codes: tuple[str, ...]) -> StandinDimension:
    return StandinDimension("KOKart0000", "art", codes, tuple(ARTS[code] for code in codes))


def table_12367() -> StandinTable:
    """Detailed operating accounts: region, scope, function, art, contents, year."""
    values: Values = np.ascontiguousarray(
        _folded().transpose(0, 2, 3, 4, 1)[:, :, :, :, None, :].astype(np.float64)
    )
    symbols = mark(values, ~_in_use()[:, None, :, None, None, :], ".")
    dimensions = (
        kostra_region(kostra_regions()),
        StandinDimension("KOKregnskapsomfa0000", "regnskapsomfang", tuple(_SCOPES), tuple(_SCOPES.values())),
        _function_dimension(),
        _art_dimension(tuple(ARTS)),
        contents({"KOSbelop0000": "Beløp (1000 kr)"}, {"KOSbelop0000": ("1000 kr", 0)}),
        years(),
    )
    return table("12367", "Detaljerte regnskapstall driftsregnskapet", dimensions, values, symbols)


def table_12362() -> StandinTable:
    """Expenditure by service area, consolidated: region, function, art, contents, year.

    The amounts are those of 12367 in scope A; inhabitants are those of 31 December.
    """
    picked = [tuple(ARTS).index(code) for code in _ARTS_12362]
    amount = _folded()[:, :, 0][:, :, :, picked]
    everything = kostra_regions().fold(amounts())[:, :, 0, -1][:, :, picked]
    people = kostra_regions().fold(inhabitants())
    per_head = _divide(amount * 1000, people[:, :, None, None])
    share = _divide(amount * 1000, everything[:, :, None, :]) / 10
    values: Values = np.ascontiguousarray(
        np.stack([amount.astype(np.float64), per_head.astype(np.float64), share]).transpose(1, 3, 4, 0, 2)
    )
    symbols = mark(values, ~_in_use()[:, :, None, None, :], ".")
    labels = {
        "KOSbelop0000": "Beløp (1000 kr)",
        "KOSbelopinnbygge0000": "Beløp per innbygger (kr)",
        "KOSandel3501": "Andel av totale utgifter (prosent)",
    }
    units = {
        "KOSbelop0000": ("1000 kr", 0),
        "KOSbelopinnbygge0000": ("kr", 0),
        "KOSandel3501": ("prosent", 1),
    }
    dimensions = (
        kostra_region(kostra_regions()),
        _function_dimension(),
        _art_dimension(_ARTS_12362),
        contents(labels, units),
        years(),
    )
    return table("12362", "Utgifter til tjenesteområdene, kommunekonsern", dimensions, values, symbols)


def _divide(numerator: Counts, denominator: Counts) -> Counts:
    """Whole-number quotient, halves away from zero; 0 where the denominator is 0."""
    safe = np.maximum(denominator, 1)
    return np.asarray(np.sign(numerator) * ((2 * np.abs(numerator) + safe) // (2 * safe)))
