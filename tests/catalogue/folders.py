"""Copies of the catalogue with one thing changed, and the mistakes they give."""

import shutil
from pathlib import Path

from assets.catalogue.loader import DEFAULT_FOLDER, load_catalogue
from assets.catalogue.problems import CatalogueError, Problem


def copied(folder: Path) -> Path:
    """The catalogue's own files in a folder of their own."""
    target = folder / "catalogue"
    for path in [*DEFAULT_FOLDER.rglob("*.yaml"), *DEFAULT_FOLDER.glob("*.csv")]:
        copy = target / path.relative_to(DEFAULT_FOLDER)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return target


def edit(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` in a file; returns the line it stood on."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    before, found, after = text.partition(old)
    assert found, f"{file} does not hold {old!r}"
    path.write_text(before + new + after, encoding="utf-8")
    return before.count("\n") + 1


def append(folder: Path, file: str, text: str) -> int:
    """Add text to the end of a file; returns the line it begins on."""
    path = folder / file
    before = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    path.write_text(before + text, encoding="utf-8")
    return before.count("\n") + 1


def problems(folder: Path) -> tuple[Problem, ...]:
    """The mistakes in a catalogue folder; none when it loads."""
    try:
        load_catalogue(folder)
    except CatalogueError as error:
        return error.problems
    return ()
