"""The catalogue file of municipality identity: what is in it, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

from assets.catalogue.municipalities import load_municipalities
from assets.catalogue.problems import CatalogueError


def test_lillestrom_continues_skedsmo() -> None:
    entries = {(entry.new, entry.old, entry.occurred) for entry in load_municipalities().continues}
    assert ("3030", "0231", date(2020, 1, 1)) in entries


def test_every_entry_gives_a_reason() -> None:
    assert all(entry.reason.strip() for entry in load_municipalities().continues)


def test_an_empty_file_decides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "municipalities.yaml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert load_municipalities(path).continues == ()


ENTRY = '  - {old: "0231", new: "%s", occurred: 2020-01-01, reason: test}\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("continues:\n  - {old: 231, new: '3030', occurred: 2020-01-01, reason: x}\n", ":2: continues.0.old"),
        (
            "continues:\n  - {old: '0231', new: '3030', on: 2020-01-01}\n",
            ":2: continues.0.occurred",
        ),
        ("slugs:\n  Bø: ['1867']\n", ":2: slugs.Bø"),
        ("continued: []\n", ":1: continued: Extra inputs"),
        (
            "continues:\n" + ENTRY % "3030" + ENTRY % "3031",
            "old code decided more than once: 0231",
        ),
        ("slugs:\n  bo: ['1867']\n  os: ['1867']\n", "pinned code decided more than once: 1867"),
        ("slugs: [\n", "not valid YAML"),
    ],
    ids=["number", "wrong key", "slug", "unknown section", "decided twice", "pinned twice", "no YAML"],
)
def test_a_mistake_is_refused_with_file_line_and_entry(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "municipalities.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as refused:
        load_municipalities(path)
    assert "municipalities.yaml:" in str(refused.value)
    assert message in str(refused.value)
