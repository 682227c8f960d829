"""The carried-over report is the published one, figure by figure and claim by claim, and holds no hints."""

from pathlib import Path

import pandas as pd
import pytest

from assets.catalogue.loader import DEFAULT_FOLDER
from assets.quality.reconciliation.report import PublishedReport, read_report
from assets.quality.reconciliation.shipped import shipped_reports
from pipelines.register_files import RegisterFiles
from pipelines.settings import Settings
from tests.algebra.facts import WHOLE
from tests.algebra.sample_world import YEARS, municipalities

PLACE = ["table", "indicator", "year", "entity"]
SAID = [
    *("chapter", "table", "indicator", "title", "unit", "year", "entity", "label", "value", "decimals"),
    "adjusted",
]


@pytest.fixture(scope="module")
def carried() -> PublishedReport:
    reports = shipped_reports(WHOLE)
    assert list(reports) == [2024]
    [report] = reports[2024]
    return report


@pytest.mark.recorded
def test_every_figure_and_claim_is_the_published_one(recorded: Path, carried: PublishedReport) -> None:
    published = read_report(recorded / "published")

    assert (carried.name, carried.year, carried.municipality) == ("KOSTRA-rapport 2025", 2024, "baerum")
    for mine, theirs, key, columns in (
        (carried.figures, published.figures, PLACE, SAID),
        (
            carried.statements,
            published.statements,
            ["statement"],
            [*SAID, "section", "quote", "claim_type", "direction", "compared_with", "base_year"],
        ),
    ):
        one, other = (
            frame.sort_values(key)[[*dict.fromkeys([*key, *columns])]].reset_index(drop=True)
            for frame in (mine, theirs)
        )
        pd.testing.assert_frame_equal(one, other)
    assert (len(carried.figures), int(carried.figures["value"].notna().sum())) == (292, 289)
    assert (len(carried.statements), int(carried.statements["value"].notna().sum())) == (78, 44)


@pytest.mark.recorded
def test_no_file_is_a_copy_and_no_hint_came_along(recorded: Path, carried: PublishedReport) -> None:
    theirs = {path.read_bytes() for path in (recorded / "published").iterdir()}
    folder = DEFAULT_FOLDER / "published" / "kostra-rapport-2025"

    assert not theirs & {path.read_bytes() for path in folder.iterdir()}
    assert "note" not in (folder / "claims.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert set(carried.figures["note"]) == set(carried.statements["note"]) == {""}


def test_figures_that_are_imported_too_are_the_same(carried: PublishedReport) -> None:
    """Profiles and series stand in the register file as well, where nothing else gives them."""
    files = RegisterFiles(Settings(), WHOLE)
    held = pd.concat([files.figures(year, municipalities()).frame for year in YEARS])
    units = {name: entry.unit for name, entry in WHOLE.indicators.items()}
    levels = held[held["unit"].astype("str") == held["indicator"].astype("str").map(units)]
    key = ["indicator", "year", "entity"]
    imported = levels.astype(dict.fromkeys(["indicator", "entity"], "str")).set_index(key)["value"]
    printed = carried.figures[carried.figures["table"].str.match("service_profile|ts_")]

    both = printed.drop_duplicates(key).merge(imported.rename("imported"), on=key, how="left")
    assert len(both) > 150
    assert both["value"].equals(both["imported"])
    assert not printed.duplicated([*key, "value"]).all()
