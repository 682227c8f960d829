"""One home that one run has filled and one release of it; neither is to be changed."""

from pathlib import Path
from shutil import copytree

import dagster as dg
import pytest

from pipelines.releases.cut import Cut
from tests.pipeline.worlds import standin
from tests.releases.releasing import World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory):
    with standin() as server, dg.DagsterInstance.ephemeral() as instance:
        made = World(server, tmp_path_factory.mktemp("released") / "home", instance)
        assert made.run().succeeded
        yield made


@pytest.fixture(scope="session")
def released(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world.release(out=tmp_path_factory.mktemp("out")).folder


@pytest.fixture
def copied(released: Path, tmp_path: Path) -> Path:
    """The release on another machine: its folder, and nothing of the home it came from."""
    return Path(copytree(released, tmp_path / released.name))


@pytest.fixture
def other(world: World, tmp_path: Path):
    """A copy of the home that may be written to."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield World(world.server, Path(copytree(world.home, tmp_path / "home")), instance)


@pytest.fixture(scope="session")
def corrected(world: World, released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two releases of a copy of the home: one during which a run wrote a correction, and one after it.

    The run begins when the first dataset has been read, and has ended before the second is.
    """
    assert released.exists()
    folder, read, reports = tmp_path_factory.mktemp("corrected"), Cut.read, []
    with dg.DagsterInstance.ephemeral() as instance, pytest.MonkeyPatch.context() as patched:
        home = World(world.server, Path(copytree(world.home, folder / "home")), instance)

        def read_and_then_run(self, dataset, partitions):
            rows = read(self, dataset, partitions)
            if not reports:
                world.correct(150_000)
                reports.append(home.run())
            return rows

        patched.setattr(Cut, "read", read_and_then_run)
        during = home.release(out=folder / "during").folder
        [report] = reports
        assert report.succeeded
        assert "baerum/service_profile 2024" in report.written
        return during, home.release(out=folder / "after").folder
