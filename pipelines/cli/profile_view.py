"""The service profile as people read it: Norwegian titles and numbers, rounded as printed."""

from __future__ import annotations

import pandas as pd

from pipelines.cli import output
from pipelines.settings import Settings

_UNITS = {
    "NOK": "kr",
    "percent": "prosent",
    "per_1000": "per 1000",
    "months": "måneder",
    "index": "indeks",
    "count": "antall",
    "score": "poeng",
}
SAMPLE_MARK = "EKSEMPELTALL (modellerte, ikke SSBs)"


def print_profile(frame: pd.DataFrame, settings: Settings) -> None:
    """One table per report year and profile."""
    for _, rows in frame.groupby(["year", "profile"], observed=True, sort=True):
        year, profile = int(rows["year"].iloc[0]), rows["profile"].iloc[0]
        mark = f" – {SAMPLE_MARK}" if settings.source == "sample" else ""
        title = f"Tjenesteprofil {profile} {year}, {settings.municipality}{mark}"
        output.print_columns(_headers(year), [_row(row) for _, row in rows.iterrows()], title)


def _headers(year: int) -> list[tuple[str, bool]]:
    figures = [str(year - 2), str(year - 1), str(year), "Snitt", "Høyest", "Lavest", "Indeks", "Plass"]
    return [("Indikator", False), ("Enhet", False), *((name, True) for name in figures)]


def _row(row: pd.Series) -> list[str]:
    decimals = int(row["decimals"])
    figures = [row[name] for name in ("value_y_minus_2", "value_y_minus_1", "value", "mean")]
    place = "-" if pd.isna(row["rank"]) else f"{int(row['rank'])} av {int(row['members_with_data'])}"
    return [
        row["title"],
        _UNITS.get(row["unit"], row["unit"]),
        *(output.norwegian(figure, decimals) for figure in figures),
        _held(row["max"], row["max_holder"], decimals),
        _held(row["min"], row["min_holder"], decimals),
        output.norwegian(row["index"], 1),
        place,
    ]


def _held(value: float, holder: str | None, decimals: int) -> str:
    number = output.norwegian(value, decimals)
    return f"{number} ({holder})" if isinstance(holder, str) and holder else number
