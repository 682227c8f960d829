"""The whole catalogue, checked, with the look-ups the pure functions need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.catalogue.functions import Concept, Function, FunctionSet
from schemas.catalogue.indicators import Indicator, Profile
from schemas.catalogue.networks import Break, Network
from schemas.catalogue.tables import Table


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What analysts own, by id. Made by `assets.catalogue.loader.load_catalogue`, which has checked it all.

    `sha256` identifies the content of the catalogue's YAML files; comments and line ends do not count.
    """

    tables: Mapping[str, Table]
    functions: Mapping[str, Function]
    function_sets: Mapping[str, FunctionSet]
    concepts: Mapping[str, Concept]
    networks: Mapping[str, Network]
    breaks: Mapping[str, Break]
    indicators: Mapping[str, Indicator]
    profiles: Mapping[str, Profile]
    sha256: str

    def functions_in(self, functions: str | tuple[str, ...], year: int) -> tuple[str, ...]:
        """The function codes that a set (by name) or a list of functions holds in `year`."""
        if isinstance(functions, str):
            return self.function_sets[functions].functions_in(year)
        return tuple(code for code in functions if self.functions[code].covers(year))

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
