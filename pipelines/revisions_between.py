"""What SSB revised between any two editions or dates: from the archive, whatever the store has seen."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import pandas as pd

from assets.errors import DataError
from assets.quality.revisions.feeds import fed_by, feeds
from assets.quality.revisions.figures import changed_cells
from assets.quality.revisions.net import net_effects
from assets.quality.revisions.rows import Words, cell_rows, no_rows
from assets.statbank.resolve import ResolveError
from pipelines.archived import ArchivedEditions, TableEdition, vintage_of
from pipelines.known import Known
from pipelines.storage.archive import Archive, Snapshot
from pipelines.stored import Stored
from pipelines.years import UsageError
from schemas.catalogue import Table
from schemas.nearest import nearest_text

log = logging.getLogger(__name__)

REVISIONS = "quality/revisions"
#: What names municipalities and codes.
_NAMING = ("klass/municipalities", "statbank/metadata")
_VINTAGE = re.compile(r"(\d{5})@\S+")


@dataclass(frozen=True, slots=True)
class Span:
    """Two editions of one table, the one to start from first."""

    entry: Table
    old: Snapshot
    new: Snapshot

    def holds(self, edition: str) -> bool:
        """Whether an edition of the table was published after the first and no later than the second.

        Figures that SSB changed without a new date are told apart by the edition itself.
        """
        table, _, rest = edition.partition("@")
        updated = rest.partition("#")[0]
        first, last = self.old.facts["updated"], self.new.facts["updated"]
        at_once = first == last and edition == vintage_of(self.entry.id, self.new)
        return table == self.entry.id and (first < updated <= last or at_once)


def revisions_between(
    stored: Stored, first: str, last: str, years: Sequence[int] | None, table: str | None
) -> pd.DataFrame:
    """The revisions from one edition or date to another, as rows of `quality/revisions` without `revision`.

    Cells are compared as archived. What they moved is the net of what the store has recorded in between.

    Args:
        stored: the warehouse, for names, metadata and recorded effects.
        first: a vintage (`12367@…`, or the start of one), or a date: what was published by then.
        last: another vintage of the same table, or a later date.
        years: accounting years; all by default.
        table: SSB table id; all by default, or the vintages' own.

    Raises:
        UsageError: neither vintages of one table nor dates.
        DataError: an edition is not in the archive, or cannot be read by today's catalogue.
    """
    spans = list(_spans(stored, first, last, table))
    frames = [*_cells(stored, spans, years), *_effects(stored, spans, years)]
    every = pd.concat(frames, ignore_index=True) if frames else no_rows()
    return every.drop(columns="revision")


def _spans(stored: Stored, first: str, last: str, table: str | None) -> Iterator[Span]:
    archived = ArchivedEditions(Archive(stored.settings.archive), stored.settings.source)
    vintages = [_VINTAGE.fullmatch(text) for text in (first, last)]
    tables = {found[1] for found in vintages if found}
    if any(vintages) and (not all(vintages) or len(tables | ({table} if table else set())) > 1):
        raise UsageError("--from and --to take two vintages of one table, or two dates")
    for entry in _entries(stored, table or next(iter(tables), None)):
        known = archived.all(entry.id)
        if tables:
            ends = [_named(entry.id, text, known) for text in (first, last)]
        else:
            days = [_day(text) for text in (first, last)]
            found = [Known(published_by=day).edition(entry.id, known) for day in days]
            ends = [snapshot for snapshot in found if snapshot is not None]
        if len(ends) == 2 and ends[0].sha256 != ends[1].sha256:
            yield Span(entry, ends[0], ends[1])


def _entries(stored: Stored, table: str | None) -> list[Table]:
    tables = stored.catalogue.tables
    if table is not None and table not in tables:
        raise UsageError(f"the catalogue has no table {table!r}; {nearest_text(table, tables)}")
    return [tables[table]] if table else list(tables.values())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is neither a date (2025-04-01) nor a vintage (12367@…)") from error


def _named(table: str, vintage_id: str, known: Sequence[Snapshot]) -> Snapshot:
    found = [s for s in known if vintage_of(table, s).startswith(vintage_id)]
    if len(found) != 1:
        held = "; ".join(vintage_of(table, s) for s in known) or "none"
        amiss = "several archived editions" if found else "no archived edition"
        raise DataError(f"{amiss} of table {table} named {vintage_id}; the archive holds {held}")
    return found[0]


def _cells(stored: Stored, spans: Sequence[Span], years: Sequence[int] | None) -> Iterator[pd.DataFrame]:
    """Changed cells as rows, by table and year; what is new in the later edition revises nothing."""
    if not spans:
        return
    archived = ArchivedEditions(Archive(stored.settings.archive), stored.settings.source)
    municipalities, recorded = (stored.rows(name) for name in _NAMING)
    codes = sorted(municipalities["code"].astype("str").unique())
    for span in spans:
        old, new = (_read(archived, span.entry, snapshot, codes) for snapshot in (span.old, span.new))
        offered = partial(_offered, archived, span, codes)
        for year in sorted(old.by_year.keys() & new.by_year.keys()):
            if years is not None and year not in years:
                continue
            cells = changed_cells(old.by_year[year], new.by_year[year], span.entry.roles, offered)
            if len(cells):
                fed = fed_by(cells, span.entry.id, feeds(stored.catalogue, year, recorded))
                words = Words(year, municipalities, recorded, stored.catalogue)
                yield cell_rows(cells, span.entry.id, year, 2, fed, words)


def _read(archived: ArchivedEditions, entry: Table, snapshot: Snapshot, codes: Sequence[str]) -> TableEdition:
    try:
        return archived.table(entry, snapshot, codes)
    except DataError as error:
        raise DataError(
            f"the edition {vintage_of(entry.id, snapshot)} cannot be read by today's catalogue: {error}"
        ) from error


def _offered(
    archived: ArchivedEditions, span: Span, codes: Sequence[str], vintage_id: str
) -> Mapping[str, Collection[str]]:
    """Role → the codes SSB offered in one of the two editions."""
    edition = span.old if vintage_of(span.entry.id, span.old) == vintage_id else span.new
    try:
        return archived.offered(span.entry, edition, codes)
    except ResolveError as error:
        log.warning("%s", error)
        return {}


def _effects(stored: Stored, spans: Sequence[Span], years: Sequence[int] | None) -> Iterator[pd.DataFrame]:
    """What the store has recorded as moved by editions within the spans, first to last."""
    held = [year for year in stored.years(REVISIONS) if years is None or year in years]
    if not held or not spans:
        return
    recorded = stored.rows(REVISIONS, *held)
    rows = recorded[(recorded["level"] != "cell").to_numpy()]
    within = [
        any(span.holds(edition) for span in spans for edition in text.split(" + "))
        for text in rows["new_vintage"].astype("str")
    ]
    decimals = {name: entry.decimals for name, entry in stored.catalogue.indicators.items()}
    yield net_effects(rows[pd.array(within, dtype="bool")], decimals)
