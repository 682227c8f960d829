"""Imported files: kept as they are, verified on every read, superseded only with a reason."""

import gzip
import json
from pathlib import Path

import pytest

from pipelines.storage.archive import ArchiveError, sha256_of
from pipelines.storage.imports import ImportRefusedError, Imports
from tests.ledger import files


@pytest.fixture
def imports(tmp_path: Path) -> Imports:
    return Imports(tmp_path / "ledger")


def test_a_file_comes_back_as_it_was(imports: Imports) -> None:
    held, written = imports.add(b"one", "a.csv", "ledger", ["ledger 2023"], {"layout": {"sign": "x"}}, None)

    assert written
    assert imports.all() == [held]
    assert imports.content(held) == b"one"
    assert held.sha256 == sha256_of(b"one")
    assert (held.name, held.facts, held.reason) == ("a.csv", {"layout": {"sign": "x"}}, None)
    assert imports.verify() == []


def test_the_same_file_again_writes_nothing(imports: Imports) -> None:
    imports.add(b"one", "a.csv", "ledger", ["ledger 2023", "ledger 2024"], {}, None)
    before = files.contents(imports.root)

    assert imports.add(b"one", "b.csv", "ledger", ["ledger 2023", "ledger 2024"], {}, None)[1] is False
    assert files.contents(imports.root) == before


@pytest.mark.parametrize("facts", [{}, {"layout": {"sign": "expenses_negative"}}])
def test_another_file_or_reading_needs_a_reason(imports: Imports, facts: dict[str, object]) -> None:
    imports.add(b"one", "a.csv", "ledger", ["ledger 2023", "ledger 2024"], {}, None)
    before = files.contents(imports.root)
    content = b"one" if facts else b"two"

    with pytest.raises(ImportRefusedError, match=r"--replace REASON\n  ledger 2024: a.csv") as caught:
        imports.add(content, "b.csv", "ledger", ["ledger 2024"], facts, None)
    assert "ledger 2023" not in str(caught.value)
    assert files.contents(imports.root) == before


def test_the_newest_counts_and_the_older_stays(imports: Imports) -> None:
    first, _ = imports.add(b"one", "a.csv", "ledger", ["ledger 2023", "ledger 2024"], {}, None)
    second, _ = imports.add(b"two", "b.csv", "ledger", ["ledger 2024"], {}, "corrected by audit")

    assert imports.current() == {"ledger 2023": first, "ledger 2024": second}
    assert second.reason == "corrected by audit"
    assert [imports.content(held) for held in imports.all()] == [b"one", b"two"]


def test_a_reason_without_anything_to_replace_is_not_recorded(imports: Imports) -> None:
    assert imports.add(b"one", "a.csv", "ledger", ["ledger 2023"], {}, "why not")[0].reason is None


@pytest.mark.parametrize("damage", ["flipped", "gone", "other content", "no gzip"])
def test_a_damaged_file_is_never_used(imports: Imports, damage: str) -> None:
    held, _ = imports.add(b"one", "a.csv", "ledger", ["ledger 2023"], {}, None)
    [path] = imports.root.glob("objects/*/*.gz")
    packed = path.read_bytes()
    path.unlink()
    if damage != "gone":
        other = {"flipped": packed[:-9] + b"x" + packed[-8:], "other content": gzip.compress(b"two")}
        path.write_bytes(other.get(damage, b"one"))

    with pytest.raises(ArchiveError, match=held.sha256):
        imports.content(held)
    assert len(imports.verify()) == 1


def test_a_sidecar_that_was_edited_is_never_used(imports: Imports) -> None:
    imports.add(b"one", "a.csv", "ledger", ["ledger 2023"], {}, None)
    [sidecar] = imports.root.glob("imports/*.json")
    record = json.loads(sidecar.read_bytes())
    sidecar.write_text(json.dumps({**record, "slots": ["ledger 2024"]}), encoding="utf-8")

    with pytest.raises(ArchiveError, match=sidecar.name):
        imports.all()
    assert len(imports.verify()) == 1


def test_a_damaged_object_is_written_again_by_the_same_file(imports: Imports) -> None:
    held, _ = imports.add(b"one", "a.csv", "ledger", ["ledger 2023"], {}, None)
    [path] = imports.root.glob("objects/*/*.gz")
    path.write_bytes(b"")
    imports.add(b"one", "a.csv", "ledger", ["ledger 2022"], {}, None)

    assert imports.content(held) == b"one"
