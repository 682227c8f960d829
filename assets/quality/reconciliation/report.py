"""A published report as input: its figures and its claims, read from tidy files, with every mistake told."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from assets.catalogue.loader import load_catalogue
from assets.errors import DataError
from assets.quality.reconciliation.report_checks import check_report
from assets.quality.reconciliation.report_rows import read_rows
from assets.quality.reconciliation.words import Vocabulary
from assets.register.entities import network_of
from assets.tabular.problems import Findings

FIGURE_COLUMNS = [
    *("chapter", "table", "indicator", "title", "unit", "year", "entity", "label", "value", "printed"),
    *("decimals", "adjusted", "note", "file", "line"),
]
"""Columns of `figures`. `entity` is a slug, `asss_mean`, `EKG12`, or in tables by director area `a20`,
`purchased` or `total`; `label` is how it is printed. `value` is NaN where the report prints "-"."""

STATEMENT_COLUMNS = [
    *FIGURE_COLUMNS,
    *("statement", "section", "quote", "claim_type", "direction", "comparator", "compared_with", "base_year"),
]
"""Columns of `statements`. `value` is unsigned as printed, NaN in a claim without a number; `year` may be
empty. `comparator` is as in `words.py`, `compared_with` as written."""

_SUFFIXES = (".csv", ".xlsx", ".txt", ".tsv")


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """A published report: `year` is the newest accounting year in it, `municipality` the one it is of.

    `sha256` is of everything read; `warnings` are worth knowing and forbid nothing.
    """

    name: str
    year: int
    figures: pd.DataFrame
    statements: pd.DataFrame
    municipality: str = ""
    sha256: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def years(self) -> list[int]:
        """Every accounting year the report shows figures of, or claims something about."""
        claimed = [self.statements[name].dropna() for name in ("year", "base_year")]
        return sorted({int(year) for years in (self.figures["year"], *claimed) for year in years})


def read_report(
    source: Path | str | Sequence[Path | str], vocabulary: Vocabulary | None = None
) -> PublishedReport:
    """Read a report from a folder of files, from one file, or from several.

    Raises:
        DataError: there is no file, or with everything that is wrong in any of them.
    """
    paths = [source] if isinstance(source, str | Path) else list(source)
    files: dict[str, bytes] = {}
    for path in [file for each in paths for file in _files_in(Path(each))]:
        files[str(path) if path.name in files else path.name] = path.read_bytes()
    return report_of(files, vocabulary)


def report_of(files: Mapping[str, bytes], vocabulary: Vocabulary | None = None) -> PublishedReport:
    """The report in `files`: content by name.

    Raises:
        DataError: with everything that is wrong in any of them.
    """
    vocabulary = vocabulary or Vocabulary.of(load_catalogue())
    found = {name: Findings(name) for name in files}
    parts = [read_rows(content, vocabulary, found[name]) for name, content in files.items()]
    _refuse(found)
    rows = pd.concat([part for part in parts if part is not None], ignore_index=True)
    check_report(rows, vocabulary, found)
    _refuse(found)
    return _report(rows, files, found)


def _files_in(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise DataError(f"{path}: no such file or folder")
    inside = sorted(each for each in path.iterdir() if each.suffix.casefold() in _SUFFIXES)
    if not inside:
        raise DataError(f"{path}: no file of a report in this folder ({', '.join(_SUFFIXES)})")
    return inside


def _refuse(found: Mapping[str, Findings]) -> None:
    for findings in found.values():
        findings.problems.sort(key=lambda problem: problem.line or 0)
    told = [line for findings in found.values() for line in findings.told()]
    if told:
        total = sum(findings.total for findings in found.values())
        raise DataError("\n".join([*told, f"{total} problem(s) in {', '.join(found)}"]))


def _report(rows: pd.DataFrame, files: Mapping[str, bytes], found: Mapping[str, Findings]) -> PublishedReport:
    claims = rows["statement"] != ""
    years = rows["year"].dropna()
    named = rows.loc[[_is_municipality(each) for each in rows["entity"]], "entity"]
    return PublishedReport(
        name=str(rows["report"].iloc[0]),
        year=int(years.max()),
        figures=rows.loc[~claims, FIGURE_COLUMNS].astype({"year": "int64"}).reset_index(drop=True),
        statements=rows.loc[claims, STATEMENT_COLUMNS].reset_index(drop=True),
        municipality=str(named.value_counts().index[0]) if len(named) else "",
        sha256=hashlib.sha256(b"\0".join(files.values())).hexdigest(),
        warnings=tuple(w.text(name) for name, findings in found.items() for w in findings.warnings),
    )


def _is_municipality(entity: str) -> bool:
    return entity.islower() and network_of(entity) is None
