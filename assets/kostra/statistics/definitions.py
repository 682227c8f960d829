"""One step for all tables of `kostra/service_statistics`: fetch them, publish each, gather their measures.

Dagster skips whatever is downstream of an asset that fails. Here one failing table must not take the others
with it, so the tables and what is gathered from them are outputs of one step: a table that cannot be used is
not published (its last good version stays), its measures become rows that say why, and the check `sources`
fails and names it. The step goes on. It also costs one step's overhead instead of twenty.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import dagster as dg
import pandas as pd

from assets.describe import key_of, output, upstream
from assets.errors import DataError
from assets.kostra.statistics.measures import HeldTable, service_statistics
from assets.publish import publish
from assets.statbank.definitions import POOL, about_table, known_codes, publish_table
from assets.statbank.resolve import ResolvedTable
from pipelines.editions import Editions
from pipelines.listing import Listing, UnlistedTableError
from pipelines.partitions import ACCOUNTING_YEARS
from pipelines.run_report import SOURCES_CHECK
from pipelines.statbank.errors import LimiterError, StatbankError, UnsettledFiguresError
from pipelines.storage.io_manager import Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.catalogue.tables import Table
from schemas.registry import Datasets

STATISTICS = "kostra/service_statistics"
CHECK = dg.AssetCheckSpec(
    SOURCES_CHECK,
    asset=key_of(STATISTICS),
    description="Every SSB table the measures come from could be used.",
)
Result = dg.MaterializeResult[Publication]


@dataclass(slots=True)
class _Gathered:
    """The tables of one year: what can be used and where it comes from, what is wrong, what is not offered."""

    held: dict[str, HeldTable] = field(default_factory=dict)
    vintages: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    @property
    def unusable(self) -> Mapping[str, str]:
        """Table id → why it cannot be used, or is not offered."""
        return {**self.problems, **self.absent}


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
        check_specs=[CHECK],
        can_subset=True,
        partitions_def=ACCOUNTING_YEARS,
        pool=POOL,
    )
    def statistics(
        context: dg.AssetExecutionContext,
        updates: pd.DataFrame,
        municipalities: pd.DataFrame,
        editions: dg.ResourceParam[Editions],
    ) -> Iterator[Result | dg.AssetCheckResult]:
        year, selected = int(context.partition_key), context.selected_asset_keys
        gathering = key_of(STATISTICS) in selected
        listed, codes = Listing.from_frame(updates), known_codes(municipalities)
        gathered = _Gathered()
        for entry in tables.values():
            key = key_of(_dataset(entry.id))
            if entry.covers(year) and (gathering or key in selected):
                result = _use(entry, year, listed, codes, editions, datasets, gathered)
                if result is not None and key in selected:
                    yield result
        if not gathering:
            _refuse(gathered)
            return
        found = service_statistics(
            catalogue, year, gathered.held, gathered.unusable, municipalities, editions.source
        )
        told = {_dataset(name): why for name, why in gathered.problems.items()}
        told |= {STATISTICS: "\n".join(found.problems)} if found.problems else {}
        inputs = {f"SSB {name}": vintage for name, vintage in gathered.vintages.items()}
        yield publish(contract, found.frame, year, key=key_of(STATISTICS), inputs=inputs)
        yield _check(told, gathered.absent)

    return statistics


def _use(
    entry: Table,
    year: int,
    listed: Listing,
    codes: list[str],
    editions: Editions,
    datasets: Datasets,
    gathered: _Gathered,
) -> Result | None:
    """Fetch and check one table; what is wrong with it is noted, and stops nothing else."""
    dataset = _dataset(entry.id)
    try:
        edition = editions.table(entry, listed, codes)
        result = publish_table(datasets[dataset], edition, year, key_of(dataset))
    except (UnsettledFiguresError, LimiterError):
        raise
    except UnlistedTableError as error:
        (gathered.absent if entry.optional else gathered.problems)[entry.id] = str(error)
        return None
    except (StatbankError, DataError, dg.Failure) as error:
        gathered.problems[entry.id] = str(error)
        return None
    gathered.held[entry.id] = HeldTable(edition.resolved, edition.of_year(year))
    gathered.vintages[entry.id] = edition.vintage_id
    lost = _lost(entry, edition.resolved)
    if lost:
        gathered.problems[entry.id] = f"table {entry.id} does not fit the catalogue:\n{lost}"
        return None
    return result


def _lost(entry: Table, resolved: ResolvedTable) -> str:
    """The measures that cannot be found, a line each; a cross-check that cannot be made is no loss."""
    checks = {measure.id for measure in entry.measures if measure.cross_check}
    lost = {name: why for name, why in resolved.unresolved.items() if name not in checks}
    return "\n".join(f"  - {name}: {why}" for name, why in lost.items())


def _check(problems: Mapping[str, str], absent: Mapping[str, str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key_of(STATISTICS),
        check_name=CHECK.name,
        passed=not problems,
        severity=dg.AssetCheckSeverity.ERROR,
        description="\n".join(problems.values()) or None,
        metadata={"problems": dict(problems), "absent": dict(absent)},
    )


def _refuse(gathered: _Gathered) -> None:
    """Only tables were asked for: one that cannot be had is then the step's failure."""
    if gathered.unusable:
        raise dg.Failure("\n".join(gathered.unusable.values()), allow_retries=False)


def _dataset(table_id: str) -> str:
    return f"statbank/t{table_id}"
