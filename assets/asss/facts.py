"""Facts laid out on one grid of municipality-years, so that an indicator is arithmetic on whole arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.errors import DataError
from assets.frames import join_vintages
from assets.statuses import MISSING, NOT_APPLICABLE, Figures, Severities, severities
from assets.vintages import worst

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NO_VINTAGE = -1
_PROVENANCE = ("vintage_status", "source", "vintage_id")


@dataclass(frozen=True, slots=True)
class Parts:
    """One quantity for every cell of the grid.

    `vintages` holds, per table the quantity comes from, the number of the edition in each cell; an edition
    that is preliminary in one year and final in another has a number for each.
    """

    figures: Figures
    severity: Severities
    vintages: tuple[Integers, ...] = ()

    def only(self, where: Flags) -> Parts:
        """The same quantity, not applicable elsewhere."""
        return Parts(
            np.where(where, self.figures, np.nan),
            np.where(where, self.severity, np.int8(NOT_APPLICABLE)),
            tuple(np.where(where, numbers, NO_VINTAGE) for numbers in self.vintages),
        )

    def where(self, flags: Flags, other: Parts) -> Parts:
        """This quantity where `flags` hold, the other elsewhere."""
        kept = tuple(np.where(flags, numbers, NO_VINTAGE) for numbers in self.vintages)
        taken = tuple(np.where(flags, NO_VINTAGE, numbers) for numbers in other.vintages)
        return Parts(
            np.where(flags, self.figures, other.figures),
            np.where(flags, self.severity, other.severity),
            kept + taken,
        )


def no_statistics() -> pd.DataFrame:
    """`kostra/service_statistics` without rows."""
    texts = ["municipality", "region_kind", "measure", "unit", "status", "table", *_PROVENANCE]
    kinds = {"year": "int64", "value": "float64", **dict.fromkeys(texts, "str")}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def no_register() -> pd.DataFrame:
    """Levels of register figures (`assets.register.levels`) without rows."""
    texts = ["municipality", "region_kind", "indicator", "status", *_PROVENANCE]
    kinds = {"year": "int64", "value": "float64", **dict.fromkeys(texts, "str")}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


class Grid:
    """The municipality-years that any of the frames knows, sorted by year and municipality.

    KOSTRA groups and country are cells like municipalities; `kinds` tells them apart.
    """

    def __init__(self, frames: Sequence[pd.DataFrame]) -> None:
        columns = ["year", "municipality", "region_kind"]
        keys = pd.concat([frame[columns].drop_duplicates() for frame in frames])
        keys = keys.astype({"municipality": "str", "region_kind": "str"}).drop_duplicates()
        keys = keys.sort_values(["year", "municipality"])
        self.years: Integers = keys["year"].to_numpy(dtype=np.int64)
        self.municipalities: pd.Index[str] = pd.Index(keys["municipality"])
        self.kinds: pd.Index[str] = pd.Index(keys["region_kind"])
        self._years = pd.Index(np.unique(self.years))
        self._names = pd.Index(self.municipalities.unique())
        self._cells = np.full((len(self._years), len(self._names)), -1, dtype=np.int64)
        at = self._years.get_indexer(pd.Index(self.years)), self._names.get_indexer(self.municipalities)
        self._cells[at] = np.arange(len(keys))

    def __len__(self) -> int:
        return len(self.years)

    def cells(self, frame: pd.DataFrame) -> Integers:
        """The cell of each row."""
        names = frame["municipality"].astype("category").cat
        place = self._names.get_indexer(pd.Index(names.categories.astype("str")))[names.codes.to_numpy()]
        found: Integers = self._cells[self._years.get_indexer(pd.Index(frame["year"])), place]
        return found


def _editions(frame: pd.DataFrame) -> tuple[Integers, list[tuple[str, str]]]:
    """The edition of each row, as a number, and the editions: `vintage_id` and `vintage_status`."""
    ids, statuses = (frame[name].astype("category").cat for name in ("vintage_id", "vintage_status"))
    width = max(len(statuses.categories), 1)
    pairs, which = np.unique(
        ids.codes.to_numpy(np.int64) * width + statuses.codes.to_numpy(np.int64), return_inverse=True
    )
    named = [(str(ids.categories[p // width]), str(statuses.categories[p % width])) for p in pairs]
    return which.astype(np.int64), named


class FactIndex:
    """One frame of facts, found by key: each key gives a quantity on the grid.

    `editions` numbers every edition, and takes those it does not know yet.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        keys: list[str],
        figure: str,
        grid: Grid,
        editions: dict[tuple[str, str], int],
    ) -> None:
        self._what = f"{figure} by {', '.join(keys)}"
        rows = frame.groupby(keys, observed=True, sort=False).indices
        self._rows = {key if isinstance(key, tuple) else (key,): found for key, found in rows.items()}
        self._cells = grid.cells(frame)
        self._figures: Figures = frame[figure].to_numpy(dtype=np.float64)
        self._severity = severities(frame["status"])
        which, named = _editions(frame)
        numbers = [editions.setdefault(edition, len(editions)) for edition in named]
        self._vintages: Integers = np.array(numbers, dtype=np.int64)[which]
        self._size = len(grid)

    @property
    def known(self) -> frozenset[Any]:
        """The keys that have rows."""
        return frozenset(self._rows)

    def look_up(self, key: tuple[object, ...]) -> Parts:
        """The quantity of a key; missing in cells without a row.

        Raises:
            DataError: two rows for one cell.
        """
        rows = self._rows.get(key, np.zeros(0, dtype=np.int64))
        cells = self._cells[rows]
        if len(np.unique(cells)) < len(cells):
            raise DataError(f"{self._what}: {key} is given more than once for a municipality and year")
        parts = Parts(
            np.full(self._size, np.nan),
            np.full(self._size, MISSING, dtype=np.int8),
            (np.full(self._size, NO_VINTAGE, dtype=np.int64),),
        )
        parts.figures[cells] = self._figures[rows]
        parts.severity[cells] = self._severity[rows]
        parts.vintages[0][cells] = self._vintages[rows]
        return parts


def _of_groups(statistics: pd.DataFrame, bands: Mapping[str, tuple[int, int]]) -> pd.DataFrame:
    """Inhabitants of KOSTRA groups and country as rows of population, from the measures that hold them."""
    wanted = statistics["measure"].isin(list(bands)) & (statistics["region_kind"] != "municipality")
    rows = statistics[wanted.to_numpy()].rename(columns={"value": "inhabitants"})
    ages = [bands[name] for name in rows["measure"].astype("str")]
    rows = rows.assign(age_from=[first for first, _ in ages], age_to=[last for _, last in ages])
    rows = rows.astype({"age_from": "int64", "age_to": "int64"})
    return rows.drop(columns=["measure", "table", "problem"], errors="ignore")


class Facts:
    """Everything indicators are computed from, on one grid: municipalities, KOSTRA groups and country."""

    def __init__(
        self,
        accounts: pd.DataFrame,
        population: pd.DataFrame,
        statistics: pd.DataFrame,
        register: pd.DataFrame,
        bands: Mapping[str, tuple[int, int]],
    ) -> None:
        """Lay the frames out; `bands` are the measures that are inhabitants of an age band."""
        population = pd.concat([population, _of_groups(statistics, bands)], ignore_index=True)
        frames = [
            frame[(frame["region_kind"] != "county").to_numpy()]
            for frame in (accounts, population, statistics, register)
        ]
        accounts, population, statistics, register = frames
        self.grid = Grid(frames)
        self._editions: dict[tuple[str, str], int] = {}
        self.accounts = FactIndex(
            accounts, ["scope", "function", "concept"], "amount", self.grid, self._editions
        )
        self.population = FactIndex(
            population, ["age_from", "age_to"], "inhabitants", self.grid, self._editions
        )
        self.statistics = FactIndex(statistics, ["measure"], "value", self.grid, self._editions)
        self.register = FactIndex(register, ["indicator"], "value", self.grid, self._editions)

    def editions_of(self, vintages: Sequence[Integers]) -> tuple[Integers, list[str], list[str]]:
        """Combined editions per cell: a number in each cell, and per number id and `vintage_status`."""
        used = np.zeros((len(self.grid), len(self._editions)), dtype=bool)
        for numbers in vintages:
            cells = np.flatnonzero(numbers != NO_VINTAGE)
            used[cells, numbers[cells]] = True
        patterns, which = np.unique(np.packbits(used, axis=1), axis=0, return_inverse=True)
        kept = np.unpackbits(patterns, axis=1, count=len(self._editions)).astype(bool)
        editions = list(self._editions)
        parts = [[editions[number] for number in np.flatnonzero(pattern)] for pattern in kept]
        ids = [join_vintages(name for name, _ in part) for part in parts]
        statuses = [worst(status for name, status in part if name) for part in parts]
        return which.reshape(-1), ids, statuses
