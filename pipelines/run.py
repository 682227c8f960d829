"""The main job, in this process: refresh the sources, then recompute year by year."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime

import dagster as dg
import pandas as pd

from assets.catalogue.loader import load_catalogue
from assets.describe import key_of
from assets.quality.reconciliation.shipped import shipped_reports
from assets.statbank.definitions import NOT_BEFORE_TAG
from pipelines.connections import Connections
from pipelines.editions import Editions
from pipelines.graph import build_definitions
from pipelines.instance import open_instance
from pipelines.jobs import CHECKS, NIGHTLY
from pipelines.klass_editions import KlassEditions
from pipelines.known import known_to
from pipelines.ledger_files import LedgerFiles
from pipelines.listing import Listing
from pipelines.run_lock import Sources, differences, lock_of, replayed, selected_by, years_of, years_then
from pipelines.run_report import EXPECTATIONS_CHECK, Failure, Report, add_result, reached, write_report
from pipelines.running import marked_running
from pipelines.settings import Settings
from pipelines.storage.archive import Archive, ArchiveError
from pipelines.storage.files import sweep
from pipelines.storage.frames import as_frame
from pipelines.storage.imports import Imports
from pipelines.storage.io_manager import INVOCATION_TAG
from pipelines.storage.store import Store
from pipelines.years import REPORT_SPAN, YEARS, UsageError, shown_years
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import datasets_of

#: Called with a line for people.
Say = Callable[[str], None]

_RECONCILIATION = "quality/reconciliation"
#: What tells of all that is stored of a year, whether or not all of it could be made.
_EXPECTATIONS = key_of("quality/expectations")
_LOOKING_BACK = {key_of("quality/revisions"), _EXPECTATIONS}
_SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class UnknownSelectionError(UsageError):
    """`--select` names something that is not a dataset."""


def run_pipeline(
    settings: Settings,
    years: Sequence[int] | None,
    select: Sequence[str] = (),
    say: Say = lambda _: None,
    connections: Connections | None = None,
    instance: dg.DagsterInstance | None = None,
    catalogue: Catalogue | None = None,
) -> Report:
    """Refresh what changed at the sources, recompute `years`, store what differs.

    Args:
        settings: where from and where to.
        years: accounting years; None for every year SSB's accounts and population tables both offer.
        select: datasets to make, `+name` with everything upstream, `name+` with everything downstream;
            all datasets when empty.
        say: told the progress, a line at a time.
        connections: lines to the outside; made from the settings by default.
        instance: where Dagster keeps the history; the source's own by default.
        catalogue: what to ask for and compute; the project's own by default.

    With a lock in the settings years and selection are the lock's, and what is made must be what it made.

    Raises:
        ArchiveError: when anything in the archive is damaged; nothing is computed then.
        LockError: when the lock cannot be replayed here.
    """
    catalogue = catalogue or load_catalogue()
    settings = replayed(settings, settings.lock, catalogue) if settings.lock else settings
    verify_archive(settings)
    with closing(connections or Connections(settings)) as connected:
        invocation = _Run(settings, connected, select, say, catalogue)
        with marked_running(settings, invocation.name):
            if instance is not None:
                return invocation.go(years, instance)
            with open_instance(settings) as own:
                return invocation.go(years, own)


def verify_archive(settings: Settings) -> None:
    """Read the whole archive, and every imported file, before anything is built on them.

    Raises:
        ArchiveError: naming every damaged file.
    """
    sweep(settings.archive)
    damage = Archive(settings.archive).verify()
    for folder in (settings.ledger, settings.register):
        damage += Imports(folder).verify()
    if damage:
        raise ArchiveError("\n".join(damage))


class _Run:
    """One invocation: the graph, the instance, and the report it fills."""

    def __init__(
        self,
        settings: Settings,
        connections: Connections,
        select: Sequence[str],
        say: Say,
        catalogue: Catalogue,
    ) -> None:
        started = datetime.now(UTC)
        self._settings = settings
        self._say = say
        self._catalogue = catalogue
        definitions = build_definitions(settings, connections, self._catalogue)
        self._definitions = definitions
        self._graph = definitions.resolve_asset_graph()
        self._checks = {key for key in self._graph.asset_check_keys if key.name != EXPECTATIONS_CHECK}
        self._known = known_to(settings)
        self._select = selected_by(self._known.lock) if self._known.lock else list(select)
        self._wanted = _selected(self._graph, self._select)
        self._editions: Editions = (definitions.resources or {})["editions"]
        self._klass: KlassEditions = (definitions.resources or {})["klass"]
        self._ledger: LedgerFiles = (definitions.resources or {})["ledger"]
        self._published = shipped_reports(self._catalogue)
        self._profile = f"{settings.municipality}/service_profile"
        self._datasets = datasets_of(self._catalogue, settings.municipality)
        self._store = Store(settings.warehouse)
        invocation = f"{started:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
        self._report = Report(invocation, started.isoformat(timespec="seconds"), settings.source)
        self._tags = {INVOCATION_TAG: invocation, NOT_BEFORE_TAG: started.isoformat()}

    @property
    def name(self) -> str:
        """What the invocation is called in the report and in every commit."""
        return self._report.invocation

    def go(self, years: Sequence[int] | None, instance: dg.DagsterInstance) -> Report:
        """Refresh, recompute, report."""
        self._say(f"sources: asking what has changed ({self._settings.source})")
        self._execute(instance, self._of_kind(partitioned=False), None)
        chosen = self._years(years)
        for position, year in enumerate(chosen, start=1):
            self._say(f"{year}: computing ({position} of {len(chosen)})")
            self._execute(instance, self._of_kind(partitioned=True) - self._not_in_use(year), year)
        for year in self._later_reports(chosen):
            self._say(f"{year}: its report shows a recomputed year")
            shown = self._report_assets() - self._not_in_use(year)
            self._execute(instance, shown | (self._wanted & _LOOKING_BACK), year)
        if any(name.startswith(f"{_EXPECTATIONS.to_user_string()} ") for name in self._report.written):
            self._run_job(CHECKS, instance, [], None)
        self._report.years = list(chosen)
        self._record()
        return self._report

    def _record(self) -> None:
        """Hold a replay against its lock; write the report, and the lock of what was used and made."""
        if self._known.lock is not None:
            self._report.replay_of = self._known.lock.invocation
            differing = differences(self._known.lock, self._store)
            self._report.failures += [Failure(*told) for told in differing]
        sources = Sources(self._editions, self._klass, self._listed())
        lock = lock_of(self._settings, self._report, self._select, self._catalogue, sources, self._known)
        self._report.inputs = lock.inputs
        write_report(self._settings, self._report, lock)

    def _execute(self, instance: dg.DagsterInstance, keys: Iterable[dg.AssetKey], year: int | None) -> None:
        """Make `keys`. What looks back on the year is made even when something before it failed."""
        selection = set(keys)
        if year is not None:
            stopped = selection & self._below_failed()
            self._report.left_out += [f"{key.to_user_string()} {year}" for key in sorted(stopped)]
            selection -= stopped
        if not selection:
            return
        result = self._run_job(NIGHTLY, instance, sorted(selection), year)
        skipped = (_LOOKING_BACK & selection) - {key_of(name) for name in reached(result)}
        again = skipped if skipped < selection else set()
        add_result(self._report, result, sorted(selection - again), year)
        self._execute(instance, again, year)

    def _below_failed(self) -> set[dg.AssetKey]:
        """What is made of datasets without years that the run did not make; not what looks back on it all."""
        failed = {failure.dataset for failure in self._report.failures if failure.year is None}
        failed |= {name for name in self._report.left_out if " " not in name}
        below = dg.AssetSelection.assets(*map(key_of, sorted(failed))).downstream()
        return set(below.resolve(self._graph)) - _LOOKING_BACK

    def _run_job(
        self, job: str, instance: dg.DagsterInstance, keys: Sequence[dg.AssetKey], year: int | None
    ) -> dg.ExecuteInProcessResult:
        """Run a job, or the part of it that makes `keys`.

        The checks that show expectations are made once, when all years are judged.
        """
        whole = self._definitions.resolve_job_def(job)
        checks = {check for check in self._checks if check.asset_key in keys}
        wanted = whole.get_subset(asset_selection=set(keys), asset_check_selection=checks) if keys else whole
        return wanted.execute_in_process(
            instance=instance,
            partition_key=None if year is None else str(year),
            tags=self._tags,
            run_config=_SILENT,
            raise_on_error=False,
        )

    def _of_kind(self, *, partitioned: bool) -> set[dg.AssetKey]:
        return {key for key in self._wanted if self._graph.get(key).is_partitioned == partitioned}

    def _not_in_use(self, year: int) -> set[dg.AssetKey]:
        """What there is nothing to make of in `year`.

        Tables the catalogue does not use; a ledger nobody imported, and what is made of it; the
        reconciliation of a report nobody published.
        """
        unused = {key_of(f"statbank/t{t.id}") for t in self._catalogue.tables.values() if not t.covers(year)}
        if year not in self._ledger.account_years():
            unused.add(key_of("ledger/account_records"))
        if year not in self._published:
            unused.add(key_of(_RECONCILIATION))
        if year not in self._ledger.years():
            made_of_it = dg.AssetSelection.assets(key_of("ledger/entries")).downstream().resolve(self._graph)
            # What is known of all datasets is made of those there are.
            unused |= {key for key in made_of_it if key.path[0] != "quality"}
        return unused

    def _report_assets(self) -> set[dg.AssetKey]:
        """What shows several years: a correction of an old one is in it too."""
        return self._wanted & {key_of(name) for name in (self._profile, _RECONCILIATION)}

    def _years(self, asked: Sequence[int] | None) -> Sequence[int]:
        """The years asked for, or those the main tables offer; years nobody offers are said, not guessed."""
        if self._known.lock is not None:
            return years_of(self._known.lock)
        asked = years_then(self._known, Store(self._settings.main_warehouse), asked)
        if asked is not None or self._report.failures:
            return asked or []
        codes = self._read("klass/municipalities")["code"].unique()
        offered = self._editions.offered_years(self._catalogue, self._listed(), sorted(codes))
        left_out = sorted(set(YEARS) - set(offered))
        if left_out:
            self._say(f"SSB's tables do not offer {shown_years(left_out)}: left out")
        return offered

    def _listed(self) -> Listing:
        """What SSB lists, as stored."""
        if not self._store.holds("statbank/updates"):
            return Listing({}, datetime.now(UTC))
        return Listing.from_frame(self._read("statbank/updates"))

    def _read(self, dataset: str) -> pd.DataFrame:
        contract = self._datasets[dataset]
        return as_frame(contract, self._store.read(contract))

    def _later_reports(self, chosen: Sequence[int]) -> list[int]:
        """Report years beyond `chosen` that are held already and show a year in it."""
        later: set[int] = set()
        made = self._report.made(self._profile)
        for dataset, span in ((self._profile, REPORT_SPAN), (_RECONCILIATION, len(YEARS))):
            if key_of(dataset) in self._wanted:
                shown = {year + after for year in made for after in range(1, span)}
                later |= shown & set(self._store.years(dataset))
        return sorted(later - set(chosen))


def _selected(graph: dg.AssetGraph, select: Sequence[str]) -> set[dg.AssetKey]:
    """Asset keys of `--select`; everything when nothing is selected."""
    known = {key.to_user_string() for key in graph.get_all_asset_keys()}
    if not select:
        return set(graph.get_all_asset_keys())
    chosen: set[dg.AssetKey] = set()
    for name in select:
        bare = name.strip("+")
        if bare not in known:
            raise UnknownSelectionError(
                f"--select {name}: no dataset is called {bare!r}; there are {', '.join(sorted(known))}"
            )
        own = dg.AssetSelection.assets(key_of(bare))
        chosen |= own.resolve(graph)
        chosen |= own.upstream().resolve(graph) if name.startswith("+") else set()
        chosen |= own.downstream().resolve(graph) if name.endswith("+") else set()
    return chosen
