"""Contracts of `kostra/…`: tidy facts per municipality and year."""

from __future__ import annotations

import pandas as pd

from schemas.contracts import Contract, Rule, columns, figure_matches_status, some_figure, taken_from
from schemas.fields import CATALOGUE, COMPUTED, FIELDS, STATBANK, UNITS

ACCOUNTS = Contract(
    dataset="kostra/accounts",
    title="Driftsregnskap etter funksjon og utgiftsbegrep",
    one_row_per="municipality × scope × function × expense concept",
    fields=columns(
        "year",
        "municipality",
        "region_kind",
        FIELDS["scope"].but(allowed=("A", "B")),
        "function",
        "concept",
        "amount",
        FIELDS["unit"].but(allowed=("NOK_thousand",)),
        "status",
        "vintage_status",
        "source",
        "vintage_id",
    ),
    key=("year", "municipality", "scope", "function", "concept"),
    rules=(figure_matches_status("amount"), some_figure("amount")),
)


SERVICE_STATISTICS = Contract(
    dataset="kostra/service_statistics",
    title="Tall for tjenester, brukere og ansatte",
    one_row_per="municipality (or group, or country) × measure",
    fields=columns(
        "year",
        "municipality",
        "region_kind",
        "measure",
        *taken_from(STATBANK + COMPUTED, "value"),
        *taken_from(CATALOGUE, FIELDS["unit"].but(allowed=UNITS)),
        "status",
        "table",
        "vintage_status",
        "source",
        "vintage_id",
        FIELDS["problem"].but(description="Why there is no figure, where the table could not be used."),
    ),
    key=("year", "municipality", "measure"),
    min_rows=0,
    rules=(
        figure_matches_status("value"),
        Rule(
            "a problem stands only beside a missing figure", lambda f: f["problem"].isna() | f["value"].isna()
        ),
    ),
)


def _band_in_order(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["age_from"] <= frame["age_to"]


POPULATION = Contract(
    dataset="kostra/population",
    title="Innbyggere 31.12. etter aldersgruppe",
    one_row_per="municipality × age band",
    fields=columns(
        "year",
        "municipality",
        "region_kind",
        "age_from",
        "age_to",
        "inhabitants",
        FIELDS["unit"].but(allowed=("persons",)),
        "status",
        "vintage_status",
        "source",
        "vintage_id",
    ),
    key=("year", "municipality", "age_from", "age_to"),
    rules=(
        figure_matches_status("inhabitants"),
        some_figure("inhabitants"),
        Rule("`age_from` is not above `age_to`", _band_in_order),
    ),
)
