"""Which column of a file is what: the layout's names against the header."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from assets.ledger.personal import refuse_personal
from assets.tabular.problems import Findings
from assets.tabular.sheet import Column, Sheet
from schemas.ledger_layout import ROLES, LedgerLayout, Role
from schemas.nearest import nearest_text


def columns_by_role(
    sheet: Sheet, layout: LedgerLayout, findings: Findings
) -> Mapping[Role, tuple[str, Column]]:
    """The file's own name and the column of each role that the file has.

    Missing and doubled columns, and columns that look personal, are added to the findings; columns of no
    role are left unread, which is said.
    """
    names = [_plain(name) for name in sheet.header]
    found: dict[Role, tuple[str, Column]] = {}
    for role in ROLES:
        wanted = layout.column_of(role)
        places = [at for at, name in enumerate(names) if name == _plain(wanted)]
        if len(places) > 1:
            findings.problem("header", f"one column of this name, not {len(places)}", column=wanted)
        elif places and role == "year" and layout.year is not None:
            findings.problem("header", "no column for the year when ledger.yaml gives it", column=wanted)
        elif places:
            found[role] = (sheet.header[places[0]], sheet.columns[places[0]])
        elif role in layout.required or role in layout.columns:
            findings.problem("header", _missing(role, sheet.header), column=wanted)
    amounts = found["amount"][0] if "amount" in found else None
    refuse_personal(sheet, layout.ignore_columns, amounts, findings)
    _tell_unread(sheet, {name for name, _ in found.values()}, layout, findings)
    return MappingProxyType(found)


def _missing(role: str, header: tuple[str, ...]) -> str:
    nearest = nearest_text(role, [name for name in header if name])
    remedy = "name it under `columns` in ledger.yaml"
    if role == "year":
        remedy += ", or give `year` there for a file of one year"
    empty = "; the header has empty cells: are cells merged, or is it on another row?" if "" in header else ""
    return f"a column for {role}: {remedy} ({nearest}){empty}"


def _tell_unread(sheet: Sheet, read: set[str], layout: LedgerLayout, findings: Findings) -> None:
    known = {name.casefold() for name in layout.ignore_columns}
    unread = [name for name in sheet.header if name and name not in read and name.casefold() not in known]
    if unread:
        findings.warn("unread", f"left unread: {', '.join(unread)}")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
