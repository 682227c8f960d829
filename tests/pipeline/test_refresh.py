"""A run asks once, fetches what changed, and versions exactly the years whose content differs."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.standin.table import with_cell
from pipelines.storage.store import Store
from pipelines.storage.versions import versions
from tests.pipeline.worlds import (
    FUNCTION,
    LATER,
    NET_OF_2024,
    PERIOD,
    REGION,
    asked,
    filled,
    run,
    settings_for,
    small_accounts,
    standin,
)

PROFILE = "baerum/service_profile"
CELL = {**NET_OF_2024, REGION: "3024", FUNCTION: "281", PERIOD: "2023"}


@pytest.fixture
def server():
    with standin() as running:
        yield running


def test_nothing_new_asks_once_and_commits_nothing(server, tmp_path: Path) -> None:
    filled(tmp_path)
    before = len(server.requests)
    second = run(server, tmp_path, 2023, 2024)
    store = Store(settings_for(server, tmp_path).warehouse)

    assert second.succeeded
    assert asked(server, before) == [("GET", "/tables")]
    assert second.written == []
    assert [v.years for v in versions(store, PROFILE)] == [(2023, 2024)]


def test_one_changed_cell_moves_its_table_and_year_and_what_shows_them(server, tmp_path: Path) -> None:
    filled(tmp_path)
    before = len(server.requests)
    server.replace_table(with_cell(server.table("12367"), CELL, 150_000.0, updated=LATER))
    report = run(server, tmp_path, 2023)
    store = Store(settings_for(server, tmp_path).warehouse)
    changed = versions(store, "statbank/t12367")[-1]

    assert {path for _, path in asked(server, before)} == {
        "/config",
        "/tables",
        "/tables/12367/metadata",
        "/tables/12367/data",
    }
    assert set(report.written) == {
        "statbank/updates",
        "statbank/t12367 2023",
        "kostra/accounts 2023",
        "asss/indicators 2023",
        "asss/aggregates 2023",
        "baerum/service_profile 2023",
        "baerum/service_profile 2024",
        "quality/revisions 2023",
        "quality/revisions 2024",
        # It tells of the revisions, too.
        "quality/expectations 2023",
        "quality/expectations 2024",
    }
    assert changed.years == (2023,)
    assert "1 row(s) changed" in changed.commits[0].reason
    assert "value 149201 → 150000" in changed.commits[0].reason
    assert "SSB 12367 12367@2025-06-16T06:00:00Z" in changed.commits[0].reason
    assert "12367@2025-09-01T06:00:00Z" in changed.commits[0].reason


def test_a_new_date_on_the_same_figures_is_fetched_but_not_a_version(server, tmp_path: Path) -> None:
    filled(tmp_path)
    before = len(server.requests)
    server.replace_table(replace(server.table("12367"), updated=LATER))
    report = run(server, tmp_path, 2024)

    assert ("POST", "/tables/12367/data") in asked(server, before)
    assert report.written == ["statbank/updates"]


def test_changed_figures_under_an_old_date_are_seen_when_fetched_again(server, tmp_path: Path) -> None:
    filled(tmp_path)
    server.replace_table(with_cell(server.table("12367"), CELL, 150_000.0))
    unseen = run(server, tmp_path, 2023)
    seen = run(server, tmp_path, 2023, refetch=True)

    assert unseen.written == []
    assert "kostra/accounts 2023" in seen.written


def test_a_vanished_code_fails_with_its_name_and_leaves_the_tables(server, tmp_path: Path) -> None:
    filled(tmp_path)
    server.replace_table(replace(small_accounts(), updated=LATER))
    server.faults.switch_on("code_vanished", path="12367", variable=FUNCTION, code="243")
    report = run(server, tmp_path, 2024)
    [failure] = report.failures

    assert failure.dataset == "statbank/t12367"
    assert "243" in failure.message
    assert FUNCTION in failure.message
    assert report.written == ["statbank/updates", "statbank/metadata", "quality/expectations 2024"]
    assert "kostra/accounts 2024" in report.left_out
