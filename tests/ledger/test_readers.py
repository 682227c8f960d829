"""Every format, encoding and way of writing numbers gives the same normalised rows."""

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assets.ledger.hierarchy import read_hierarchy
from assets.ledger.ledger_file import LedgerFile, read_ledger
from schemas.ledger_layout import LedgerLayout
from tests.ledger import files

POINT = [(*row[:4], amount) for row, amount in zip(files.ROWS, files.AMOUNTS, strict=True)]


def read(content: bytes | str, **layout: object) -> LedgerFile:
    body = content if isinstance(content, bytes) else content.encode()
    return read_ledger(body, "ledger", LedgerLayout.model_validate(layout))


def rows_of(ledger: LedgerFile) -> list[tuple[object, ...]]:
    assert ledger.findings.told() == []
    frame = ledger.entries[["year", "responsibility_centre", "function", "art", "amount"]]
    return list(frame.itertuples(index=False, name=None))


GOOD = [
    (int(str(year)), centre, function, art, amount)
    for (year, centre, function, art, _), amount in zip(files.ROWS, files.AMOUNTS, strict=True)
]
NORWEGIAN = {
    "columns": {
        "year": "Regnskapsår",
        "responsibility_centre": "Ansvar",
        "function": "Funksjon",
        "art": "Art",
        "amount": "Beløp",
    }
}
NORWEGIAN_TEXT = files.table(header=list(NORWEGIAN["columns"].values()))


@pytest.mark.parametrize(
    ("content", "layout"),
    [
        pytest.param(files.table(), {}, id="semicolon, decimal comma"),
        pytest.param(files.table(POINT, sep=","), {}, id="comma, decimal point"),
        pytest.param(files.table(sep="\t"), {}, id="tab"),
        pytest.param(files.table(sep="|"), {}, id="pipe"),
        pytest.param(files.table(sep="|"), {"delimiter": "pipe"}, id="delimiter declared"),
        pytest.param(files.table().encode("utf-8-sig"), {}, id="byte order mark"),
        pytest.param(files.table().replace("\n", "\r\n"), {}, id="Windows line ends"),
        pytest.param(files.table().replace("\n", "\r"), {}, id="old Macintosh line ends"),
        pytest.param(files.table().rstrip("\n"), {}, id="no line end at the end"),
        pytest.param(files.table() + "\n;;;;\n", {}, id="blank rows at the end"),
        pytest.param("Uttrekk fra regnskapet\n\n" + files.table(), {"header_row": 3}, id="header on row 3"),
        pytest.param(NORWEGIAN_TEXT, NORWEGIAN, id="own names in UTF-8"),
        pytest.param(NORWEGIAN_TEXT.encode("latin-1"), NORWEGIAN, id="own names in Latin-1"),
        pytest.param(
            NORWEGIAN_TEXT.encode("latin-1"), {**NORWEGIAN, "encoding": "latin-1"}, id="Latin-1 declared"
        ),
        pytest.param(
            files.table([tuple(f'"{cell}"' for cell in row) for row in files.ROWS], sep=","), {}, id="quoted"
        ),
        pytest.param(files.table([(*row, "fri tekst") for row in files.ROWS], (*files.HEADER, "note")), {},
                     id="a column of no role"),
        pytest.param(files.table([r[::-1] for r in files.ROWS], files.HEADER[::-1]), {}, id="other order"),
        pytest.param(files.table([(*row[:4], f" {row[4]} ") for row in files.ROWS]), {}, id="padded amounts"),
        pytest.param(files.workbook(files.ROWS), {}, id="workbook of texts"),
        pytest.param(files.workbook(files.numeric_rows()), {}, id="workbook of numbers"),
        pytest.param(files.parquet(files.good_frame()), {}, id="Parquet"),
        pytest.param(
            files.parquet(pd.DataFrame(files.numeric_rows(), columns=list(files.HEADER))), {},
            id="Parquet of numbers",
        ),
        pytest.param(
            files.parquet(files.good_frame().astype({"function": "category", "year": "float64"})), {},
            id="Parquet with categories and floats",
        ),
    ],
)  # fmt: skip
def test_the_same_rows_however_they_are_written(content: bytes | str, layout: dict[str, object]) -> None:
    assert rows_of(read(content, **layout)) == GOOD


def test_lines_are_those_of_the_file() -> None:
    text = files.table().replace("2024;", "\n2024;", 1)

    assert read(text).entries["line"].tolist() == [2, 3, 4, 6, 7, 8, 9, 10, 11]
    assert read(files.workbook(files.ROWS)).entries["line"].tolist() == list(range(2, 11))
    assert read(files.parquet(files.good_frame())).entries["line"].tolist() == list(range(1, 10))


def test_a_file_with_expenses_negative_is_turned_round() -> None:
    turned = [(*row[:4], str(-amount).replace(".", ",")) for *row, amount in POINT]

    assert rows_of(read(files.table(turned), sign="expenses_negative")) == GOOD


def test_a_file_of_one_year_needs_no_year_column() -> None:
    of_2024 = [row for row in files.ROWS if row[0] == 2024]
    text = files.table([row[1:] for row in of_2024], files.HEADER[1:])

    assert rows_of(read(text, year=2024)) == [row for row in GOOD if row[0] == 2024]


def test_the_sheet_is_chosen_by_name() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Forside"
    book.active["A1"] = "Regnskap"
    sheet = book.create_sheet("Linjer")
    for line in (files.HEADER, *files.ROWS):
        sheet.append(list(line))

    assert rows_of(read(files.saved(book), sheet="Linjer")) == GOOD


def test_what_is_left_unread_is_said() -> None:
    text = files.table([(*row, "x") for row in files.ROWS], (*files.HEADER, "project"))

    assert [warning.allowed for warning in read(text).findings.warnings] == ["left unread: project"]
    assert read(text, ignore_columns=["project"]).findings.warnings == []


def test_director_areas_follow_the_year() -> None:
    hierarchy = read_hierarchy(files.HIERARCHY.encode(), "hierarchy.csv")
    entries = read_ledger(files.table().encode(), "ledger", LedgerLayout(), hierarchy=hierarchy).entries

    by_centre = dict(zip(entries["responsibility_centre"], entries["director_area"], strict=True))
    assert by_centre["1001"] == "A 42 Aldring og mestring"
    assert by_centre["2001"] == "A 42 Aldring og mestring"  # moved in 2024
    assert by_centre["5601"] == "A 56 Bymiljø og eiendom"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234", 1234.0),
        ("-1234,5", -1234.5),
        ("1 234 567,89", 1234567.89),
        ("1\u00a0234,00", 1234.0),
        ("1\u202f234", 1234.0),
        ("1.234.567,8", 1234567.8),
        ("\u221250,25", -50.25),
        ("0", 0.0),
        ("-0,00", 0.0),
        ("007", 7.0),
    ],
)
def test_amounts_as_norwegians_write_them(text: str, amount: float) -> None:
    entries = read(
        files.table([(2024, "1", "253", "010", text), (2024, "1", "253", "020", "5000000")])
    ).entries

    assert entries["amount"].tolist() == [amount, 5e6]


@pytest.mark.parametrize(
    ("text", "decimal", "amount"),
    [("1,234.50", "auto", 1234.5), ("1.234", "comma", 1234.0), ("1,234", "point", 1234.0)],
)
def test_other_ways_must_be_declared_or_plain(text: str, decimal: str, amount: float) -> None:
    rows = [(2024, "1", "253", "010", f'"{text}"')]

    assert read(files.table(rows), decimal=decimal).entries["amount"].tolist() == [amount]


@hypothesis_settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(-(10**11), 10**11), min_size=1, max_size=8))
def test_any_amount_comes_back_to_the_cent(cents: list[int]) -> None:
    """Øre in, øre out, in CSV, XLSX and Parquet alike."""
    texts = [f"{'-' if c < 0 else ''}{abs(c) // 100},{abs(c) % 100:02d}" for c in cents]
    rows = [(2024, str(number), "253", "010", text) for number, text in enumerate(texts)]
    typed = [(*row[:4], c / 100) for row, c in zip(rows, cents, strict=True)]
    frame = pd.DataFrame(typed, columns=list(files.HEADER))

    for content in (files.table(rows).encode(), files.workbook(typed), files.parquet(frame)):
        amounts = read(content).entries["amount"].to_numpy()
        assert np.round(amounts * 100).astype(int).tolist() == cents
