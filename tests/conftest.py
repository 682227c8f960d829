"""Fixtures every test folder shares."""

import gc
from pathlib import Path
from typing import Any

import pytest

RECORDED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The folder of recorded bodies and figures beside the checkout; absent on most machines."""
    if not RECORDED.is_dir():
        pytest.skip(
            f"recorded bodies and figures are not here: {RECORDED.name}/ beside the checkout is absent"
        )
    return RECORDED


# What is imported and collected stays to the end: the collector need not walk it again and again.
gc.set_threshold(100_000, 20, 100)


def pytest_collection_finish() -> None:
    """Leave all that was collected to the end."""
    gc.collect()
    gc.freeze()


#: Folders and files whose tests share something costly: one process makes it, and runs them all.
SHARED = (
    "tests/cli/",
    "tests/director_areas/test_sample_run.py",
    "tests/explain/",
    "tests/quality/test_",
    "tests/reconciliation/",
    "tests/releases/",
    "tests/series/",
    "tests/vintages/",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that share a costly fixture run in one process when the suite runs in several."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - not there without xdist

    class SharedTogether(LoadScopeScheduling):
        """Tests of one of `SHARED` stay together; every other test goes where there is room."""

        def _split_scope(self, nodeid: str) -> str:
            return next((shared for shared in SHARED if nodeid.startswith(shared)), nodeid)

    return SharedTogether(config, log)
