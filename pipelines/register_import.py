"""From a register file somebody hands in to an import, or to everything that is wrong with it."""

from __future__ import annotations

import datetime
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from assets.register.figures import KEY, differing, refuse_differing
from assets.register.order import check_order
from assets.register.register_file import read_register
from assets.tabular.problems import Findings
from pipelines.register_files import KIND, RegisterFiles, slots_of
from pipelines.settings import Settings
from pipelines.storage.archive import sha256_of
from pipelines.storage.frames import as_frame
from pipelines.storage.imports import Imported, Imports, bytes_of
from pipelines.storage.store import Store
from schemas.catalogue import Catalogue
from schemas.klass import MUNICIPALITIES

#: Recorded where another file gave the very same figures.
_EQUAL = "the same figures"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in a file, and what became of it.

    `figures` are its rows, `changed` those held with another value (with `value_held`, `status_held`,
    `file_name_held`), `new` how many were not held. `imported` is None when nothing was imported.
    """

    findings: Findings
    figures: pd.DataFrame
    changed: pd.DataFrame
    new: int
    imported: Imported | None = None
    written: bool = False


def import_register(
    path: Path, settings: Settings, catalogue: Catalogue, reason: str | None, *, only_check: bool = False
) -> Outcome:
    """Import a register file when all is right with it and no held figure changes without a `reason`.

    With `only_check` nothing is written.
    """
    imports = Imports(settings.register)
    content = bytes_of(path)
    with nullcontext() if only_check else imports.locked():
        outcome = _examine(path.name, content, settings, catalogue, reason)
        if outcome.findings.counts or only_check:
            return outcome
        imported, written = _keep(imports, path.name, content, outcome, reason)
        return replace(outcome, imported=imported, written=written)


def _examine(
    name: str, content: bytes, settings: Settings, catalogue: Catalogue, reason: str | None
) -> Outcome:
    """Read the file and hold it against what is held already."""
    files = RegisterFiles(settings, catalogue)
    municipalities = stored_municipalities(settings)
    vocabulary = replace(files.vocabulary(municipalities), today=datetime.datetime.now(datetime.UTC).date())
    file = read_register(content, name, vocabulary)
    held = files.current(files.held(municipalities))
    if file.findings.counts:
        return Outcome(file.findings, file.figures, held.head(0), 0)
    check_order(file.figures, held, catalogue.indicators, catalogue.networks, file.findings)
    changed = differing(file.figures, held)
    if not reason:
        refuse_differing(changed, file.findings)
    for row in file.figures[file.figures["suppression_reason"].notna()].itertuples(index=False):
        text = f"suppressed: {row.suppression_reason}"
        file.findings.warn("suppressed", text, line=int(str(row.line)), column="value")
    known = len(file.figures.merge(held[KEY], on=KEY))
    return Outcome(file.findings, file.figures, changed, len(file.figures) - known)


def _keep(
    imports: Imports, name: str, content: bytes, outcome: Outcome, reason: str | None
) -> tuple[Imported, bool]:
    """Add the file to the imports, unless it is the current one of all its figures."""
    slots, current, sha256 = slots_of(outcome.figures), imports.current(), sha256_of(content)
    holders = [current.get(slot) for slot in slots]
    if holders[0] is not None and all(each is not None and each.sha256 == sha256 for each in holders):
        return holders[0], False
    facts = {"replaces": reason} if len(outcome.changed) else {}
    return imports.add(content, name, KIND, slots, facts, reason or _EQUAL)


def stored_municipalities(settings: Settings) -> pd.DataFrame | None:
    """`klass/municipalities` as stored in the home; None before the first run."""
    store = Store(settings.warehouse)
    if not store.holds(MUNICIPALITIES.dataset):
        return None
    return as_frame(MUNICIPALITIES, store.read(MUNICIPALITIES))
