"""Data Docs of what is stored: the rows of some years, judged again by all suites."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from assets.asss.networks import network_id
from assets.errors import DataError
from pipelines.stored import Stored
from schemas.expectations.declared import Expectation, Subject
from schemas.expectations.docs import build_docs
from schemas.expectations.suites import gate_suite, watch_suites
from schemas.registry import datasets_of

_PROJECT = "gx"
#: Tells a project this made from one that somebody else keeps in the same place.
_MARK = "made-by-kostra.txt"


def build_data_docs(folder: Path, stored: Stored, years: Sequence[int]) -> Path:
    """Build the pages in `folder`, and return the first of them; what an earlier call left there is replaced.

    Raises:
        DataError: somebody else's Great Expectations project is there.
    """
    project = folder / _PROJECT
    if project.exists() and not (project / _MARK).exists():
        raise DataError(f"{project} is a Great Expectations project of somebody else's; name another folder")
    shutil.rmtree(project, ignore_errors=True)
    index = build_docs(folder, _judged(stored, years))
    (project / _MARK).write_text("Written by `kostra quality --data-docs`, and replaced by it.\n", "utf-8")
    return index


def _judged(stored: Stored, years: Sequence[int]) -> Iterator[tuple[str, Subject, list[Expectation]]]:
    watch = watch_suites(stored.settings.municipality)
    for year in years:
        frames, before = _frames(stored, year), _frames(stored, year - 1)
        for dataset, rows in frames.items():
            subject = _subject(stored, dataset, year, rows, frames, before)
            suite = [*gate_suite(dataset, stored.catalogue), *watch.get(dataset, ())]
            possible = [
                each for each in suite if {*each.needs} <= frames.keys() and {*each.before} <= before.keys()
            ]
            yield f"{year} {dataset.replace('/', ' ')}", subject, possible


def _frames(stored: Stored, year: int) -> dict[str, pd.DataFrame]:
    read = stored.reader(year)
    names = datasets_of(stored.catalogue, stored.settings.municipality)
    return {name: rows for name in names if (rows := read(name)) is not None}


def _subject(
    stored: Stored,
    dataset: str,
    year: int,
    rows: pd.DataFrame,
    frames: dict[str, pd.DataFrame],
    before: dict[str, pd.DataFrame],
) -> Subject:
    settings = stored.settings
    network = network_id(settings.network, stored.catalogue)
    dated = year if "year" in rows.columns else None
    return Subject(dataset, dated, rows, stored.catalogue, settings.municipality, network, frames, before)
