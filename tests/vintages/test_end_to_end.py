"""March figures, then June figures that differ in named cells, then a third edition, all over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from pipelines.lock import LockError, read_lock, write_lock
from pipelines.revisions_between import revisions_between
from pipelines.run import run_pipeline
from pipelines.run_report import Report
from pipelines.settings import Settings
from pipelines.standin.sample import sample_table
from pipelines.standin.server import StandinServer
from pipelines.stored import Stored
from tests.cli.shell import Shell
from tests.pipeline.worlds import PERIOD, cut, settings_for, small_accounts, small_catalogue, standin
from tests.vintages.editions import (
    ASKER,
    BAERUM,
    BERGEN,
    MARCH,
    OSLO,
    cell,
    hashes,
    published,
    revised,
    stored,
    value_of,
)

JULY = datetime(2025, 7, 28, 6, tzinfo=UTC)
S2 = "sos_net_expenditure_per_inhabitant_18_66"
S3 = "sos_subsistence_net_expenditure_per_inhabitant_18_66"
S4 = "sos_substance_abuse_net_expenditure_per_inhabitant_18_66"
SELECT = ("+baerum/service_profile", "quality/revisions")


@dataclass
class World:
    """One home, and what was stored after each run."""

    server: StandinServer
    home: Path
    reports: list[Report] = field(default_factory=list)
    stored: list[dict[str, str]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return settings_for(self.server, self.home)

    def run(self, **others: object) -> Report:
        given = self.settings.but(**others)
        with dg.DagsterInstance.ephemeral() as instance:
            years = None if given.offline or given.lock else [2024]
            return run_pipeline(given, years, SELECT, instance=instance, catalogue=small_catalogue())

    def next(self) -> None:
        self.reports.append(self.run())
        self.stored.append(hashes(self.settings))

    def lock(self, number: int) -> Path:
        return self.home / "ssb" / "runs" / self.reports[number].invocation / "inputs.lock.json"

    def revisions(self, **others: object) -> pd.DataFrame:
        return stored(self.server, self.home, "quality/revisions", 2024, **others)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """March, June, and July, in which a figure is withdrawn, a symbol changes, and a table comes again."""
    accounts = published(cut(small_accounts(), {PERIOD: ["2024"]}), MARCH)
    with standin(accounts, sample_table("07459")) as server:
        made = World(server, tmp_path_factory.mktemp("home"))
        made.next()
        revised(server, {(BAERUM, "242", 2024): 116_900.0, (BERGEN, "281", 2024): 400_000.0})
        made.next()
        gone, marked = (OSLO, "273", 2024), (ASKER, "243", 2024)
        figures = {gone: None, marked: value_of(accounts, cell(*marked))}
        revised(server, figures, updated=JULY, symbols={gone: "..", marked: "*"})
        server.replace_table(replace(server.table("07459"), updated=JULY))
        made.next()
        yield made


def cells(frame: pd.DataFrame) -> dict[tuple[str, str], tuple[object, ...]]:
    rows = frame[(frame["level"] == "cell").to_numpy()]
    keys = zip(
        rows["municipality"], rows["cell"].astype("str").str.extract(r"function=(\d+)")[0], strict=True
    )
    said = rows[["old", "new", "old_status", "new_status", "old_vintage_status", "new_vintage_status"]]
    values = (
        tuple(None if pd.isna(v) else v for v in row) for row in said.itertuples(index=False, name=None)
    )
    return dict(zip(keys, values, strict=True))


def moved(frame: pd.DataFrame, level: str = "indicator") -> set[tuple[str, str]]:
    rows = frame[(frame["level"] == level).to_numpy()]
    return set(zip(rows["municipality"].astype("str"), rows["indicators"].astype("str"), strict=True))


JUNE_CELLS = {
    ("baerum", "242"): (116_788.0, 116_900.0, "ok", "ok", "preliminary", "final"),
    ("bergen", "281"): (627_755.0, 400_000.0, "ok", "ok", "preliminary", "final"),
}


@pytest.mark.usefixtures("then")
def test_a_first_edition_revises_nothing(world: World) -> None:
    assert world.reports[0].succeeded
    assert world.reports[0].revised == []
    assert stored(world.server, world.home, "quality/revisions", 2024, as_of=date(2025, 4, 1)).empty


def test_june_shows_exactly_the_named_cells_and_what_they_move(world: World) -> None:
    frame = stored(world.server, world.home, "quality/revisions", 2024)
    frame = frame[(frame["revision"] == 2).to_numpy()]

    assert cells(frame) == JUNE_CELLS
    assert moved(frame) == {
        ("baerum", S2),
        ("bergen", S2),
        ("bergen", S3),
        ("asss_mean", S2),
        ("asss_min", S2),
        ("asss_mean", S3),
    }
    fed = frame.set_index("municipality")["indicators"].astype("str")[frame["level"].to_numpy() == "cell"]
    assert fed.to_dict() == {"baerum": S2, "bergen": f"{S2}, {S3}"}
    assert {who for who, _ in moved(frame, "profile")} == {"baerum"}
    assert {name for _, name in moved(frame, "profile")} == {S2, S3}


def test_the_run_says_what_was_revised(world: World) -> None:
    assert [line.replace("\u00a0", " ") for line in world.reports[1].revised] == [
        "12367 2024: 2 cells (Bærum f242 AGD2 116 788 → 116 900; Bergen f281 AGD2 627 755 → 400 000)",
        "2024: 2 indicators of the profile change at printed decimals (S2, S3)",
    ]


def test_a_third_edition_withdraws_a_figure_and_a_symbol_alone_is_no_revision(world: World) -> None:
    frame = stored(world.server, world.home, "quality/revisions", 2024)
    third = frame[(frame["revision"] == 3).to_numpy()]
    [(where, said)] = cells(third).items()

    assert where == ("oslo", "273")
    assert said[1:] == (None, "ok", "missing", "final", "final")
    assert third["difference"][third["level"].to_numpy() == "cell"].isna().all()
    # Nothing of Bærum's own changes: the mean does, and with it Bærum's profile.
    assert moved(third) == {("oslo", S2), ("asss_mean", S2), ("asss_max", S2)}
    assert ("baerum", S2) in moved(third, "profile")
    assert not any("07459" in str(tables) for tables in frame["tables"])


def test_statuses_turn_from_preliminary_to_final(world: World) -> None:
    now = stored(world.server, world.home, "asss/indicators", 2024)
    assert set(now["vintage_status"].astype("str")) == {"final"}


@pytest.fixture(scope="module")
def then(world: World) -> Report:
    return world.run(offline=True, as_of=date(2025, 4, 1))


def test_as_of_a_date_between_reproduces_march(world: World, then: Report) -> None:
    settings = world.settings.but(as_of=date(2025, 4, 1))
    figures = stored(world.server, world.home, "asss/indicators", 2024, as_of=date(2025, 4, 1))

    assert then.succeeded
    assert hashes(settings) == world.stored[0]
    assert world.stored[0] != world.stored[1] != world.stored[2]
    assert hashes(world.settings) == world.stored[2]
    assert set(figures["vintage_status"].astype("str")) == {"preliminary"}


def test_a_lock_is_replayed_with_equal_hashes(world: World) -> None:
    report = world.run(lock=world.lock(1))

    assert report.succeeded
    assert report.replay_of == world.reports[1].invocation
    assert hashes(world.settings.but(lock=world.lock(1))) == world.stored[1]


def test_a_replay_is_refused_by_another_catalogue_and_told_where_it_differs(
    world: World, tmp_path: Path
) -> None:
    lock, path = read_lock(world.lock(0)), tmp_path / "inputs.lock.json"
    contents = {**lock.contents, "asss/indicators": {"2024": "0" * 64}}
    write_lock(path, replace(lock, contents=contents, catalogue_sha256="f" * 64))

    with pytest.raises(LockError, match=r"catalogue: ffffffffffff in the lock, .* here(?s:.*)--lock-anyway"):
        world.run(lock=path)
    [failure] = world.run(lock=path, lock_anyway=True).failures
    assert (failure.dataset, failure.year) == ("asss/indicators", 2024)
    assert "the lock has content 000000000000; the replay made" in failure.message
    assert hashes(world.settings.but(lock=path)) == world.stored[0]


def test_a_lock_of_what_is_not_here_is_refused(world: World, tmp_path: Path) -> None:
    record = json.loads(world.lock(0).read_text(encoding="utf-8"))
    record["tables"]["12367"]["sha256"] = "0" * 64
    record["files"] = [{**EMPTY, "name": "hr.csv", "sha256": "1" * 64}]
    path = tmp_path / "inputs.lock.json"
    path.write_text(json.dumps(record), encoding="utf-8")

    with pytest.raises(LockError, match=r"table 12367: edition 12367@2025-03-15") as refused:
        world.run(lock=path)
    assert "register file hr.csv (111111111111)" in str(refused.value)


EMPTY = {"kind": "register", "stands_for": [], "imported_at": "2025-01-01T00:00:00+00:00"}


def between(world: World, first: str, last: str) -> pd.DataFrame:
    return revisions_between(Stored(world.settings, small_catalogue()), first, last, None, None)


def test_any_two_dates_or_editions_are_compared(world: World) -> None:
    by_date = between(world, "2025-04-01", "2025-12-31")
    vintages = [read_lock(world.lock(number)).tables["12367"].vintage_id for number in (0, 1, 2)]
    first, second, third = (str(vintage) for vintage in vintages)

    assert cells(between(world, first, second)) == JUNE_CELLS
    assert cells(between(world, second, third)).keys() == {("oslo", "273")}
    assert cells(by_date).keys() == {*JUNE_CELLS, ("oslo", "273")}
    assert cells(between(world, third, first))[("baerum", "242")][:2] == (116_900.0, 116_788.0)
    assert ("asss_mean", S3) in moved(by_date)
    assert between(world, "2025-04-01", "2025-05-01").empty
    assert S4 not in {name for _, name in moved(by_date)}


@pytest.fixture(scope="module")
def shell(world: World) -> Shell:
    return Shell(world.home, world.server.statbank_url, world.server.klass_url)


def test_revisions_as_people_and_machines_read_them(shell: Shell) -> None:
    rows = shell.rows("revisions", "--year", "2024", "--table", "12367")
    told = shell("revisions").stdout.replace("\u00a0", " ")
    net = json.loads(shell("revisions", "--from", "2025-04-01", "--to", "2025-07-01", "--json").stdout)

    assert {(r["municipality"], r["new"]) for r in rows if r["level"] == "cell"} == {
        ("baerum", "116900"),
        ("bergen", "400000"),
        ("oslo", ""),
    }
    assert "foreløpig → endelig" in told
    assert "116 788" in told
    assert "mangler" in told
    assert {r["municipality"] for r in net if r["level"] == "cell"} == {"baerum", "bergen"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "2025-04-01"), "belong together"),
        (("--from", "2025-04-01", "--to", "12367@2025-06"), "two vintages of one table, or two dates"),
        (("--from", "april", "--to", "mai"), "neither a date"),
        (("--table", "1236"), "no table '1236'"),
        (("--year", "2019"), "no year of quality/revisions is stored for 2019"),
    ],
)
def test_revisions_that_cannot_be_asked_for(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    assert said in shell("revisions", *arguments, expect=2).stderr


def test_an_edition_that_is_not_archived_is_told_with_those_that_are(shell: Shell) -> None:
    told = shell("revisions", "--from", "12367@2020", "--to", "12367@2025-06", expect=1).stderr

    assert "no archived edition of table 12367 named 12367@2020" in told
    assert "12367@2025-03-15T07:00:00Z#" in told


def test_the_difference_between_two_versions(shell: Shell) -> None:
    newest = shell.rows("diff", "asss/aggregates", "--year", "2024")
    whole = shell("diff", "statbank/t12367", "--from", "1", "--to", "2")

    assert {r["column"] for r in newest if (r["network"], r["indicator"]) == ("asss", S2)} >= {"mean", "max"}
    assert "row(s) changed" in whole.stderr
    assert "no version before version 1" in shell("diff", "klass/municipalities", expect=1).stderr
    assert "has versions 1-3, not 9" in shell("diff", "statbank/t12367", "--to", "9", expect=1).stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "add --source archive"),
        (("--source", "archive", "--as-of", "2025-04-01"), "leave out --as-of"),
        (("--source", "archive", "--years", "2024"), "leave out --years and --select"),
    ],
)
def test_a_lock_leaves_no_choice(world: World, shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    assert said in shell("run", "--lock", str(world.lock(0)), *arguments, expect=2).stderr
