"""Fixtures every test folder shares."""

from pathlib import Path

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


# Before the workers name the tests by their groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share a costly fixture in one process when the suite runs in several."""
    for item in items:
        group = next((shared for shared in SHARED if shared in item.path.as_posix()), None)
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
