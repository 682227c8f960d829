"""When something is wrong, the last good tables stay, and the message says what and where."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from assets.catalogue.loader import load_catalogue
from pipelines.cli.main import main
from pipelines.standin.sample import sample_table
from pipelines.standin.table import with_cell
from pipelines.statbank.errors import StatbankError
from pipelines.storage.archive import Archive, ArchiveError
from pipelines.storage.store import Store
from schemas.registry import datasets_of
from tests.pipeline.worlds import (
    LATER,
    filled,
    run,
    settings_for,
    small_accounts,
    standin,
)

POPULATION_CELL = {"Region": "3201", "Kjonn": "1", "Alder": "030", "ContentsCode": "Personer1", "Tid": "2025"}


@pytest.fixture
def server():
    with standin() as running:
        yield running


def commits(server, home: Path, dataset: str) -> int:
    return len(Store(settings_for(server, home).warehouse).commits(dataset))


def test_a_bad_year_stops_before_the_store_and_shows_its_rows(server, tmp_path: Path) -> None:
    filled(tmp_path)
    before = commits(server, tmp_path, "statbank/t07459")
    server.replace_table(with_cell(server.table("07459"), POPULATION_CELL, -7.0, updated=LATER))
    report = run(server, tmp_path, 2024)
    [failure] = report.failures

    assert (failure.dataset, failure.year) == ("statbank/t07459", 2024)
    assert "a count of persons is not negative" in failure.message
    assert "region=3201" in failure.message
    assert "age=030" in failure.message
    assert commits(server, tmp_path, "statbank/t07459") == before
    assert set(report.left_out) == {
        f"{dataset} 2024"
        for dataset in (
            "kostra/population",
            "asss/indicators",
            "asss/aggregates",
            "baerum/service_profile",
            "baerum/time_series",
            "baerum/efficiency",
        )
    }


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_year_of_zeros_or_dots_is_not_a_year_of_figures(server, tmp_path: Path, value: float) -> None:
    filled(tmp_path)
    before = commits(server, tmp_path, "statbank/t12367")
    table = server.table("12367")
    values = table.values.copy()
    values[..., table.time.codes.index("2024")] = value
    symbols = dict.fromkeys(map(int, np.flatnonzero(np.isnan(values))), ".")
    server.replace_table(replace(table, values=values, symbols=symbols, updated=LATER))
    report = run(server, tmp_path, 2024)

    assert "at least one `value` in the year is filled and not 0" in report.failures[0].message
    assert commits(server, tmp_path, "statbank/t12367") == before


def test_a_table_that_is_gone_fails_alone(tmp_path: Path) -> None:
    with standin(small_accounts()) as server:
        report = run(server, tmp_path, 2024)

    assert [failure.dataset for failure in report.failures] == ["statbank/t07459"]
    assert "07459: SSB does not list it" in report.failures[0].message
    assert "kostra/accounts 2024" in report.written


def test_a_year_ssb_does_not_have_is_an_error_when_asked_for_and_left_out_when_not(tmp_path: Path) -> None:
    accounts = small_accounts()
    short = replace(
        accounts,
        dimensions=(*accounts.dimensions[:-1], _last_years(accounts.time, 1)),
        values=accounts.values[..., -1:].copy(),
        symbols={},
    )
    marked = replace(short, symbols=dict.fromkeys(map(int, np.flatnonzero(np.isnan(short.values))), "."))
    with standin(marked, sample_table("07459")) as server:
        asked = run(server, tmp_path, 2022)
        free = run(server, tmp_path)

    assert [(f.dataset, f.year) for f in asked.failures] == [("statbank/t12367", 2022)]
    assert "no figures for 2022; it offers 2024" in asked.failures[0].message
    assert free.years == [2024]
    assert free.succeeded


def _last_years(dimension, number: int):
    return replace(dimension, codes=dimension.codes[-number:], labels=dimension.labels[-number:])


def test_one_flipped_byte_in_the_archive_stops_the_run(server, tmp_path: Path) -> None:
    filled(tmp_path)
    body = min((tmp_path / "ssb" / "archive" / "objects").rglob("*.gz"))
    content = bytearray(body.read_bytes())
    content[len(content) // 2] ^= 0x10
    body.write_bytes(bytes(content))

    with pytest.raises(ArchiveError, match=body.name):
        run(server, tmp_path, 2024)
    settings = settings_for(server, tmp_path)
    said = CliRunner().invoke(
        main,
        ["run", "--source", "ssb", "--home", str(tmp_path), "--statbank-url", settings.statbank_url,
         "--klass-url", settings.klass_url],
    )  # fmt: skip
    assert said.exit_code == 1
    assert body.name in said.stderr


def test_unsettled_hours_are_refused_before_anything_is_stored(server, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("pipelines.connections.refuse_unsettled", _always_unsettled)
    report = run(server, tmp_path, 2024, quiet_hours="on")

    assert "05:00" in report.failures[0].message
    assert not [name for name in report.written if name.startswith(("statbank/", "kostra/", "asss/"))]
    assert not any((tmp_path / "ssb" / "archive" / "snapshots").glob("statbank/**/*.json"))


def _always_unsettled(_at, *, what: str) -> None:
    raise StatbankError(f"{what}: it is between 05:00 and 08:15")


RUNNER = """
import sys
from pathlib import Path
from tests.pipeline.worlds import run, standin
with standin() as server:
    print("go", flush=True)
    for _ in range(3):
        run(server, Path(sys.argv[1]), 2024)
"""


def test_killed_in_the_middle_the_next_run_is_whole(tmp_path: Path) -> None:
    victim = subprocess.Popen([sys.executable, "-c", RUNNER, str(tmp_path)], stdout=subprocess.PIPE)
    assert victim.stdout is not None
    victim.stdout.readline()
    time.sleep(1.3)
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    victim.stdout.close()
    with standin() as server:
        report = run(server, tmp_path, 2024)
        settings = settings_for(server, tmp_path)
    store = Store(settings.warehouse)

    assert report.succeeded
    assert Archive(settings.archive).verify() == []
    datasets = datasets_of(load_catalogue(), "baerum")
    assert [line for name in datasets for line in store.verify(datasets[name])] == []
