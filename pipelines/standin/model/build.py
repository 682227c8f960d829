"""Turns model figures into a table as the stand-in serves it: labels, dates, notes and symbols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from pipelines.standin.model.data import YEARS
from pipelines.standin.model.entities import Regions
from pipelines.standin.table import StandinDimension, StandinPathItem, StandinTable, Values

SAMPLE_TITLE = "MODELLERTE EKSEMPELTALL – "
SAMPLE_NOTE = (
    "Tallene i denne tabellen er modellerte eksempeltall, laget for å prøve ut programvare. "
    "De er ikke SSBs tall og skal ikke brukes som statistikk."
)
_GROUPS_NOTE = (
    "Det er brudd i tidsserien for KOSTRA-gruppene mellom 2019 og 2020: "
    "gruppene er inndelt på nytt og har fått nye numre."
)
FINAL_EDITION = datetime(2025, 6, 16, 6, 0, tzinfo=UTC)
_KOSTRA_PATH = (
    StandinPathItem("os", "Offentlig sektor"),
    StandinPathItem("os01", "KOSTRA"),
    StandinPathItem("kostrahoved", "KOSTRA – hovedtabeller"),
)
Symbols = dict[int, str]


def years(codes: Iterable[int] = YEARS) -> StandinDimension:
    """The time dimension (Tid)."""
    text = tuple(str(code) for code in codes)
    return StandinDimension("Tid", "år", text, text, role="time")


def contents(labels: Mapping[str, str], units: Mapping[str, tuple[str, int]]) -> StandinDimension:
    """The contents dimension (statistikkvariabel) with its units."""
    return StandinDimension(
        "ContentsCode",
        "statistikkvariabel",
        tuple(labels),
        tuple(labels.values()),
        role="metric",
        units=units,
    )


def kostra_region(regions: Regions) -> StandinDimension:
    """The region dimension of a KOSTRA table; it cannot be left out of a question."""
    return StandinDimension("KOKkommuneregion0000", "region", regions.codes, regions.labels, role="geo")


def plain_region(regions: Regions) -> StandinDimension:
    """The region dimension of a table outside KOSTRA that cannot be left out of a question."""
    return StandinDimension("Region", "region", regions.codes, regions.labels, role="geo")


def closed(code: str, label: str, values: Mapping[str, str]) -> StandinDimension:
    """A dimension that every question must choose from."""
    return StandinDimension(code, label, tuple(values), tuple(values.values()))


def mark(values: Values, where: npt.NDArray[np.bool_], symbol: str) -> Symbols:
    """Empties the cells of ``values`` that ``where`` (broadcast to its shape) points out.

    Returns the symbol of every emptied cell by flat position.
    """
    mask = np.broadcast_to(where, values.shape)
    values[mask] = np.nan
    return dict.fromkeys(np.flatnonzero(mask).tolist(), symbol)


def table(
    number: str,
    title: str,
    dimensions: tuple[StandinDimension, ...],
    values: Values,
    symbols: Symbols,
    *,
    updated: datetime = FINAL_EDITION,
    discontinued: bool = False,
    paths: tuple[tuple[StandinPathItem, ...], ...] = (_KOSTRA_PATH,),
    subject_code: str = "os",
) -> StandinTable:
    """A table that says in its title and in its first, mandatory note that its figures are modelled."""
    values.setflags(write=False)
    names = [dimension.label for dimension in dimensions]
    notes = (SAMPLE_NOTE, _GROUPS_NOTE) if paths == (_KOSTRA_PATH,) else (SAMPLE_NOTE,)
    return StandinTable(
        id=number,
        label=f"{SAMPLE_TITLE}{title}, etter {', '.join(names[:-1])} og {names[-1]}",
        updated=updated,
        dimensions=dimensions,
        values=values,
        symbols=symbols,
        notes=notes,
        mandatory_notes=frozenset(range(len(notes))),
        discontinued=discontinued,
        paths=paths,
        subject_code=subject_code,
    )
