"""Imported figures in an explanation: the row, its provider, date and file."""

from __future__ import annotations

import pandas as pd

from assets.asss.explain.model import Part, RegisterRow
from assets.asss.explain.place import Place, matching, number
from assets.register.levels import levels
from schemas.catalogue import RegisterTerm

FIGURES = "register/figures"


def register_part(term: RegisterTerm, place: Place) -> Part:
    """The imported figure of an indicator, as a value of that indicator."""
    unit = place.catalogue.indicators[term.indicator].unit
    rows = register_rows(term.indicator, place.municipality, place)
    found = levels(place.rows(FIGURES), place.catalogue)
    mine = matching(found, {"indicator": term.indicator, "entity": place.municipality})
    if mine.empty:
        note = "ingen verdi er importert; se `kostra register`"
        return Part("register", "", None, "missing", unit, dataset=FIGURES, note=note, register=rows)
    figure, status = number(mine["value"].iloc[0]), str(mine["status"].iloc[0])
    return Part("register", "", figure, status, unit, dataset=FIGURES, register=rows)


def register_rows(indicator: str, entity: str, place: Place) -> tuple[RegisterRow, ...]:
    """The imported rows of an indicator and entity in the year, in every unit they are given in."""
    mine = matching(place.rows(FIGURES), {"indicator": indicator, "entity": entity})
    return tuple(
        RegisterRow(
            entity=entity,
            value=number(row["value"]),
            unit=str(row["unit"]),
            status=str(row["status"]),
            provider=str(row["provider"]),
            provider_date=str(row["provider_date"]),
            vintage_status=str(row["vintage_status"]),
            note=None if pd.isna(row["note"]) else str(row["note"]),
            file_name=str(row["file_name"]),
            file_sha256=str(row["file_sha256"]),
        )
        for row in mine.to_dict(orient="records")
    )
