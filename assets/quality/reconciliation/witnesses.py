"""Who can tell whether a claim is true: the figures the report prints itself, and those that are computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from assets.quality.reconciliation.comparable import counterpart
from assets.quality.reconciliation.lookups import ComputedFigures
from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.rules.intervals import Interval
from assets.quality.reconciliation.rules.printed import Printed, name_of
from assets.quality.reconciliation.text import called, shown
from assets.quality.reconciliation.verdicts import OTHER_EDITION
from assets.register.entities import network_of
from schemas.catalogue import Catalogue, Indicator
from schemas.register import MEAN_OF

_GROUPS = ("EKG", "EAK")


@dataclass(frozen=True, slots=True)
class Term:
    """One figure of a claim's arithmetic.

    `interval` is what a printed figure may stand for, or the one value of a computed figure; `edition` is
    what another edition of the figures may make of it.
    """

    value: float
    interval: Interval
    edition: Interval
    unit: str
    decimals: int
    who: str
    year: int
    method: str = ""
    vintage_id: str = ""

    @property
    def shown(self) -> str:
        """The figure as Norwegians write it."""
        return shown(self.value, self.decimals)

    @property
    def told(self) -> str:
        """Whose figure of which year, in Norwegian."""
        return f"{self.who} {self.year}: {self.shown}"


@dataclass(frozen=True, slots=True)
class Members:
    """Figures of members of a network by slug, and whether those are all members."""

    terms: dict[str, Term]
    complete: bool


class Witness(Protocol):
    """Figures that a claim is held against. `why` says why there was no figure, since it was asked last."""

    #: What stands before the arithmetic.
    name: str
    why: str

    def figure(self, indicator: str, entity: str, year: int) -> Term | None:
        """The figure of an entity."""
        ...

    def members(self, indicator: str, network: str, year: int) -> Members:
        """The figures of members of a network, those there are."""
        ...

    def references(self, indicator: str, year: int) -> list[str]:
        """The means and groups there are figures of, for a claim that does not name its comparison."""
        ...


class PrintedWitness:
    """The tables of the report itself."""

    name = "trykt"

    def __init__(self, printed: Printed, catalogue: Catalogue) -> None:
        self._printed = printed
        self._catalogue = catalogue
        self.why = ""

    def figure(self, indicator: str, entity: str, year: int) -> Term | None:
        """The printed figure."""
        cell = self._printed.figure(indicator, entity, year)
        if cell is None:
            name = self._printed.labels.get(entity) or called(entity)
            self.why = f"{name_of(entity, name)} {year} er ikke trykt"
            return None
        interval = cell.interval
        return Term(cell.value, interval, interval, cell.unit, cell.decimals, cell.who, year)

    def members(self, indicator: str, network: str, year: int) -> Members:
        """The members whose figure is printed."""
        return _members(self, self._catalogue, indicator, network, year)

    def references(self, indicator: str, year: int) -> list[str]:
        """The means printed, or else the groups."""
        names = self._printed.entities(indicator)
        means = [e for e in names if (network_of(e) or ("", ""))[1] == "mean"]
        found = _found(self, indicator, means or [e for e in names if e.startswith(_GROUPS)], year)
        return list(found)


class ComputedWitness:
    """The computed figures, those aside that come from the report."""

    name = "beregnet"

    def __init__(self, report: PublishedReport, figures: ComputedFigures) -> None:
        self._report = report
        self._figures = figures
        self.why = ""

    def figure(self, indicator: str, entity: str, year: int) -> Term | None:
        """The computed figure, in the unit of its indicator."""
        declared = self._figures.catalogue.indicators.get(indicator)
        unit = declared.unit if declared else ""
        beside = counterpart(self._report, self._figures, indicator, entity, year, unit)
        found = beside.found
        if declared is None or (found is None and not _is_fixed(declared, entity)):
            self.why = beside.why
            return None
        value = found.value if found else declared.fixed_mean or 0.0
        slack = abs(value) * OTHER_EDITION / 100 if found else 0.0
        return Term(
            value,
            Interval(value, value),
            Interval(value - slack, value + slack),
            unit,
            declared.decimals + 2,
            called(entity, self._report),
            year,
            beside.method,
            found.vintage_id if found else "",
        )

    def members(self, indicator: str, network: str, year: int) -> Members:
        """The members that have a figure."""
        return _members(self, self._figures.catalogue, indicator, network, year)

    def references(self, indicator: str, year: int) -> list[str]:
        """The mean of the network compared with."""
        return list(_found(self, indicator, [f"{self._figures.computed.network}_mean"], year))


def _is_fixed(declared: Indicator, entity: str) -> bool:
    """Whether the entity is a mean that the index is made to have."""
    return declared.fixed_mean is not None and network_of(entity) == (MEAN_OF, "mean")


def _members(witness: Witness, catalogue: Catalogue, indicator: str, network: str, year: int) -> Members:
    held = catalogue.networks.get(network)
    names = held.members_in(year) if held else ()
    terms = _found(witness, indicator, names, year)
    return Members(terms, complete=0 < len(names) == len(terms))


def _found(witness: Witness, indicator: str, entities: Iterable[str], year: int) -> dict[str, Term]:
    terms = {entity: witness.figure(indicator, entity, year) for entity in entities}
    return {entity: term for entity, term in terms.items() if term is not None}
