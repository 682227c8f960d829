"""Files that are wrong in one way each, with words the message must have."""

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa

from tests.ledger import files
from tests.ledger.files import RECORDS, ROWS, record, table, with_cell


@dataclass(frozen=True)
class Bad:
    """A bad file: its name, its bytes, words the message must have, and a layout to read it with."""

    name: str
    content: bytes | str | Callable[[], bytes]
    says: tuple[str, ...]
    layout: str = ""
    options: tuple[str, ...] = ()


def cell(row: int, column: str, value: object, *says: str) -> Bad:
    """The good CSV with one other value; the message names its line."""
    return Bad("a.csv", table(with_cell(row, column, value)), (f"a.csv:{row + 2}", *says))


def xlsx_with(**cells: object) -> Callable[[], bytes]:
    """The good workbook with other cells."""

    def make() -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(files.workbook(files.numeric_rows())))
        for place, value in cells.items():
            book.active[place] = value
        return files.saved(book)

    return make


def merged(cells: str) -> Callable[[], bytes]:
    def make() -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(files.workbook(files.numeric_rows())))
        book.active.merge_cells(cells)
        return files.saved(book)

    return make


def two_header_rows() -> bytes:
    book = openpyxl.Workbook()
    for line in (["Regnskap", None, None, None, "Kroner"], files.HEADER, *ROWS):
        book.active.append(list(line))
    book.active.merge_cells("A1:D1")
    return files.saved(book)


def two_sheets() -> bytes:
    book = openpyxl.Workbook()
    book.create_sheet("Ark2")
    return files.saved(book)


def parquet_with(**columns: object) -> Callable[[], bytes]:
    return lambda: files.parquet(files.good_frame().assign(**columns))


def workbook_without(member: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(files.workbook(ROWS))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != member:
                new.writestr(name, old.read(name))
    return out.getvalue()


def records(*changed: tuple[int, str]) -> bytes:
    """The good records with others in their place."""
    lines = list(RECORDS)
    for at, line in changed:
        lines[at] = line
    return files.accounts(lines)


def edited(at: int, start: int, end: int, text: str) -> bytes:
    """The good records with other characters in one of them."""
    line = RECORDS[at]
    return records((at, line[:start] + text + line[end:]))


def last_digit_cut() -> bytes:
    return files.accounts()[:-2]


NORWEGIAN_IDS = ("01010750160", "15076500565")

BAD: dict[str, Bad] = {
    # Nothing to read
    "empty file": Bad("a.csv", b"", ("header and at least one row",)),
    "only blank lines": Bad("a.csv", "\n\n \n", ("at least one row",)),
    "only a byte order mark": Bad("a.csv", b"\xef\xbb\xbf", ("at least one row",)),
    "header without rows": Bad("a.csv", table([]), ("at least one row below the header",)),
    "blank rows only": Bad("a.csv", table([("",) * 5] * 3), ("at least one row",)),
    # Encodings
    "UTF-16": Bad("a.csv", table().encode("utf-16"), ("UTF-16",)),
    "NUL characters": Bad("a.csv", table().replace("257", "2\x007", 1), ("control characters", "a.csv:5")),
    "mixed encodings": Bad("a.csv", table().encode() + "2024;Ås ø;253;010;1\n".encode()
                           + "2024;Ås;253;020;1\n".encode("latin-1"), ("one encoding", "a.csv:12")),
    "declared UTF-8 is Latin-1": Bad("a.csv", table(with_cell(0, "responsibility_centre", "Ås")).encode("latin-1"),
                                     ("one encoding", "a.csv:2"), "encoding: utf-8"),
    "bytes of no encoding": Bad("a.csv", table().encode() + b"2024;\x81;253;010;1\n", ("UTF-8 or Latin-1",)),
    # Shape
    "no known delimiter": Bad("a.csv", table(sep=":"), ("a column for year", "ledger.yaml")),
    "wrong delimiter declared": Bad("a.csv", table(), ("a column for year",), "delimiter: comma"),
    "decimal comma is the delimiter": Bad("a.csv", table(sep=","), ("5 columns", "here are 6")),
    "cut off in a row": Bad("a.csv", table()[:-12], ("5 columns", "a.csv:10")),
    "a value too many": Bad("a.csv", table([*ROWS, (*ROWS[0], "x")]), ("5 columns", "a.csv:11")),
    "quote left open": Bad("a.csv", table(with_cell(2, "responsibility_centre", '"1002')), ("quote", "a.csv:4")),
    "quoted line break": Bad("a.csv", table(with_cell(2, "responsibility_centre", '"10\n02"')), ("quote",)),
    "no header": Bad("a.csv", "".join(table().splitlines(keepends=True)[1:]), ("a column for amount",)),
    "header on another row": Bad("a.csv", "Regnskap 2024;;;;\n" + table(), ("header has empty cells",)),
    "column missing": Bad("a.csv", table([row[:4] for row in ROWS], files.HEADER[:4]), ("a column for amount",)),
    "column misspelt": Bad("a.csv", table().replace("function", "funktion", 1), ("nearest: funktion",)),
    "column twice": Bad("a.csv", table([(*row, row[4]) for row in ROWS], (*files.HEADER, "amount")),
                        ("one column of this name",)),
    "year column missing": Bad("a.csv", table([row[1:] for row in ROWS], files.HEADER[1:]),
                               ("a column for year", "`year`")),
    "year column beside a declared year": Bad("a.csv", table(), ("no column for the year",), "year: 2024"),
    # Years
    "year missing": cell(3, "year", "", "a year from 2015"),
    "year of two digits": cell(3, "year", "24", "a year from 2015"),
    "year as a date": cell(3, "year", "2024-12-31", "a year from 2015"),
    "year with decimals": cell(3, "year", "2024,0", "a year from 2015"),
    "year before the first": cell(3, "year", "2014", "a year from 2015"),
    "year not asked for": Bad("a.csv", table(), ("the year asked for, 2024", "a.csv:2"), "", ("--year", "2024")),
    "year beyond the pipeline": Bad("a.csv", table([(2026, "1001", "253", "010", "1")]), ("2015-2024", "2026")),
    # Codes
    "unknown function": cell(3, "function", "259", "valid in annual operating accounts 2024", "nearest:"),
    "function of an earlier year": cell(3, "function", "254", "254 is valid 2015-2023"),
    "function of a later year": cell(0, "function", "257", "257 is valid 2024-2026"),
    "function with a leading space": cell(3, "function", " 253", "' 253'", "nearest: 253"),
    "function with a trailing space": cell(3, "function", "253 ", "nearest: 253"),
    "function of four digits": cell(3, "function", "2530", "three digits"),
    "function with decimals": cell(3, "function", "253,0", "three digits"),
    "function empty": cell(3, "function", "", "three digits"),
    "function as a formula": cell(3, "function", "=253", "three digits"),
    "function of investments only": cell(3, "function", "841", "operating accounts 2024"),
    "unknown art": cell(3, "art", "011", "nearest: 010"),
    "art without its zero": cell(3, "art", "10", "nearest: 010"),
    "art of an earlier year": cell(3, "art", "690", "690 is valid 2015-2019"),
    "art of investments only": cell(3, "art", "670", "operating accounts 2024"),
    "art in other digits": cell(3, "art", "٠١٠", "three digits"),
    # Centres
    "unknown centre": cell(3, "responsibility_centre", "1009", "nearest: 100, 1001"),
    "centre empty": cell(3, "responsibility_centre", "", "a responsibility centre"),
    "centre with a space": cell(3, "responsibility_centre", "1001 ", "without spaces"),
    "centre as a formula": cell(3, "responsibility_centre", "=A1", "no formula"),
    "centre not placed in the year": Bad("a.csv", table([(2019, "1003", "254", "010", "1")]),
                                         ("1003", "in 2019"), "hierarchy: late.csv"),
    # Amounts
    "amount empty": cell(3, "amount", "", "a line without one"),
    "amount in words": cell(3, "amount", "ti", "an amount in kroner"),
    "amount with a unit": cell(3, "amount", "100 kr", "an amount in kroner"),
    "amount with three decimals": cell(3, "amount", "1000,123", "at most two decimals"),
    "amount that reads two ways": cell(3, "amount", "1.234", "can be read in one way"),
    "amount in brackets": cell(3, "amount", "(100)", "an amount in kroner"),
    "amount with minus behind": cell(3, "amount", "100-", "an amount in kroner"),
    "amount as a power": cell(3, "amount", "1E+05", "an amount in kroner"),
    "amount as a formula": cell(3, "amount", "=1+1", "an amount in kroner"),
    "amount with an error": cell(3, "amount", "#REF!", "an amount in kroner"),
    "amount not a number": cell(3, "amount", "NaN", "an amount in kroner"),
    "amount beyond reason": cell(3, "amount", "1234567890123", "an amount in kroner"),
    "decimal comma and point": cell(3, "amount", "1100.50", "one decimal mark"),
    "grouped wrongly": cell(3, "amount", "1 23 456", "an amount in kroner"),
    # The whole
    "a line twice": Bad("a.csv", table([*ROWS, ROWS[3]]), ("a.csv:11", "line 5 has the same")),
    "sign other than declared": Bad("a.csv", table(), ("is the sign as declared",), "sign: expenses_negative"),
    "income without its sign": Bad("a.csv", table([(*r[:4], str(r[4]).lstrip("-")) for r in ROWS]), ("income",)),
    "whole accounts out of balance": Bad("a.csv", table([(2024, "1001", "253", "010", "50000"),
                                                         (2024, "1001", "253", "600", "-1")]),
                                         ("balance within ±30", "49999.00 in 2024"), "whole: true"),
    "depreciation without its counter-entry": Bad(
        "a.csv", table([(2024, "1001", "253", "590", "99000"), (2024, "1001", "860", "990", "-1000")]),
        ("art 590", "98000.00 in 2024")),
    # Persons
    "names of persons": Bad("a.csv", table([(*r, "Ola") for r in ROWS], (*files.HEADER, "Ansatt navn")),
                            ("looks personal", "Ansatt navn")),
    "national ids": Bad("a.csv", table([(*r, NORWEGIAN_IDS[0]) for r in ROWS], (*files.HEADER, "ref")),
                        ("looks personal by its values",)),
    "national ids in free text": Bad("a.csv", table([(*r, f"gjelder {NORWEGIAN_IDS[1]}") for r in ROWS],
                                                    (*files.HEADER, "tekst")), ("looks personal by its values",)),
    # Layouts and hierarchies
    "layout with an unknown key": Bad("a.csv", table(), ("ledger.yaml:1", "nearest: decimal"), "desimal: comma"),
    "layout in another unit": Bad("a.csv", table(), ("ledger.yaml:1", "NOK"), "unit: TNOK"),
    "layout that is no YAML": Bad("a.csv", table(), ("not valid YAML",), "columns: {year: ["),
    "layout with two roles of one column": Bad("a.csv", table(), ("two roles",), "columns: {year: art, art: art}"),
    "hierarchy that is not there": Bad("a.csv", table(), ("absent.csv cannot be read",), "hierarchy: absent.csv"),
    "hierarchy in a circle": Bad("a.csv", table(), ("in a circle: a → b → a",), "hierarchy: circle.csv"),
    "hierarchy with an unknown parent": Bad("a.csv", table(), ("nowhere has no entry",), "hierarchy: lost.csv"),
    "hierarchy without a top": Bad("a.csv", table(), ("director_area",), "hierarchy: topless.csv"),
    # Workbooks
    "workbook: formula as amount": Bad("a.xlsx", xlsx_with(E5="=SUM(E2:E4)"), ("a.xlsx:5", "=SUM(E2:E4)")),
    "workbook: formula as code": Bad("a.xlsx", xlsx_with(C5='="253"'), ("a.xlsx:5", "three digits")),
    "workbook: date as code": Bad("a.xlsx", xlsx_with(C5=datetime.date(2024, 2, 5)), ("a.xlsx:5", "a date")),
    "workbook: date as amount": Bad("a.xlsx", xlsx_with(E5=datetime.datetime(2024, 2, 5)), ("a.xlsx:5", "a date")),
    "workbook: date as year": Bad("a.xlsx", xlsx_with(A5=datetime.date(2024, 1, 1)), ("a.xlsx:5", "a date")),
    "workbook: date as centre": Bad("a.xlsx", xlsx_with(B5=datetime.date(2024, 1, 1)), ("a.xlsx:5", "a date")),
    "workbook: truth as function": Bad("a.xlsx", xlsx_with(C5=True), ("a.xlsx:5", "three digits")),
    "workbook: fraction as art": Bad("a.xlsx", xlsx_with(D5=10.5), ("a.xlsx:5", "three digits")),
    "workbook: thousandths of a krone": Bad("a.xlsx", xlsx_with(E5=10.1234), ("a.xlsx:5", "two decimals")),
    "workbook: empty cell": Bad("a.xlsx", xlsx_with(E5=None), ("a.xlsx:5", "a line without one")),
    "workbook: error cell": Bad("a.xlsx", xlsx_with(E5="#DIV/0!"), ("a.xlsx:5", "an amount in kroner")),
    "workbook: merged header": Bad("a.xlsx", merged("A1:C1"), ("a column for function", "merged")),
    "workbook: merged cells in rows": Bad("a.xlsx", merged("B2:B4"), ("a.xlsx:3", "a responsibility centre")),
    "workbook: two header rows": Bad("a.xlsx", two_header_rows, ("a column for year", "on another row")),
    "workbook: stray cell": Bad("a.xlsx", xlsx_with(H3="kontrollert"), ("right of the last column",)),
    "workbook: several sheets": Bad("a.xlsx", two_sheets, ("`sheet:`", "Ark2")),
    "workbook: unknown sheet": Bad("a.xlsx", files.workbook(ROWS), ("one of Sheet",), "sheet: Data"),
    "workbook: cut off": Bad("a.xlsx", files.workbook(ROWS)[:-200], ("a workbook that opens",)),
    "workbook: without its sheet": Bad("a.xlsx", workbook_without("xl/worksheets/sheet1.xml"), ("a.xlsx",)),
    "workbook: a zip of something else": Bad("a.xlsx", workbook_without("[Content_Types].xml"),
                                             ("a workbook that opens",)),
    "workbook: without rows": Bad("a.xlsx", files.workbook([]), ("at least one row",)),
    "workbook: protected": Bad("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, ("password",)),
    # Parquet
    "Parquet: cut off": Bad("a.parquet", files.parquet(files.good_frame())[:-9], ("a Parquet file that opens",)),
    "Parquet: without rows": Bad("a.parquet", files.parquet(files.good_frame().head(0)), ("at least one row",)),
    "Parquet: column missing": Bad("a.parquet", files.parquet(files.good_frame().drop(columns="art")),
                                   ("a column for art",)),
    "Parquet: null amount": Bad("a.parquet", parquet_with(amount=[np.nan, *files.AMOUNTS[1:]]),
                                ("a.parquet:1", "a line without one")),
    "Parquet: infinite amount": Bad("a.parquet", parquet_with(amount=[np.inf, *files.AMOUNTS[1:]]),
                                    ("a.parquet:1",)),
    "Parquet: dates as years": Bad("a.parquet", parquet_with(year=pd.Timestamp("2024-01-01")), ("a date",)),
    "Parquet: lists": Bad("a.parquet", parquet_with(
        amount=pd.Series([[1.0]] * len(ROWS), dtype=pd.ArrowDtype(pa.list_(pa.float64())))), ("a.parquet",)),
    # Account files
    "account file: empty": Bad("a.dat", b"", ("48 characters",)),
    "account file: a record too short": Bad("a.dat", edited(2, 40, 48, "   -120"), ("a.dat:3", "here are 47")),
    "account file: a record too long": Bad("a.dat", records((2, RECORDS[2] + " ")), ("a.dat:3", "here are 49")),
    "account file: cut off": Bad("a.dat", last_digit_cut(), ("a.dat:9", "here are 47")),
    "account file: blank line": Bad("a.dat", files.accounts() + b"\n" + files.accounts(), ("a.dat:10",)),
    "account file: tabulator": Bad("a.dat", edited(2, 40, 42, "\t\t"), ("a.dat:3", "capital letters")),
    "account file: letters": Bad("a.dat", edited(2, 38, 39, "ø"), ("a.dat:3",)),
    "account file: another form": Bad("a.dat", edited(2, 0, 2, "0B"), ("a.dat:3", "form 0A, 0I or 0M")),
    "account file: year of no list": Bad("a.dat", files.accounts(r.replace("2024", "2031") for r in RECORDS),
                                         ("2015 to 2026",)),
    "account file: year not asked for": Bad("a.dat", files.accounts(), ("the year asked for",), "",
                                            ("--year", "2023")),
    "account file: two years": Bad("a.dat", edited(2, 2, 6, "2023"), ("a.dat:3", "as in the other records")),
    "account file: no such quarter": Bad("a.dat", edited(2, 6, 7, "5"), ("a.dat:3", "1 to 4")),
    "account file: two regions": Bad("a.dat", edited(2, 7, 13, "320300"), ("a.dat:3", "as in the other")),
    "account file: county of another time": Bad(
        "a.dat", files.accounts(r.replace("320100", "302400") for r in RECORDS), ("counties are",)),
    "account file: two units": Bad("a.dat", edited(2, 13, 22, "974760673"), ("a.dat:3", "as in the other")),
    "account file: class of another form": Bad("a.dat", edited(2, 31, 32, "3"), ("a.dat:3", "in form 0A")),
    "account file: function right-justified": Bad("a.dat", edited(2, 32, 36, " 253"), ("a.dat:3", "left-just")),
    "account file: function ended": Bad("a.dat", edited(2, 32, 36, "254 "), ("a.dat:3", "valid in annual")),
    "account file: unknown art": Bad("a.dat", edited(2, 36, 39, "601"), ("a.dat:3", "nearest: 600")),
    "account file: art of investments": Bad("a.dat", edited(2, 36, 39, "910"), ("a.dat:3", "operating")),
    "account file: function of operations": Bad(
        "a.dat", files.accounts([*RECORDS, record("800", "010", 0, account_class="0")]), ("investment",)),
    "account file: minus apart": Bad("a.dat", edited(2, 39, 48, "-     120"), ("a.dat:3", "minus before")),
    "account file: amount missing": Bad("a.dat", edited(2, 39, 48, " " * 9), ("a.dat:3", "thousand")),
    "account file: decimals": Bad("a.dat", edited(2, 39, 48, "  -120,50"), ("a.dat:3",)),
    "account file: record twice": Bad("a.dat", files.accounts([*RECORDS, RECORDS[0]]), ("line 1 has the same",)),
    "account file: out of balance": Bad("a.dat", records((0, record("253", "010", 1031))), ("'31'", "±30")),
    "account file: counter-entry off": Bad(
        "a.dat", records((6, record("860", "990", -80)), (8, record("880", "540", 180))), ("art 590", "'-40'")),
    "account file: art on another function": Bad("a.dat", edited(5, 32, 36, "840 "), ("on function 800 only",)),
    "account file: expenses negative": Bad(
        "a.dat", files.accounts(f"{r[:39]}{-int(r[39:]):>9}" for r in RECORDS), ("as declared",)),
    "account file: in kroner": Bad(
        "a.dat", files.accounts(f"{r[:36]}{art:03d}{int(r[39:]) * 1000:>9}" for art in (10, 20, 30)
                                for r in (record("253", "010", 5), record("258", "010", 7),
                                          record("234", "010", 7), record("261", "010", 7),
                                          record("242", "010", 7), record("243", "010", 7),
                                          record("273", "010", -40))),
        ("in kroner",), "", ("--kind", "account")),
}  # fmt: skip

LAYOUTS = {
    "late.csv": "centre,parent,valid_from_year,director_area\n1003,A1,2020,\nA1,,,A 1 Alt\n",
    "circle.csv": "centre,parent,director_area\na,b,\nb,a,\n",
    "lost.csv": "centre,parent,director_area\na,nowhere,\n",
    "topless.csv": "centre,parent,director_area\na,,\n",
}
