"""The published reports that come with the catalogue, one folder each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from assets.catalogue.loader import DEFAULT_FOLDER
from assets.quality.reconciliation.report import PublishedReport, read_report

PUBLISHED = DEFAULT_FOLDER / "published"


@cache
def shipped_reports(folder: Path = PUBLISHED) -> Mapping[int, tuple[PublishedReport, ...]]:
    """The reports in `folder` by the newest accounting year they report on.

    Raises:
        DataError: with everything that is wrong in any of them.
    """
    found: dict[int, tuple[PublishedReport, ...]] = {}
    for inside in sorted(path for path in folder.iterdir() if path.is_dir()):
        report = read_report(inside)
        found[report.year] = (*found.get(report.year, ()), report)
    return found
