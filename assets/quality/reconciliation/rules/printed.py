"""A published report as the rules read it: cells of tables, and claims, each found by what it is of."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.rules.intervals import Interval
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.text import plain, quantities
from assets.quality.reconciliation.words import TOTAL
from assets.register.entities import network_of
from schemas.catalogue import UNIT_NAMES

_NETWORK_FIGURES = {"mean": "snittet i {}", "max": "høyest i {}", "min": "lavest i {}"}
_UNITS = {**UNIT_NAMES, "percentage_points": "prosentpoeng"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed figure of a table; `value` is NaN where the report prints "-"."""

    chapter: str
    table: str
    indicator: str
    title: str
    unit: str
    year: int
    entity: str
    label: str
    value: float
    decimals: int
    adjusted: bool

    @property
    def place(self) -> str:
        """Where it is printed: table, indicator, entity and year."""
        return f"{self.table}/{self.indicator}/{self.entity}/{self.year}"

    @property
    def interval(self) -> Interval:
        """What the figure may stand for."""
        return Interval.around(self.value, self.decimals)

    @property
    def shown(self) -> str:
        """The figure as Norwegians write it."""
        return norwegian(self.value, self.decimals)

    @property
    def who(self) -> str:
        """Whom it is of, in Norwegian."""
        return name_of(self.entity, self.label)

    @property
    def told(self) -> str:
        """Whose figure of which year, in Norwegian."""
        return f"{self.who} {self.year}: {self.shown}"


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the report's text; `value` is NaN in a claim without a number, unsigned otherwise."""

    place: str
    chapter: str
    section: str
    indicator: str
    title: str
    unit: str
    year: int | None
    entity: str
    label: str
    value: float
    decimals: int
    adjusted: bool
    quote: str
    kind: str
    direction: str
    comparator: str
    base_year: int | None

    @property
    def has_value(self) -> bool:
        """Whether a number is claimed."""
        return not math.isnan(self.value)

    @property
    def interval(self) -> Interval:
        """What the number may stand for, without sign."""
        return Interval.around(self.value, self.decimals)

    @property
    def shown(self) -> str:
        """The number with its unit, as Norwegians write it."""
        return f"{norwegian(self.value, self.decimals)} {_UNITS.get(self.unit, self.unit)}"

    @property
    def who(self) -> str:
        """Whom it is about, in Norwegian."""
        return name_of(self.entity, self.label)

    @property
    def told(self) -> str:
        """What is claimed, by number and quote."""
        return f"{self.place}: «{self.quote}»" if self.quote else self.place


@dataclass(frozen=True)
class Printed:
    """The cells and claims of one report, with the look-ups the rules need."""

    report: PublishedReport
    cells: tuple[Cell, ...]
    claims: tuple[Claim, ...]
    _of_figure: dict[tuple[str, str, int], list[Cell]] = field(default_factory=dict, repr=False)
    _rows: dict[tuple[str, str, str], dict[int, Cell]] = field(default_factory=dict, repr=False)
    _claims_of: dict[str, list[Claim]] = field(default_factory=dict, repr=False)
    _networks: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, report: PublishedReport) -> Printed:
        """The report, read once for all rules."""
        cells = tuple(_cells(report.figures))
        claims = tuple(_claims(report.statements))
        of_figure: defaultdict[tuple[str, str, int], list[Cell]] = defaultdict(list)
        rows: defaultdict[tuple[str, str, str], dict[int, Cell]] = defaultdict(dict)
        claims_of: defaultdict[str, list[Claim]] = defaultdict(list)
        for cell in sorted(cells, key=lambda cell: (cell.table, cell.indicator, cell.entity, cell.year)):
            if not math.isnan(cell.value):
                of_figure[cell.indicator, cell.entity, cell.year].append(cell)
                rows[cell.table, cell.indicator, cell.entity][cell.year] = cell
        for claim in sorted(claims, key=lambda claim: claim.place):
            claims_of[claim.indicator].append(claim)
        found = {network_of(cell.entity) for cell in cells}
        networks = tuple(sorted({network for network, _ in filter(None, found)}))
        labels = {claim.entity: claim.label for claim in reversed(claims)}
        labels |= {cell.entity: cell.label for cell in reversed(cells)}
        return cls(report, cells, claims, dict(of_figure), dict(rows), dict(claims_of), networks, labels)

    def figures(self, indicator: str, entity: str, year: int | None) -> list[Cell]:
        """The cells that print the figure, one per table; none where "-" is printed."""
        return self._of_figure.get((indicator, entity, year), []) if year is not None else []

    def figure(self, indicator: str, entity: str, year: int | None) -> Cell | None:
        """The cell that prints the figure; of several the one that is not captioned as adjusted."""
        found = self.figures(indicator, entity, year)
        return min(found, key=lambda cell: cell.adjusted) if found else None

    def rows(self) -> Iterator[dict[int, Cell]]:
        """Every row of every table: the cells of one indicator and entity, by year in order."""
        yield from self._rows.values()

    def row(self, indicator: str, entity: str) -> dict[int, Cell]:
        """The row of an indicator and entity that holds most years."""
        found = [row for (_, i, e), row in self._rows.items() if (i, e) == (indicator, entity)]
        return max(found, key=len) if found else {}

    def claims_on(self, indicator: str) -> list[Claim]:
        """The claims about an indicator."""
        return self._claims_of.get(indicator, [])

    def tables(self) -> dict[str, list[Cell]]:
        """The cells of each table, with "-" among them."""
        found: dict[str, list[Cell]] = {}
        for cell in self.cells:
            found.setdefault(cell.table, []).append(cell)
        return dict(sorted(found.items()))

    def entities(self, indicator: str) -> list[str]:
        """Whom figures or claims of an indicator are of."""
        cells = {entity for (name, entity, _) in self._of_figure if name == indicator}
        return sorted(cells | {claim.entity for claim in self.claims_on(indicator)})

    def years(self, indicator: str, entity: str) -> list[int]:
        """The years a table prints figures of."""
        return sorted({y for (name, whose, y) in self._of_figure if (name, whose) == (indicator, entity)})

    def networks(self) -> tuple[str, ...]:
        """The networks whose mean, highest or lowest are printed."""
        return self._networks

    def means(self, comparator: str) -> list[str]:
        """The entities that a comparator stands for when it is a mean: its own, or those of all networks."""
        if network_of(comparator):
            return [comparator]
        return [f"{network}_mean" for network in self.networks()]

    def has_total(self, table: str) -> bool:
        """Whether the table has a row that is the sum of the others."""
        return any(key[0] == table and key[2] == TOTAL for key in self._rows)


def consecutive(row: dict[int, Cell]) -> Iterator[tuple[Cell, Cell]]:
    """The pairs of cells of a row that are one year apart."""
    for before, after in pairwise(sorted(row)):
        if after == before + 1:
            yield row[before], row[after]


def name_of(entity: str, label: str) -> str:
    """An entity in Norwegian: `snittet i ASSS`, `KOSTRA-gruppe 12`, or as printed."""
    network = network_of(entity)
    if network:
        return _NETWORK_FIGURES[network[1]].format(network[0].upper())
    if entity.startswith("EKG"):
        return f"KOSTRA-gruppe {int(entity[3:])}"
    return label


def _cells(figures: pd.DataFrame) -> Iterator[Cell]:
    columns = list(Cell.__slots__)
    for row in figures[columns].itertuples(index=False, name=None):
        values = dict(zip(columns, row, strict=True))
        yield Cell(**values | {"title": plain(values["title"])})


def _claims(statements: pd.DataFrame) -> Iterator[Claim]:
    columns = {name: name for name in Claim.__slots__} | {"place": "statement", "kind": "claim_type"}
    for row in statements[list(columns.values())].itertuples(index=False, name=None):
        values = dict(zip(columns, row, strict=True))
        for name in ("year", "base_year"):
            values[name] = None if pd.isna(values[name]) else int(values[name])
        for name in ("title", "section", "quote"):
            values[name] = plain(values[name])
        values["decimals"] = _decimals(values["value"], values["decimals"], values["quote"])
        yield Claim(**values)


def _decimals(value: float, decimals: int, quote: str) -> int:
    """The decimals of a claimed number: as the sentence writes it, where it does."""
    said = [each.decimals for each in quantities(quote) if abs(each.value - value) < _CLOSE]
    return min([decimals, *said])


_CLOSE = 1e-9
