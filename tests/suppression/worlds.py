"""Small worlds with suppressed cells: true figures, what SSB serves of them, and what is published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.asss.cells import CellStatuses
from assets.asss.protection import Totals, totals_of, withhold_revealing_totals
from assets.baerum.service_profile import service_profile
from assets.baerum.time_series import time_series
from schemas.catalogue import Membership, Network, Series
from tests.algebra.facts import WHOLE, accounts_facts, measure_facts, population_facts
from tests.series.frames import register

NAMES = ("asker", "baerum", "bergen", "oslo", "tromso")
YEARS = (2023, 2024)
FUNCTIONS = ("243", "281")
MEASURES = (
    "social_assistance_cases",
    "social_assistance_cases_18_24",
    "social_assistance_cases_main_income",
    "social_assistance_cases_with_children",
)
INDICATORS = (
    "sos_subsistence_net_expenditure_per_inhabitant_18_66",
    "sos_substance_abuse_net_expenditure_per_inhabitant_18_66",
    "sos_recipients_share_18_24",
    "sos_recipients_share_18_66",
    "sos_supplementary_recipients_share",
    "sos_main_income_recipients_share",
    "sos_recipients_with_children_share",
)
BANDS = {"inhabitants_18_24": (18, 24), "inhabitants_18_66": (18, 66)}

Cell = tuple[int, str, str]
"""Year, municipality, and the function or measure."""
Groups = Mapping[str, frozenset[str]]


def of_year(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """The rows of a year."""
    return frame[(frame["year"] == year).to_numpy()]


CATALOGUE = replace(
    WHOLE,
    indicators={name: WHOLE.indicators[name] for name in INDICATORS},
    profiles={"sos": WHOLE.profiles["sos"].model_copy(update={"rows": INDICATORS})},
    networks={
        "all": Network(id="all", name="Alle", memberships=(Membership(members=NAMES),)),
        "four": Network(id="four", name="Fire", memberships=(Membership(members=NAMES[:4]),)),
    },
    series={
        name: Series(id=name, title=name, indicator=name, entities=(*NAMES, "network_mean"))
        for name in INDICATORS
    },
    efficiency_areas={},
)
"""The indicators above, a profile of them, a series of each, and two networks."""


@dataclass(frozen=True)
class World:
    """True figures, the cells that are suppressed, and the KOSTRA groups beside the country."""

    true: Mapping[Cell, int]
    hidden: frozenset[Cell]
    groups: Groups

    @property
    def totals(self) -> Groups:
        """Every total SSB serves, with the municipalities in it."""
        return {**self.groups, "EAK": frozenset(NAMES), "EAKUO": frozenset(NAMES) - {"oslo"}}

    @cached_property
    def unprotected(self) -> pd.DataFrame:
        """`asss/indicators` as computed from what SSB serves."""
        return evaluate(CATALOGUE, *self.facts)

    @cached_property
    def facts(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Accounts, population and statistics as SSB serves them: totals count the suppressed cells too."""
        own = {cell: "suppressed" if cell in self.hidden else value for cell, value in self.true.items()}
        served = {
            (year, total, what): sum(self.true[(year, name, what)] for name in names)
            for total, names in self.totals.items()
            for year in YEARS
            for what in FUNCTIONS + MEASURES
        }
        inhabitants = {
            (year, total, band): 4000 * len(names)
            for total, names in self.totals.items()
            for year in YEARS
            for band in BANDS
        }
        parts = [({**own}, "municipality"), (served, "kostra_group")]
        accounts = [
            accounts_facts({c: v for c, v in cells.items() if c[2] in FUNCTIONS}, region_kind=kind)
            for cells, kind in parts
        ]
        statistics = [
            measure_facts({c: v for c, v in cells.items() if c[2] in MEASURES}, region_kind=kind)
            for cells, kind in parts
        ]
        people = [
            population_facts({(year, name): 4000 for year in YEARS for name in NAMES}, band=band)
            for band in BANDS.values()
        ]
        statistics.append(measure_facts(inhabitants, region_kind="kostra_group"))
        return pd.concat(accounts), pd.concat(people), pd.concat(statistics)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """`asss/indicators` as published."""
        return pd.concat([self.published(year) for year in YEARS], ignore_index=True)

    def published(self, year: int, totals: Totals | None = None) -> pd.DataFrame:
        """`asss/indicators` of a year as published, with SSB's totals as KLASS tells them or as given."""
        frame = of_year(self.unprotected, year)
        cells = CellStatuses(*(of_year(facts, year) for facts in self.facts), frame)
        known = totals_of(year, list(self.totals), self._municipalities, self._members)
        return withhold_revealing_totals(frame, cells, CATALOGUE, totals or known)

    @cached_property
    def aggregates(self) -> pd.DataFrame:
        """`asss/aggregates` as published."""
        return aggregates(self.indicators, CATALOGUE, register=register({}))

    def profile(self, municipality: str) -> pd.DataFrame:
        """A municipality's service profile as published."""
        return service_profile(self.indicators, self.aggregates, CATALOGUE, municipality, "all", YEARS[-1])

    def series(self) -> pd.DataFrame:
        """The time series as published."""
        return time_series(self.indicators, self.aggregates, register({}), CATALOGUE, "baerum", "all")

    @property
    def _municipalities(self) -> pd.DataFrame:
        rows = [(name, f"{number:04d}", date(2020, 1, 1), None) for number, name in enumerate(NAMES)]
        return pd.DataFrame(rows, columns=["slug", "code", "valid_from", "valid_to"])

    @property
    def _members(self) -> pd.DataFrame:
        rows = [
            (code, name, date(2020, 1, 1), None)
            for code, names in self.groups.items()
            for name in sorted(names)
        ]
        return pd.DataFrame(rows, columns=["group", "slug", "valid_from", "valid_to"])
