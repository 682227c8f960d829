"""The published reports that come with the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from assets.quality.reconciliation.report import PublishedReport, report_of
from assets.quality.reconciliation.words import Vocabulary
from schemas.catalogue import Catalogue


def shipped_reports(catalogue: Catalogue) -> Mapping[int, tuple[PublishedReport, ...]]:
    """The reports by the newest accounting year they report on.

    Raises:
        DataError: with everything that is wrong in any of them.
    """
    found: dict[int, tuple[PublishedReport, ...]] = {}
    for files in catalogue.reports.values():
        report = report_of(files, Vocabulary.of(catalogue))
        found[report.year] = (*found.get(report.year, ()), report)
    return found
