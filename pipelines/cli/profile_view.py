"""The service profile as people read it: Norwegian titles, names and numbers, rounded as printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from assets.catalogue.loader import load_catalogue
from pipelines.cli import output
from pipelines.cli.common import datasets, store
from pipelines.settings import Settings
from pipelines.storage.frames import as_frame
from schemas.catalogue import UNIT_NAMES

_ORIGINS = {"computed": "beregnet", "register": "register"}
VINTAGE_STATUSES = {"preliminary": "foreløpig", "final": "endelig", "unknown": "ukjent"}
SAMPLE_MARK = "EKSEMPELTALL (modellerte, ikke SSBs)"


def print_profile(frame: pd.DataFrame, settings: Settings) -> None:
    """One table per report year and profile."""
    output.print_tables(profile_tables(frame, municipality_names(settings), settings.municipality))


def profile_tables(
    frame: pd.DataFrame, names: Mapping[str, str], municipality: str
) -> Iterator[output.Printed]:
    """One table per report year and profile; `names` are what people call the municipalities."""
    profiles, focal = load_catalogue().profiles, names.get(municipality, municipality)
    for _, rows in frame.groupby(["year", "profile"], observed=True, sort=True):
        year, profile = int(rows["year"].iloc[0]), rows["profile"].iloc[0]
        # Register figures are published ones, also beside a sample.
        mark = f" – {SAMPLE_MARK}" if (rows["source"] == "sample").any() else ""
        title = f"{profiles[profile].title}, {focal} {year}{mark}"
        yield output.Printed(title, _headers(year), [_row(row, names) for _, row in rows.iterrows()])


def municipality_names(settings: Settings) -> dict[str, str]:
    """Slug → the newest name, its Norwegian part ("Oslo" of "Oslo - Oslove")."""
    contract = datasets(settings)["klass/municipalities"]
    if not store(settings).holds(contract.dataset):
        return {}
    return newest_names(as_frame(contract, store(settings).read(contract)))


def newest_names(municipalities: pd.DataFrame) -> dict[str, str]:
    """Slug → the newest name in `klass/municipalities`, its Norwegian part."""
    rows = municipalities.sort_values("valid_from")
    return {slug: name.partition(" - ")[0] for slug, name in zip(rows["slug"], rows["name"], strict=True)}


def _headers(year: int) -> list[tuple[str, bool]]:
    years = [str(shown) for shown in range(year - 2, year + 1)]
    figures = [*years, "Snitt", "Høyest", "Lavest", "Indeks", "Avstand", "Plass"]
    return [
        ("Indikator", False),
        ("Enhet", False),
        *((name, True) for name in figures),
        ("Opphav", False),
        ("Utgave", False),
    ]


def _row(row: pd.Series, names: Mapping[str, str]) -> list[str]:
    decimals = int(row["decimals"])
    figures = [row[name] for name in ("value_y_minus_2", "value_y_minus_1", "value", "mean")]
    place = "-" if pd.isna(row["rank"]) else f"{int(row['rank'])} av {int(row['members_with_data'])}"
    return [
        row["title"],
        UNIT_NAMES.get(row["unit"], row["unit"]),
        *(output.norwegian(figure, decimals) for figure in figures),
        _held(row["max"], row["max_holder"], decimals, names),
        _held(row["min"], row["min_holder"], decimals, names),
        output.norwegian(row["index"], 1),
        _distance(row),
        place,
        _ORIGINS[row["origin"]],
        VINTAGE_STATUSES[row["vintage_status"]],
    ]


def _distance(row: pd.Series) -> str:
    """The distance to the mean in percent; in percentage points (pp) where only that is known."""
    percent, points = row["distance_percent"], row["distance_points"]
    figure, unit, decimals = (percent, "%", 1) if pd.notna(percent) else (points, "pp", 2)
    if pd.isna(figure):
        return "-"
    sign = "+" if figure > 0 else ""
    return f"{sign}{output.norwegian(figure, decimals)} {unit}"


def _held(value: float, holders: str | None, decimals: int, names: Mapping[str, str]) -> str:
    number = output.norwegian(value, decimals)
    if not isinstance(holders, str) or not holders:
        return number
    return f"{number} ({', '.join(names.get(slug, slug) for slug in holders.split(', '))})"
