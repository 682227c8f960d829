"""One municipality in one year: its stored facts, and the cells they were made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from assets.asss.explain.model import Cell
from assets.errors import DataError
from assets.kostra.regions import to_municipalities
from schemas.catalogue import Catalogue

#: Rows of a dataset in the year asked about (all rows of one without years); None where it is not held.
Reader = Callable[[str], pd.DataFrame | None]
Row = Mapping[str, Any]


@dataclass(slots=True)
class Place:
    """Where figures are explained: catalogue, year and municipality, and how stored rows are read."""

    catalogue: Catalogue
    read: Reader
    year: int
    municipality: str
    _read: dict[str, pd.DataFrame | None] = field(default_factory=dict)
    _own_cells: dict[str, pd.DataFrame | None] = field(default_factory=dict)

    def rows(self, dataset: str) -> pd.DataFrame:
        """The rows of a dataset in the year.

        Raises:
            DataError: nothing is held of it.
        """
        frame = self._frame(dataset)
        if frame is None:
            raise DataError(f"nothing is stored of {dataset} for {self.year}; run `kostra run` first")
        return frame

    def fact(self, dataset: str, **key: object) -> Row | None:
        """The municipality's row of that key in a dataset of facts; None where there is none."""
        found = matching(self.rows(dataset), {"municipality": self.municipality, **key})
        if len(found) > 1:
            raise DataError(f"{dataset}: {key} is given {len(found)} times for {self.municipality}")
        return record(found) if len(found) else None

    def cells(self, table: str, codes: Mapping[str, Iterable[str]]) -> tuple[Cell, ...]:
        """The cells of a table that speak for the municipality under `codes` (role → codes)."""
        mine = self._cells_of(table)
        if mine is None:
            return ()
        roles = list(self.catalogue.tables[table].roles)
        wanted = np.ones(len(mine), dtype=bool)
        for role, chosen in codes.items():
            wanted &= mine[role].astype("str").isin(list(chosen)).to_numpy()
        return tuple(
            Cell(
                table=table,
                codes={role: str(row["code" if role == "region" else role]) for role in roles},
                value=None if pd.isna(row["value"]) else float(row["value"]),
                symbol=str(row["symbol"]),
                status=str(row["status"]),
                unit=str(row["unit"]),
                vintage_id=str(row["vintage_id"]),
            )
            for row in mine[wanted].to_dict(orient="records")
        )

    def _frame(self, dataset: str) -> pd.DataFrame | None:
        if dataset not in self._read:
            self._read[dataset] = self.read(dataset)
        return self._read[dataset]

    def _cells_of(self, table: str) -> pd.DataFrame | None:
        if table not in self._own_cells:
            frame = self._frame(f"statbank/t{table}")
            self._own_cells[table] = None if frame is None else self._speaking(frame)
        return self._own_cells[table]

    def _speaking(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of the code that speaks for the municipality in the year, with the code."""
        municipalities = self.rows("klass/municipalities")
        codes = {
            *matching(municipalities, {"slug": self.municipality})["code"].astype("str"),
            self.municipality,
        }
        mine = frame[frame["region"].astype("str").isin(codes).to_numpy()]
        if mine.empty:
            return mine.assign(code="")
        return to_municipalities(mine.assign(code=mine["region"].astype("str")), municipalities)


def matching(frame: pd.DataFrame, key: Mapping[str, object]) -> pd.DataFrame:
    """The rows of that key."""
    wanted = np.ones(len(frame), dtype=bool)
    for column, value in key.items():
        wanted &= (frame[column] == value).to_numpy()
    return frame[wanted]


def record(frame: pd.DataFrame) -> Row:
    """The first row."""
    return {str(name): value for name, value in frame.iloc[0].to_dict().items()}


def number(value: Any) -> float | None:  # noqa: ANN401 - a number of any library, or none
    """A figure as a plain number; None where there is none."""
    return None if pd.isna(value) else float(value)
