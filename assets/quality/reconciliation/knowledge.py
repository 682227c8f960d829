"""What the rules know beside the report: the catalogue, the rules' parameters, and what is computed."""

from __future__ import annotations

from dataclasses import dataclass

from assets.catalogue.report_rules import load_report_rules
from assets.quality.reconciliation.computed import Computed
from schemas.catalogue import Catalogue
from schemas.catalogue.published import ReportRules


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The catalogue, the parameters of the rules, and the computed figures where there are any."""

    catalogue: Catalogue
    rules: ReportRules
    computed: Computed | None = None

    @classmethod
    def of(cls, catalogue: Catalogue, computed: Computed | None = None) -> Knowledge:
        """With the project's own rules.

        Raises:
            CatalogueError: the rules name what the catalogue does not have.
        """
        return cls(catalogue, load_report_rules(catalogue), computed)
