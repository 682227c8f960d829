"""Costs by director area and control totals as people read them: NOK million, a column per year."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipelines.cli import output
from pipelines.cli.profile_view import SAMPLE_MARK
from pipelines.settings import Settings

_COST_TYPES = {"direct": "direkte", "allocated": "allokert", "purchased": "kjøp", "total": ""}
_VERDICTS = {
    "pass": "stemmer",
    "warning": "avvik",
    "fail": "FEIL",
    "not_comparable": "kan ikke holdes mot SSB",
}
_SCOPES = {"A": "A konsern", "B": "B kommunekasse"}
_MILLION = 1_000_000


def print_director_areas(frame: pd.DataFrame, settings: Settings) -> None:
    """One table per service."""
    output.print_tables(director_area_tables(frame, settings.source))


def director_area_tables(frame: pd.DataFrame, source: str) -> Iterator[output.Printed]:
    """One table per service; the share is of the last year."""
    for name in dict.fromkeys(frame["service"]):
        rows = frame[(frame["service"] == name).to_numpy()]
        years = sorted(int(year) for year in rows["year"].unique())
        headers = [("Direktørområde", False), ("Kostnad", False)]
        headers += [(str(year), True) for year in years] + [(f"Andel {years[-1]}", True)]
        # A name or a kind of cost that is gone from the last year still has its place.
        places = rows.sort_values(["cost_type", "row"], key=_as_printed)[["director_area", "cost_type"]]
        lines = [
            _line(rows, area, kind, years)
            for area, kind in dict.fromkeys(places.itertuples(index=False, name=None))
        ]
        yield output.Printed(f"{rows['title'].iloc[-1]} [mill. kr]{_mark(source)}", headers, lines)


def print_control_totals(frame: pd.DataFrame, settings: Settings) -> None:
    """The ledger beside SSB's figure."""
    output.print_tables([control_totals_table(frame, settings.source)])


def control_totals_table(frame: pd.DataFrame, source: str) -> output.Printed:
    """The ledger beside SSB's figure, to the thousand."""
    headers = [("År", False), ("Tjeneste", False), ("Omfang", False)]
    headers += [(name, True) for name in ("Regnskap", "SSB", "Avvik")] + [("Utfall", False), ("", False)]
    lines = [
        [
            str(row["year"]),
            str(row["service"]),
            _SCOPES[row["scope"]],
            *(output.norwegian(row[name], 3) for name in ("ledger_total", "ssb_total", "difference")),
            _VERDICTS[row["verdict"]],
            str(row["explanation"]),
        ]
        for row in frame.to_dict("records")
    ]
    return output.Printed(f"Regnskapet mot SSBs tabell 12367 [mill. kr]{_mark(source)}", headers, lines)


def _as_printed(column: pd.Series) -> pd.Series:
    if column.name != "cost_type":
        return column
    order = {"direct": 0, "purchased": 1, "allocated": 2, "total": 3}
    return column.astype("str").map(order)


def _line(rows: pd.DataFrame, area: str, kind: str, years: list[int]) -> list[str]:
    mine = rows[((rows["director_area"] == area) & (rows["cost_type"] == kind)).to_numpy()]
    amounts = dict(zip(mine["year"], mine["amount"] / _MILLION, strict=True))
    last = mine.loc[(mine["year"] == years[-1]).to_numpy(), "share"]
    share = f"{output.norwegian(100 * last.iloc[0], 1)} %" if len(last) else "-"
    return [area, _COST_TYPES[kind], *(output.norwegian(amounts.get(year), 1) for year in years), share]


def _mark(source: str) -> str:
    return f" – {SAMPLE_MARK}" if source == "sample" else ""
