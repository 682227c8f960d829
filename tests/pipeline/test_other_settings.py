"""Another municipality and a KOSTRA group as network: one setting each, and everything is there."""

from pathlib import Path

import pytest

from assets.errors import DataError
from pipelines.connections import Connections
from pipelines.graph import build_definitions
from pipelines.settings import Settings
from pipelines.stored import Stored
from tests.pipeline.worlds import run, settings_for, small_catalogue, standin


def test_asker_beside_kostra_group_12_gets_a_complete_profile(tmp_path: Path) -> None:
    others = {"municipality": "asker", "network": "EKG12"}
    with standin() as server:
        report = run(server, tmp_path, 2024, **others)
        stored = Stored(settings_for(server, tmp_path, **others), small_catalogue())

    assert report.succeeded
    profile = stored.rows("asker/service_profile", 2024)
    assert profile["index"].notna().all()
    assert set(profile["members_with_data"]) == {11}
    assert (profile["max_holder"] != "oslo").all()
    assert stored.years("asker/time_series") == [2024]
    assert stored.years("asker/efficiency") == [2024]


def test_an_unknown_network_is_told_before_anything_is_asked() -> None:
    settings = Settings(network="asssk")
    with pytest.raises(DataError, match=r"unknown network `asssk`; nearest: asss"):
        build_definitions(settings, Connections(settings))
