"""The asset `quality/expectations`, and the checks that show it on the assets it judges."""

from collections.abc import Iterable, Iterator

import dagster as dg
import pandas as pd

from assets.describe import described, key_of
from assets.publish import not_held, publish
from assets.quality.controls import told_elsewhere
from assets.quality.outcomes import expectation_rows
from pipelines.gate import Gate
from pipelines.partitions import THIS_AND_THE_YEAR_BEFORE
from pipelines.run_report import EXPECTATIONS_CHECK as CHECK
from pipelines.storage.io_manager import Publication
from pipelines.watch import Watch
from schemas.expectations.suites import watched
from schemas.quality import EXPECTATIONS
from schemas.registry import Datasets

KEY = key_of(EXPECTATIONS.dataset)
_SHOWN = 20


def expectations_asset(datasets: Datasets, municipality: str, source: str) -> dg.AssetsDefinition:
    """What was found of every dataset: by the gate, by the watch and by the controls of the domain."""
    _, before = watched(municipality)
    contract = datasets[EXPECTATIONS.dataset]

    @dg.asset(
        **described(
            contract,
            "Every expectation and control of every dataset: what was expected, what was found, and what to "
            "look at. Of rows before the write, and of what is stored of the year and the year before.",
            kinds={"pandas", "deltalake"},
        ),
        deps=[_dependency(name, name in before) for name in datasets if name != contract.dataset],
    )
    def expectations(
        context: dg.AssetExecutionContext, watch: dg.ResourceParam[Watch], gate: dg.ResourceParam[Gate]
    ) -> dg.MaterializeResult[Publication]:
        year = int(context.partition_key)
        judged = watch.of_year(year)
        frame = expectation_rows(judged.outcomes, year, source, judged.refused)
        # The assets themselves tell what the gate and their own checks said of them.
        elsewhere = told_elsewhere()
        news = (o for o in judged.outcomes if o.suite != "gate" and o.expectation not in elsewhere)
        return publish(contract, frame, year, gate=gate, inputs=judged.inputs, metadata=not_held(news))

    return expectations


def _dependency(dataset: str, with_the_year_before: bool) -> dg.AssetDep:
    mapping = THIS_AND_THE_YEAR_BEFORE if with_the_year_before else None
    return dg.AssetDep(key_of(dataset), partition_mapping=mapping)


def check_keys(datasets: Iterable[str]) -> list[dg.AssetCheckKey]:
    """The checks there are, one per dataset that is judged."""
    return [dg.AssetCheckKey(key_of(name), CHECK) for name in datasets if key_of(name) != KEY]


def expectation_checks(datasets: Datasets) -> dg.AssetChecksDefinition:
    """A check per dataset, made of the rows of `quality/expectations` of every year."""
    specs = [
        dg.AssetCheckSpec(
            CHECK,
            asset=key.asset_key,
            additional_deps=[KEY],
            description="What the rows are held against before and after the write holds, in every year.",
        )
        for key in check_keys(datasets)
    ]

    @dg.multi_asset_check(name="expectations_hold", specs=specs, can_subset=True)
    def hold(
        context: dg.AssetCheckExecutionContext, watch: dg.ResourceParam[Watch]
    ) -> Iterator[dg.AssetCheckResult]:
        rows = watch.rows()
        by_dataset = {str(name): of_it for name, of_it in rows.groupby("dataset", observed=True)}
        for check in sorted(context.selected_asset_check_keys):
            yield _result(check.asset_key, by_dataset.get(check.asset_key.to_user_string(), rows.head(0)))

    return hold


def _result(key: dg.AssetKey, rows: pd.DataFrame) -> dg.AssetCheckResult:
    broken = rows[~rows["success"].to_numpy(dtype=bool)].sort_values("year", ascending=False)
    errors = bool((broken["severity"] == "error").any())
    lines = [
        f"{row['year']}: {row['title']}: {row['observed']}" for row in broken.head(_SHOWN).to_dict("records")
    ]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=CHECK,
        passed=broken.empty,
        severity=dg.AssetCheckSeverity.ERROR if errors else dg.AssetCheckSeverity.WARN,
        description="\n".join(lines) or None,
        metadata={"held": len(rows) - len(broken), "not_held": len(broken)},
    )
