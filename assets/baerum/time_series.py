"""Time series (tidsserier): an indicator over the years, a line per entity, adjusted where that is allowed.

Figures of different kinds are never mixed unseen: every row says where it comes from, what was applied,
and whether the line is broken between the year before and this one. A broken line is spliced by level (the
values stand as they are, one after another), never chained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from assets.baerum.adjust import Factor, need_index, price_factor
from assets.errors import DataError, look_up
from assets.frames import only_source
from schemas.catalogue import FOCAL, NETWORK_MEAN, SSB_REGION, Break, Catalogue, Indicator, Series

COLUMNS = [
    "year",
    "series",
    "indicator",
    "title",
    "entity",
    "entity_kind",
    "value",
    "unit",
    "decimals",
    "status",
    "adjustment",
    "base_year",
    "reason",
    "break_before",
    "break_reason",
    "origin",
    "source",
    "vintage_id",
]
UNADJUSTED = "none"
_WHY = {
    "missing": "tallet mangler i kilden",
    "suppressed": "skjermet av hensyn til personvern",
    "not_applicable": "ikke definert for året",
    "not_yet": "ikke publisert ennå",
}
Kind = Literal["municipality", "network_mean", "kostra_group", "country"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a series: whose figures it holds, under the name the rows carry."""

    entity: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Figure:
    """One value with what is said about it."""

    value: float | None
    status: str
    vintage_id: str = ""
    origin: str = "computed"
    source: str | None = None
    adjustment: str = UNADJUSTED
    reason: str | None = None


def time_series(
    indicators: pd.DataFrame,
    aggregates: pd.DataFrame,
    register: pd.DataFrame,
    catalogue: Catalogue,
    municipality: str,
    network: str,
    series: Iterable[Series] | None = None,
) -> pd.DataFrame:
    """The rows of time series in the years of `indicators`.

    Args:
        indicators: `asss/indicators`, one or several years.
        aggregates: `asss/aggregates` of the same years.
        register: `register/figures` of the same years.
        catalogue: series, indicators, breaks, price steps, need indices, networks.
        municipality: slug of the focal municipality.
        network: id of the network whose mean is a line.
        series: those wanted; the catalogue's by default.

    Returns:
        `<municipality>/time_series`: one row per series × entity × year, also where there is no value. A
        KOSTRA group has rows only from the year its code has named the same municipalities.

    Raises:
        DataError: an unknown network, or figures of several sources.
    """
    look_up("network", network, catalogue.networks)
    chosen = list(catalogue.series.values() if series is None else series)
    wanted = {entry.indicator for entry in chosen} | {
        entry.published.indicator for entry in chosen if entry.published
    }
    figures = _Figures(indicators, aggregates, register, catalogue, network, wanted)
    source = only_source(indicators)
    rows = [
        _row(entry, line, year, figures, source)
        for entry in chosen
        for line in lines(entry, municipality, network)
        for year in sorted(int(year) for year in indicators["year"].unique())
        if entry.covers(year) and _has_begun(line, year, catalogue)
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"base_year": "Int64"})


def lines(series: Series, municipality: str, network: str) -> list[Line]:
    """The lines of a series, each once, in the order declared."""
    found: dict[str, Line] = {}
    for name in series.entities:
        line = _line(name, municipality, network)
        found.setdefault(line.entity, line)
    return list(found.values())


def _line(name: str, municipality: str, network: str) -> Line:
    if name == NETWORK_MEAN:
        return Line(f"{network}_mean", "network_mean")
    if re.fullmatch(SSB_REGION, name):
        return Line(name, "kostra_group" if name.startswith("EKG") else "country")
    return Line(municipality if name == FOCAL else name, "municipality")


def _has_begun(line: Line, year: int, catalogue: Catalogue) -> bool:
    """Whether the line exists in `year`: a code that named something else before has no earlier line."""
    begins = (change.before for change in catalogue.breaks.values() if change.new_identity)
    return line.kind != "kostra_group" or all(year >= first for first in begins)


def _row(entry: Series, line: Line, year: int, figures: _Figures, source: str) -> tuple[object, ...]:
    declared = figures.catalogue.indicators[entry.indicator]
    found = figures.of(entry, line, year)
    reasons = list(figures.breaks(entry, declared, line, year))
    return (
        year,
        entry.id,
        entry.indicator,
        entry.title,
        line.entity,
        line.kind,
        found.value,
        declared.unit,
        declared.decimals,
        found.status,
        found.adjustment,
        entry.base_year,
        found.reason or (_WHY[found.status] if found.status != "ok" else None),
        bool(reasons),
        "; ".join(reasons) or None,
        found.origin,
        found.source or source,
        found.vintage_id,
    )


class _Figures:
    """The figures of the years, found by entity, indicator and year."""

    def __init__(
        self,
        indicators: pd.DataFrame,
        aggregates: pd.DataFrame,
        register: pd.DataFrame,
        catalogue: Catalogue,
        network: str,
        wanted: set[str],
    ) -> None:
        self.catalogue = catalogue
        self.network = catalogue.networks[network]
        self._own = _by_key(indicators, ["municipality", "indicator", "year"], wanted)
        mine = aggregates[(aggregates["network"] == network).to_numpy()]
        self._means = _by_key(mine, ["indicator", "year"], wanted)
        self._register = _by_key(register, ["entity", "indicator", "year", "unit"], wanted)

    def of(self, entry: Series, line: Line, year: int) -> Figure:
        """The figure of one row: as published where the series says so, else computed and adjusted."""
        declared = self.catalogue.indicators[entry.indicator]
        if entry.published and entry.published.covers(year):
            return self._as_published(entry, line, year, declared.unit)
        raw = self._raw(line, declared, year)
        if not entry.adjust:
            return raw
        needed = self._need_corrected(raw, line, declared, year) if "need" in entry.adjust else raw
        if entry.deflator is None or entry.base_year is None:
            return needed
        steps = self.catalogue.price_steps.values()
        prices = price_factor(steps, entry.deflator, year, entry.base_year)
        return _applied(needed, prices, 1.0 if prices.value is None else prices.value)

    def _as_published(self, entry: Series, line: Line, year: int, unit: str) -> Figure:
        published = entry.published
        if published is None:
            raise AssertionError("unreachable: asked only where figures are published")
        row = self._register.get((line.entity, published.indicator, year, unit))
        adjustment = f"as published: {published.note}"
        if row is None:
            reason = f"ikke publisert for {line.entity}"
            return Figure(
                None, "missing", origin="register", source="register", adjustment=adjustment, reason=reason
            )
        value = row["value"] if row["status"] == "ok" else None
        return Figure(value, row["status"], row["vintage_id"], "register", row["source"], adjustment)

    def _raw(self, line: Line, declared: Indicator, year: int) -> Figure:
        if line.kind == "network_mean":
            row = self._means.get((declared.id, year))
            if row is None:
                return Figure(None, "missing", reason=f"{self.network.name} har ingen medlemmer i {year}")
            few = "færre enn tre medlemmer har tall" if row["status"] == "missing" else None
            value = row["mean"] if row["status"] == "ok" else None
            return Figure(value, row["status"], row["vintage_id"], row.get("origin", "computed"), reason=few)
        row = self._own.get((line.entity, declared.id, year))
        if row is None:
            return Figure(None, "missing", reason=f"ingen tall for {line.entity} i {year}")
        value = row["value"] if row["status"] == "ok" else None
        return Figure(value, row["status"], row["vintage_id"], row["origin"], row["source"])

    def _need_corrected(self, raw: Figure, line: Line, declared: Indicator, year: int) -> Figure:
        """The figure per inhabitant of average need; of a mean, each member by its own index."""
        if line.kind == "network_mean":
            return self._mean_need_corrected(raw, declared, year)
        held = self._need(declared.area, line.entity, year)
        return _applied(raw, held, 1.0 if held.value is None else 1 / held.value)

    def _need(self, area: str, municipality: str, year: int) -> Factor:
        return need_index(self.catalogue.need_indices.values(), area, municipality, year)

    def _mean_need_corrected(self, raw: Figure, declared: Indicator, year: int) -> Figure:
        members = self.network.members_in(year)
        rows = {name: self._own.get((name, declared.id, year)) for name in members}
        with_data = {name: row for name, row in rows.items() if row is not None and row["status"] == "ok"}
        held = {name: self._need(declared.area, name, year) for name in with_data}
        absent = [factor for factor in held.values() if factor.value is None]
        if absent or raw.value is None:
            return _applied(raw, absent[0] if absent else Factor(1.0, "need: per member"), 1.0)
        indices = {name: factor.value for name, factor in held.items() if factor.value is not None}
        words = (
            f"need: per member ({', '.join(sorted({_edition(factor.words) for factor in held.values()}))})"
        )
        corrected = _mean(declared, with_data, indices)
        return replace(raw, value=corrected, adjustment=_both(raw.adjustment, words))

    def breaks(self, entry: Series, declared: Indicator, line: Line, year: int) -> Iterator[str]:
        """Why the line is broken between the year before and `year`."""
        for change in self.catalogue.breaks.values():
            named = change.id in declared.breaks or change.adjustment in entry.adjust
            if change.before == year and named and self._concerns(change, line, year):
                yield change.reason
        if line.kind == "network_mean":
            yield from self._other_members(year)
        published = entry.published
        if published and year in (published.first_year, published.last_year + 1) and entry.covers(year - 1):
            yield "publiserte og egne tall møtes her"

    def _concerns(self, change: Break, line: Line, year: int) -> bool:
        if line.kind == "network_mean":
            return any(change.concerns(member) for member in self.network.members_in(year))
        return change.concerns(line.entity, line.kind)

    def _other_members(self, year: int) -> Iterator[str]:
        before, now = set(self.network.members_in(year - 1)), set(self.network.members_in(year))
        if not before or before == now:
            return
        joined, left = sorted(now - before), sorted(before - now)
        said = [f"med {', '.join(joined)}"] * bool(joined) + [f"uten {', '.join(left)}"] * bool(left)
        yield f"{self.network.name} fikk andre medlemmer: {' og '.join(said)}"


def _by_key(
    frame: pd.DataFrame, keys: list[str], wanted: set[str]
) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    rows = frame[frame["indicator"].isin(wanted).to_numpy()]
    records = rows.astype(dict.fromkeys(rows.columns, "object")).to_dict(orient="records")
    return {tuple(row[key] for key in keys): row for row in records}


def _applied(figure: Figure, factor: Factor, multiplier: float) -> Figure:
    """The figure adjusted; missing with the reason where the factor is not held."""
    adjustment = _both(figure.adjustment, factor.words)
    if factor.value is None and figure.status == "ok":
        return replace(figure, value=None, status="missing", adjustment=adjustment, reason=factor.reason)
    value = None if figure.value is None else figure.value * multiplier
    return replace(figure, value=value, adjustment=adjustment)


def _both(first: str, second: str) -> str:
    return second if first == UNADJUSTED else f"{first}; {second}"


def _edition(words: str) -> str:
    return words.partition("(")[2].rstrip(")")


def _mean(declared: Indicator, rows: Mapping[str, Mapping[str, Any]], indices: Mapping[str, float]) -> float:
    """The network's mean by the indicator's own method, each member's denominator weighted by its need."""
    if declared.mean == "simple":
        return sum(row["value"] / indices[name] for name, row in rows.items()) / len(rows)
    below = sum(row["denominator"] * indices[name] for name, row in rows.items())
    if below == 0:
        raise DataError(f"{declared.id}: the network's denominator is 0")
    return float(declared.scale * sum(row["numerator"] for row in rows.values()) / below)
