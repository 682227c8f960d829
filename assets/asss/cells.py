"""The cells indicators are made of, one municipality at a time: what weighs how much, and what is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from schemas.catalogue import (
    AccountsTerm,
    Catalogue,
    IndicatorTerm,
    MeasureTerm,
    PopulationTerm,
    ProductTerm,
    RegisterTerm,
    Term,
    leaves,
)

Cell = tuple[Hashable, str]
"""A quantity and the municipality it is of."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a sum of terms is made of: quantities with their weight, and those that are no plain summands."""

    linear: Mapping[Hashable, float]
    nonlinear: frozenset[Hashable]

    @property
    def keys(self) -> frozenset[Hashable]:
        """All quantities."""
        return frozenset(self.linear) | self.nonlinear


def weights(terms: Iterable[Term], catalogue: Catalogue, year: int) -> Weights:
    """The quantities in a sum of terms, by the names `CellStatuses` knows them under."""
    linear: defaultdict[Hashable, float] = defaultdict(float)
    nonlinear: set[Hashable] = set()
    for term in terms:
        if isinstance(term, ProductTerm) or (isinstance(term, MeasureTerm) and term.stand_in):
            nonlinear |= {key for leaf in leaves([term]) for key in _keys(leaf, catalogue, year)}
            continue
        for key in _keys(term, catalogue, year):
            linear[key] += term.coefficient
    return Weights(dict(linear), frozenset(nonlinear))


def _keys(term: Term, catalogue: Catalogue, year: int) -> Iterator[Hashable]:
    match term:
        case AccountsTerm():
            for function in catalogue.functions_in(term.functions, year):
                yield ("accounts", term.scope, function, term.concept)
        case PopulationTerm():
            yield ("population", term.age_from, term.age_to)
        case MeasureTerm():
            yield ("measure", term.measure)
            if term.stand_in:
                yield ("indicator", term.stand_in)
        case RegisterTerm() | IndicatorTerm():
            yield ("indicator", term.indicator)


class CellStatuses:
    """Which cells of one year are known, and which are suppressed.

    Args:
        accounts: `kostra/accounts` of the year.
        population: `kostra/population` of the year.
        statistics: `kostra/service_statistics` of the year.
        indicators: `asss/indicators` of the year, for what is imported.
    """

    def __init__(
        self,
        accounts: pd.DataFrame,
        population: pd.DataFrame,
        statistics: pd.DataFrame,
        indicators: pd.DataFrame,
    ) -> None:
        self._known: dict[Hashable, frozenset[str]] = {}
        self._suppressed: dict[Hashable, frozenset[str]] = {}
        self._take("accounts", accounts, ["scope", "function", "concept"])
        self._take("population", population, ["age_from", "age_to"])
        self._take("measure", statistics, ["measure"])
        self._take("indicator", indicators, ["indicator"])

    def _take(self, kind: str, frame: pd.DataFrame, columns: list[str]) -> None:
        own = frame[(frame["region_kind"] == "municipality").to_numpy()]
        for status, found in (("ok", self._known), ("suppressed", self._suppressed)):
            rows = own[(own["status"] == status).to_numpy()]
            names: defaultdict[Hashable, set[str]] = defaultdict(set)
            for *key, name in zip(*(rows[column] for column in [*columns, "municipality"]), strict=True):
                names[(kind, *key)].add(str(name))
            found.update({key: frozenset(held) for key, held in names.items()})

    @property
    def any_suppressed(self) -> bool:
        """Whether any cell is."""
        return bool(self._suppressed)

    def known(self, key: Hashable) -> frozenset[str]:
        """The municipalities whose figure is there."""
        return self._known.get(key, frozenset())

    def suppressed(self, key: Hashable) -> frozenset[str]:
        """The municipalities whose figure is suppressed."""
        return self._suppressed.get(key, frozenset())

    def all_suppressed(self) -> set[Cell]:
        """Every suppressed cell."""
        return {(key, name) for key, names in self._suppressed.items() for name in names}
