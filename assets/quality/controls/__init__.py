"""Controls of the domain: what must hold of the figures, and what to look at where it does not.

`control` what a control is · `accounts` expense concepts and groups of functions · `tables` tables that
repeat figures or imply populations · `published` populations implied by published figures · `members`
networks · `relations` indicators against each other · `own` ledger and efficiency · `suppression` what must
not be told.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from assets.catalogue.report_rules import FOLDER, RULES_FILE
from assets.quality.controls import accounts, members, own, published, relations, suppression, tables
from assets.quality.controls.control import OWN, Control, Finding, Frames, own_name
from assets.quality.outcomes import Outcome
from schemas.catalogue import Catalogue

__all__ = [
    "CONTROLS",
    "Control",
    "Finding",
    "Frames",
    "controlled",
    "controls_sha256",
    "outcomes_of_controls",
    "told_elsewhere",
]

CONTROLS: tuple[Control, ...] = (
    *accounts.CONTROLS,
    *tables.CONTROLS,
    *published.CONTROLS,
    *members.CONTROLS,
    *relations.CONTROLS,
    *own.CONTROLS,
    *suppression.CONTROLS,
)


def controlled(municipality: str) -> frozenset[str]:
    """The datasets the controls read, of the focal municipality `municipality` (a slug)."""
    needed = {name for control in CONTROLS for name in (*control.needs, *control.beside)}
    return frozenset(name.replace(OWN, municipality) for name in needed)


def told_elsewhere() -> frozenset[str]:
    """Ids of the controls whose findings a check of the dataset's own tells."""
    return frozenset(control.id for control in CONTROLS if control.told_by)


@cache
def controls_sha256() -> str:
    """Hash of how the controls judge: their source, and the relations they hold indicators against."""
    digest = hashlib.sha256()
    for path in [*sorted(Path(__file__).parent.glob("*.py")), FOLDER / RULES_FILE]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def outcomes_of_controls(frames: Frames, catalogue: Catalogue, year: int) -> list[Outcome]:
    """Stored rows of a year, held against every control whose datasets are there.

    Args:
        frames: rows of `year`, and of datasets without years, by dataset; what nobody has made is absent.
        catalogue: the checked catalogue.
        year: the accounting year.
    """
    found: list[Outcome] = []
    for control in CONTROLS:
        names = [own_name(name, frames) for name in (control.dataset, *control.needs)]
        dataset = names[0]
        if dataset is not None and all(name is not None for name in names):
            finding = control.check(frames, catalogue, year)
            found.append(
                Outcome(
                    year=year,
                    dataset=dataset,
                    suite="controls",
                    expectation=control.id,
                    title=control.title,
                    severity=control.severity,
                    success=finding.success,
                    observed=finding.observed,
                    advice=control.advice,
                    examples=finding.examples,
                )
            )
    return found
