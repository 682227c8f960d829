"""Contract of `register/figures`, and of the files it is made from: figures that come from outside SSB."""

from __future__ import annotations

import pandas as pd

from schemas.catalogue.indicators import Indicator
from schemas.catalogue.units import UNIT_RULES
from schemas.contracts import Contract, Rule, columns, figure_matches_status, taken_from
from schemas.fields import COMPUTED, FIELDS, REGISTER, RELATIVE_UNITS, UNITS

#: Columns of a register file, all of them needed.
FILE_COLUMNS = (
    "indicator_id",
    "year",
    "entity",
    "value",
    "unit",
    "source",
    "source_date",
    "vintage_status",
    "note",
)
#: Columns a file of a municipality's own register should have: how many persons a ratio is built on.
PERSON_COLUMNS = ("numerator_persons", "denominator_persons")
FEWEST_PERSONS = 5
"""Figures built on fewer persons are suppressed (personvern)."""

MEAN_OF = "asss"
"""The network whose mean distances are from, and that indices are made to have their mean in."""

NETWORK_FIGURES = ("mean", "max", "min")
"""What may be given of a network beside its members' figures: `asss_mean`, `asss_max`, `asss_min`."""


def units_of(indicator: Indicator) -> tuple[str, ...]:
    """The units a figure of the indicator may be given in: its own, and those relative to another figure."""
    points = UNIT_RULES[indicator.unit].change == "percentage_points" or indicator.unit == "index"
    return (indicator.unit, *(u for u in RELATIVE_UNITS if points or not u.startswith("percentage_points")))


def _reason_where_suppressed(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["suppression_reason"].isna() | (frame["status"] == "suppressed")


FIGURES = Contract(
    dataset="register/figures",
    title="Tall fra andre registre enn SSBs",
    one_row_per="indicator × entity × unit, as imported",
    fields=columns(
        *taken_from(
            REGISTER,
            "year",
            "indicator",
            "entity",
            FIELDS["unit"].but(allowed=(*UNITS, *RELATIVE_UNITS)),
            "value",
        ),
        *taken_from(REGISTER + COMPUTED, "status"),
        "suppression_reason",
        "provider",
        "provider_date",
        *taken_from(REGISTER, "vintage_status", "note"),
        "file_name",
        FIELDS["file_sha256"].but(provenance=True),
        FIELDS["source"].but(allowed=("register",)),
        "vintage_id",
    ),
    key=("year", "indicator", "entity", "unit"),
    min_rows=0,
    rules=(
        figure_matches_status("value"),
        Rule("`suppression_reason` stands only beside a suppressed figure", _reason_where_suppressed),
    ),
)
