"""YAML that keeps codes as text and remembers lines."""

from pathlib import Path

import pytest

from assets.catalogue.source import read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0301", "0301"),
        ("010", "010"),
        ("no", "no"),
        ("on", "on"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ('"12"', "12"),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1.5", 1.5),
        ("1e-6", 1e-6),
        ("true", True),
        ("false", False),
        ("null", None),
        ("", None),
    ],
)
def test_only_plain_numbers_and_words_are_not_text(tmp_path: Path, written: str, value: object) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"a: {written}\n", encoding="utf-8")
    document, problems = read(path, "x.yaml")
    assert problems == []
    assert document.value == {"a": value}
    assert type(document.value["a"]) is type(value)


def test_lines_of_keys_and_items(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("# note\na:\n  - x\n  -\n    b: 1\n", encoding="utf-8")
    document, _ = read(path, "x.yaml")
    assert [document.line(place) for place in [("a",), ("a", 0), ("a", 1), ("a", 1, "b")]] == [2, 3, 5, 5]
    assert document.line(("a", 1, "absent", 7)) == 5


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("# nothing\n", encoding="utf-8")
    document, problems = read(path, "x.yaml")
    assert (document.value, problems) == (None, [])
