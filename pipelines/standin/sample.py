"""The modelled sample that the stand-in server serves: StatBank tables and KLASS code lists.

Nothing here is SSB's statistics: ``model/README.md`` says what is given, calibrated and modelled.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from functools import cache, partial

from pipelines.standin.klass import StandinGroupMember, StandinKlass, StandinMunicipality
from pipelines.standin.model import (
    tables_accounts,
    tables_care,
    tables_population,
    tables_services,
    tables_society,
)
from pipelines.standin.model.data import LAST_YEAR, rows
from pipelines.standin.model.entities import codes
from pipelines.standin.table import StandinTable

_BUILDERS: dict[str, Callable[[], StandinTable]] = {
    "07459": tables_population.table_07459,
    "11805": tables_population.table_11805,
    "12362": tables_accounts.table_12362,
    "12367": tables_accounts.table_12367,
    **tables_care.CARE_TABLES,
    **tables_society.SOCIETY_TABLES,
    **{number: partial(tables_services.service_table, number) for number in tables_services.service_tables()},
}
_NOT_STATED = StandinMunicipality("9999", "Uoppgitt", date(2013, 1, 1))


def sample_ids() -> tuple[str, ...]:
    """Ids of the tables of the sample."""
    return tuple(sorted(_BUILDERS))


@cache
def sample_table(number: str) -> StandinTable:
    """One table of the sample, built at the first call.

    Raises:
        KeyError: the sample has no such table; the message names the nearest ids.
    """
    if number not in _BUILDERS:
        near = ", ".join(get_close_matches(number, _BUILDERS, cutoff=0.3)) or "none is near"
        raise KeyError(f"the sample has no table {number} (nearest: {near}); sample_ids() lists all")
    return _BUILDERS[number]()


def sample_tables() -> tuple[StandinTable, ...]:
    """All tables of the sample, in order of id."""
    return tuple(sample_table(number) for number in sample_ids())


def sample_klass() -> StandinKlass:
    """Municipality codes and changes of the ASSS members, and KOSTRA groups 12 and 13 of 2020."""
    municipalities = [
        StandinMunicipality(row.code, row.name, row.valid_from, row.valid_to, row.predecessors)
        for row in codes()
    ]
    return StandinKlass([*municipalities, _NOT_STATED], _group_members())


def _group_members() -> list[StandinGroupMember]:
    """One row per code and group that holds in the last year; the grouping began in 2020."""
    start = date(2020, 1, 1)
    current = [row for row in rows("groups") if row["region"] in {"EKG12", "EKG13"}]
    found: list[StandinGroupMember] = []
    for group in (row for row in current if int(row["last_year"]) == LAST_YEAR):
        for entity in group["entities"].split():
            mine = [row for row in codes() if row.entity == entity and (row.valid_to or date.max) > start]
            for code in dict.fromkeys(row.code for row in mine):
                span = [row for row in mine if row.code == code]
                ends = None if span[-1].valid_to is None else span[-1].valid_to
                begins = max(start, span[0].valid_from)
                found.append(StandinGroupMember(group["region"], group["label"], code, begins, ends))
    return found
