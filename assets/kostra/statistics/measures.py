"""`kostra/service_statistics`: the catalogue's measures, one figure per municipality (or group, or country).

A measure comes from the one table the catalogue declares for the year. A table that cannot be used takes its
own measures with it, as rows without figures that say why, and no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from assets.errors import DataError
from assets.kostra.regions import existing, to_municipalities
from assets.statbank.resolve import ResolvedTable
from assets.statuses import MISSING, Figures, Severities, add_parts, severities, statuses
from schemas.catalogue import Catalogue, Source

COLUMNS = [
    "year",
    "municipality",
    "region_kind",
    "measure",
    "value",
    "unit",
    "status",
    "table",
    "vintage_status",
    "source",
    "vintage_id",
    "problem",
]
TOLERANCE = 0.01
"""Two tables that hold the same figure may differ by so much of it."""


@dataclass(frozen=True, slots=True)
class HeldTable:
    """One table as it can be used: what was found in its metadata, and its cells of one year."""

    resolved: ResolvedTable
    cells: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Statistics:
    """The rows of the year, and the disagreements between tables found on the way."""

    frame: pd.DataFrame
    problems: tuple[str, ...]


def service_statistics(
    catalogue: Catalogue,
    year: int,
    held: Mapping[str, HeldTable],
    unusable: Mapping[str, str],
    municipalities: pd.DataFrame,
    source: str,
) -> Statistics:
    """The measures of one year.

    Args:
        catalogue: which table holds which measure, in which years.
        year: accounting year.
        held: the tables that can be used, by id.
        unusable: table id → why it cannot be used, or is not offered.
        municipalities: `klass/municipalities`.
        source: `ssb` or `sample`, of rows without figures.

    Returns:
        One row per measure × municipality or SSB region. Where two tables hold a figure and differ by more
        than `TOLERANCE` without the catalogue saying so, the figure is withheld and told in `problem`.

    Raises:
        DataError: a cell given twice; see `to_municipalities`.
    """
    by_region = {origin.table.id for sources in catalogue.measures().values() for origin in sources}
    facts = {
        name: to_municipalities(table.cells, municipalities)
        for name, table in held.items()
        if name in by_region
    }
    rows: list[pd.DataFrame] = []
    problems: list[str] = []
    for name, sources in catalogue.measures().items():
        covering = [origin for origin in sources if origin.covers(year)]
        for origin in (origin for origin in covering if not origin.measure.cross_check):
            found = _figures(origin, held, facts)
            if found is None:
                why = _why_not(origin, held, unusable)
                rows.append(_without_figures(origin, year, why, municipalities, source))
                continue
            for other in (other for other in covering if other.measure.cross_check):
                problem = _withhold_differences(found, _figures(other, held, facts), origin, other, year)
                problems.extend([f"measure {name}: {problem}"] if problem else [])
            rows.append(found)
    frame = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=COLUMNS)
    return Statistics(_typed(frame), tuple(problems))


def _figures(
    origin: Source, held: Mapping[str, HeldTable], facts: Mapping[str, pd.DataFrame]
) -> pd.DataFrame | None:
    """The rows of a measure in one of its tables; None where the table or the measure cannot be used."""
    table = origin.table.id
    if table not in held or origin.measure.id not in held[table].resolved.measures:
        return None
    resolved, cells = held[table].resolved, facts[table]
    cells = cells[(cells["contents"] == resolved.measures[origin.measure.id]).to_numpy()]
    members: dict[str, list[str]] = {
        role: [resolved.members[role][name] for name in names] for role, names in origin.measure.at.items()
    }
    for role, codes in members.items():
        cells = cells[cells[role].isin(codes).to_numpy()]
    places = cells.drop_duplicates("municipality").reset_index(drop=True)
    figures, severity = add_parts(*_parts(origin, cells, places, members))
    return pd.DataFrame(
        {
            **{name: places[name] for name in ("year", "municipality", "region_kind")},
            "measure": origin.measure.id,
            "value": figures,
            "unit": origin.measure.unit,
            "status": statuses(severity),
            "table": table,
            "vintage_status": places["vintage_status"].astype("str"),
            "source": places["source"].astype("str"),
            "vintage_id": places["vintage_id"].astype("str"),
            "problem": None,
        }
    )[COLUMNS]


def _parts(
    origin: Source, cells: pd.DataFrame, places: pd.DataFrame, members: Mapping[str, Sequence[str]]
) -> tuple[Figures, Severities]:
    """Figures and severities, part × place; a part that is not in the table is missing."""
    parts = pd.Index(["|".join(codes) for codes in product(*members.values())])
    keys = [
        "|".join(codes) for codes in cells[list(members)].astype("str").itertuples(index=False, name=None)
    ]
    names = [places["municipality"].tolist(), cells["municipality"].tolist()]
    where = parts.get_indexer(pd.Index(keys)), pd.Index(names[0]).get_indexer(pd.Index(names[1]))
    shape = (len(parts), len(places))
    if len(np.unique(np.ravel_multi_index(where, shape))) < len(cells):
        raise DataError(f"table {origin.table.id}: {origin.measure.id} is given twice for a municipality")
    figures = np.full(shape, np.nan)
    severity = np.full(shape, MISSING, dtype=np.int8)
    figures[where] = cells["value"].to_numpy(dtype=np.float64)
    severity[where] = severities(cells["status"])
    return figures, severity


def _why_not(origin: Source, held: Mapping[str, HeldTable], unusable: Mapping[str, str]) -> str:
    table = origin.table.id
    if table in held:
        return f"table {table}: {held[table].resolved.unresolved[origin.measure.id]}"
    return unusable.get(table, f"table {table} was not asked for")


def _without_figures(
    origin: Source, year: int, why: str, municipalities: pd.DataFrame, source: str
) -> pd.DataFrame:
    """A row for every municipality of the year, missing, with the reason."""
    return pd.DataFrame(
        {
            "year": year,
            "municipality": existing(municipalities, year),
            "region_kind": "municipality",
            "measure": origin.measure.id,
            "value": np.nan,
            "unit": origin.measure.unit,
            "status": "missing",
            "table": origin.table.id,
            "vintage_status": "unknown",
            "source": source,
            "vintage_id": "",
            "problem": why,
        }
    )


def _withhold_differences(
    found: pd.DataFrame, other: pd.DataFrame | None, origin: Source, compared: Source, year: int
) -> str | None:
    """Withhold the figures of `found` that another table contradicts; says what was withheld."""
    if other is None or any(known.year == year for known in compared.measure.differs):
        return None
    both = found[["municipality", "value"]].merge(
        other[["municipality", "value"]], on="municipality", how="left"
    )
    here, there = both["value_x"].to_numpy(), both["value_y"].to_numpy()
    apart = np.abs(here - there) > TOLERANCE * np.maximum(np.abs(here), np.abs(there))
    apart &= (found["region_kind"] == "municipality").to_numpy()
    if not apart.any():
        return None
    first = int(np.flatnonzero(apart)[0])
    problem = (
        f"tables {origin.table.id} and {compared.table.id} differ by more than {TOLERANCE:.0%} for "
        f"{int(apart.sum())} municipalities in {year}, first {found['municipality'].iloc[first]} "
        f"({here[first]:.10g} and {there[first]:.10g}); list the difference under `differs` if it is known"
    )
    found.loc[apart, "value"] = np.nan
    found["status"] = found["status"].astype("str").mask(apart, "missing")
    found.loc[apart, "problem"] = problem
    return problem


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in COLUMNS if name not in ("year", "value", "problem")]
    frame = frame.astype(
        {"year": "int64", "value": "float64", **dict.fromkeys(texts, "str"), "problem": "str"}
    )
    return frame.sort_values(["year", "measure", "municipality"], ignore_index=True)
