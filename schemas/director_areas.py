"""Contracts of `<municipality>/director_area_costs` and `<municipality>/control_totals`."""

from __future__ import annotations

import pandas as pd

from schemas.contracts import Contract, Rule, columns, figure_matches_status, taken_from
from schemas.fields import ACCOUNTS, CATALOGUE, COMPUTED, FIELDS, SLUG, STATBANK
from schemas.ledger import COST_TYPES, LEDGER_SOURCES

TOTAL = "Totalt"
VERDICTS = ("pass", "warning", "fail", "not_comparable")

_service = FIELDS["service"].but(pattern=SLUG, description="Breakdown id of the catalogue.", source=CATALOGUE)
_source = FIELDS["source"].but(
    allowed=LEDGER_SOURCES, description="Own accounts, or `sample`: a modelled ledger, not a municipality's."
)
_million = FIELDS["value"].but(unit="NOK million")


def _ore(amounts: pd.Series) -> pd.Series:
    return (amounts * 100).round().astype("int64")


def _adds_up(frame: pd.DataFrame) -> bool:
    """Direct + allocated + purchased = total, to the øre, for every service."""
    total = frame["cost_type"] == "total"
    signed = _ore(frame["amount"]).where(~total, -_ore(frame["amount"]))
    return bool((signed.groupby([frame["year"], frame["service"].astype("str")]).sum() == 0).all())


def _one_row_each(frame: pd.DataFrame) -> pd.Series[bool]:
    return ~frame.duplicated(["year", "service", "director_area", "cost_type"], keep=False)


def _total_is_named(frame: pd.DataFrame) -> pd.Series[bool]:
    return (frame["director_area"] == TOTAL) == (frame["cost_type"] == "total")


def _verdict_where_comparable(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["difference"].notna() == (frame["verdict"] != "not_comparable")


def director_area_costs_contract(municipality: str) -> Contract:
    """The contract of costs by director area (direktørområde) of `municipality` (a slug)."""
    return Contract(
        dataset=f"{municipality}/director_area_costs",
        title="Driftsutgifter per direktørområde",
        one_row_per="service × director area (or purchases, or total) × cost type",
        fields=columns(
            "year",
            _service,
            FIELDS["row"].but(description="Position in the table as printed.", source=COMPUTED),
            "concept",
            FIELDS["director_area"].but(
                description=f"Director area (direktørområde), the label of purchases, or `{TOTAL}`.",
                source=ACCOUNTS + CATALOGUE,
            ),
            FIELDS["cost_type"].but(allowed=(*COST_TYPES, "total")),
            FIELDS["amount"].but(unit="NOK", nullable=False, source=ACCOUNTS + COMPUTED),
            FIELDS["share"].but(
                kind="number",
                unit="part of 1",
                description="Part of the total of the service; the total is 1. Empty when the total is 0.",
                nullable=True,
                minimum=None,
            ),
            "title",
            *taken_from(COMPUTED, "status"),
            _source,
            "vintage_id",
        ),
        key=("year", "service", "row"),
        min_rows=0,
        rules=(
            Rule("direct + allocated + purchased = total, to the øre", _adds_up),
            Rule("one row per service, director area and cost type", _one_row_each),
            Rule(f"`{TOTAL}` has the cost type total, and nothing else has", _total_is_named),
            figure_matches_status("amount"),
        ),
    )


def control_totals_contract(municipality: str) -> Contract:
    """The contract of the ledger of `municipality` (a slug) held against SSB's accounts."""
    return Contract(
        dataset=f"{municipality}/control_totals",
        title="Regnskapet mot SSBs tall",
        one_row_per="service × scope",
        fields=columns(
            "year",
            _service,
            "concept",
            FIELDS["scope"].but(allowed=("A", "B")),
            _million.but(
                name="ledger_total",
                description="Sum of the ledger, of the service's functions.",
                source=ACCOUNTS + COMPUTED,
            ),
            _million.but(
                name="ssb_total",
                description="SSB's figure of the same functions and concept.",
                source=STATBANK + COMPUTED,
            ),
            _million.but(
                name="difference", description="Ledger less SSB; empty when not comparable.", source=COMPUTED
            ),
            FIELDS["tolerance"].but(description="Difference that passes.", unit="NOK million"),
            FIELDS["verdict"].but(allowed=VERDICTS, description="Whether the ledger closes to SSB."),
            FIELDS["reason"].but(name="explanation", description="The verdict in words.", nullable=False),
            FIELDS["unit"].but(allowed=("NOK_million",), source=COMPUTED),
            _source,
            "vintage_id",
        ),
        key=("year", "service", "concept", "scope"),
        min_rows=0,
        rules=(Rule("a difference is there exactly when comparable", _verdict_where_comparable),),
    )
