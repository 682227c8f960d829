"""From a file somebody hands in to an import, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from assets.ledger.account_file import AccountFile, read_account_file
from assets.ledger.concepts import concepts
from assets.ledger.control import check_scale, control_of_accounts, control_of_records
from assets.ledger.hierarchy import Hierarchy, read_hierarchy
from assets.ledger.layout import FILE_NAME, load_layout
from assets.ledger.ledger_file import LedgerFile, read_ledger
from assets.ledger.read import FileKind, kind_of
from assets.tabular.problems import Findings
from pipelines.ledger_files import HIERARCHY, MUNICIPALITY, LedgerFiles, account_slot, ledger_slot
from pipelines.settings import Settings
from pipelines.storage.frames import as_frame
from pipelines.storage.imports import Imported, Imports, bytes_of
from pipelines.storage.store import Store
from pipelines.years import FIRST_YEAR, LAST_YEAR, YEARS
from schemas.kostra import ACCOUNTS
from schemas.ledger_layout import LedgerLayout


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller says about a file; everything may be left out.

    `years` are the accounting years the file may have. `control` is a KOSTRA account file to hold a ledger
    against. A file that stands `alone` is held against nothing that is stored.
    """

    kind: FileKind | None = None
    layout: Path | None = None
    hierarchy: Path | None = None
    control: Path | None = None
    years: Sequence[int] | None = None
    sum_duplicates: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that was read and checked; use `posts` and import it only when `findings` has no problems.

    `posts` are operating posts with `year`, `function`, `art`, `amount`; `per_thousand` of them is NOK
    thousand. `slots` is what the file stands for, `facts` how it is read again, `hierarchy` the hierarchy
    that came with it (name and content).
    """

    kind: FileKind
    content: bytes
    findings: Findings
    posts: pd.DataFrame
    rows: int
    years: tuple[int, ...]
    per_thousand: float
    slots: tuple[str, ...]
    facts: dict[str, Any]
    hierarchy: tuple[str, bytes] | None = None


def examine(path: Path, settings: Settings, options: Options) -> Examined:
    """Read a file and check it against everything that is known in the home; nothing is written."""
    content = bytes_of(path)
    if (options.kind or kind_of(content, path.name)) == "account":
        return _examine_account(path, content, settings, options)
    return _examine_ledger(path, content, settings, options)


def import_file(
    path: Path, settings: Settings, options: Options, reason: str | None
) -> tuple[Examined, Imported | None, bool]:
    """Import a file when all is right with it.

    Returns:
        What was found; the import, or None when there are problems; and whether anything was written.

    Raises:
        ImportRefusedError: another file is held for one of its years and there is no `reason`.
    """
    imports = Imports(settings.ledger)
    examined = examine(path, settings, options)
    _check_importable(examined)
    if examined.findings.counts:
        return examined, None, False
    with imports.locked():
        imported, written = imports.add(
            examined.content, path.name, examined.kind, examined.slots, examined.facts, reason
        )
        if examined.hierarchy is not None:
            name, content = examined.hierarchy
            _, placed = imports.add(content, name, HIERARCHY, [HIERARCHY], {}, f"came with {path.name}")
            written = written or placed
    return examined, imported, written


def _check_importable(examined: Examined) -> None:
    """What a check lets pass and an import must have."""
    findings = examined.findings
    outside = [year for year in examined.years if year not in YEARS]
    if outside:
        allowed = f"an accounting year of the pipeline, {FIRST_YEAR}-{LAST_YEAR}"
        findings.problem("year", allowed, column="year", value=", ".join(map(str, outside)))
    if examined.kind == "ledger" and not findings.counts and "director_area" not in examined.posts:
        findings.problem("hierarchy", "the responsibility hierarchy: give it with --hierarchy FILE")


def _examine_account(path: Path, content: bytes, settings: Settings, options: Options) -> Examined:
    file = read_account_file(content, path.name, years=options.years, sum_duplicates=options.sum_duplicates)
    right = not file.findings.counts
    if right and not options.alone:
        _check_account_scale(file, settings)
    return Examined(
        kind="account",
        content=content,
        findings=file.findings,
        posts=file.operating if len(file.records) else file.records,
        rows=len(file.records),
        years=file.years,
        per_thousand=1,
        slots=(account_slot(file),) if right else (),
        facts={"sum_duplicates": options.sum_duplicates},
    )


def _examine_ledger(path: Path, content: bytes, settings: Settings, options: Options) -> Examined:
    layout, folder = _layout(path, settings, options)
    given = _given_hierarchy(layout, folder, options)
    hierarchy = read_hierarchy(given[1], given[0]) if given else None
    if hierarchy is None and not options.alone:
        hierarchy = _imported_hierarchy(settings)
    ledger = read_ledger(content, path.name, layout, hierarchy=hierarchy, years=options.years)
    if not ledger.findings.counts and not options.alone:
        _check_ledger_scale(ledger, settings, options)
        if "director_area" not in ledger.entries:
            ledger.findings.warn("hierarchy", "no hierarchy is known: responsibility centres are not checked")
    return Examined(
        kind="ledger",
        content=content,
        findings=ledger.findings,
        posts=ledger.entries,
        rows=len(ledger.entries),
        years=ledger.years,
        per_thousand=1000,
        slots=tuple(ledger_slot(year) for year in ledger.years),
        facts={
            "layout": layout.model_dump(mode="json", exclude_defaults=True),
            MUNICIPALITY: settings.municipality,
        },
        hierarchy=given,
    )


def _layout(path: Path, settings: Settings, options: Options) -> tuple[LedgerLayout, Path]:
    """The layout that was given, the one beside the file, or the home's; the defaults without any."""
    beside = [path.parent / FILE_NAME, settings.home / FILE_NAME]
    found = options.layout or next((each for each in beside if each.is_file()), None)
    layout = load_layout(found) if found else LedgerLayout()
    if options.sum_duplicates:
        layout = layout.model_copy(update={"duplicates": "sum"})
    return layout, (found or path).parent


def _given_hierarchy(layout: LedgerLayout, folder: Path, options: Options) -> tuple[str, bytes] | None:
    path = options.hierarchy or (folder / layout.hierarchy if layout.hierarchy else None)
    return (path.name, bytes_of(path)) if path else None


def _imported_hierarchy(settings: Settings) -> Hierarchy | None:
    held = LedgerFiles(settings).hierarchy()
    return held[1] if held else None


def _check_account_scale(file: AccountFile, settings: Settings) -> None:
    [year] = file.years
    control = _stored_control(settings, year)
    if control is not None and not int(file.records["quarter"].iloc[0]):
        own = control_of_records(file.operating, year)
        check_scale(own, control, year, "NOK thousand", "the municipality's accounts at SSB", file.findings)


def _check_ledger_scale(ledger: LedgerFile, settings: Settings, options: Options) -> None:
    """Each year against the control file, an imported account file, or SSB's accounts in the home."""
    given = _given_control(options)
    for year in ledger.years:
        found = _control(year, given, settings)
        if found is None:
            ledger.findings.warn("control_total", f"no control total of {year}: the unit is not checked")
            continue
        control, source = found
        own = concepts(ledger.entries, year).set_index("function")["gross"] / 1000
        check_scale(own, control, year, "NOK", source, ledger.findings)


def _given_control(options: Options) -> AccountFile | None:
    if options.control is None:
        return None
    file = read_account_file(bytes_of(options.control), options.control.name, sum_duplicates=True)
    file.findings.refuse()
    return file


def _control(year: int, given: AccountFile | None, settings: Settings) -> tuple[pd.Series, str] | None:
    if given is not None and year in given.years:
        return control_of_records(given.operating, year), given.findings.file
    for held, file in LedgerFiles(settings).accounts(year):
        if file.records["form"].iloc[0] == "0A":
            return control_of_records(file.operating, year), held.name
    stored = _stored_control(settings, year)
    return None if stored is None else (stored, "the municipality's accounts at SSB")


def _stored_control(settings: Settings, year: int) -> pd.Series | None:
    """Gross expenditure of the focal municipality as stored in the home; None when it is not."""
    store = Store(settings.warehouse)
    if year not in store.years(ACCOUNTS.dataset):
        return None
    accounts = as_frame(ACCOUNTS, store.read(ACCOUNTS, [year]))
    control = control_of_accounts(accounts, settings.municipality)
    return control if len(control) else None
