"""One computed figure at a time: of a municipality, a group, a network, or a row by director area."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from assets.quality.reconciliation.computed import Computed
from assets.quality.reconciliation.words import PURCHASED, TOTAL
from assets.register.entities import network_of
from assets.rounding import norwegian
from schemas.catalogue import UNIT_RULES, Breakdown, Catalogue

_FIGURES = {"mean": "snitt", "max": "høyest", "min": "lavest"}
_MEANS = {"weighted": "vektet snitt", "simple": "enkelt snitt"}
_REGISTER = re.compile(r"register@[^#]*#([0-9a-f]{12})")

Key = tuple[str, str, int]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """One computed figure. `parts` is its calculation with numbers, `words` how it was made.

    `providers` are those whose imported figures it is made of, empty where it is made of none.
    """

    value: float
    status: str
    unit: str
    words: str
    vintage_id: str
    parts: str = ""
    providers: tuple[str, ...] = ()


class ComputedFigures:
    """The computed figures of a report's years, by indicator, entity and year.

    Args:
        computed: what is stored.
        catalogue: breakdowns, networks, own estimates.
        municipality: whose report it is; the director areas are those of the settings' own municipality.
    """

    def __init__(self, computed: Computed, catalogue: Catalogue, municipality: str) -> None:
        self.computed = computed
        self.catalogue = catalogue
        self.municipality = municipality
        self._providers = _providers(computed.register)
        self._regions = dict(_keyed(computed.indicators, "municipality"))
        self._networks = dict(_keyed(computed.aggregates, "network"))
        self._series = {
            (key[1], key[2], row["series"]): row for key, row in _keyed(computed.time_series, "entity")
        }
        self.breakdowns = {b.indicator: b for b in catalogue.breakdowns.values() if b.indicator}
        self._earlier: defaultdict[Key, list[tuple[float, str]]] = defaultdict(list)
        for key, row in _keyed(computed.earlier, "entity"):
            self._earlier[key].append((float(row["value"]), str(row["vintage_id"])))

    def of(self, indicator: str, entity: str, year: int) -> Found | None:
        """The computed figure; None where there is no row of it at all."""
        breakdown = self.breakdowns.get(indicator)
        if breakdown is not None and entity == TOTAL:
            return self.of(indicator, self.municipality, year) or self.of_ledger(breakdown, entity, year)
        if breakdown is not None and (entity == PURCHASED or entity in self.catalogue.director_areas):
            return self.of_ledger(breakdown, entity, year)
        network = network_of(entity)
        if network is not None:
            return self._of_network(indicator, *network, year)
        row = self._regions.get((indicator, entity, year))
        return None if row is None else self._of_region(row)

    def of_series(self, series: str, entity: str, year: int) -> Found | None:
        """The figure of a time series that is computed here."""
        row = self._series.get((entity, year, series))
        if row is None or row["origin"] != "computed" or row["status"] != "ok":
            return None
        vintage, words = str(row["vintage_id"]), f"tidsserien `{series}` ({row['adjustment']})"
        return Found(_number(row["value"]), "ok", str(row["unit"]), words, vintage)

    def earlier(self, indicator: str, entity: str, year: int) -> list[tuple[float, str]]:
        """What earlier stored versions held, with their editions."""
        return self._earlier[(indicator, self.municipality if entity == TOTAL else entity, year)]

    def members(self, indicator: str, network: str, year: int) -> dict[str, Found]:
        """The figures of a network's members that have one."""
        names = self.catalogue.networks[network].members_in(year)
        found = {name: self.of(indicator, name, year) for name in names}
        return {name: each for name, each in found.items() if each is not None and each.status == "ok"}

    def own_estimate(self, indicator: str, entity: str, year: int) -> Found | None:
        """Our own estimate beside an index that is only imported, in the unit of that index."""
        if entity != self.computed.municipality or indicator not in self.catalogue.indicators:
            return None
        for area in self.catalogue.efficiency_areas.values():
            columns = {area.resource_use: "resource_use_index", area.expenditure: "expenditure_index"}
            if indicator in columns:
                return self._estimate(area.id, columns[indicator], indicator, year)
        return None

    def of_ledger(self, breakdown: Breakdown, entity: str, year: int) -> Found | None:
        """The sum of a row of the ledger, of every cost type."""
        if self.municipality != self.computed.municipality:
            return None
        rows = self.computed.director_area_costs
        here = ((rows["service"] == breakdown.id) & (rows["year"] == year)).to_numpy(dtype=bool)
        rows = rows[here]
        mine = rows[[self._is_row(entity, label, breakdown) for label in rows["director_area"]]]
        if not len(mine):
            return None
        vintage, status = str(mine["vintage_id"].iloc[0]), str(mine["status"].iloc[0])
        return Found(float(mine["amount"].sum()), status, "NOK", "kommunens regnskap", vintage)

    def _is_row(self, entity: str, label: str, breakdown: Breakdown) -> bool:
        if entity == TOTAL:
            return label == "Totalt"
        if entity == PURCHASED:
            return breakdown.purchased is not None and label == breakdown.purchased.label
        code = self.catalogue.director_areas[entity].code
        return re.match(rf"{re.escape(code)}(?!\d)", label) is not None

    def _of_region(self, row: Row) -> Found:
        vintage = str(row["vintage_id"])
        unit, words = str(row["unit"]), str(row["method"])
        parts = self._calculation(row)
        return Found(
            _number(row["value"]), str(row["status"]), unit, words, vintage, parts, self._of(vintage)
        )

    def _of_network(self, indicator: str, network: str, figure: str, year: int) -> Found | None:
        row = self._networks.get((indicator, network, year))
        if row is None:
            return None
        value, vintage = _number(row[figure]), str(row["vintage_id"])
        status = str(row["status"]) if figure == "mean" or math.isnan(value) else "ok"
        members = row["members_with_data"]
        of_whom: str = "" if pd.isna(members) else f" av {int(members)} kommuner"
        words = f"{_MEANS[str(row['mean_method'])]}{of_whom}" if figure == "mean" else _FIGURES[figure]
        holder = row.get(f"{figure}_holder")
        words += f" ({holder})" if isinstance(holder, str) and holder else ""
        return Found(value, status, str(row["unit"]), words, vintage, "", self._of(vintage))

    def _estimate(self, area: str, column: str, indicator: str, year: int) -> Found | None:
        rows = self.computed.efficiency
        here = (rows["area"] == area) & (rows["year"] == year) & (rows["origin"] == "own_estimate")
        rows = rows[here.to_numpy(dtype=bool)]
        if not len(rows) or pd.isna(rows[column].iloc[0]):
            return None
        row = rows.iloc[0]
        unit = self.catalogue.indicators[indicator].unit
        return Found(float(row[column]), "ok", unit, str(row["method"]), str(row["vintage_id"]))

    def _calculation(self, row: Row) -> str:
        """`1 000 × 478 882 / 81 427`, where the parts are known."""
        above, below = _number(row["numerator"]), _number(row["denominator"])
        declared = self.catalogue.indicators.get(str(row["indicator"]))
        if declared is None or math.isnan(above) or math.isnan(below):
            return ""
        return f"{_plain(declared.scale)} × {_plain(above)} / {_plain(below)}"

    def _of(self, vintage: str) -> tuple[str, ...]:
        return tuple(self._providers.get(sha, "ukjent") for sha in _REGISTER.findall(vintage))


def converted(value: float, unit: str, wanted: str) -> float | None:
    """The value in another unit; None where the units do not measure the same."""
    if unit == wanted:
        return value
    here, there = UNIT_RULES.get(unit), UNIT_RULES.get(wanted)
    if here is None or there is None or (here.quantity, here.summable) != (there.quantity, there.summable):
        return None
    return value * here.factor / there.factor


def _keyed(frame: pd.DataFrame, entity: str) -> Iterator[tuple[Key, Row]]:
    texts = frame.astype(dict.fromkeys(["indicator", entity], "str"))
    for row in texts.to_dict("records"):
        yield (row["indicator"], row[entity], int(row["year"])), {str(name): row[name] for name in row}


def _providers(register: pd.DataFrame) -> dict[str, str]:
    """Who published each register file, by the beginning of the file's hash."""
    pairs = register[["file_sha256", "provider"]].astype("str").drop_duplicates()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for sha256, provider in pairs.itertuples(index=False, name=None):
        found[sha256[:12]].append(provider)
    return {sha: ", ".join(providers) for sha, providers in found.items()}


def _number(value: Any) -> float:  # noqa: ANN401 - a number of any library, or none
    return math.nan if value is None or pd.isna(value) else float(value)


def _plain(value: float) -> str:
    decimals = 0 if float(value).is_integer() else 1
    return norwegian(value, decimals)
