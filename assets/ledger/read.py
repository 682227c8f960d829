"""Reading a ledger file of any format into one normalised frame."""

from __future__ import annotations

import re
from typing import Literal

from assets.ledger.parquet_file import read_parquet
from assets.tabular.csv_file import read_csv
from assets.tabular.problems import Findings
from assets.tabular.sheet import Sheet
from assets.tabular.xlsx_file import read_xlsx
from schemas.ledger_layout import ROLES, LedgerLayout

FileKind = Literal["ledger", "account"]

_ZIP, _PARQUET, _OLE = b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0"
_RECORD = re.compile(rb"(?:\xef\xbb\xbf)?[ 0-9][0-9A-Za-z]\d{4}[ 0-9][ 0-9]{4}[^;,|\t\r\n]{20,60}(?:\r?\n|$)")


def kind_of(content: bytes, name: str) -> FileKind:
    """Whether a file is a KOSTRA account file (by its records, or its suffix `.dat`) or a ledger."""
    if name.casefold().endswith(".dat") or _RECORD.match(content):
        return "account"
    return "ledger"


def read_sheet(content: bytes, layout: LedgerLayout, findings: Findings) -> Sheet | None:
    """The columns of a ledger file, its format told from its first bytes.

    Returns None when nothing can be read, which is then among the findings.
    """
    if not content:
        findings.problem("empty_file", "a ledger with a header and at least one row")
        return None
    if content.startswith(_OLE):
        findings.problem("format", "CSV, XLSX or Parquet; this is an old or a password-protected workbook")
        return None
    if content.startswith(_ZIP):
        sheet = read_xlsx(content, layout, findings)
    elif content.startswith(_PARQUET):
        sheet = read_parquet(content, findings)
    else:
        sheet = read_csv(content, layout, [layout.column_of(role) for role in ROLES], findings)
    if sheet is None:
        return None
    filled = sheet.without_blank_rows()
    if not len(filled.lines) and not findings.counts:
        findings.problem("empty_file", "at least one row with something in it")
    return filled
