"""Contracts of `statbank/…`: what SSB lists, what the catalogue resolved to, and the tables themselves."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from schemas.contracts import Contract, Rule, columns, figure_matches_status, some_figure, taken_from
from schemas.fields import FIELDS, STATBANK

UPDATES = Contract(
    dataset="statbank/updates",
    title="Oppdateringer i Statistikkbanken",
    one_row_per="SSB table the catalogue uses",
    fields=columns("table", "updated", "first_period", "last_period", "discontinued", "checked_at"),
    key=("table",),
    partitioned=False,
)

METADATA = Contract(
    dataset="statbank/metadata",
    title="Koder slått opp i Statistikkbankens metadata",
    one_row_per="resolved catalogue entry",
    fields=columns(
        "table",
        "dimension",
        "wanted_label",
        "resolved_code",
        "label",
        FIELDS["unit"].but(nullable=True),
        "metadata_sha256",
        "problem",
    ),
    key=("table", "dimension", "resolved_code", "wanted_label"),
    partitioned=False,
    rules=(
        Rule(
            "an entry has a code, or a problem that says why not",
            lambda frame: frame["resolved_code"].notna() | frame["problem"].notna(),
        ),
    ),
)

#: Roles whose figures are counts, which cannot be negative.
_COUNTED_BY = frozenset({"age", "sex"})


def _not_negative(frame: pd.DataFrame) -> pd.Series[bool]:
    return ~(frame["value"] < 0)


def table_contract(table_id: str, title: str, roles: Iterable[str]) -> Contract:
    """The contract of one SSB table; `roles` are its dimensions in the catalogue's order."""
    roles = tuple(roles)
    rules = [figure_matches_status("value"), some_figure("value")]
    if _COUNTED_BY.intersection(roles):
        rules.append(Rule("a count of persons is not negative", _not_negative))
    return Contract(
        dataset=f"statbank/t{table_id}",
        title=title,
        one_row_per="cell of the SSB table",
        fields=columns(
            *taken_from(STATBANK, "year"),
            *roles,
            "value",
            "status",
            "symbol",
            "unit",
            "vintage_status",
            "source",
            "vintage_id",
        ),
        key=("year", *roles),
        rules=tuple(rules),
    )
