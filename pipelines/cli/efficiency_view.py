"""Resource use, production and efficiency as people read them: a row per area, year and origin."""

from __future__ import annotations

import pandas as pd

from pipelines.cli import output
from pipelines.cli.profile_view import SAMPLE_MARK
from pipelines.settings import Settings

_ORIGINS = {"register": "importert", "own_estimate": "eget anslag"}
_VERDICTS = {"consistent": "henger sammen", "inconsistent": "HENGER IKKE SAMMEN", "not_checked": "–"}
_HEADERS = [
    ("Område", False),
    ("År", True),
    ("Tall", False),
    ("Ressursbruk", True),
    ("Utgifter", True),
    ("Produksjon", True),
    ("Effektivitet", True),
    ("Avvik", True),
    ("Kontroll", False),
]


def print_efficiency(frame: pd.DataFrame, settings: Settings) -> None:
    """One table."""
    output.print_tables([efficiency_table(frame, settings.source)])


def efficiency_table(frame: pd.DataFrame, source: str) -> output.Printed:
    """One table; its notes: what does not fit, and what the estimates are not corrected for."""
    mark = f" – {SAMPLE_MARK}" if source == "sample" else ""
    title = "Ressursbruk (nettverket = 1), utgifter, produksjon og effektivitet (nettverket = 100)"
    rows = frame.sort_values(["area", "origin", "year"], ascending=[False, False, True])
    notes = [
        f"{row['title']} {row['year']}, {_ORIGINS[row['origin']]}: {row['reason']}"
        for _, row in rows[rows["reason"].notna().to_numpy()].iterrows()
    ]
    return output.Printed(f"{title}{mark}", _HEADERS, [_row(row) for _, row in rows.iterrows()], notes)


def _row(row: pd.Series) -> list[str]:
    return [
        row["title"],
        str(row["year"]),
        _ORIGINS[row["origin"]],
        output.norwegian(row["resource_use_index"], 3),
        *(output.norwegian(row[f"{name}_index"], 1) for name in ("expenditure", "production", "efficiency")),
        output.norwegian(row["residual"], 1),
        _VERDICTS[row["verdict"]],
    ]
