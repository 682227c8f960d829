"""What columns are made from: every column named is there, in a dataset the asset is made from."""

import dagster as dg
import pytest

from assets.catalogue.loader import load_catalogue
from pipelines.connections import Connections
from pipelines.graph import build_definitions
from pipelines.settings import Settings
from schemas.contracts import Contract
from schemas.dagster_bridge import column_lineage, column_schema
from schemas.lineage import LINEAGE, OWN
from schemas.registry import datasets_of

DATASETS = datasets_of(load_catalogue(), "asker")
DERIVED = {name: contract for name, contract in DATASETS.items() if contract.origins}


@pytest.fixture(scope="module")
def parents() -> dict[str, set[str]]:
    """What each dataset is made from, in Dagster."""
    settings = Settings(municipality="asker")
    graph = build_definitions(settings, Connections(settings)).resolve_asset_graph()
    keys = {name: dg.AssetKey(name.split("/")) for name in DERIVED}
    return {
        name: {key.to_user_string() for key in graph.get(asset).parent_keys} for name, asset in keys.items()
    }


def test_everything_tidy_and_derived_has_its_lineage() -> None:
    groups = ("kostra/", "asss/", "asker/")

    assert {name for name in DATASETS if name.startswith(groups)} == DERIVED.keys()
    assert {name.replace(OWN, "asker") for name in LINEAGE} == DERIVED.keys()


@pytest.mark.parametrize("contract", DERIVED.values(), ids=list(DERIVED))
def test_columns_and_their_origins_are_there(contract: Contract, parents: dict[str, set[str]]) -> None:
    origins = {origin for each in contract.origins.values() for origin in each}

    assert contract.origins.keys() <= set(contract.columns)
    for origin in origins:
        dataset, _, column = origin.rpartition(".")
        assert column in DATASETS[dataset].columns, f"{origin} is not there"
        assert dataset in parents[contract.dataset], f"{contract.dataset} is not made from {dataset}"


@pytest.mark.parametrize("contract", DERIVED.values(), ids=list(DERIVED))
def test_every_figure_has_an_origin(contract: Contract) -> None:
    measured = {field.name for field in contract.fields if field.kind == "number" and field.unit != "share"}

    assert measured - {name for name, origins in contract.origins.items() if origins} <= {"tolerance"}


def test_what_follows_the_figures_follows_all_of_them() -> None:
    assert DATASETS["asss/indicators"].origins["vintage_id"] == (
        "kostra/accounts.vintage_id",
        "kostra/population.vintage_id",
        "kostra/service_statistics.vintage_id",
        "register/figures.vintage_id",
    )
    tables = DATASETS["kostra/service_statistics"].origins["value"]
    assert "statbank/t14019.value" in tables
    assert "statbank/t12367.value" not in tables


def test_dagster_is_told() -> None:
    contract = DATASETS["asss/aggregates"]
    lineage = column_lineage(contract)
    [mean] = [column for column in column_schema(contract).columns if column.name == "mean"]

    assert (
        dg.TableColumnDep(dg.AssetKey(["asss", "indicators"]), "numerator") in lineage.deps_by_column["mean"]
    )
    assert "Made from: asss/indicators.numerator" in (mean.description or "")
    assert "mean_method" not in lineage.deps_by_column
