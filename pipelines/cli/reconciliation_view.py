"""`quality/reconciliation` as people read it, and its verdicts in Norwegian."""

from __future__ import annotations

import pandas as pd

from pipelines.cli import output
from pipelines.cli.profile_view import SAMPLE_MARK
from pipelines.settings import Settings

FINDINGS = {
    "error": "FEIL",
    "probable_error": "trolig feil",
    "rounding": "avrunding",
    "comparability": "ikke sammenlignbart",
    "note": "merknad",
}
VERDICTS = {
    "match": ("stemmer", "likt med de desimalene som er trykt; påstanden holder"),
    "rounding": ("avrunding", "én enhet i siste siffer, eller en sum av avrundede rader"),
    "vintage": ("annen utgave", "som i en tidligere utgave, eller høyst 0,25 % fra vårt tall"),
    "method": ("annen metode", "vårt tall er laget på en annen måte, som er kjent"),
    "mismatch": ("STEMMER IKKE", "verken avrunding, utgave eller metode forklarer avviket"),
    "not_comparable": ("ikke sammenlignet", "vi har ikke noe tall, eller bare det rapporten selv gir"),
}
"""Verdicts on figures and claims, and what each means."""


def print_reconciliation(frame: pd.DataFrame, settings: Settings) -> None:
    """The stored rows of every report: verdict, where it is printed, arithmetic."""
    mark = f" – holdt mot {SAMPLE_MARK}" if settings.source == "sample" else ""
    words = FINDINGS | {verdict: told for verdict, (told, _) in VERDICTS.items()}
    headers = [(name, False) for name in ("Utfall", "Nr.", "Sted", "Regnestykke")]
    shown = ("erratum", "place", "arithmetic")
    for (year, report), rows in frame.groupby(["year", "report"], observed=True):
        lines = [
            [words[str(row["verdict"])], *(str(row[name] or "") for name in shown)]
            for row in output.records(rows)
        ]
        output.print_columns(headers, lines, f"{report} ({year}){mark}")
