"""The whole catalogue, checked, with the look-ups the pure functions need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from schemas.catalogue.adjustments import NeedIndex, PriceStep
from schemas.catalogue.breakdowns import AllocationKey, Breakdown, DirectorArea
from schemas.catalogue.functions import Concept, Function, FunctionSet
from schemas.catalogue.indicators import Indicator, PlaceAdjustment, Profile
from schemas.catalogue.limits import Band, Drift
from schemas.catalogue.networks import Break, Network
from schemas.catalogue.series import EfficiencyArea, Series
from schemas.catalogue.tables import ACCOUNTS_TABLE, POPULATION_TABLE, Measure, Table


@dataclass(frozen=True, slots=True)
class Source:
    """One table that holds a measure, and how it is found there."""

    table: Table
    measure: Measure

    def covers(self, year: int) -> bool:
        """Whether the measure is taken from the table in `year`."""
        return self.table.span_of(self.measure).covers(year)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What analysts own, by id. Made by `assets.catalogue.loader.load_catalogue`, which has checked it all.

    `sha256` identifies the content of the catalogue's YAML files; comments and line ends do not count.
    `registers` are the register files that come with it, by name, in the order they count. `reports` are the
    published reports that come with it: the files of each, by name.
    """

    tables: Mapping[str, Table]
    functions: Mapping[str, Function]
    function_sets: Mapping[str, FunctionSet]
    concepts: Mapping[str, Concept]
    networks: Mapping[str, Network]
    breaks: Mapping[str, Break]
    place_adjustments: Mapping[str, PlaceAdjustment]
    indicators: Mapping[str, Indicator]
    profiles: Mapping[str, Profile]
    price_steps: Mapping[str, PriceStep]
    need_indices: Mapping[str, NeedIndex]
    series: Mapping[str, Series]
    efficiency_areas: Mapping[str, EfficiencyArea]
    breakdowns: Mapping[str, Breakdown]
    director_areas: Mapping[str, DirectorArea]
    allocation_keys: Mapping[str, AllocationKey]
    sha256: str
    value_bands: Mapping[str, Band] = field(default_factory=dict)
    drifts: Mapping[str, Drift] = field(default_factory=dict)
    registers: Mapping[str, bytes] = field(default_factory=dict)
    reports: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)

    def functions_in(self, functions: str | tuple[str, ...], year: int) -> tuple[str, ...]:
        """The function codes that a set (by name) or a list of functions holds in `year`."""
        if isinstance(functions, str):
            return self.function_sets[functions].functions_in(year)
        return tuple(code for code in functions if self.functions[code].covers(year))

    def breakdowns_in(self, year: int) -> tuple[tuple[Breakdown, tuple[str, ...]], ...]:
        """The breakdowns by director area that hold in `year`, each with its function codes."""

        def codes(functions: str | tuple[str, ...]) -> tuple[str, ...]:
            return self.functions_in(functions, year) if isinstance(functions, str) else functions

        return tuple((b, codes(b.functions)) for b in self.breakdowns.values() if b.covers(year))

    def measures(self) -> dict[str, tuple[Source, ...]]:
        """The sources of every measure that is one figure per region and year, in the catalogue's order."""
        found: dict[str, tuple[Source, ...]] = {}
        for table in self.tables.values():
            for measure in table.service_measures:
                found[measure.id] = (*found.get(measure.id, ()), Source(table, measure))
        return found

    def bands(self) -> dict[str, tuple[int, int]]:
        """The measures that are inhabitants of an age band, with the band."""
        held = ((name, sources[0].measure.band) for name, sources in self.measures().items())
        return {name: band for name, band in held if band is not None}

    def indicators_using(self, measures: Iterable[str]) -> tuple[Indicator, ...]:
        """The indicators that need one of `measures`, directly or by way of another indicator."""
        wanted = set(measures)
        needing: set[str] = set()
        while True:
            more = {
                name
                for name, indicator in self.indicators.items()
                if name not in needing and (indicator.measures & wanted or needing & indicator.references)
            }
            if not more:
                return tuple(entry for name, entry in self.indicators.items() if name in needing)
            needing |= more

    def statistics_tables(self) -> tuple[Table, ...]:
        """Every table but the two that accounts and population are made from."""
        return tuple(
            table for table in self.tables.values() if table.id not in (ACCOUNTS_TABLE, POPULATION_TABLE)
        )

    def expected_tables(self, listed: Collection[str]) -> frozenset[str]:
        """The tables that must be among those a service lists.

        A service that lists none but accounts and population (a mirror, a test service) does not carry the
        other statistics at all, so nothing of them is expected.
        """
        others = {table.id: table for table in self.statistics_tables()}
        carried = any(name in listed for name in others)
        needed = {name for name, table in others.items() if carried and not table.optional}
        return frozenset(needed | (self.tables.keys() - others.keys()))

    def concept_of_art(self) -> dict[str, str]:
        """Concept id by art code."""
        return {concept.art: concept.id for concept in self.concepts.values()}

    def function_codes(self) -> frozenset[str]:
        """Every code the accounts may be divided by: functions, and SSB's groups of them."""
        groups = {group.ssb_code for group in self.function_sets.values() if group.ssb_code}
        return frozenset(self.functions) | groups

    def boundary_changes(self) -> frozenset[tuple[str, int]]:
        """Pairs (municipality, year) whose population and accounts have different boundaries.

        The population at 31 December of the year is counted within boundaries drawn the day after.
        """
        return frozenset(
            (municipality, change.before - 1)
            for change in self.breaks.values()
            if change.new_boundaries
            for municipality in change.municipalities
        )
