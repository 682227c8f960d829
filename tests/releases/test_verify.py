"""Whatever is altered, added or removed in a release is found, and named."""

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipelines.releases.layout import DATAPACKAGE, LOCK, MANIFEST
from pipelines.releases.manifest import ReleaseError, is_confined, read_manifest
from pipelines.releases.recompute import Figure, is_within, recompute
from tests.releases.releasing import catalogue, forge, problems, reseal

FIGURE = Figure("sos_net_expenditure_per_inhabitant_18_66", "baerum", 2024)


def found(folder: Path) -> list[str]:
    try:
        return problems(folder)
    except ReleaseError as error:
        return str(error).splitlines()


def test_one_altered_byte_in_any_file_is_found_and_the_file_named(copied: Path) -> None:
    for path in sorted(p for p in copied.rglob("*") if p.is_file()):
        whole = path.read_bytes()
        altered = bytearray(whole)
        altered[len(whole) // 3] ^= 1
        path.write_bytes(altered)
        told = found(copied)

        assert len(told) == 1, path
        assert told[0].startswith(f"{path.relative_to(copied).as_posix()}: altered")
        path.write_bytes(whole)
    assert found(copied) == []


@pytest.mark.parametrize("place", [0, 2, -2, -1])
def test_one_altered_byte_anywhere_in_the_manifest_is_found(copied: Path, place: int) -> None:
    altered = bytearray((copied / MANIFEST).read_bytes())
    altered[place] ^= 1
    (copied / MANIFEST).write_bytes(altered)

    assert found(copied)[0].startswith(f"{MANIFEST}: altered")


def test_a_removed_file_is_named(copied: Path) -> None:
    for path in sorted(p for p in copied.rglob("*") if p.is_file()):
        aside = path.rename(copied.parent / "aside")
        told = found(copied)

        assert len(told) == 1
        assert told[0].startswith(f"{path.relative_to(copied).as_posix()}: ")
        aside.rename(path)


@pytest.mark.parametrize("path", ["extra.txt", "data/asss/.hidden", "inputs/archive/objects/zz/x.gz"])
def test_an_added_file_is_named(copied: Path, path: str) -> None:
    (copied / path).parent.mkdir(parents=True, exist_ok=True)
    (copied / path).write_bytes(b"")

    assert f"{path}: not in the manifest; it was added" in found(copied)


def test_an_added_folder_is_named(copied: Path) -> None:
    (copied / "data" / "empty").mkdir()

    assert found(copied) == ["data/empty: not in the manifest; it was added"]


def test_a_link_is_named_whatever_it_points_to(copied: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere.json"
    (copied / DATAPACKAGE).rename(outside)
    (copied / DATAPACKAGE).symlink_to(outside)

    assert found(copied) == [f"{DATAPACKAGE}: a link; a release holds its files itself"]


def test_a_manifest_that_names_files_outside_the_release_is_refused(copied: Path) -> None:
    files = [replaced(entry, path=f"../{entry.path}") for entry in read_manifest(copied).files]
    shutil.copytree(copied, copied.parent, dirs_exist_ok=True)
    reseal(copied, files=tuple(files))

    assert all("is not a path inside the release" in line for line in found(copied)[: len(files)])


@pytest.mark.parametrize("path", ["/etc/x", "../x", "a/../../x", "a//b", "./a", "", "C:/x", "a\\b", "a/"])
def test_paths_are_confined(path: str) -> None:
    assert not is_confined(path)
    assert is_confined("inputs/archive/objects/ab/x.gz")


def test_figures_that_differ_between_csv_and_parquet_are_found(copied: Path) -> None:
    forge(copied, "asss/indicators", one_higher, csv=False)

    [told] = found(copied)
    assert told.startswith("data/asss/indicators.csv: not the figures of data/asss/indicators.parquet: row ")


def test_a_descriptor_that_tells_of_other_columns_is_found(copied: Path) -> None:
    text = (copied / DATAPACKAGE).read_text(encoding="utf-8")
    (copied / DATAPACKAGE).write_text(text.replace('"numerator"', '"teller"'), encoding="utf-8")
    reseal(copied)

    assert any(line.startswith(f"{DATAPACKAGE}: data/asss/indicators") for line in found(copied))


def test_the_profile_is_computed_once_more_from_the_release_alone(copied: Path) -> None:
    outcome = recompute(copied, read_manifest(copied), None, catalogue())

    assert outcome.problems == ()
    assert "baerum/service_profile 2024 and what it rests on" in outcome.done


@pytest.mark.parametrize(
    ("dataset", "year", "compared"),
    [
        ("baerum/service_profile", 2024, True),
        ("baerum/service_profile", 2023, False),
        ("asss/indicators", 2022, True),
        ("asss/indicators", 2021, False),
        ("klass/municipalities", None, True),
    ],
)
def test_the_profile_of_an_earlier_report_is_not_held_against_half_its_years(
    released: Path, dataset: str, year: int | None, compared: bool
) -> None:
    manifest = read_manifest(released)
    longer = [
        replace(entry, parts=tuple(replace(entry.parts[0], partition=str(y)) for y in range(2019, 2025)))
        for entry in manifest.datasets
        if entry.dataset == "asss/indicators"
    ]
    ten_years = replace(manifest, datasets=tuple(longer))

    assert is_within(ten_years, dataset, year, [2022, 2023, 2024]) is compared


def test_a_forged_figure_with_all_its_hashes_is_found_by_computing(copied: Path) -> None:
    forge(copied, "asss/indicators", one_higher, csv=True)
    outcome = recompute(copied, read_manifest(copied), FIGURE, catalogue())

    assert found(copied) == []
    assert outcome.problems[0].startswith(f"{FIGURE.indicator} baerum 2024: ")
    assert "computed once more" in outcome.problems[0]


def test_an_unknown_figure_is_refused_with_the_nearest(copied: Path) -> None:
    unknown = Figure(FIGURE.indicator.replace("net", "nett"), "baerum", 2024)
    with pytest.raises(ReleaseError, match=f"nearest: {FIGURE.indicator}"):
        recompute(copied, read_manifest(copied), unknown, catalogue())


def test_a_manifest_of_another_format_is_refused(copied: Path) -> None:
    reseal(copied, format=2)
    with pytest.raises(ReleaseError, match=f"{MANIFEST}: format 2"):
        read_manifest(copied)
    assert (copied / LOCK).exists()


def replaced(entry, **changes: object):
    from dataclasses import replace  # noqa: PLC0415

    return replace(entry, **changes)


def one_higher(table: pa.Table) -> pa.Table:
    """The figure one higher, and every other as it is."""
    its = pc.and_(
        pc.and_(pc.equal(table["indicator"], FIGURE.indicator), pc.equal(table["year"], FIGURE.year)),
        pc.equal(table["municipality"], FIGURE.municipality),
    )
    higher = pc.if_else(its, pc.add(table["value"], 1.0), table["value"])
    place = table.schema.get_field_index("value")
    return table.set_column(place, table.schema.field("value"), higher)
