"""Time series (tidsserier): an indicator over the years, a line per entity, adjusted where that is allowed.

Figures of different kinds are never mixed unseen: every row says where it comes from, what was applied,
and whether the line is broken between the year before and this one. A broken line is spliced by level (the
values stand as they are, one after another), never chained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from assets.baerum.series_breaks import breaks, has_begun
from assets.baerum.series_figures import Line, SeriesFigures
from assets.errors import look_up
from assets.frames import only_source
from schemas.catalogue import FOCAL, NETWORK_MEAN, SSB_REGION, Catalogue, Network, Series

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
    "vintage_status",
    "source",
    "vintage_id",
]
_WHY = {
    "missing": "tallet mangler i kilden",
    "suppressed": "skjermet av hensyn til personvern",
    "not_applicable": "ikke definert for året",
    "not_yet": "ikke publisert ennå",
}


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
    compared = look_up("network", network, catalogue.networks)
    chosen = list(catalogue.series.values() if series is None else series)
    published = {entry.published.indicator for entry in chosen if entry.published}
    wanted = published | {entry.indicator for entry in chosen}
    figures = SeriesFigures(indicators, aggregates, register, catalogue, network, wanted)
    source, years = only_source(indicators), sorted(int(year) for year in indicators["year"].unique())
    rows = [
        _row(entry, line, year, figures, catalogue, compared, source)
        for entry in chosen
        for line in lines(entry, municipality, network)
        for year in years
        if entry.covers(year) and has_begun(line, year, catalogue)
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"value": "float64", "base_year": "Int64"})


def _row(
    series: Series,
    line: Line,
    year: int,
    figures: SeriesFigures,
    catalogue: Catalogue,
    network: Network,
    source: str,
) -> tuple[object, ...]:
    declared = catalogue.indicators[series.indicator]
    found = figures.of(series, line, year)
    reasons = "; ".join(breaks(series, line, year, catalogue, network))
    return (
        year,
        series.id,
        series.indicator,
        series.title,
        line.entity,
        line.kind,
        found.value,
        declared.unit,
        declared.decimals,
        found.status,
        found.adjustment,
        series.base_year,
        found.reason or _WHY.get(found.status),
        bool(reasons),
        reasons or None,
        found.origin,
        found.vintage_status,
        found.source or source,
        found.vintage_id,
    )


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
