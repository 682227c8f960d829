"""Time series as people read them: a line per entity, a column per year, a bar where the line is broken."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from assets.catalogue.loader import load_catalogue
from pipelines.cli import output
from pipelines.cli.profile_view import SAMPLE_MARK, municipality_names
from pipelines.settings import Settings
from schemas.catalogue import UNIT_NAMES

_COUNTRIES = {"EAK": "Landet", "EAKUO": "Landet uten Oslo"}
#: Stands before a value whose line is broken between the year before and its own.
BROKEN = "¦ "


def print_series(frame: pd.DataFrame, settings: Settings) -> None:
    """One table per series."""
    output.print_tables(series_tables(frame, entity_names(settings), settings.source))


def series_tables(frame: pd.DataFrame, names: Mapping[str, str], source: str) -> Iterator[output.Printed]:
    """One table per series; its notes: what was applied, why values are missing, where lines break."""
    mark = f" – {SAMPLE_MARK}" if source == "sample" else ""
    for name in dict.fromkeys(frame["series"]):
        rows = frame[(frame["series"] == name).to_numpy()]
        years = sorted(int(year) for year in rows["year"].unique())
        unit = UNIT_NAMES.get(rows["unit"].iloc[0], rows["unit"].iloc[0])
        headers = [("", False), *((str(year), True) for year in years), ("Tall", False)]
        lines = [_line(entity, rows, years, names) for entity in dict.fromkeys(rows["entity"])]
        title = f"{rows['title'].iloc[0]} [{unit}]{mark}"
        yield output.Printed(title, headers, lines, [*_notes(rows, names)])


def entity_names(settings: Settings) -> dict[str, str]:
    """Entity → what people call it: municipalities, KOSTRA groups, the country, means of networks."""
    return with_others(municipality_names(settings))


def with_others(municipalities: Mapping[str, str]) -> dict[str, str]:
    """Names of municipalities, and of KOSTRA groups, the country and means of networks."""
    groups = {f"EKG{number:02d}": f"KOSTRA-gruppe {number}" for number in range(1, 18)}
    networks = {name: entry.name for name, entry in load_catalogue().networks.items()}
    networks |= {code.lower(): name for code, name in groups.items()}
    means = {f"{name}_mean": f"Snitt {called}" for name, called in networks.items()}
    return {**municipalities, **_COUNTRIES, **groups, **means}


def _line(entity: str, rows: pd.DataFrame, years: list[int], names: Mapping[str, str]) -> list[str]:
    mine = {int(row["year"]): row for row in rows[(rows["entity"] == entity).to_numpy()].to_dict("records")}
    figures = [_figure(mine[year]) if year in mine else "" for year in years]
    origins = "/".join(dict.fromkeys(_origin(row) for row in mine.values()))
    return [names.get(entity, entity), *figures, origins]


def _figure(row: Mapping[Hashable, Any]) -> str:
    shown = output.norwegian(row["value"], row["decimals"])
    return f"{BROKEN if row['break_before'] else ''}{shown}"


def _origin(row: Mapping[Hashable, Any]) -> str:
    return "publisert" if row["origin"] == "register" else "beregnet"


def _notes(rows: pd.DataFrame, names: Mapping[str, str]) -> Iterator[str]:
    """What is said of several rows is said once, with the years."""
    adjusted = rows[(rows["adjustment"] != "none").to_numpy()]
    if not adjusted.empty:
        yield f"Justering: {'; '.join(dict.fromkeys(adjusted['adjustment']))}"
    for what, column in (("Brudd", "break_reason"), ("Mangler", "reason")):
        told = rows[rows[column].notna().to_numpy()]
        for reason in dict.fromkeys(told[column]):
            here = told[(told[column] == reason).to_numpy()]
            years = ", ".join(str(year) for year in sorted(here["year"].unique()))
            whose = ", ".join(dict.fromkeys(names.get(name, name) for name in here["entity"]))
            yield f"{what} {years} ({whose}): {reason}"
