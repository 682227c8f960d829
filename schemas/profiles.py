"""Contract of `<municipality>/service_profile`: the focal municipality beside its network."""

from __future__ import annotations

import pandas as pd

from schemas.contracts import Contract, Rule, columns, figure_matches_status, taken_from
from schemas.fields import ANY_SOURCE, CATALOGUE, COMPUTED, FIELDS, REGISTER, UNITS


def _rank_within_members(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["rank"].isna() | (frame["rank"] <= frame["members_with_data"])


def service_profile_contract(municipality: str) -> Contract:
    """The contract of the service profile of `municipality` (a slug, `baerum` by default)."""
    return Contract(
        dataset=f"{municipality}/service_profile",
        title="Tjenesteprofil",
        one_row_per="report year × profile row",
        fields=columns(
            "year",
            "profile",
            "row",
            "indicator",
            "title",
            *taken_from(CATALOGUE, FIELDS["unit"].but(allowed=UNITS)),
            "decimals",
            "value_y_minus_2",
            "value_y_minus_1",
            *taken_from(COMPUTED + REGISTER, "value"),
            "mean",
            "max",
            "max_holder",
            "min",
            "min_holder",
            *taken_from(COMPUTED + REGISTER, "index", "distance_percent", "distance_points"),
            "rank",
            FIELDS["members_with_data"].but(nullable=True),
            FIELDS["members_missing"].but(nullable=True),
            *taken_from(COMPUTED + REGISTER, "change"),
            "change_unit",
            *taken_from(COMPUTED + REGISTER, "status"),
            "origin",
            "vintage_status",
            FIELDS["source"].but(allowed=ANY_SOURCE),
            "vintage_id",
        ),
        key=("year", "profile", "row"),
        rules=(
            figure_matches_status("value"),
            Rule("the rank is not above the number of members with data", _rank_within_members),
        ),
    )
