"""Assets of the focal municipality (`baerum/…` by default): what it publishes."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from assets.asss.networks import with_network
from assets.baerum.control_totals import control_totals as totals_of
from assets.baerum.control_totals import not_passed
from assets.baerum.director_area_costs import director_area_costs as costs_of
from assets.baerum.efficiency import efficiency as efficiency_of
from assets.baerum.service_profile import service_profile as profile_of
from assets.baerum.time_series import time_series as series_of
from assets.describe import described, key_of, upstream
from assets.publish import publish
from pipelines.gate import Gate
from pipelines.partitions import REPORT_YEARS
from pipelines.storage.io_manager import YEARS_HELD, Publication
from schemas.catalogue.catalogue import Catalogue
from schemas.registry import Datasets

Result = dg.MaterializeResult[Publication]


def municipality_assets(
    catalogue: Catalogue, datasets: Datasets, municipality: str, network: str
) -> Iterator[dg.AssetsDefinition]:
    """All assets of the group."""
    yield _service_profile(catalogue, datasets, municipality, network)
    yield _time_series(catalogue, datasets, municipality, network)
    yield _efficiency(catalogue, datasets, municipality, network)
    yield _director_area_costs(catalogue, datasets, municipality)
    yield _control_totals(catalogue, datasets, municipality)


def _service_profile(
    catalogue: Catalogue, datasets: Datasets, municipality: str, network: str
) -> dg.AssetsDefinition:
    contract = datasets[f"{municipality}/service_profile"]

    @dg.asset(
        **described(
            contract,
            f"The service profiles of {municipality} beside {network}: three years, mean, highest, lowest.",
            kinds={"pandas", "deltalake"},
        ),
        ins={
            "indicators": upstream(
                "asss/indicators", partition_mapping=REPORT_YEARS, metadata={YEARS_HELD: True}
            ),
            "aggregates": upstream("asss/aggregates"),
            "register": upstream("register/figures"),
            "groups": upstream("klass/kostra_groups"),
        },
    )
    def service_profile(
        context: dg.AssetExecutionContext,
        indicators: pd.DataFrame,
        aggregates: pd.DataFrame,
        register: pd.DataFrame,
        groups: pd.DataFrame,
        gate: dg.ResourceParam[Gate],
    ) -> Result:
        year, compared = int(context.partition_key), with_network(catalogue, network, groups)
        frame = profile_of(indicators, aggregates, compared, municipality, network, year, register=register)
        return publish(contract, frame, year, inputs={"catalogue": catalogue.sha256[:12]}, gate=gate)

    return service_profile


def _time_series(
    catalogue: Catalogue, datasets: Datasets, municipality: str, network: str
) -> dg.AssetsDefinition:
    contract = datasets[f"{municipality}/time_series"]

    @dg.asset(
        **described(
            contract,
            "The declared time series, deflated and corrected for need where that is allowed; breaks marked.",
            kinds={"pandas", "deltalake"},
        ),
        ins={
            "indicators": upstream("asss/indicators"),
            "aggregates": upstream("asss/aggregates"),
            "register": upstream("register/figures"),
            "groups": upstream("klass/kostra_groups"),
        },
    )
    def time_series(
        context: dg.AssetExecutionContext,
        indicators: pd.DataFrame,
        aggregates: pd.DataFrame,
        register: pd.DataFrame,
        groups: pd.DataFrame,
        gate: dg.ResourceParam[Gate],
    ) -> Result:
        compared = with_network(catalogue, network, groups)
        frame = series_of(indicators, aggregates, register, compared, municipality, network)
        inputs = {"catalogue": catalogue.sha256[:12]}
        return publish(contract, frame, int(context.partition_key), inputs=inputs, gate=gate)

    return time_series


def _efficiency(
    catalogue: Catalogue, datasets: Datasets, municipality: str, network: str
) -> dg.AssetsDefinition:
    contract = datasets[f"{municipality}/efficiency"]
    identity = dg.AssetCheckSpec(
        "identity",
        asset=key_of(contract.dataset),
        description="Efficiency is production / expenditure, at the decimals the figures are given with.",
    )

    @dg.asset(
        **described(
            contract,
            "Resource use, production and efficiency per service area: as imported, and our own estimate.",
            kinds={"pandas", "deltalake"},
        ),
        ins={
            "indicators": upstream("asss/indicators"),
            "register": upstream("register/figures"),
            "groups": upstream("klass/kostra_groups"),
        },
        check_specs=[identity],
    )
    def efficiency(
        context: dg.AssetExecutionContext,
        indicators: pd.DataFrame,
        register: pd.DataFrame,
        groups: pd.DataFrame,
        gate: dg.ResourceParam[Gate],
    ) -> Iterator[Result | dg.AssetCheckResult]:
        compared = with_network(catalogue, network, groups)
        frame = efficiency_of(indicators, register, compared, municipality, network)
        inputs = {"catalogue": catalogue.sha256[:12]}
        yield publish(contract, frame, int(context.partition_key), inputs=inputs, gate=gate)
        yield _identity_holds(frame)

    return efficiency


def _identity_holds(frame: pd.DataFrame) -> dg.AssetCheckResult:
    broken = frame[(frame["verdict"] == "inconsistent").to_numpy()]
    told = [f"{row['area']} {row['year']}: {row['reason']}" for row in broken.to_dict(orient="records")]
    return dg.AssetCheckResult(
        check_name="identity",
        passed=broken.empty,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(told) or None,
    )


def _director_area_costs(catalogue: Catalogue, datasets: Datasets, municipality: str) -> dg.AssetsDefinition:
    contract = datasets[f"{municipality}/director_area_costs"]

    @dg.asset(
        **described(
            contract,
            "The ledger by director area: direct, allocated and purchased, for every declared service.",
            kinds={"pandas", "deltalake"},
        ),
        ins={"entries": upstream("ledger/entries")},
    )
    def director_area_costs(
        context: dg.AssetExecutionContext, entries: pd.DataFrame, gate: dg.ResourceParam[Gate]
    ) -> Result:
        year = int(context.partition_key)
        frame = costs_of(entries, catalogue, year)
        return publish(contract, frame, year, inputs={"catalogue": catalogue.sha256[:12]}, gate=gate)

    return director_area_costs


def _control_totals(catalogue: Catalogue, datasets: Datasets, municipality: str) -> dg.AssetsDefinition:
    contract = datasets[f"{municipality}/control_totals"]
    closes = dg.AssetCheckSpec(
        "closes_to_ssb",
        asset=key_of(contract.dataset),
        description="The ledger's totals are SSB's, within the tolerances of the catalogue.",
    )

    @dg.asset(
        **described(
            contract,
            "The ledger's total of every declared service beside SSB's, with a verdict.",
            kinds={"pandas", "deltalake"},
        ),
        ins={"entries": upstream("ledger/entries"), "accounts": upstream("kostra/accounts")},
        check_specs=[closes],
    )
    def control_totals(
        context: dg.AssetExecutionContext,
        entries: pd.DataFrame,
        accounts: pd.DataFrame,
        gate: dg.ResourceParam[Gate],
    ) -> Iterator[Result | dg.AssetCheckResult]:
        year = int(context.partition_key)
        frame = totals_of(entries, accounts, catalogue, municipality, year)
        yield publish(contract, frame, year, inputs={"catalogue": catalogue.sha256[:12]}, gate=gate)
        yield _closes_to_ssb(frame, catalogue)

    return control_totals


def _closes_to_ssb(frame: pd.DataFrame, catalogue: Catalogue) -> dg.AssetCheckResult:
    """Warnings when something is near or cannot be compared, an error when something is far off."""
    verdicts = set(frame["verdict"])
    return dg.AssetCheckResult(
        check_name="closes_to_ssb",
        passed=verdicts <= {"pass"},
        severity=dg.AssetCheckSeverity.ERROR if "fail" in verdicts else dg.AssetCheckSeverity.WARN,
        description="\n".join(not_passed(frame, catalogue)) or None,
        metadata={str(verdict): int(rows) for verdict, rows in frame["verdict"].value_counts().items()},
    )
