"""Rows that break their contract are not stored, what was good stays, and what is made of it is not made."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import dagster as dg
import pandas as pd
import pytest

import assets.publish
from assets.catalogue.loader import load_catalogue
from assets.publish import publish
from assets.quality.outcomes import Outcome
from pipelines.connections import Connections
from pipelines.graph import build_definitions
from pipelines.run import run_pipeline
from pipelines.run_report import Report
from pipelines.settings import Settings
from pipelines.standin.sample import sample_table
from pipelines.storage.store import Store
from schemas.contracts import Contract
from schemas.expectations.declared import Subject
from schemas.registry import datasets_of
from tests.pipeline.worlds import (
    PERIOD,
    REGION,
    cut,
    settings_for,
    small_accounts,
    small_catalogue,
    standin,
)
from tests.schemas.valid_frames import YEAR, valid

REGIONS = ["0301", "3201", "3203", "4601", "EKG12"]
DATASETS = datasets_of(load_catalogue(), "baerum")
#: Made of whatever is stored, also of a year of which a part failed.
LOOKING_BACK = {"quality/expectations", "quality/revisions"}
GROUPS = {"statbank", "klass", "register", "kostra", "asss", "baerum", "quality"}


class OpenGate:
    """Lets everything through: what is tried here comes before the gate."""

    def let_through(self, *_: object) -> tuple[()]:
        return ()


@pytest.mark.parametrize("dataset", [*DATASETS])
def test_a_breach_is_a_failure_before_anything_is_handed_over(dataset: str) -> None:
    contract = DATASETS[dataset]
    year, frame, last = YEAR if contract.partitioned else None, valid(contract), contract.columns[-1]
    with pytest.raises(dg.Failure) as caught:
        publish(contract, frame.drop(columns=last), year, gate=OpenGate())
    [row] = caught.value.metadata["rows"].records

    assert dataset in (caught.value.description or "")
    assert "nothing was stored" in (caught.value.description or "")
    assert (row.data["rule"], row.data["column"]) == ("the column is there", last)
    assert not caught.value.allow_retries
    assert publish(contract, frame, year, gate=OpenGate()).value.table.contract is contract


class World(NamedTuple):
    """A home in which everything was made once; `run_with` breaks some, and makes those below."""

    first: Report
    store: Store
    below: dict[str, set[str]]
    run_with: Callable[[set[str]], Report]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    catalogue, broken = small_catalogue(), set[str]()
    kept = {REGION: REGIONS, PERIOD: [str(YEAR)]}
    population = cut(sample_table("07459"), {"Region": REGIONS[:-1], PERIOD: [str(YEAR + 1)]})
    validate = assets.publish.validate

    def breaking(contract: Contract, frame: pd.DataFrame, year: int | None) -> object:
        return validate(contract, frame.assign(comment="x") if contract.dataset in broken else frame, year)

    with (
        standin(cut(small_accounts(), kept), population) as server,
        dg.DagsterInstance.ephemeral() as instance,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setattr(assets.publish, "validate", breaking)
        patched.setattr("pipelines.gate.gate_outcomes", nothing_found)
        patched.setattr("assets.quality.judging.judge", lambda *_: [])
        settings = settings_for(server, tmp_path_factory.mktemp("home"))

        def run_with(datasets: set[str]) -> Report:
            broken.clear()
            broken.update(datasets)
            select = [f"{name}+" for name in sorted(datasets)]
            return run_pipeline(settings, [YEAR], select, instance=instance, catalogue=catalogue)

        yield World(run_with(set()), Store(settings.warehouse), below(settings), run_with)


def nothing_found(subject: Subject) -> list[Outcome]:
    """What a gate says that finds nothing, and needs no second to be imported."""
    return [Outcome(subject.year, subject.dataset, "gate", "none", "-", "error", True, "-", "-")]


def below(settings: Settings) -> dict[str, set[str]]:
    """Dataset → everything that is made of it."""
    graph = build_definitions(settings, Connections(settings), small_catalogue()).resolve_asset_graph()
    return {
        key.to_user_string(): {
            made.to_user_string()
            for made in dg.AssetSelection.assets(key).downstream(include_self=False).resolve(graph)
        }
        for key in graph.get_all_asset_keys()
    }


def levels(world: World) -> list[set[str]]:
    """Datasets that were made, in sets of which none is made of another; the sources come first."""
    left = {name.partition(" ")[0] for name in world.first.written}
    found = []
    while left:
        found.append({name for name in left if not any(name in world.below[other] for other in left)})
        left -= found[-1]
    return found


def names(told: list[str]) -> set[str]:
    """Datasets of what a report tells, without the years."""
    return {name.partition(" ")[0] for name in told}


def test_wherever_a_contract_is_broken_what_was_good_stays_and_what_depends_on_it_is_not_made(
    world: World,
) -> None:
    everything = names(world.first.written)
    before = {name: len(world.store.commits(name)) for name in everything - LOOKING_BACK}
    assert world.first.succeeded
    assert {name.partition("/")[0] for name in everything} == GROUPS

    for broken in levels(world):
        report = world.run_with(broken)
        below = {name for each in broken for name in world.below[each]} & everything
        stopped = below - LOOKING_BACK

        assert {failure.dataset for failure in report.failures} == broken
        assert all("knows the column; column comment" in failure.message for failure in report.failures)
        assert names(report.left_out) == stopped
        assert names([*report.written, *report.unchanged]) == LOOKING_BACK & below - broken
        assert names(report.written) <= LOOKING_BACK
    assert {name: len(world.store.commits(name)) for name in before} == before
