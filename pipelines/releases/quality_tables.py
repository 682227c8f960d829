"""What is known of the figures' quality, as people read it: errata and notes, controls that do not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from pipelines.cli.output import Printed, norwegian

_FINDINGS = {
    "error": "feil",
    "probable_error": "trolig feil",
    "rounding": "avrunding",
    "comparability": "sammenlignbarhet",
    "note": "merknad",
}
_FIGURES = {
    "match": "stemmer",
    "rounding": "avrunding",
    "vintage": "annen utgave",
    "method": "annen metode",
    "mismatch": "stemmer ikke",
    "not_comparable": "kan ikke sammenlignes",
}
_SUITES = {"gate": "før lagring", "watch": "etter lagring", "controls": "kontroll"}
_SEVERITIES = {"error": "feil", "warning": "varsel"}


def errata_tables(reconciliation: pd.DataFrame, titles: Mapping[str, str]) -> Iterator[Printed]:
    """Findings of a reconciled report with their proof, and how its printed figures came out.

    Args:
        reconciliation: rows of `quality/reconciliation` of one report year.
        titles: indicator → what people call it.
    """
    if reconciliation.empty:
        return
    for report in dict.fromkeys(reconciliation["report"].astype("str")):
        rows = reconciliation[(reconciliation["report"] == report).to_numpy()]
        found = rows[(rows["kind"] == "finding").to_numpy()].sort_values(["erratum", "place"])
        headers = [("Nr.", False), ("Gjelder", False), ("Utfall", False), ("Utregning", False)]
        headers += [("Forklaring", False)]
        lines = [
            [_text(row["erratum"]), titles.get(row["indicator"], _text(row["indicator"])),
             _FINDINGS[str(row["verdict"])],
             _text(row["arithmetic"]), _text(row["explanation"])]
            for _, row in found.iterrows()
        ]  # fmt: skip
        yield Printed(f"Funn i {report}", headers, lines)
        figures = rows[(rows["kind"] != "finding").to_numpy()]["verdict"].astype("str")
        counted = [[_FIGURES[name], norwegian(int((figures == name).sum()))] for name in _FIGURES]
        yield Printed(f"Trykte tall og utsagn i {report}", [("Utfall", False), ("Antall", True)], counted)


def expectation_tables(expectations: pd.DataFrame) -> Iterator[Printed]:
    """Per dataset how many controls hold, and those that do not with what a person should look at."""
    if expectations.empty:
        return
    headers = [("Datasett", False), ("Kontroller", True), ("Holder", True), ("Varsler", True), ("Feil", True)]
    lines = []
    for dataset in dict.fromkeys(expectations["dataset"].astype("str")):
        rows = expectations[(expectations["dataset"] == dataset).to_numpy()]
        grades = rows[~rows["success"].to_numpy(dtype=bool)]["severity"].astype("str")
        counts = [len(rows), len(rows) - len(grades), (grades == "warning").sum(), (grades == "error").sum()]
        lines.append([dataset, *(norwegian(int(count)) for count in counts)])
    yield Printed("Kontroller per datasett", headers, lines)
    broken = expectations[~expectations["success"].to_numpy(dtype=bool)]
    if not broken.empty:
        headers = [("Datasett", False), ("Når", False), ("Grad", False), ("Forventet", False)]
        yield Printed(
            "Kontroller som ikke holder",
            [*headers, ("Funnet", False), ("Se på", False)],
            [_broken(row) for _, row in broken.iterrows()],
        )


def _broken(row: pd.Series) -> list[str]:
    suite, severity = str(row["suite"]), str(row["severity"])
    return [
        str(row["dataset"]),
        _SUITES.get(suite, suite),
        _SEVERITIES.get(severity, severity),
        *(_text(row[name]) for name in ("title", "observed", "advice")),
    ]


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]
