"""One step for all tables of `kostra/service_statistics`: fetch them, publish each, gather their measures.

Dagster skips whatever is downstream of an asset that fails. Here one failing table must not take the others
with it, so the tables and what is gathered from them are outputs of one step: a table that cannot be used is
not published (its last good version stays), its measures become rows that say why, and the check `sources`
fails and names it. The step goes on. It also costs one step's overhead instead of twenty.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

import dagster as dg
import pandas as pd

from assets.describe import key_of, output, upstream
from assets.errors import DataError
from assets.kostra.population import population
from assets.kostra.statistics.crosschecks import (
    accounts_differences,
    population_differences,
    price_difference,
)
from assets.kostra.statistics.measures import HeldTable, service_statistics
from assets.publish import publish
from assets.statbank.definitions import POOL, about_table, known_codes, publish_table
from assets.statbank.resolve import ResolvedTable
from pipelines.editions import Editions
from pipelines.gate import Gate
from pipelines.listing import Listing, UnlistedTableError
from pipelines.partitions import ACCOUNTING_YEARS
from pipelines.run_report import SOURCES_CHECK
from pipelines.statbank.errors import LimiterError, StatbankError, UnsettledFiguresError
from pipelines.storage.io_manager import Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.catalogue.tables import ACCOUNTS_TABLE, POPULATION_TABLE, Measure, Table
from schemas.registry import Datasets

STATISTICS = "kostra/service_statistics"
CHECK = dg.AssetCheckSpec(
    SOURCES_CHECK,
    asset=key_of(STATISTICS),
    description="Every SSB table the measures come from could be used.",
)
PRICES_TABLE = "03014"
#: Tables that repeat figures held elsewhere, and the check that says so.
CROSS_CHECKS = {
    "12362": f"equals_{ACCOUNTS_TABLE}",
    "11805": f"equals_{POPULATION_TABLE}",
    PRICES_TABLE: "equals_deflators",
}
Result = dg.MaterializeResult[Publication]
log = logging.getLogger(__name__)


class _Gathering:
    """The tables of one year: what can be used and from which edition, what is wrong, what is not offered."""

    def __init__(self, catalogue: Catalogue, year: int, listed: Listing, codes: list[str]) -> None:
        self.held: dict[str, HeldTable] = {}
        self.vintages: dict[str, str] = {}
        self.problems: dict[str, str] = {}
        self.absent: dict[str, str] = {}
        self.year = year
        self._catalogue, self._listed, self._codes = catalogue, listed, codes
        self._expected = catalogue.expected_tables(listed.tables)

    @property
    def unusable(self) -> Mapping[str, str]:
        """Table id → why it cannot be used, or is not offered."""
        return {**self.problems, **self.absent}

    def use(self, entry: Table, editions: Editions, datasets: Datasets, gate: Gate) -> Result | None:
        """Fetch and check one table; what is wrong with it is noted, and stops nothing else."""
        dataset = _dataset(entry.id)
        try:
            edition = editions.table(entry, self._listed, self._codes)
            result = publish_table(datasets[dataset], edition, self.year, gate=gate, key=key_of(dataset))
        except (UnsettledFiguresError, LimiterError):
            raise
        except UnlistedTableError as error:
            # A loss is a problem; what this service never offered is told, and stops no run.
            if entry.id in self._expected and editions.has_held(entry.id):
                self._note(entry, str(error), entry.measures)
            else:
                self.absent[entry.id] = self._with_indicators(str(error), entry.measures)
            return None
        except (StatbankError, DataError, dg.Failure) as error:
            self._note(entry, str(error), entry.measures)
            return None
        self.held[entry.id] = HeldTable(edition.resolved, edition.of_year(self.year))
        self.vintages[entry.id] = edition.vintage_id
        return None if self._note_lost(entry, edition.resolved) else result

    def _note_lost(self, entry: Table, resolved: ResolvedTable) -> bool:
        """Note measures that cannot be found; a cross-check that cannot be made is no loss."""
        lost = [
            m for m in entry.measures if m.id in resolved.unresolved and not (m.cross_check or m.optional)
        ]
        if lost:
            listed = "\n".join(f"  - {m.id}: {resolved.unresolved[m.id]}" for m in lost)
            self._note(entry, f"table {entry.id} does not fit the catalogue:\n{listed}", lost)
        return bool(lost)

    def _note(self, entry: Table, why: str, measures: Iterable[Measure]) -> None:
        self.problems[entry.id] = self._with_indicators(why, measures)

    def _with_indicators(self, why: str, measures: Iterable[Measure]) -> str:
        used = [measure.id for measure in measures if not measure.cross_check]
        concerned = [
            f"{indicator.number} {indicator.id}"
            for indicator in self._catalogue.indicators_using(used)
            if indicator.covers(self.year)
        ]
        without = (
            f"indicators without figures: {', '.join(concerned)}" if concerned else "no indicator needs it"
        )
        return f"{why}\n  {without}"


def statistics_assets(catalogue: Catalogue, datasets: Datasets) -> dg.AssetsDefinition:
    """The step, with one asset per table and `kostra/service_statistics`."""
    tables = {entry.id: entry for entry in catalogue.statistics_tables()}
    contract = datasets[STATISTICS]
    outs = {f"t{name}": output(datasets[_dataset(name)], **about_table(tables[name])) for name in tables}
    above = {key_of("statbank/updates"), key_of("klass/municipalities"), key_of("statbank/metadata")}
    text = "The catalogue's measures from SSB's tables of services, users and staff; one source per year."

    @dg.multi_asset(
        name="kostra__service_statistics",
        outs={**outs, "statistics": output(contract, text, kinds={"pandas", "deltalake"})},
        ins={"updates": upstream("statbank/updates"), "municipalities": upstream("klass/municipalities")},
        deps=[key_of("statbank/metadata")],
        internal_asset_deps={
            **dict.fromkeys(outs, above),
            "statistics": above | {key_of(_dataset(name)) for name in tables},
        },
        check_specs=[CHECK, *_cross_check_specs(tables)],
        can_subset=True,
        partitions_def=ACCOUNTING_YEARS,
        pool=POOL,
    )
    def statistics(
        context: dg.AssetExecutionContext,
        updates: pd.DataFrame,
        municipalities: pd.DataFrame,
        editions: dg.ResourceParam[Editions],
        gate: dg.ResourceParam[Gate],
    ) -> Iterator[Result | dg.AssetCheckResult]:
        year, selected = int(context.partition_key), context.selected_asset_keys
        gathering = key_of(STATISTICS) in selected
        listed, codes = Listing.from_frame(updates), known_codes(municipalities)
        gathered = _Gathering(catalogue, year, listed, codes)
        for entry in tables.values():
            key = key_of(_dataset(entry.id))
            if entry.covers(year) and (gathering or key in selected):
                result = gathered.use(entry, editions, datasets, gate)
                if result is not None and key in selected:
                    yield result
        if not gathering:
            _refuse(gathered)
            return
        found = service_statistics(
            catalogue, year, gathered.held, gathered.unusable, municipalities, editions.source
        )
        inputs = {f"SSB {name}": vintage for name, vintage in gathered.vintages.items()}
        yield publish(contract, found.frame, year, key=key_of(STATISTICS), inputs=inputs, gate=gate)
        checks = {CHECK.key: _check(gathered, found.problems)}
        if {*CROSS_CHECKS} & {*gathered.held}:
            main = _main_tables(catalogue, year, listed, codes, editions)
            checks |= _cross_checks(catalogue, gathered, found.frame, municipalities, main)
        yield from (checks[key] for key in checks.keys() & context.selected_asset_check_keys)

    return statistics


def _cross_check_specs(tables: Iterable[str]) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(
            CROSS_CHECKS[name],
            asset=key_of(_dataset(name)),
            description="Where both hold a figure, it is the same.",
        )
        for name in tables
        if name in CROSS_CHECKS
    ]


def _main_tables(
    catalogue: Catalogue, year: int, listed: Listing, codes: list[str], editions: Editions
) -> dict[str, pd.DataFrame]:
    """The year of accounts and population, and prices of every year.

    A table that cannot be had fails by itself, in its own asset.
    """
    found: dict[str, pd.DataFrame] = {}
    for table in (ACCOUNTS_TABLE, POPULATION_TABLE):
        with suppress(UnlistedTableError, StatbankError, DataError):
            found[table] = editions.table(catalogue.tables[table], listed, codes).of_year(year)
    if PRICES_TABLE in catalogue.tables:
        with suppress(UnlistedTableError, StatbankError, DataError):
            prices = editions.table(catalogue.tables[PRICES_TABLE], listed, codes)
            found[PRICES_TABLE] = pd.concat(prices.by_year.values())
    return found


def _cross_checks(
    catalogue: Catalogue,
    gathered: _Gathering,
    statistics: pd.DataFrame,
    municipalities: pd.DataFrame,
    main: Mapping[str, pd.DataFrame],
) -> dict[dg.AssetCheckKey, dg.AssetCheckResult]:
    """What the tables that repeat other figures say of them; a difference is for a person to look at."""
    differences: dict[str, str | None] = {}
    if "12362" in gathered.held and ACCOUNTS_TABLE in main:
        differences["12362"] = accounts_differences(main[ACCOUNTS_TABLE], gathered.held["12362"].cells)
    if "11805" in gathered.held and POPULATION_TABLE in main:
        people = population(main[POPULATION_TABLE], municipalities, catalogue)
        differences["11805"] = population_differences(people, statistics, catalogue.bands())
    if PRICES_TABLE in gathered.held and PRICES_TABLE in main:
        steps = catalogue.price_steps.values()
        differences[PRICES_TABLE] = price_difference(steps, main[PRICES_TABLE], gathered.year)
    for difference in filter(None, differences.values()):
        log.warning("%s", difference)
    return {
        dg.AssetCheckKey(key_of(_dataset(name)), CROSS_CHECKS[name]): dg.AssetCheckResult(
            asset_key=key_of(_dataset(name)),
            check_name=CROSS_CHECKS[name],
            passed=difference is None,
            severity=dg.AssetCheckSeverity.WARN,
            description=difference,
        )
        for name, difference in differences.items()
    }


def _check(gathered: _Gathering, differences: Sequence[str]) -> dg.AssetCheckResult:
    problems = {_dataset(name): why for name, why in gathered.problems.items()}
    problems |= {STATISTICS: "\n".join(differences)} if differences else {}
    return dg.AssetCheckResult(
        asset_key=key_of(STATISTICS),
        check_name=CHECK.name,
        passed=not problems,
        severity=dg.AssetCheckSeverity.ERROR,
        description="\n".join(problems.values()) or None,
        metadata={
            "problems": problems,
            "absent": {_dataset(name): why for name, why in gathered.absent.items()},
        },
    )


def _refuse(gathered: _Gathering) -> None:
    """Only tables were asked for: one that cannot be had is then the step's failure."""
    if gathered.unusable:
        raise dg.Failure("\n".join(gathered.unusable.values()), allow_retries=False)


def _dataset(table_id: str) -> str:
    return f"statbank/t{table_id}"
