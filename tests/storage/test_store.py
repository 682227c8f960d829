"""Versioned Parquet: one commit per changed year, nothing else touched, nothing ever lost."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from pipelines.storage.store import Store, StoreError
from pipelines.storage.versions import version, versions
from schemas.kostra import ACCOUNTS
from schemas.validation import validate
from tests.storage.facts import accounts, provenance

DATASET = ACCOUNTS.dataset


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "warehouse")


def put(store: Store, invocation: str, year: int, amounts: dict[str, float | None]) -> bool:
    table = validate(ACCOUNTS, accounts(year, amounts), year)
    return store.commit(table, provenance(invocation, **{"statbank/t12367": invocation})).written


def amounts(store: Store, year: int, delta_version: int | None = None) -> list[float | None]:
    return store.read(ACCOUNTS, [year], delta_version=delta_version).column("amount").to_pylist()


def test_equal_content_makes_no_version(store: Store) -> None:
    assert put(store, "monday", 2024, {"242": 1.0, "243": 2.0})
    assert not put(store, "tuesday", 2024, {"243": 2.0, "242": 1.0})
    assert [v.number for v in versions(store, DATASET)] == [1]


def test_a_changed_year_leaves_the_others_alone(store: Store) -> None:
    for year in (2022, 2023, 2024):
        put(store, "first", year, {"242": float(year)})
    put(store, "second", 2023, {"242": 1.0})

    assert [v.years for v in versions(store, DATASET)] == [(2022, 2023, 2024), (2023,)]
    assert [amounts(store, year) for year in (2022, 2023, 2024)] == [[2022.0], [1.0], [2024.0]]
    assert store.years(DATASET) == [2022, 2023, 2024]


def test_what_others_commit_is_seen_at_once(store: Store) -> None:
    other = Store(store.root)
    for amount in range(1, 6):
        put(other, f"day {amount}", 2024, {"242": float(amount)})
        assert amounts(store, 2024) == [amount]
        assert len(store.commits(DATASET)) == amount


def test_a_table_made_anew_in_the_same_place_is_seen(store: Store) -> None:
    put(store, "monday", 2024, {"242": 1.0})
    shutil.rmtree(store.root)
    assert store.commits(DATASET) == []
    put(Store(store.root), "tuesday", 2024, {"242": 2.0})
    assert amounts(store, 2024) == [2.0]
    assert [commit.invocation for commit in store.commits(DATASET)] == ["tuesday"]


def test_an_old_version_can_be_opened(store: Store) -> None:
    put(store, "first", 2024, {"242": 1.0})
    put(store, "second", 2024, {"242": 2.0})

    assert amounts(store, 2024, version(store, DATASET, 1).delta_version) == [1.0]
    with pytest.raises(StoreError, match="versions 1-2, not 3"):
        version(store, DATASET, 3)


def test_the_reason_names_cells_and_inputs(store: Store) -> None:
    put(store, "first", 2024, {"242": 1.0, "243": 2.0})
    put(store, "second", 2024, {"242": 1.0, "243": 2.5})

    first, second = store.commits(DATASET)
    assert first.reason == "first version"
    assert "1 row(s) changed" in second.reason
    assert "243" in second.reason
    assert "amount 2 → 2.5" in second.reason
    assert "statbank/t12367 first → second" in second.reason
    assert second.inputs == {"statbank/t12367": "second"}


def test_null_stays_null(store: Store) -> None:
    put(store, "first", 2024, {"242": None, "243": 0.0, "281": 1.0})

    assert amounts(store, 2024) == [None, 0.0, 1.0]


def test_absent_years_and_datasets_are_errors(store: Store) -> None:
    with pytest.raises(StoreError, match="nothing is stored of kostra/accounts"):
        store.read(ACCOUNTS)
    put(store, "first", 2024, {"242": 1.0})
    with pytest.raises(StoreError, match=r"no rows for 2019, 2020; it holds 2024-2024"):
        store.read(ACCOUNTS, [2019, 2020, 2024])


def test_history_is_never_cleaned_up(store: Store) -> None:
    put(store, "first", 2024, {"242": 1.0})

    configuration = DeltaTable(store.path(DATASET)).metadata().configuration
    assert configuration["delta.enableExpiredLogCleanup"] == "false"


def test_verify_finds_rows_that_are_not_those_committed(store: Store) -> None:
    put(store, "first", 2024, {"242": 1.0})
    assert store.verify(ACCOUNTS) == []
    [data] = Path(store.path(DATASET)).rglob("*.parquet")
    table = pq.ParquetFile(data).read()
    altered = table.set_column(table.column_names.index("amount"), "amount", [[9.0]])
    pq.write_table(altered, data)

    assert store.verify(ACCOUNTS) == ["kostra/accounts 2024"]


def test_writers_of_one_year_do_not_lose_commits(store: Store) -> None:
    put(store, "first", 2024, {"242": 0.0, "243": 1.0})
    with ThreadPoolExecutor(4) as pool:
        written = list(
            pool.map(lambda n: put(store, f"writer {n}", 2024, {"242": n, "243": 1.0}), range(1, 5))
        )

    assert written == [True] * 4
    assert len(store.commits(DATASET)) == 5
    assert store.verify(ACCOUNTS) == []


WRITER = """
import itertools, sys
from pipelines.storage.store import Store
from schemas.kostra import ACCOUNTS
from schemas.validation import validate
from tests.storage.facts import accounts, provenance
store = Store(sys.argv[1])
for n in itertools.count(int(sys.argv[2])):
    frame = accounts(2024, {str(f): float(n) for f in range(100, 400)} | {"400": n + 1.0})
    store.commit(validate(ACCOUNTS, frame, 2024), provenance(f"n{n}"))
    print(n, flush=True)
"""


def test_killed_at_any_moment_no_version_is_lost(store: Store) -> None:
    last = -1
    for moment in (0.003, 0.019):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, store.root, str(last + 1)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(moment)
        os.kill(writer.pid, signal.SIGKILL)
        finished = writer.stdout.readlines()
        last = int(finished[-1]) if finished else last + 1
        writer.wait()
        writer.stdout.close()

        assert store.verify(ACCOUNTS) == []
        held = amounts(store, 2024)
        assert held[0] >= last
        assert len(set(held[:300])) == 1
        last = int(held[0])
