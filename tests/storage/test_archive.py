"""The raw archive: as served, append-only, and never believed when a byte has moved."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.storage.archive import Archive, ArchiveError
from pipelines.storage.files import sweep
from tests.storage.answers import MOMENT, answer

KEY = "statbank/t12367"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 0x01
    path.write_bytes(bytes(content))


def test_what_was_served_comes_back(archive: Archive) -> None:
    snapshot = archive.store(
        KEY, [answer(b'{"a": 1}'), answer(b'{"b": 2}')], {"updated": "2025-06-16T06:00:00Z"}
    )

    assert archive.bodies(snapshot) == [b'{"a": 1}', b'{"b": 2}']
    assert archive.snapshots(KEY) == [snapshot]
    assert archive.keys() == [KEY]
    assert archive.verify() == []


def test_sidecar_tells_request_licence_and_time(archive: Archive) -> None:
    snapshot = archive.store(KEY, [answer(b"{}")], {})
    [sidecar] = (archive.root / "objects").rglob("*.json")
    record = json.loads(sidecar.read_text(encoding="utf-8"))

    assert record["request_body"] == '{"selection": []}'
    assert record["url"].endswith("/tables/12367/data")
    assert record["retrieved_at"] == MOMENT.isoformat()
    assert "CC BY 4.0" in record["licence"]
    assert record["sha256"] == snapshot.parts[0].sha256


def test_equal_bodies_are_kept_once(archive: Archive) -> None:
    first = archive.store(KEY, [answer(b"{}")], {})
    later = archive.store(KEY, [replace(answer(b"{}"), retrieved_at=MOMENT + timedelta(days=1))], {})

    assert len(list((archive.root / "objects").rglob("*.gz"))) == 1
    assert [s.retrieved_at for s in archive.snapshots(KEY)] == [first.retrieved_at, later.retrieved_at]


def test_latest_is_the_newest_that_is_wanted(archive: Archive) -> None:
    march = archive.store(KEY, [answer(b'{"v": 1}')], {"updated": "2025-03-17"})
    later = replace(answer(b'{"v": 2}'), retrieved_at=MOMENT + timedelta(days=90))
    june = archive.store(KEY, [later], {"updated": "2025-06-16"})

    assert archive.latest(KEY) == june
    assert archive.latest(KEY, lambda s: s.facts["updated"] < "2025-04-01") == march
    assert archive.latest(KEY, lambda s: s.facts["updated"] > "2026") is None
    assert archive.latest("statbank/t07459") is None


@pytest.mark.parametrize("position", [0, 4, 9, 20, -1])
def test_one_flipped_byte_is_refused_and_named(archive: Archive, position: int) -> None:
    snapshot = archive.store(KEY, [answer(b'{"value": [1, 2, 3, 4, 5, 6, 7, 8, 9]}')], {})
    [body] = (archive.root / "objects").rglob("*.gz")
    flip(body, position)

    with pytest.raises(ArchiveError, match=body.name):
        archive.bodies(snapshot)
    assert [body.name in line for line in archive.verify()] == [True]


def test_damaged_sidecar_is_refused_and_named(archive: Archive) -> None:
    snapshot = archive.store(KEY, [answer(b"{}")], {})
    [sidecar] = (archive.root / "objects").rglob("*.json")
    flip(sidecar, 30)

    with pytest.raises(ArchiveError, match=sidecar.name):
        archive.bodies(snapshot)


def test_damaged_snapshot_is_refused_and_named(archive: Archive) -> None:
    archive.store(KEY, [answer(b"{}")], {"updated": "2025"})
    [manifest] = (archive.root / "snapshots").rglob("*.json")
    flip(manifest, 40)

    with pytest.raises(ArchiveError, match=manifest.name):
        archive.snapshots(KEY)
    assert len(archive.verify()) == 1


def test_what_killed_writers_left_is_swept_but_not_what_is_being_written(archive: Archive) -> None:
    archive.store(KEY, [answer(b"{}")], {})
    folder = next((archive.root / "objects").iterdir())
    old, new = folder / ".x.gz.1.tmp", folder / ".y.gz.2.tmp"
    old.touch()
    new.touch()
    os.utime(old, (1, 1))
    sweep(archive.root)

    assert not old.exists()
    assert new.exists()
    assert archive.verify() == []


def test_missing_body_is_named(archive: Archive) -> None:
    snapshot = archive.store(KEY, [answer(b"{}")], {})
    [body] = (archive.root / "objects").rglob("*.gz")
    body.unlink()

    with pytest.raises(ArchiveError, match=f"{body.name}.*gone"):
        archive.bodies(snapshot)


@pytest.mark.parametrize("key", ["../outside", "/etc", "statbank/../..", "", "statbank//t1"])
def test_keys_stay_inside_the_archive(archive: Archive, key: str) -> None:
    with pytest.raises(ValueError, match="not an archive key"):
        archive.store(key, [answer(b"{}")], {})


WRITER = """
import itertools, sys
from pathlib import Path
from pipelines.storage.archive import Archive
from tests.storage.answers import answer
archive = Archive(Path(sys.argv[1]))
for n in itertools.count(int(sys.argv[2])):
    archive.store("statbank/t12367", [answer(b'{"n": %d}' % n)], {"n": str(n)})
    print(n, flush=True)
"""


def test_killed_at_any_moment_it_still_verifies(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    done = 0
    for moment in (0.0, 0.004, 0.009, 0.017):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(archive.root), str(done)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(moment)
        os.kill(writer.pid, signal.SIGKILL)
        done += 1 + len(writer.stdout.readlines())
        writer.wait()
        writer.stdout.close()

        assert archive.verify() == []
        assert len(archive.snapshots(KEY)) >= done
