"""One step for all tables of `kostra/service_statistics`: fetch them, publish each, gather their measures.

Dagster skips whatever is downstream of an asset that fails. Here one failing table must not take the others
with it, so the tables and what is gathered from them are outputs of one step: a table that cannot be used is
not published (its last good version stays), its measures become rows that say why, and the check `sources`
fails and names it. The step goes on. It also costs one step's overhead instead of twenty.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence

import dagster as dg
import pandas as pd

from assets.describe import key_of, output, upstream
from assets.errors import DataError
from assets.kostra.statistics.crosschecks import price_difference
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
from schemas.catalogue.tables import Measure, Table
from schemas.registry import Datasets

STATISTICS = "kostra/service_statistics"
CHECK = dg.AssetCheckSpec(
    SOURCES_CHECK,
    asset=key_of(STATISTICS),
    description="Every SSB table the measures come from could be used.",
)
PRICES_TABLE = "03014"
PRICES_CHECK = dg.AssetCheckSpec(
    "equals_deflators",
    asset=key_of(f"statbank/t{PRICES_TABLE}"),
    description="Prices rise as the catalogue's deflators say.",
)
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
        check_specs=[CHECK, *([PRICES_CHECK] if PRICES_TABLE in tables else [])],
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
        if PRICES_TABLE in gathered.held:
            prices = editions.table(tables[PRICES_TABLE], listed, codes)
            checks[PRICES_CHECK.key] = _price_check(catalogue, pd.concat(prices.by_year.values()), year)
        yield from (checks[key] for key in checks.keys() & context.selected_asset_check_keys)

    return statistics


def _price_check(catalogue: Catalogue, prices: pd.DataFrame, year: int) -> dg.AssetCheckResult:
    """What SSB's prices of all years say of the deflators; a difference is for a person to look at."""
    difference = price_difference(catalogue.price_steps.values(), prices, year)
    if difference:
        log.warning("%s", difference)
    return dg.AssetCheckResult(
        asset_key=PRICES_CHECK.asset_key,
        check_name=PRICES_CHECK.name,
        passed=difference is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=difference,
    )


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
