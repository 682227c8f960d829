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
