"""The imported ledgers, account files and hierarchy of one source, and what they hold by year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from assets.errors import DataError
from assets.ledger.account_file import AccountFile, read_account_file
from assets.ledger.entries import account_records, ledger_entries
from assets.ledger.hierarchy import Hierarchy, read_hierarchy
from assets.ledger.ledger_file import LedgerFile, read_ledger
from pipelines.known import known_to
from pipelines.settings import Settings
from pipelines.storage.imports import Imported, Imports
from schemas.catalogue import Catalogue
from schemas.ledger_layout import LedgerLayout

HIERARCHY = "hierarchy"
#: Fact of an import: whose ledger it is.
MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class FromFiles:
    """Rows of one dataset and year, and the files they come from (name → start of the hash)."""

    frame: pd.DataFrame
    inputs: Mapping[str, str]


class LedgerFiles:
    """Reads what was imported of the focal municipality; a file of several years is read once.

    `hand_in` is called before the first look, for a source that brings a ledger of its own.
    """

    def __init__(self, settings: Settings, hand_in: Callable[[], None] = lambda: None) -> None:
        self._imports = Imports(settings.ledger)
        self._known = known_to(settings)
        self._hand_in = hand_in
        self._handed_in = False
        self._municipality = settings.municipality
        self._source = "sample" if settings.source == "sample" else "ledger"
        self._ledgers: dict[tuple[str, str], LedgerFile] = {}

    def years(self) -> set[int]:
        """The years a ledger is held for."""
        return {int(slot.split()[1]) for slot in self._current() if slot.startswith("ledger ")}

    def account_years(self) -> set[int]:
        """The years an account file is held for."""
        return {int(slot.split()[1]) for slot in self._current() if slot.startswith("account ")}

    def hierarchy(self) -> tuple[Imported, Hierarchy] | None:
        """The newest hierarchy, or None."""
        held = self._current().get(HIERARCHY)
        return (held, read_hierarchy(self._imports.content(held), held.name)) if held else None

    def entries(self, year: int, catalogue: Catalogue) -> FromFiles | None:
        """Rows of `ledger/entries` of one year, by the catalogue; None when no ledger is held for it."""
        held = self._current().get(ledger_slot(year))
        if held is None:
            return None
        placed = self.hierarchy()
        ledger = self._ledger(held, placed)
        rows = ledger.entries[ledger.entries["year"] == year].reset_index(drop=True)
        frame = ledger_entries(rows, catalogue, year, held.sha256, self._source)
        inputs = {f"ledger {year}": held.sha256[:12]}
        return FromFiles(frame, inputs | ({HIERARCHY: placed[0].sha256[:12]} if placed else {}))

    def account_records(self, year: int) -> FromFiles | None:
        """Rows of `ledger/account_records` of one year; None when no account file is held for it."""
        files = self.accounts(year)
        if not files:
            return None
        frames = [account_records(file.records, held.sha256, self._source) for held, file in files]
        inputs = {slot: held.sha256[:12] for held, _ in files for slot in held.slots}
        return FromFiles(pd.concat(frames, ignore_index=True), inputs)

    def accounts(self, year: int) -> list[tuple[Imported, AccountFile]]:
        """The current account files of a year."""
        chosen = [held for slot, held in self._current().items() if slot.startswith(f"account {year} ")]
        return [(held, self._account(held)) for held in chosen]

    def _current(self) -> dict[str, Imported]:
        """What counts, without the ledgers of other municipalities."""
        if not self._handed_in:
            self._handed_in = True
            self._hand_in()
        current, own = self._imports.current(self._known.counts), self._municipality
        return {slot: held for slot, held in current.items() if held.facts.get(MUNICIPALITY, own) == own}

    def _account(self, held: Imported) -> AccountFile:
        content = self._imports.content(held)
        file = read_account_file(content, held.name, sum_duplicates=bool(held.facts.get("sum_duplicates")))
        file.findings.refuse()
        return file

    def _ledger(self, held: Imported, placed: tuple[Imported, Hierarchy] | None) -> LedgerFile:
        key = (held.sha256, placed[0].sha256 if placed else "")
        if key not in self._ledgers:
            layout = LedgerLayout.model_validate(held.facts.get("layout", {}))
            ledger = read_ledger(
                self._imports.content(held), held.name, layout, hierarchy=placed[1] if placed else None
            )
            ledger.findings.refuse()
            if "director_area" not in ledger.entries:
                raise DataError(f"{held.name}: no hierarchy is imported; import the ledger with --hierarchy")
            self._ledgers = {key: ledger}
        return self._ledgers[key]


def ledger_slot(year: int) -> str:
    """The slot of a ledger of one year."""
    return f"ledger {year}"


def account_slot(file: AccountFile) -> str:
    """The slot of an account file: year, form, quarter, region and unit."""
    first = file.records.iloc[0]
    quarter = f"Q{first['quarter']}" if first["quarter"] else "year"
    return (
        f"account {first['year']} {first['form']} {quarter} {first['region']} {first['organisation']}".strip()
    )
