"""What figures are adjusted by: prices (deflatorer) and need indices (delkostnadsindekser), as held."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import FiniteFloat, PositiveFloat, model_validator

from schemas.catalogue.entries import Entry, Slug, Text

DeflatorName = Literal["municipal", "cpi"]
AdjustmentName = Literal["deflate", "need"]
NeedSector = Literal[
    "primary_school",
    "care",
    "kindergarten",
    "child_welfare",
    "social",
    "health",
    "administration",
    "total",
]
DEFLATORS: tuple[DeflatorName, ...] = get_args(DeflatorName)
NEED_SECTORS: tuple[NeedSector, ...] = get_args(NeedSector)

SECTOR_OF_AREA: dict[str, NeedSector] = {"sos": "social", "plo": "care", "health": "health"}
"""The sector of the income system (inntektssystemet) that a service area is corrected by."""


class PriceStep(Entry):
    """One year of a deflator: the percent prices rose from the year before, or an index of their level.

    `municipal` is the municipal cost deflator (kommunal deflator), `cpi` the consumer prices (KPI).
    """

    id: Slug
    series: DeflatorName
    year: int
    percent: FiniteFloat | None = None
    index: PositiveFloat | None = None
    status: Literal["final", "estimate"]
    source: Text

    @model_validator(mode="after")
    def _says_it_one_way(self) -> Self:
        if (self.percent is None) == (self.index is None):
            raise ValueError("give `percent` or `index`, and not both")
        return self


class NeedIndex(Entry):
    """The need index (delkostnadsindeks) of one sector, municipality and year; the country is 1.

    `vintage` is the edition of the Green Book (Grønt hefte) it belongs to. An index holds for its own year
    and no other: the keys behind it change.
    """

    id: Slug
    year: int
    sector: NeedSector
    municipality: Slug
    index: PositiveFloat
    vintage: Text
    source: Text
