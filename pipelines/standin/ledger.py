"""The sample ledger as files a municipality would hand in; modelled, see ``model/README.md``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from pipelines.standin.model.ledger import ledger
from pipelines.standin.model.ledger_centres import hierarchy_rows
from pipelines.standin.model.ledger_targets import LEDGER_YEARS, MUNICIPALITY

__all__ = ["MUNICIPALITY", "sample_ledger_files", "write_sample_ledger"]

_HIERARCHY = "sample-hierarchy.csv"
_LAYOUT = f"""\
# How the sample ledger is read. Modelled figures (eksempeltall), not the accounts of any municipality.
hierarchy: {_HIERARCHY}
decimal: comma
"""


@cache
def sample_ledger_files() -> dict[str, str]:
    """Name and text of each file: the layout, the hierarchy, and a ledger a year."""
    ledgers = {f"sample-ledger-{year}.csv": _ledger_text(year) for year in LEDGER_YEARS}
    header = ("centre", "parent", "valid_from_year", "valid_to_year", "name", "director_area")
    return {"ledger.yaml": _LAYOUT, _HIERARCHY: _csv(header, hierarchy_rows(), ","), **ledgers}


def write_sample_ledger(folder: Path) -> list[Path]:
    """Write the files; returns the ledgers, oldest year first."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sample_ledger_files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return [folder / name for name in sample_ledger_files() if name.startswith("sample-ledger-")]


def _ledger_text(year: int) -> str:
    header = ("year", "responsibility_centre", "function", "art", "amount")
    lines = ((str(year), *account, _kroner(ore)) for account, ore in ledger(year).items())
    return _csv(header, lines, ";")


def _kroner(ore: int) -> str:
    whole, part = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{whole},{part:02d}"


def _csv(header: Sequence[str], lines: Iterable[Sequence[str]], delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue()
