"""What a run may use: as of a date what was published and held then, by a lock exactly what it names."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.known import Known, known_to
from pipelines.lock import Lock, LockedFile, LockedTable, LockError, read_lock, write_lock
from pipelines.run_lock import years_of, years_then
from pipelines.settings import Settings, SettingsError
from pipelines.storage.archive import Part, Snapshot
from pipelines.storage.imports import Imported
from pipelines.storage.store import Store

DAY = date(2025, 4, 1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def snapshot(name: str, retrieved: str, updated: str = "") -> Snapshot:
    part = Part(name, "", "", "GET", "", None, {}, retrieved)
    facts = {"updated": f"{updated}T07:00:00Z", "listed_updated": f"{updated}T07:00:00Z"}
    return Snapshot("statbank/t12367/data", moment(retrieved), (part,), facts)


def imported(name: str, at: str, kind: str = "ledger") -> Imported:
    return Imported(name, "", name, kind, ("ledger 2024",), {}, moment(at).isoformat(), None)


LOCK = Lock(
    invocation="run-1",
    started_at="2025-03-16T03:00:00+00:00",
    finished_at="2025-03-16T03:01:00+00:00",
    source="ssb",
    municipality="baerum",
    network="asss",
    years=(2024,),
    select=(),
    as_of=None,
    register_by=None,
    replay_of=None,
    catalogue_sha256="c",
    code_version="0.1.0",
    code_sha256="d",
    requirements_lock_sha256=None,
    listing="list",
    tables={
        "12367": LockedTable("2025-03-15T07:00:00Z", "meta", "12367@2025-03-15T07:00:00Z#march", "march")
    },
    klass={"klass/131/codes": "codes"},
    files=(
        LockedFile("register", "rapport.csv", "r", ("catalogue",)),
        LockedFile("ledger", "a", "a", ("ledger 2024",), moment("2025-03-01").isoformat()),
    ),
    contents={"asss/indicators": {"2024": "h"}},
    read={"asss/indicators": {"2022": "g"}, "klass/municipalities": {"all": "k"}},
)
MARCH, APRIL, JUNE = (
    snapshot("march", "2025-03-16", "2025-03-15"),
    snapshot("march again", "2025-05-02", "2025-03-15"),
    snapshot("june", "2025-06-15", "2025-06-15"),
)


def chosen(known: Known, *snapshots: Snapshot) -> str | None:
    found = known.edition("12367", snapshots)
    return found.sha256 if found else None


def test_the_newest_edition_published_by_the_date_as_it_was_held_then() -> None:
    then = Known(published_by=DAY, held_by=moment("2025-04-01T23:59:59"))

    assert chosen(Known(), MARCH, APRIL, JUNE) == "june"
    assert chosen(then, MARCH, APRIL, JUNE) == "march"
    assert chosen(then, APRIL, JUNE) == "march again"
    assert chosen(then, JUNE) is None
    assert chosen(Known(published_by=date(2025, 6, 15)), MARCH, JUNE) == "june"


def test_klass_is_the_last_answer_held_then_or_the_first_there_is() -> None:
    then = Known(published_by=DAY, held_by=moment("2025-04-01T23:59:59"))

    for held, expected in (((MARCH, APRIL), "march"), ((APRIL, JUNE), "march again")):
        found = then.klass("klass/131/codes", held)
        assert found is not None
        assert found.sha256 == expected
    assert then.klass("klass/131/codes", ()) is None


def test_files_handed_in_later_do_not_count_and_register_files_by_when_they_were_published() -> None:
    without_run = Known(published_by=DAY, held_by=moment("2025-04-01T23:59:59"), register_by=DAY)
    with_run = Known(published_by=DAY, held_by=LOCK.finished, run=LOCK)

    assert [without_run.counts(imported("a", at)) for at in ("2025-03-31", "2025-04-02")] == [True, False]
    assert without_run.counts(imported("a", "2025-09-01", "register"))
    assert not with_run.counts(imported("a", "2025-09-01", "register"))
    assert with_run.ships("rapport.csv")
    assert not with_run.ships("ny.csv")
    assert Known().ships("ny.csv")


def test_a_lock_names_everything() -> None:
    known = Known(lock=LOCK)

    assert chosen(known, MARCH, APRIL, JUNE) == "march"
    assert chosen(known, JUNE) is None
    assert known.counts(imported("a", "2025-03-01"))
    assert not known.counts(imported("a", "2025-03-02"))
    assert not known.counts(imported("b", "2025-03-01"))
    assert known.klass("klass/131/codes", (MARCH,)) is None


def hold(home: Path, *locks: Lock) -> Settings:
    for lock in locks:
        write_lock(home / "ssb" / "runs" / lock.invocation / "inputs.lock.json", lock)
    return Settings(home=home, source="ssb", offline=True, as_of=DAY)


def test_the_state_is_that_of_the_last_run_of_the_time(tmp_path: Path) -> None:
    later = replace(LOCK, invocation="run-2", finished_at="2025-03-20T03:00:00+00:00")
    june = replace(LOCK, invocation="run-3", finished_at="2025-06-16T03:00:00+00:00")
    settings = hold(tmp_path, LOCK, later, june)
    known = known_to(settings)

    assert known.run is not None
    assert (known.run.invocation, known.held_by) == ("run-2", later.finished)
    assert known.register_by is None


def test_an_archive_that_is_younger_shows_its_first_state(tmp_path: Path) -> None:
    march = replace(LOCK, finished_at="2026-01-01T03:00:00+00:00")
    table = LockedTable("2025-06-15T06:00:00Z", "meta", "12367@2025-06-15T06:00:00Z#june", "june")
    june = replace(
        march, invocation="run-2", finished_at="2026-01-02T03:00:00+00:00", tables={"12367": table}
    )
    replay = replace(march, invocation="run-3", finished_at="2026-01-03T03:00:00+00:00", replay_of="run-1")
    known = known_to(hold(tmp_path, march, june, replay))

    assert known.run == march
    assert known_to(hold(tmp_path / "other", june)) == Known(
        published_by=DAY, held_by=datetime(2025, 4, 1, 23, 59, 59, 999999, tzinfo=UTC), register_by=DAY
    )


def test_years_as_of_a_date_are_those_asked_for_with_what_their_reports_showed(tmp_path: Path) -> None:
    nobody = Store(tmp_path)

    assert years_of(LOCK) == [2022, 2024]
    assert years_then(Known(), nobody, None) is None
    assert years_then(Known(), nobody, [2024]) == [2024]
    assert years_then(Known(published_by=DAY, run=LOCK), nobody, None) is None
    assert years_then(Known(published_by=DAY, run=LOCK), nobody, [2024]) == [2024]


def test_a_lock_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "inputs.lock.json"
    write_lock(path, LOCK)

    assert read_lock(path) == LOCK
    assert LOCK.inputs == {
        "12367": "12367@2025-03-15T07:00:00Z#march",
        "register rapport.csv": "r",
        "ledger a": "a",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not a lock"),
        ("[]", "is not a lock of format 1"),
        ('{"lock_format": 2}', "is not a lock of format 1"),
        ('{"lock_format": 1, "source": "ssb"}', "is not a whole lock: .*catalogue_sha256"),
    ],
)
def test_what_is_no_lock_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "inputs.lock.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(LockError, match=said):
        read_lock(path)
    with pytest.raises(LockError, match="cannot be read"):
        read_lock(tmp_path / "none.json")
    with pytest.raises(SettingsError, match="cannot be read"):
        _ = Settings(home=tmp_path, lock=tmp_path / "none.json").warehouse
