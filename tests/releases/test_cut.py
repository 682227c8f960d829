"""A release made while a run writes is of what was held before it; what does not hang together is refused."""

from pathlib import Path
from threading import Event, Thread

import dagster as dg
import pytest

from pipelines.releases.cut import Cut, Held, consistent_moment, refuse_stale
from pipelines.releases.manifest import ReleaseError
from pipelines.running import in_progress, marked_running
from pipelines.storage.io_manager import INVOCATION_TAG
from pipelines.storage.store import Commit, Store
from schemas.asss import INDICATORS
from schemas.kostra import ACCOUNTS
from tests.releases.releasing import World, contents


def test_a_run_that_writes_between_two_datasets_does_not_show(
    corrected: tuple[Path, Path], released: Path
) -> None:
    during, after = corrected

    assert contents(during) == contents(released)
    assert contents(after) != contents(released)


def test_a_run_half_done_does_not_show_and_is_not_waited_for(
    world: World, other: World, released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_done, may_go_on, said = Event(), Event(), []
    commit = Store.commit

    def commit_when_allowed(self, offered, provenance):
        if (offered.contract.dataset, offered.year) == ("kostra/accounts", 2024):
            half_done.set()
            may_go_on.wait(60)
        return commit(self, offered, provenance)

    monkeypatch.setattr(Store, "commit", commit_when_allowed)
    world.correct(160_000)
    running = Thread(target=other.run)
    running.start()
    try:
        assert half_done.wait(60)
        before = {commit.invocation for commit in Store(other.settings.warehouse).commits("statbank/t12367")}
        folder = other.release(out=tmp_path, say=said.append).folder
    finally:
        may_go_on.set()
        running.join()

    assert len(before) == 2
    assert contents(folder) == contents(released)
    assert "is writing: the release is of what was held before it" in said[0]


def test_what_a_killed_run_left_behind_is_refused(world: World, other: World, tmp_path: Path) -> None:
    def killed_at_2024(line: str) -> None:
        if line.startswith("2024"):
            raise KeyboardInterrupt

    world.correct(170_000)
    with pytest.raises(KeyboardInterrupt):
        other.run(say=killed_at_2024)
    with pytest.raises(ReleaseError, match="run `kostra run` to its end first"):
        other.release(out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_stale_is_refused(tmp_path: Path) -> None:
    tables = {
        "kostra/accounts": Held(ACCOUNTS, 1, {"2024": commit("later", 50)}),
        "asss/indicators": Held(INDICATORS, 1, {"2024": commit("first", 20, "kostra/accounts@2024")}),
    }
    selection = {name: ["2024"] for name in tables}
    cut = Cut(Store(tmp_path), tables, 100, ())
    with dg.DagsterInstance.ephemeral() as instance:
        with pytest.raises(ReleaseError, match="asss/indicators 2024: kostra/accounts@2024 changed since"):
            refuse_stale(cut, instance, selection)
        earlier = {**tables, "kostra/accounts": Held(ACCOUNTS, 1, {"2024": commit("first", 10)})}
        refuse_stale(Cut(Store(tmp_path), earlier, 100, ()), instance, selection)


def commit(invocation: str, at: int, *inputs: str) -> Commit:
    return Commit(0, at, "2024", "", invocation, "", "", "ssb", "", dict.fromkeys(inputs, ""), 1)


@pytest.mark.parametrize(
    ("commits", "busy", "moment"),
    [
        ({}, set(), 100),
        ({"a": [10, 20]}, set(), 100),
        ({"a": [10, 20], "b": [40, 50]}, {"b"}, 39),
        ({"a": [10, 45], "b": [40, 50]}, {"b"}, 9),
        ({"a": [3, 20], "b": [5, 15]}, {"b"}, 2),
        ({"a": [10, 20], "late": [101, 102]}, set(), 100),
        ({"a": [10, 20], "over": [90, 101]}, set(), 89),
        ({"a": [10, 20]}, {"nothing written"}, 100),
    ],
)
def test_the_moment_splits_no_run_and_is_before_those_that_write(
    commits: dict[str, list[int]], busy: set[str], moment: int
) -> None:
    log = [commit(invocation, at) for invocation, moments in commits.items() for at in moments]

    assert consistent_moment(log, busy, 100) == moment


def test_a_run_tells_that_it_writes_until_it_ends(world: World, tmp_path: Path) -> None:
    settings = world.settings.but(home=tmp_path)
    with dg.DagsterInstance.ephemeral() as instance:
        with marked_running(settings, "r1"):
            assert in_progress(settings, instance) == {"r1": "kostra run r1"}
        assert in_progress(settings, instance) == {}


def test_a_run_of_dagster_tells_by_its_status_but_not_when_its_command_was_killed(
    world: World, tmp_path: Path
) -> None:
    settings = world.settings.but(home=tmp_path)
    with pytest.raises(KeyboardInterrupt), marked_running(settings, "killed"):
        raise KeyboardInterrupt
    with dg.DagsterInstance.ephemeral() as instance:
        for invocation in ("killed", "nightly"):
            instance.create_run_for_job(
                started_job, status=dg.DagsterRunStatus.STARTED, tags={INVOCATION_TAG: invocation}
            )
        assert [*in_progress(settings, instance)] == ["nightly"]


@dg.job
def started_job() -> None:
    """Nothing: a run of it need only be there."""
