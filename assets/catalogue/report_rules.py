"""What is known of published reports: the rules' parameters, and the register of errata of each report."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from assets.catalogue.loader import DEFAULT_FOLDER, OF_REPORTS
from assets.catalogue.problems import CatalogueError, Problem
from assets.catalogue.source import Document, read
from schemas.catalogue import Catalogue
from schemas.catalogue.entries import Entry
from schemas.catalogue.published import Errata, ReportRules
from schemas.nearest import nearest_text

FOLDER = DEFAULT_FOLDER / OF_REPORTS
RULES_FILE, ERRATA_FILE = "rules.yaml", "errata.yaml"

E = TypeVar("E", bound=Entry)

_INDICATOR_KEYS = {
    "concepts": ("indicators", "need_index_from"),
    "complements": ("indicators",),
    "bounds": ("parts", "whole"),
    "products": ("product", "factors"),
    "ratios": ("value", "numerator", "denominator"),
    "families": ("members",),
    "related": ("members",),
    "qualifiers": ("indicators",),
    "base_words": ("indicators",),
    "facts": ("id",),
}
"""Where the relations name indicators."""


def load_report_rules(catalogue: Catalogue, folder: Path = FOLDER) -> ReportRules:
    """The rules' parameters and relations, every indicator in them known.

    Raises:
        CatalogueError: with every mistake found, by file, line and entry, and the nearest valid names.
    """
    document, rules = _read(folder / RULES_FILE, RULES_FILE, ReportRules)
    known = {*catalogue.indicators, *rules.uncomputed}
    problems = [*_unknown_indicators(document, known), *_unknown_measures(document, catalogue)]
    if problems:
        raise CatalogueError(problems)
    return rules


@cache
def load_errata(folder: Path = FOLDER) -> tuple[Errata, ...]:
    """The registers of errata of all reports that have one.

    Raises:
        CatalogueError: with every mistake found, by file, line and entry.
    """
    paths = sorted(folder.glob(f"*/{ERRATA_FILE}"))
    return tuple(_read(path, path.relative_to(folder).as_posix(), Errata)[1] for path in paths)


def _read(path: Path, name: str, model: type[E]) -> tuple[Document, E]:
    document, problems = read(path, f"{OF_REPORTS}/{name}")
    try:
        entry = model.model_validate(document.value or {})
    except ValidationError as error:
        for mistake in error.errors():
            where = ".".join(map(str, mistake["loc"]))
            problems.append(Problem(document.file, document.line(mistake["loc"]), where, mistake["msg"]))
        raise CatalogueError(problems) from error
    if problems:
        raise CatalogueError(problems)
    return document, entry


def _unknown_indicators(document: Document, known: set[str]) -> Iterator[Problem]:
    for section, keys in _INDICATOR_KEYS.items():
        for i, entry in enumerate(_entries(document, section)):
            for key in keys:
                named = entry.get(key) or []
                for name in [named] if isinstance(named, str) else named:
                    if name not in known:
                        yield Problem(
                            document.file,
                            document.line((section, i, key)),
                            entry["id"],
                            f"unknown indicator `{name}`; {nearest_text(name, known)}",
                        )


def _unknown_measures(document: Document, catalogue: Catalogue) -> Iterator[Problem]:
    measures = catalogue.measures()
    for i, entry in enumerate(_entries(document, "concepts")):
        name = entry.get("cases")
        if name is not None and name not in measures:
            message = f"unknown measure `{name}`; {nearest_text(name, measures)}"
            yield Problem(document.file, document.line(("concepts", i, "cases")), entry["id"], message)


def _entries(document: Document, section: str) -> list[dict[str, Any]]:
    value = document.value
    found = value.get(section, []) if isinstance(value, dict) else []
    return found if isinstance(found, list) else []
