"""What differs between two releases."""

from pathlib import Path

from pipelines.releases.compare import compare
from pipelines.releases.manifest import read_manifest
from tests.releases.releasing import reseal


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


def test_what_only_one_of_them_has_is_told(released: Path, copied: Path) -> None:
    datasets = [entry for entry in read_manifest(copied).datasets if entry.dataset != "asss/aggregates"]
    reseal(copied, year=2023, datasets=tuple(datasets))
    frame = compare(copied, released)

    assert frame[["what", "name", "partition"]].to_numpy().tolist()[:2] == [
        ["setting", "year", ""],
        ["partition", "asss/aggregates", "2024"],
    ]
    assert frame.loc[0, ["old", "new"]].tolist() == ["2023", "2024"]
    assert frame.loc[1, "old"] == ""
