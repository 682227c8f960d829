"""Importing register files: nothing unless all is right, nothing replaced without a reason, nothing lost."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipelines.register_files import HeldFile, RegisterFiles
from pipelines.register_import import Outcome, import_register
from pipelines.run import verify_archive
from pipelines.settings import Settings
from pipelines.storage.archive import ArchiveError
from pipelines.storage.imports import Imports
from tests.register.files import P13E, ROWS, S19, catalogue, row, table, workbook

NO_MUNICIPALITIES = pd.DataFrame({"slug": ["halden"], "name": ["Halden"], "valid_from": [date(1838, 1, 1)]})


class Home:
    """A home with a catalogue that ships no figures."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings().but(home=folder / "home")
        self.catalogue = replace(catalogue(), registers={})

    def hand_in(
        self,
        rows: tuple[tuple[object, ...], ...] | bytes,
        reason: str | None = None,
        name: str = "tall.csv",
        **more: bool,
    ) -> Outcome:
        path = self.folder / name
        path.write_bytes(rows if isinstance(rows, bytes) else table(rows).encode())
        return import_register(path, self.settings, self.catalogue, reason, **more)

    @property
    def files(self) -> RegisterFiles:
        return RegisterFiles(self.settings, self.catalogue)

    def held(self) -> list[HeldFile]:
        return self.files.held(None)

    def figures(self, year: int = 2024) -> dict[tuple[str, str], float]:
        frame = self.files.figures(year, NO_MUNICIPALITIES).frame
        return dict(zip(zip(frame["indicator"], frame["entity"], strict=True), frame["value"], strict=True))

    def inputs(self, year: int = 2024) -> dict[str, str]:
        return dict(self.files.figures(year, NO_MUNICIPALITIES).inputs)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_an_imported_file_is_kept_as_it_is_and_read_from_then_on(home: Home) -> None:
    outcome = home.hand_in(ROWS)

    assert outcome.written
    assert (len(outcome.figures), outcome.new, len(outcome.changed)) == (7, 7, 0)
    assert home.figures(2023) == {(S19, "baerum"): 8.6}
    [imported] = Imports(home.settings.register).all()
    assert Imports(home.settings.register).content(imported) == table(ROWS).encode()
    assert imported.name == "tall.csv"


def test_nothing_is_imported_when_anything_is_wrong(home: Home) -> None:
    outcome = home.hand_in((*ROWS, row(entity="Bærrum")))

    assert outcome.imported is None
    assert outcome.findings.counts == {"entity": 1}
    assert Imports(home.settings.register).all() == []


def test_a_check_writes_nothing(home: Home) -> None:
    outcome = home.hand_in(ROWS, only_check=True)

    assert (outcome.new, outcome.imported) == (7, None)
    assert not home.settings.register.exists()


def test_the_same_file_again_is_nothing_new(home: Home) -> None:
    home.hand_in(ROWS)
    again = home.hand_in(ROWS)

    assert (again.written, again.new) == (False, 0)
    assert again.imported is not None
    assert len(home.held()) == 1


def test_the_same_figures_in_another_file_are_taken(home: Home) -> None:
    home.hand_in(ROWS)
    other = home.hand_in(workbook(), name="tall.xlsx")

    assert other.written
    assert [held.name for held in home.held()] == ["tall.csv", "tall.xlsx"]
    assert [held.reason for held in home.held()] == [None, None]


def test_another_value_is_refused_without_a_reason(home: Home) -> None:
    home.hand_in(ROWS)
    outcome = home.hand_in((row(value="8.5"), row(year=2022, value="8.34")), name="ny.csv")

    assert outcome.imported is None
    assert outcome.findings.counts == {"held": 1}
    assert "8.01, as held from tall.csv" in outcome.findings.told()[0]
    assert home.figures()[S19, "baerum"] == 8.01
    assert home.figures(2022) == {}


def test_with_a_reason_the_newer_one_wins_and_the_reason_is_kept(home: Home) -> None:
    home.hand_in(ROWS)
    outcome = home.hand_in((row(value="8.5"),), "rettet av HR", name="ny.csv")

    assert outcome.written
    assert outcome.changed["value_held"].tolist() == [8.01]
    assert home.figures()[S19, "baerum"] == 8.5
    assert home.figures()[S19, "asss_mean"] == 9.46
    assert [held.reason for held in home.held()] == [None, "rettet av HR"]
    assert home.inputs()["register ny.csv"].endswith(" (rettet av HR)")
    assert set(home.inputs()) == {"register tall.csv", "register ny.csv"}


def test_a_reason_without_a_change_is_not_kept(home: Home) -> None:
    home.hand_in(ROWS, "til sikkerhet")

    assert [held.reason for held in home.held()] == [None]


def test_going_back_to_an_earlier_file_needs_a_reason_and_is_a_new_import(home: Home) -> None:
    first, second = (row(value="8.2"),), (row(value="8.5"),)
    home.hand_in(first)
    home.hand_in(second, "rettet", name="ny.csv")
    assert home.hand_in(first).findings.counts == {"held": 1}

    assert home.hand_in(first, "rettingen var feil").written
    assert home.figures()[S19, "baerum"] == 8.2
    assert [held.reason for held in home.held()] == [None, "rettet", "rettingen var feil"]


def test_figures_that_ship_are_held_too(home: Home) -> None:
    home.catalogue = replace(home.catalogue, registers={"rapport.csv": table(ROWS).encode()})

    assert home.hand_in((row(value="8.5"),)).findings.counts == {"held": 1}
    assert home.hand_in((row(value="8.5"),), "endelige tall").written
    assert home.figures()[S19, "baerum"] == 8.5
    assert [held.name for held in home.held()] == ["rapport.csv", "tall.csv"]


def test_a_network_s_figures_are_held_against_what_is_held(home: Home) -> None:
    home.hand_in((row(entity="ASSS min", value="8.01"),))

    assert home.hand_in((row(value="7.5"),), name="ny.csv").findings.counts == {"order": 1}


def test_suppressed_figures_are_told(home: Home) -> None:
    outcome = home.hand_in((row(P13E, unit="NOK", value=":"), row(value="3.0")), name="iplos.csv")
    header = ("numerator_persons", "denominator_persons")
    counted = table(
        [(*row(year=2020, value="3.0"), 3, 100)], (*table(()).strip().split(","), *header)
    ).encode()

    told = home.hand_in(counted, name="hr.csv").findings.warnings

    assert outcome.findings.warnings == []
    assert [(w.line, w.allowed) for w in told] == [(2, "suppressed: fewer than 5 persons in the numerator")]


def test_a_run_as_of_a_date_knows_only_what_was_published(home: Home) -> None:
    home.hand_in((row(source_date="2025-03-15", vintage_status="preliminary"),))
    home.hand_in((row(value="8.1", source_date="2025-06-20"),), "endelige tall", name="ny.csv")
    home.settings = home.settings.but(as_of=date(2025, 4, 1))

    assert home.figures() == {(S19, "baerum"): 8.01}


def test_a_damaged_file_stops_the_reading_and_is_named(home: Home) -> None:
    home.hand_in(ROWS)
    [kept] = (home.settings.register / "objects").rglob("*.gz")
    kept.write_bytes(kept.read_bytes()[:-9] + b"x" * 9)

    with pytest.raises(ArchiveError, match=kept.name):
        home.held()
    with pytest.raises(ArchiveError, match=kept.name):
        verify_archive(home.settings)


def test_homes_of_different_sources_hold_their_own(home: Home) -> None:
    home.hand_in(ROWS)
    home.settings = home.settings.but(source="ssb")

    assert home.held() == []


def test_a_municipality_outside_the_networks_is_known_from_klass(home: Home) -> None:
    names = home.files.vocabulary(NO_MUNICIPALITIES).entities

    assert names.resolve("Halden") == "halden"
    assert home.hand_in((row(entity="Halden"),)).findings.counts == {"entity": 1}  # no run yet


def test_the_sidecar_says_what_the_file_stands_for(home: Home) -> None:
    home.hand_in((row(),))
    home.hand_in((row(value="9"),), "ny avtale", name="ny.csv")
    sidecars = sorted((home.settings.register / "imports").glob("*.json"))
    last = json.loads(sidecars[-1].read_text(encoding="utf-8"))

    assert len(sidecars) == 2
    assert last["slots"] == [f"2024 {S19} baerum percent"]
    assert last["facts"] == {"replaces": "ny avtale"}
