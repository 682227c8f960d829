"""Everything `quality/revisions` holds of one year, from the history of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from assets.quality.revisions.feeds import Feed, fed_by, feeds
from assets.quality.revisions.figures import (
    FIGURE_KEY,
    Step,
    changed_cells,
    changed_figures,
    effects,
    indicator_figures,
    network_figures,
    of_the_same,
    profile_figures,
)
from assets.quality.revisions.rows import Words, cell_rows, effect_rows, no_rows, told
from schemas.catalogue import Catalogue, Table
from schemas.years import REPORT_SPAN

if TYPE_CHECKING:
    from pipelines.revision_history import Pair, RevisionHistory
    from pipelines.storage.store import Commit


@dataclass(frozen=True, slots=True)
class Revisions:
    """The rows of a year, the newest edition of each table in them, and what one run brought, in words."""

    frame: pd.DataFrame
    inputs: Mapping[str, str] = field(default_factory=dict)
    news: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Whose profile is looked at, beside which network, and the stored rows that name things."""

    municipality: str
    network: str
    municipalities: pd.DataFrame
    recorded: pd.DataFrame

    @property
    def codes(self) -> list[str]:
        """Every municipality code known."""
        return sorted(self.municipalities["code"].astype("str").unique())


def revisions_of(
    year: int, history: RevisionHistory, catalogue: Catalogue, place: Place, invocation: str = ""
) -> Revisions:
    """The revisions of a year: changed cells, moved figures, and what the profile prints otherwise.

    Args:
        year: accounting year; report year of the profile.
        history: the versions stored.
        catalogue: tables, indicators, profiles.
        place: the focal municipality and its network; `klass/municipalities`, `statbank/metadata`.
        invocation: the run whose news are told.
    """
    made = _OfYear(year, history, catalogue, place)
    found = [*made.cells(), *made.moved()]
    if not found:
        return Revisions(no_rows())
    new = [rows for commit, rows in found if commit.invocation == invocation]
    frame = pd.concat([rows for _, rows in found], ignore_index=True)
    news = told(pd.concat(new, ignore_index=True), year, made.words) if new else []
    return Revisions(frame, made.editions, news)


class _OfYear:
    """The steps of the tables, worked out once, and what follows from them."""

    def __init__(self, year: int, history: RevisionHistory, catalogue: Catalogue, place: Place) -> None:
        self.words = Words(year, place.municipalities, place.recorded, catalogue)
        self.editions: dict[str, str] = {}
        self._year = year
        self._history = history
        self._catalogue = catalogue
        self._place = place
        self._commits: dict[str, list[Commit]] = {}
        self._steps: dict[int, list[Step]] = {}

    def cells(self) -> Iterator[tuple[Commit, pd.DataFrame]]:
        """Changed cells as rows, with the commit that brought them; notes the steps."""
        for entry, pair, cells, fed in self._stepped(self._year):
            self.editions[f"SSB {entry.id}"] = _edition(entry, pair.new)
            if len(cells):
                yield pair.new, cell_rows(cells, entry.id, self._year, pair.revision, fed, self.words)

    def moved(self) -> Iterator[tuple[Commit, pd.DataFrame]]:
        """Moved indicators, network figures and printed figures as rows."""
        profile, years = f"{self._place.municipality}/service_profile", range(REPORT_SPAN)
        figures = (
            ("asss/indicators", "indicator", "value", indicator_figures, [0]),
            ("asss/aggregates", "indicator", self._place.network, self._of_network, [0]),
            (profile, "profile", "printed", self._of_profile, years),
        )
        for dataset, level, about, as_figures, back in figures:
            steps = [step for years_back in back for step in self._steps_of(self._year - years_back)]
            if not any(step.indicators for step in steps):
                continue
            for pair in self._pairs(dataset, self._year):
                compare = partial(_compared, as_figures=as_figures)
                moved = effects(self._history.changed(pair, about, compare), steps)
                if len(moved):
                    yield pair.new, effect_rows(moved, level, self._year, pair.revision, self.words)

    def _of_network(self, aggregates: pd.DataFrame) -> pd.DataFrame:
        return network_figures(aggregates, self._place.network)

    def _of_profile(self, profile: pd.DataFrame) -> pd.DataFrame:
        return profile_figures(profile, self._place.municipality)

    def _steps_of(self, year: int) -> list[Step]:
        """The steps of the tables in a year."""
        if year not in self._steps:
            for _ in self._stepped(year):
                pass
        return self._steps[year]

    def _stepped(self, year: int) -> Iterator[tuple[Table, Pair, pd.DataFrame, list[frozenset[str]]]]:
        """Every step of every table in a year: what changed, and which indicators each cell feeds."""
        steps: list[Step] = []
        feeding: tuple[Feed, ...] | None = None
        for entry in self._catalogue.tables.values():
            if not entry.covers(year):
                continue
            for pair in self._pairs(f"statbank/t{entry.id}", year):
                if feeding is None:
                    feeding = feeds(self._catalogue, year, self._place.recorded)
                cells = self._history.changed(pair, "cells", partial(self._changed_cells, entry))
                fed = fed_by(cells, entry.id, feeding)
                every = frozenset[str]().union(*fed)
                old, new = (_edition(entry, commit) for commit in (pair.old, pair.new))
                steps.append(Step(entry.id, year, old, new, every))
                yield entry, pair, cells, fed
        self._steps[year] = steps

    def _changed_cells(self, entry: Table, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
        offered = partial(self._history.offered, entry, municipality_codes=self._place.codes)
        return changed_cells(old, new, entry.roles, offered)

    def _pairs(self, dataset: str, year: int) -> list[Pair]:
        if dataset not in self._commits:
            self._commits[dataset] = self._history.commits(dataset)
        return self._history.pairs(dataset, year, self._commits[dataset])


def _edition(entry: Table, commit: Commit) -> str:
    """The edition of a table that a commit holds."""
    return commit.inputs[f"SSB {entry.id}"]


def _compared(
    old: pd.DataFrame, new: pd.DataFrame, as_figures: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    before, after = of_the_same(as_figures(old), as_figures(new))
    return changed_figures(before, after, FIGURE_KEY)
