"""The figure of one row of a time series: whose it is, and what it is adjusted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from assets.baerum.adjust import Factor, need_factor, price_factor
from assets.errors import DataError
from schemas.catalogue import Catalogue, Indicator, Published, Series

UNADJUSTED = "none"
Kind = Literal["municipality", "network_mean", "kostra_group", "country"]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a series: whose figures it holds, under the name the rows carry."""

    entity: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Figure:
    """One value with what is said about it; `reason` is why there is none, beyond what the status says."""

    value: float | None
    status: str
    vintage_id: str = ""
    vintage_status: str = "unknown"
    origin: str = "computed"
    source: str | None = None
    adjustment: str = UNADJUSTED
    reason: str | None = None


class SeriesFigures:
    """The figures of some years, found by entity, indicator and year.

    Args:
        indicators: `asss/indicators`.
        aggregates: `asss/aggregates`.
        register: `register/figures`.
        catalogue: indicators, price steps, need indices and networks.
        network: the network whose mean is a line.
        wanted: ids of the indicators, as computed or as published.
    """

    def __init__(
        self,
        indicators: pd.DataFrame,
        aggregates: pd.DataFrame,
        register: pd.DataFrame,
        catalogue: Catalogue,
        network: str,
        wanted: set[str],
    ) -> None:
        self._catalogue = catalogue
        self._network = catalogue.networks[network]
        self._own = _by_key(indicators, ["municipality", "indicator", "year"], wanted)
        mine = aggregates[(aggregates["network"] == network).to_numpy()]
        self._means = _by_key(mine, ["indicator", "year"], wanted)
        self._register = _by_key(register, ["entity", "indicator", "year", "unit"], wanted)

    def of(self, series: Series, line: Line, year: int) -> Figure:
        """The figure of one row: as published where the series says so, else computed and adjusted."""
        declared = self._catalogue.indicators[series.indicator]
        if series.published and series.published.covers(year):
            return self._as_published(series.published, declared, line, year)
        figure = self._unadjusted(declared, line, year)
        if "need" in series.adjust:
            figure = self._need_corrected(figure, declared, line, year)
        if series.deflator is not None and series.base_year is not None:
            steps = self._catalogue.price_steps.values()
            figure = _applied(figure, price_factor(steps, series.deflator, year, series.base_year))
        return figure

    def _as_published(self, published: Published, declared: Indicator, line: Line, year: int) -> Figure:
        row = self._register.get((line.entity, published.indicator, year, declared.unit))
        about = Figure(
            None,
            "missing",
            origin="register",
            source="register",
            adjustment=f"as published: {published.note}",
        )
        if row is None:
            return replace(about, reason=f"ikke publisert for {line.entity}")
        return replace(about, **_given(row, "value"))

    def _unadjusted(self, declared: Indicator, line: Line, year: int) -> Figure:
        if line.kind == "network_mean":
            return self._mean(declared, year)
        row = self._own.get((line.entity, declared.id, year))
        if row is None:
            return Figure(None, "missing", reason=f"ingen tall for {line.entity} i {year}")
        return Figure(**_given(row, "value"), origin=row["origin"], source=row["source"])

    def _mean(self, declared: Indicator, year: int) -> Figure:
        row = self._means.get((declared.id, year))
        if row is None:
            return Figure(None, "missing", reason=f"ingen tall for {self._network.name} i {year}")
        few = row["status"] == "missing" and row["origin"] == "computed"
        reason = "færre enn tre medlemmer har tall" if few else None
        return Figure(**_given(row, "mean"), origin=row["origin"], source=row["source"], reason=reason)

    def _need_corrected(self, figure: Figure, declared: Indicator, line: Line, year: int) -> Figure:
        """The figure per inhabitant of average need; in a mean, each member by its own index."""
        if line.kind != "network_mean":
            return _applied(figure, self._need(declared, line.entity, year))
        rows = self._with_data(declared, year)
        factors = {name: self._need(declared, name, year) for name in rows}
        held = {name: factor.value for name, factor in factors.items() if factor.value is not None}
        absent = [factor for factor in factors.values() if factor.value is None]
        if absent or figure.value is None:
            return _applied(figure, absent[0] if absent else Factor(1.0, "need: per member"))
        editions = ", ".join(sorted({factor.vintage for factor in factors.values()}))
        words = f"need: per member ({editions})"
        return replace(
            figure, value=corrected_mean(declared, rows, held), adjustment=_both(figure.adjustment, words)
        )

    def _need(self, declared: Indicator, municipality: str, year: int) -> Factor:
        return need_factor(self._catalogue.need_indices.values(), declared.area, municipality, year)

    def _with_data(self, declared: Indicator, year: int) -> dict[str, Row]:
        rows = {name: self._own.get((name, declared.id, year)) for name in self._network.members_in(year)}
        return {name: row for name, row in rows.items() if row is not None and row["status"] == "ok"}


def corrected_mean(declared: Indicator, rows: Mapping[str, Row], factors: Mapping[str, float]) -> float:
    """The network's mean by the indicator's own method, with inhabitants counted by their need.

    Raises:
        DataError: the denominators add up to 0.
    """
    if declared.mean == "simple":
        return sum(float(row["value"]) * factors[name] for name, row in rows.items()) / len(rows)
    below = sum(float(row["denominator"]) / factors[name] for name, row in rows.items())
    if below == 0:
        raise DataError(f"{declared.id}: the denominators of the network add up to 0")
    return declared.scale * sum(float(row["numerator"]) for row in rows.values()) / below


def _by_key(frame: pd.DataFrame, keys: list[str], wanted: set[str]) -> dict[tuple[Any, ...], Row]:
    rows = frame[frame["indicator"].isin(wanted).to_numpy()]
    records = [{str(name): value for name, value in row.items()} for row in rows.to_dict(orient="records")]
    return {tuple(row[key] for key in keys): row for row in records}


def _given(row: Row, figure: str) -> dict[str, Any]:
    """Value, status and edition of a row, as arguments of `Figure`."""
    value = float(row[figure]) if row["status"] == "ok" else None
    return {"value": value, **{name: row[name] for name in ("status", "vintage_status", "vintage_id")}}


def _applied(figure: Figure, factor: Factor) -> Figure:
    """The figure adjusted; missing with the reason where the factor is not held."""
    adjustment = _both(figure.adjustment, factor.words)
    if factor.value is None and figure.status == "ok":
        return replace(figure, value=None, status="missing", adjustment=adjustment, reason=factor.reason)
    if factor.value is None or figure.value is None:
        return replace(figure, adjustment=adjustment)
    return replace(figure, value=figure.value * factor.value, adjustment=adjustment)


def _both(first: str, second: str) -> str:
    return second if first == UNADJUSTED else f"{first}; {second}"
