"""Which indicators a cell of an SSB table feeds, in a year."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.kostra.population import SEXES
from assets.kostra.statistics.codes import codes_of
from schemas.catalogue import (
    ACCOUNTS_TABLE,
    POPULATION_TABLE,
    AccountsTerm,
    Catalogue,
    Indicator,
    IndicatorTerm,
    MeasureTerm,
    PopulationTerm,
    leaves,
)

#: Older than anybody: the open end of a band is counted up to here.
_OLDEST = 130


@dataclass(frozen=True, slots=True)
class Feed:
    """Cells under these codes (role → codes) feed an indicator: of municipalities, of groups, or of both."""

    table: str
    codes: Mapping[str, frozenset[str]]
    indicator: str
    municipalities: bool = True
    groups: bool = True


def feeds(catalogue: Catalogue, year: int, recorded: pd.DataFrame) -> tuple[Feed, ...]:
    """What feeds the indicators of a year, directly or by way of another indicator.

    Args:
        catalogue: the checked catalogue.
        year: accounting year.
        recorded: `statbank/metadata`, for the codes of measures.
    """
    found: dict[tuple[object, ...], Feed] = {}
    for indicator in catalogue.indicators.values():
        for user in _users(indicator.id, catalogue):
            if catalogue.indicators[user].covers(year):
                for feed in _of_indicator(indicator, user, catalogue, year, recorded):
                    key = (feed.table, user, tuple(sorted(feed.codes.items())), feed.municipalities)
                    found[key] = feed
    return tuple(found.values())


def _users(indicator: str, catalogue: Catalogue) -> set[str]:
    """The indicator, and those that are made of it."""
    using = {indicator}
    while True:
        more = {
            name
            for name, entry in catalogue.indicators.items()
            if name not in using and _referred_to(entry) & using
        }
        if not more:
            return using
        using |= more


def _referred_to(indicator: Indicator) -> set[str]:
    return {term.indicator for term in leaves(indicator.terms) if isinstance(term, IndicatorTerm)}


def _of_indicator(
    indicator: Indicator, user: str, catalogue: Catalogue, year: int, recorded: pd.DataFrame
) -> Iterator[Feed]:
    own_groups = indicator.ready is None
    for term in leaves(indicator.terms):
        match term:
            case AccountsTerm():
                yield Feed(ACCOUNTS_TABLE, _of_accounts(term, catalogue, year), user, groups=own_groups)
            case PopulationTerm():
                yield Feed(POPULATION_TABLE, _of_ages(term), user, groups=False)
                for measure in _bands(term, catalogue):
                    yield from _of_measure(
                        measure, user, catalogue, year, recorded, municipalities=False, groups=own_groups
                    )
            case MeasureTerm():
                yield from _of_measure(term.measure, user, catalogue, year, recorded, groups=own_groups)
    if indicator.ready is not None:
        yield from _of_measure(indicator.ready, user, catalogue, year, recorded, municipalities=False)


def _of_accounts(term: AccountsTerm, catalogue: Catalogue, year: int) -> dict[str, frozenset[str]]:
    return {
        "scope": frozenset([term.scope]),
        "function": frozenset(catalogue.functions_in(term.functions, year)),
        "art": frozenset([catalogue.concepts[term.concept].art]),
    }


def _of_ages(term: PopulationTerm) -> dict[str, frozenset[str]]:
    ages = range(term.age_from, min(term.age_to, _OLDEST) + 1)
    return {
        "sex": frozenset(SEXES),
        "age": frozenset(f"{age:03d}{end}" for age in ages for end in ("", "+")),
    }


def _bands(term: PopulationTerm, catalogue: Catalogue) -> list[str]:
    """The measures that are the inhabitants of groups in the band."""
    return [name for name, band in catalogue.bands().items() if band == (term.age_from, term.age_to)]


def _of_measure(
    name: str,
    user: str,
    catalogue: Catalogue,
    year: int,
    recorded: pd.DataFrame,
    *,
    municipalities: bool = True,
    groups: bool = True,
) -> Iterator[Feed]:
    for source in catalogue.measures()[name]:
        if source.measure.cross_check or not source.covers(year):
            continue
        codes = codes_of(source.measure, source.table, recorded)
        if codes is not None:
            held = {role: frozenset(found) for role, found in codes.items()}
            yield Feed(source.table.id, held, user, municipalities, groups)


def fed_by(cells: pd.DataFrame, table: str, feeding: Iterable[Feed]) -> list[frozenset[str]]:
    """The indicators each changed cell of a table feeds.

    Args:
        cells: one row per cell, a column per role.
        table: SSB table id.
        feeding: `feeds` of the year.
    """
    fed: list[set[str]] = [set() for _ in range(len(cells))]
    ours = _are_municipalities(cells)
    for feed in feeding:
        if feed.table != table:
            continue
        wanted = (ours & feed.municipalities) | (~ours & feed.groups)
        for role, codes in feed.codes.items():
            wanted &= _among(cells[role], codes)
        for place in np.flatnonzero(wanted):
            fed[place].add(feed.indicator)
    return [frozenset(names) for names in fed]


def _are_municipalities(cells: pd.DataFrame) -> np.ndarray:
    if "region" not in cells.columns:
        return np.ones(len(cells), dtype=bool)
    found: np.ndarray = cells["region"].astype("str").str.fullmatch(r"\d{4}").to_numpy(dtype=bool)
    return found


def _among(values: pd.Series, codes: Collection[str]) -> np.ndarray:
    found: np.ndarray = values.astype("str").isin(list(codes)).to_numpy()
    return found
