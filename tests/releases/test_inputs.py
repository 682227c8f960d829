"""What was handed in stays at home unless asked for; the pages and files say what is modelled."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from pipelines.lock import Lock, LockedFile, read_lock
from pipelines.releases.frozen import frozen_inputs, is_internal
from pipelines.releases.layout import LOCK, REPORT, data_file, marked, release_name
from pipelines.releases.manifest import ReleaseError
from pipelines.releases.pages import Pages
from pipelines.releases.tables import csv_bytes, csv_differs, parquet_bytes, read_parquet
from pipelines.releases.writer import without_quoted_lines
from pipelines.settings import Settings
from pipelines.storage.archive import Archive, sha256_of
from pipelines.storage.imports import Imports
from tests.releases.releasing import World, catalogue


@pytest.fixture
def lock(released: Path) -> Lock:
    return read_lock(released / LOCK)


@pytest.fixture
def handed_in(world: World, tmp_path: Path, lock: Lock) -> tuple[Settings, Lock]:
    """Settings of a home with a ledger and a register file, and a lock that names them."""
    settings = world.settings.but(home=tmp_path)
    settings.folder.mkdir()
    settings.archive.symlink_to(world.settings.archive)
    files = []
    for folder, kind in ((settings.ledger, "ledger"), (settings.register, "register")):
        held, _ = Imports(folder).add(b"secret", f"{kind}.csv", kind, [kind], {}, None)
        files.append(LockedFile(kind, held.name, held.sha256, (kind,), held.imported_at))
    return settings, replace(lock, files=tuple(files))


def test_files_that_were_handed_in_are_left_out_and_named(handed_in) -> None:
    settings, lock = handed_in
    frozen = frozen_inputs(settings, lock, with_imported=False)

    assert {path.split("/")[1] for path in frozen.files} == {"archive"}
    assert [*frozen.withheld] == ["ledger ledger.csv", "register register.csv"]


def test_files_that_were_handed_in_are_taken_in_when_asked_for(handed_in) -> None:
    settings, lock = handed_in
    frozen = frozen_inputs(settings, lock, with_imported=True)
    objects = [path for path in frozen.files if path.endswith(f"{sha256_of(b'secret')}.gz")]

    assert [path.split("/")[1] for path in objects] == ["ledger", "register"]
    assert frozen.withheld == {}


def test_only_the_answers_the_lock_names_are_frozen(released: Path, lock: Lock) -> None:
    frozen = Archive(released / "inputs" / "archive")
    held = {key: frozen.snapshots(key) for key in frozen.keys()}  # noqa: SIM118 - no mapping
    named = {lock.listing, *lock.klass.values()}
    named |= {sha for table in lock.tables.values() for sha in (table.sha256, table.metadata_sha256) if sha}

    assert frozen.verify() == []
    assert {snapshot.sha256 for snapshots in held.values() for snapshot in snapshots} == named
    assert all(len(snapshots) == 1 for snapshots in held.values())


def test_an_input_that_is_gone_is_told(world: World, lock: Lock) -> None:
    gone = replace(lock, klass={"klass/131/codes": "0" * 64})
    with pytest.raises(ReleaseError, match="no longer holds klass/131/codes 000000000000"):
        frozen_inputs(world.settings, gone, with_imported=False)


def test_lines_of_ledgers_are_internal_also_where_they_are_quoted() -> None:
    table = pa.table({"dataset": ["ledger/entries", "asss/indicators"], "examples": ["line 7: 1 kr", "x"]})

    assert is_internal("ledger/entries")
    assert not is_internal("baerum/director_area_costs")
    assert without_quoted_lines(table).column("examples").to_pylist() == ["", "x"]


def test_sample_is_in_the_name_of_every_file_people_open() -> None:
    assert data_file("asss/indicators", "csv", "sample") == "data/asss/indicators-EKSEMPELTALL.csv"
    assert marked(REPORT, "sample") == "rapport-EKSEMPELTALL.html"
    assert release_name("baerum", 2024, "ab" * 32, "sample") == "baerum-2024-abababababab-EKSEMPELTALL"
    assert marked(REPORT, "ssb") == REPORT


def test_the_report_needs_nothing_else_and_runs_nothing(released: Path) -> None:
    page = (released / REPORT).read_text(encoding="utf-8")

    assert "EKSEMPELTALL" not in page
    assert "Netto driftsutgifter" in page
    assert not any(mark in page for mark in ("<script", "src=", "@import", "url(", "<link"))


def test_modelled_figures_are_said_to_be_and_names_are_escaped(world: World, lock: Lock) -> None:
    names = pd.DataFrame({"slug": ["baerum"], "name": ["<b>Bærum</b>"], "valid_from": [None]})
    settings = world.settings.but(source="sample")
    pages = Pages(settings, 2024, catalogue(), lock, [], {"klass/municipalities": names}, {"x": "<i>"})

    assert "&lt;b&gt;Bærum&lt;/b&gt;" in pages.report()
    assert "<b>" not in pages.report()
    assert "EKSEMPELTALL: modellerte tall, ikke SSBs" in pages.report()
    assert "EKSEMPELTALL: modellerte tall, ikke SSBs" in pages.readme()


def test_csv_tells_null_from_empty_text_and_escapes_formulas(tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": ["=1+1", "", None, 'a "b", c\nd', "-", "ø"],
            "value": [1.0, 0.1, None, 1e21, 1 / 3, -2.5],
            "moment": pa.array([0, 1, None, 3, 4, 5], pa.timestamp("us", tz="UTC")),
        }
    )
    (tmp_path / "t.csv").write_bytes(csv_bytes(table))
    (tmp_path / "t.parquet").write_bytes(parquet_bytes(table, {"said": "so"}))
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()

    assert lines[1:4] == [
        '"\'=1+1",1,"1970-01-01T00:00:00.000000Z"',
        '"",0.1,"1970-01-01T00:00:00.000001Z"',
        ",,",
    ]
    assert csv_differs(read_parquet(tmp_path / "t.parquet"), tmp_path / "t.csv") is None
    (tmp_path / "t.csv").write_text("\n".join(lines).replace("0.3333333333333333", "0.3333333333333334"))
    assert "column value" in str(csv_differs(table, tmp_path / "t.csv"))
