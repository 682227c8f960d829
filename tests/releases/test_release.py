"""What a release holds, and that it holds the same whenever it is made of the same."""

import json
import re
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pyarrow.csv as pacsv
import pytest

from pipelines.lock import read_lock
from pipelines.releases.layout import DATAPACKAGE, LOCK, MANIFEST, README, REPORT
from pipelines.releases.manifest import ReleaseError, read_manifest
from pipelines.releases.replay import replayed_settings
from pipelines.releases.selected import selection_of
from pipelines.releases.staging import Staging
from pipelines.releases.tables import read_parquet
from pipelines.run_report import reports
from pipelines.storage.store import Store
from schemas.registry import datasets_of
from tests.releases.releasing import World, catalogue, contents, problems

PROFILE = "baerum/service_profile"


def test_a_release_holds_the_figures_their_inputs_and_the_proof(world: World, released: Path) -> None:
    manifest = read_manifest(released)
    [run] = reports(world.settings)

    assert {path.name for path in released.iterdir()} == {
        "data", "inputs", DATAPACKAGE, LOCK, MANIFEST, README, REPORT
    }  # fmt: skip
    assert re.fullmatch(r"baerum-2024-[0-9a-f]{12}", released.name)
    assert (released / LOCK).read_bytes() == (
        world.settings.folder / "runs" / run.invocation / LOCK
    ).read_bytes()
    assert {entry.path for entry in manifest.files} == {*contents(released)}
    assert problems(released) == []


def test_every_dataset_is_there_as_stored_with_the_year_as_a_column(world: World, released: Path) -> None:
    store = Store(world.settings.warehouse)
    for entry in read_manifest(released).datasets:
        table = read_parquet(released / entry.parquet)
        stored = {c.partition: c.content_sha256 for c in store.commits(entry.dataset)}

        assert {part.partition: part.content_sha256 for part in entry.parts} == stored
        assert "year" in table.column_names or [*stored] == ["all"]
        assert pacsv.read_csv(released / entry.csv).num_rows == table.num_rows
    assert PROFILE in {entry.dataset for entry in read_manifest(released).datasets}


def test_the_descriptor_tells_of_every_file_of_figures(released: Path) -> None:
    resources = json.loads((released / DATAPACKAGE).read_bytes())["resources"]
    manifest = read_manifest(released)

    assert sorted(r["path"] for r in resources) == sorted(
        path for entry in manifest.datasets for path in (entry.parquet, entry.csv)
    )
    assert all(field["description"] for r in resources for field in r["schema"]["fields"])


def test_made_again_it_is_the_same_to_the_byte_but_for_the_moment(
    world: World, released: Path, tmp_path: Path
) -> None:
    again = world.release(out=tmp_path)
    one, other = read_manifest(released), again.manifest

    assert again.new
    assert contents(again.folder) == contents(released)
    assert (one.name, one.content_sha256, one.tree_sha256) == (
        other.name, other.content_sha256, other.tree_sha256
    )  # fmt: skip
    once_more = world.release(out=tmp_path)
    assert not once_more.new
    assert read_manifest(once_more.folder).created_at == other.created_at


def test_two_replays_of_a_lock_give_the_same_release(world: World, released: Path, tmp_path: Path) -> None:
    lock = released / LOCK
    with dg.DagsterInstance.ephemeral() as instance:
        settings = replayed_settings(world.settings, lock, catalogue=catalogue(), instance=instance)
    folders = [world.release(settings=settings, out=tmp_path / name).folder for name in ("one", "other")]

    assert contents(folders[0]) == contents(folders[1])
    assert read_manifest(folders[0]).content_sha256 == read_manifest(released).content_sha256
    assert (folders[0] / LOCK).read_bytes() == lock.read_bytes()


def test_a_year_that_is_not_held_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"no report year 2019 .* holds 2024"):
        world.release(2019, out=tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_a_release_of_an_earlier_year_has_no_later_figures(world: World, released: Path) -> None:
    parts = {"klass/municipalities": {"all": ""}, "asss/indicators": {"2023": "", "2024": ""}}
    lock = replace(read_lock(released / LOCK), contents=parts, read={"asss/indicators": {"2022": ""}})
    datasets = datasets_of(catalogue(), world.settings.municipality)

    assert selection_of(lock, datasets, 2023) == {
        "klass/municipalities": ["all"],
        "asss/indicators": ["2022", "2023"],
    }


def test_what_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Staging(tmp_path) as staging:
        staging.put("data/a.csv", b"1")
        assert len([*tmp_path.rglob("a.csv")]) == 1
        raise KeyboardInterrupt

    assert [*tmp_path.iterdir()] == []


def test_another_release_of_the_same_name_is_left_as_it_is(
    world: World, copied: Path, tmp_path: Path
) -> None:
    (copied / README).write_text("mine\n")
    (copied / MANIFEST).unlink()
    with pytest.raises(ReleaseError, match="MANIFEST"):
        world.release(out=tmp_path)

    assert (copied / README).read_text() == "mine\n"
    assert [path.name for path in tmp_path.iterdir()] == [copied.name]
