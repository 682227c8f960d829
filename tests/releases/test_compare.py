"""What differs between two releases."""

from pathlib import Path

from pipelines.releases.compare import compare
from tests.releases.releasing import World


def test_equal_releases_have_no_difference(released: Path, copied: Path) -> None:
    assert compare(released, copied).empty


def test_a_corrected_figure_is_told_with_what_follows_from_it(
    corrected: tuple[Path, Path], released: Path
) -> None:
    frame = compare(released, corrected[1])
    figures = frame[frame["what"] == "figure"]
    cell = figures[(figures["name"] == "statbank/t12367") & (figures["column"] == "value")]

    assert cell[["partition", "new"]].to_numpy().tolist() == [["2024", "150000"]]
    assert {"kostra/accounts", "asss/indicators", "asss/aggregates", "baerum/service_profile"} <= {
        *figures["name"]
    }
    assert set(figures["partition"]) <= {"2024", "all"}
    assert "table 12367" in set(frame.loc[frame["what"] == "input", "name"])
    assert "code" not in set(frame["what"])


def test_a_release_of_another_year_has_other_partitions(world: World, released: Path, tmp_path: Path) -> None:
    frame = compare(world.release(2023, out=tmp_path).folder, released)
    partitions = frame[frame["what"] == "partition"]

    assert set(partitions["partition"]) == {"2024"}
    assert (partitions["old"] == "").all()
    assert frame.loc[frame["what"] == "setting", ["name", "old", "new"]].to_numpy().tolist() == [
        ["year", "2023", "2024"]
    ]
