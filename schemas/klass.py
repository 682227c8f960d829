"""Contracts of `klass/…`: municipalities and KOSTRA groups, dated."""

from __future__ import annotations

import pandas as pd

from schemas.contracts import Contract, Rule, columns


def _ends_after_it_starts(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["valid_to"].isna() | (frame["valid_to"] > frame["valid_from"])


_VALIDITY = Rule("`valid_to` is later than `valid_from`", _ends_after_it_starts)

MUNICIPALITIES = Contract(
    dataset="klass/municipalities",
    title="Kommuner med stabil identitet over kodeendringer",
    one_row_per="municipality code and its validity",
    fields=columns("slug", "code", "name", "valid_from", "valid_to"),
    key=("code", "valid_from"),
    partitioned=False,
    rules=(_VALIDITY,),
)

KOSTRA_GROUPS = Contract(
    dataset="klass/kostra_groups",
    title="Medlemskap i KOSTRA-grupper",
    one_row_per="membership and its validity",
    fields=columns("group", "group_name", "slug", "code", "valid_from", "valid_to"),
    key=("group", "code", "valid_from"),
    partitioned=False,
    # KLASS answers 404 where it holds no correspondence; an empty table then says just that.
    min_rows=0,
    rules=(_VALIDITY,),
)
