"""Reading the catalogue: every file, every entry, and every reference between them is checked at load."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from assets.catalogue.checks import check
from assets.catalogue.csv_source import CsvFile, parse_csv
from assets.catalogue.draft import Draft
from assets.catalogue.problems import CatalogueError, Problem
from assets.catalogue.source import Document, read
from schemas.catalogue import Catalogue
from schemas.nearest import nearest_text

DEFAULT_FOLDER = Path(__file__).parent

FILES: Mapping[str, tuple[str, ...]] = {
    "tables/*.yaml": ("tables",),
    "functions.yaml": ("functions", "function_sets", "concepts"),
    "networks.yaml": ("networks",),
    "breaks.yaml": ("breaks",),
    "place_adjustments.yaml": ("place_adjustments",),
    "indicators/*.yaml": ("indicators",),
    "profiles/*.yaml": ("profiles",),
    "deflators.csv": ("price_steps",),
    "need_index.csv": ("need_indices",),
    "series.yaml": ("series",),
    "efficiency.yaml": ("efficiency_areas",),
    "breakdowns.yaml": ("breakdowns",),
    "director_areas.yaml": ("director_areas",),
    "allocation_keys.yaml": ("allocation_keys",),
    "limits.yaml": ("value_bands", "drifts"),
}
"""What each file, or each file of a folder, may hold."""

CSV_FILES: Mapping[str, CsvFile] = {
    "deflators.csv": CsvFile(
        "price_steps", ("series", "year", "percent", "index", "status", "source"), key=("series", "year")
    ),
    "need_index.csv": CsvFile(
        "need_indices",
        ("year", "sector", "municipality", "index", "vintage", "source"),
        key=("sector", "municipality", "year"),
    ),
}
"""The columns of the files that are tables, and those that make up an entry's id."""

READ_ELSEWHERE = frozenset({"municipalities.yaml"})
"""Files of the catalogue with a reader of their own; they count in the hash."""

OF_REPORTS = "published"
"""The folder of published reports, read by `report_rules.py`: no figure is made from it."""


def load_catalogue(folder: Path = DEFAULT_FOLDER) -> Catalogue:
    """Read and check the catalogue in `folder`; the project's own is read once per process.

    Raises:
        CatalogueError: with every mistake found, by file, line and entry, and the nearest valid names.
    """
    return _own_catalogue() if folder == DEFAULT_FOLDER else _load(folder)


@cache
def _own_catalogue() -> Catalogue:
    return _load(DEFAULT_FOLDER)


def _load(folder: Path) -> Catalogue:
    documents, problems = _read_all(folder)
    draft = Draft()
    for pattern, sections in FILES.items():
        matching = [document for document in documents if Path(document.file).match(pattern)]
        if not matching:
            problems.append(Problem(pattern, 0, "", f"no such file in {folder.name}/"))
        for document in matching:
            problems.extend(draft.take(document, sections))
    problems.extend(check(draft))
    if problems:
        raise CatalogueError(problems)
    sections_of = {name: _frozen(draft, name) for name in draft.entries}
    return Catalogue(
        **sections_of,
        sha256=_content_sha256(documents),
        registers=_files(folder / "register"),
        reports=MappingProxyType(
            {path.name: _files(path) for path in sorted((folder / OF_REPORTS).glob("*/"))}
        ),
    )


def _files(folder: Path) -> Mapping[str, bytes]:
    """The tables in a folder, by name."""
    return MappingProxyType({path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))})


def _read_all(folder: Path) -> tuple[list[Document], list[Problem]]:
    documents: list[Document] = []
    problems: list[Problem] = []
    paths = [*folder.rglob("*.yaml"), *(folder / name for name in CSV_FILES if (folder / name).exists())]
    for path in sorted(paths, key=lambda path: path.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        if name.startswith(f"{OF_REPORTS}/"):
            continue
        problems.extend(_unexpected(name))
        shape = CSV_FILES.get(name)
        document, mistakes = parse_csv(path.read_bytes(), name, shape) if shape else read(path, name)
        documents.append(document)
        problems.extend(mistakes)
    return documents, problems


def _unexpected(name: str) -> Iterator[Problem]:
    if name not in READ_ELSEWHERE and not any(Path(name).match(pattern) for pattern in FILES):
        yield Problem(name, 0, "", f"the catalogue does not know this file; {nearest_text(name, FILES)}")


def _frozen(draft: Draft, section: str) -> Mapping[str, Any]:
    return MappingProxyType({name: placed.entry for name, placed in draft.entries[section].items()})


def _content_sha256(documents: list[Document]) -> str:
    content = {document.file: document.value for document in documents}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
