"""`kostra/population`: inhabitants at 31 December per municipality and age band."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.errors import DataError
from assets.frames import constant
from assets.kostra.regions import to_municipalities
from assets.statuses import MISSING, NOT_APPLICABLE, OK, Figures, Severities, add_parts, severities, statuses
from schemas.catalogue import OPEN_AGE, POPULATION_TABLE, Catalogue, PopulationTerm, leaves

Band = tuple[int, int]
"""First and last age, both included; `OPEN_AGE` as the last has no upper limit."""

COMMON_BANDS: frozenset[Band] = frozenset(
    {(0, OPEN_AGE), (0, 17), (18, 24), (18, 66), (18, 67), (0, 66), (67, OPEN_AGE), (80, OPEN_AGE)}
)
"""Bands that are always made, whatever the indicators use."""

SEXES = ("1", "2")
"""Men and women. A total, where the table has one, is never added to them."""


def population_bands(catalogue: Catalogue) -> frozenset[Band]:
    """The common bands and those the catalogue's indicators use."""
    used = {
        (term.age_from, term.age_to)
        for indicator in catalogue.indicators.values()
        for term in leaves(indicator.terms)
        if isinstance(term, PopulationTerm)
    }
    return COMMON_BANDS | used


def population(table: pd.DataFrame, municipalities: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Inhabitants (innbyggere) at 31 December, summed over sex and single years of age.

    A band is missing when any of its ages is, and suppressed when any of its ages is. It is also missing
    where boundaries were drawn anew the day after: the accounts of the year are for the old ones.

    Args:
        table: `statbank/t07459`, one or several years.
        municipalities: `klass/municipalities`.
        catalogue: the bands, and the boundary changes among the breaks.

    Returns:
        One row per municipality × band; `inhabitants` null where `status` is not ok.

    Raises:
        DataError: ages that cannot be read or have no open end, a sex that is absent, a cell given twice;
            see `to_municipalities`.
    """
    people = to_municipalities(table[table["sex"].isin(SEXES)], municipalities)
    top = _top_age(table["age"])
    places = people.drop_duplicates(["year", "municipality"]).reset_index(drop=True)
    figures, severity = _by_age(people, places, top)
    redrawn = _is_redrawn(places, catalogue.boundary_changes())
    bands = sorted(population_bands(catalogue))
    totals = [_total(figures, severity, band, top) for band in bands]
    facts = pd.concat(
        [_band_rows(places, band, *total, redrawn) for band, total in zip(bands, totals, strict=True)]
    )
    return facts.sort_values(["year", "municipality", "age_from", "age_to"], ignore_index=True)


def _top_age(ages: pd.Series) -> int:
    """The age at which the open end begins."""
    codes = sorted(ages.astype("str").unique())
    strangers = [code for code in codes if not re.fullmatch(r"\d{3}\+?", code)]
    if strangers:
        raise DataError(f"table {POPULATION_TABLE}: {strangers[0]!r} is not a single year of age")
    if not codes or not codes[-1].endswith("+") or any(code.endswith("+") for code in codes[:-1]):
        raise DataError(
            f"table {POPULATION_TABLE}: one open end such as 105+ is needed, and it must be the last age"
        )
    return int(codes[-1].rstrip("+"))


def _by_age(people: pd.DataFrame, places: pd.DataFrame, top: int) -> tuple[Figures, Severities]:
    """Figures and severities, sex × age × place; a cell that is not in the table is missing."""
    shape = (len(SEXES), top + 1, len(places))
    where = (
        pd.Index(SEXES).get_indexer(pd.Index(people["sex"].astype("str"))),
        people["age"].astype("str").str.rstrip("+").astype("int64").to_numpy(),
        pd.MultiIndex.from_frame(places[["year", "municipality"]]).get_indexer(
            pd.MultiIndex.from_frame(people[["year", "municipality"]])
        ),
    )
    if len(np.unique(np.ravel_multi_index(where, shape))) < len(people):
        raise DataError(f"table {POPULATION_TABLE}: a municipality, sex and age is given more than once")
    figures = np.full(shape, np.nan)
    severity = np.full(shape, MISSING, dtype=np.int8)
    figures[where] = people["value"].to_numpy(dtype=np.float64)
    severity[where] = severities(people["status"])
    return figures, severity


def _total(figures: Figures, severity: Severities, band: Band, top: int) -> tuple[Figures, Severities]:
    """The band's inhabitants; ages of which only some are not applicable are incomplete, so missing."""
    first, last = band
    if first > top or top <= last < OPEN_AGE:
        raise DataError(
            f"table {POPULATION_TABLE}: ages end at {top}+, so {first}-{last} years cannot be summed"
        )
    ages = slice(first, last + 1)
    cells = figures.shape[-1]
    parts, reasons = figures[:, ages].reshape(-1, cells), severity[:, ages].reshape(-1, cells)
    total, worst = add_parts(parts, reasons)
    incomplete = (worst == NOT_APPLICABLE) & (reasons == OK).any(axis=0)
    return total, np.where(incomplete, np.int8(MISSING), worst)


def _is_redrawn(places: pd.DataFrame, changes: Collection[tuple[str, int]]) -> npt.NDArray[np.bool_]:
    pairs = zip(places["municipality"], places["year"], strict=True)
    return np.fromiter(
        ((str(name), int(year)) in changes for name, year in pairs), dtype=bool, count=len(places)
    )


def _band_rows(
    places: pd.DataFrame, band: Band, total: Figures, severity: Severities, redrawn: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    unusable = redrawn & (severity == OK)
    return pd.DataFrame(
        {
            "year": places["year"],
            "municipality": places["municipality"],
            "region_kind": places["region_kind"],
            "age_from": band[0],
            "age_to": band[1],
            "inhabitants": np.where(unusable, np.nan, total),
            "unit": constant(PopulationTerm.unit, len(places)),
            "status": statuses(np.where(unusable, np.int8(MISSING), severity)),
            "vintage_status": places["vintage_status"],
            "source": places["source"],
            "vintage_id": places["vintage_id"],
        }
    )
