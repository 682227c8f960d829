"""Which dataset is held against what, before the write (gate) and after it (watch)."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from schemas.catalogue import Catalogue
from schemas.expectations import codes, facts, figures, ledger, own, quality
from schemas.expectations.declared import Expectation
from schemas.expectations.drift import drifts
from schemas.expectations.relations import relations
from schemas.expectations.tables import table_suite

_BY_NAME = {**codes.SUITES, **facts.SUITES, **figures.SUITES, **ledger.SUITES, **quality.SUITES}


def gate_suite(dataset: str, catalogue: Catalogue) -> tuple[Expectation, ...]:
    """What rows of `dataset` are held against before they are stored."""
    if dataset in _BY_NAME:
        return _BY_NAME[dataset]
    group, _, name = dataset.partition("/")
    table = catalogue.tables.get(name.removeprefix("t")) if group == "statbank" else None
    return table_suite(table) if table else own.SUITES.get(name, ())


def watch_suites(municipality: str) -> dict[str, tuple[Expectation, ...]]:
    """What stored rows are held against, by dataset: each other, and the year before."""
    found = relations(municipality)
    for dataset, expectations in drifts(municipality).items():
        found[dataset] = (*found.get(dataset, ()), *expectations)
    return found


def watched(municipality: str) -> tuple[frozenset[str], frozenset[str]]:
    """The datasets the watch reads, of the year and of the year before."""
    suites = watch_suites(municipality)
    every = [expected for suite in suites.values() for expected in suite]
    now = {*suites, *(name for expected in every for name in expected.needs)}
    return frozenset(now), frozenset(name for expected in every for name in expected.before)


@cache
def suites_sha256() -> str:
    """Hash of how datasets are judged: the source of the suites."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
