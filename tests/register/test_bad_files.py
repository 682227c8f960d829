"""Bad register files: every problem by file, line, column, value, and what is allowed; in one pass."""

import datetime
import io
from collections.abc import Sequence

import openpyxl
import pytest

from assets.tabular.problems import SHOWN
from schemas.register import FILE_COLUMNS, PERSON_COLUMNS
from tests.register.files import P7A, P13E, ROWS, S1, S10, S19, Row, read, row, saved, table, workbook

WITH_PERSONS = (*FILE_COLUMNS, *PERSON_COLUMNS)


def without(column: str) -> str:
    at = FILE_COLUMNS.index(column)
    cut = [tuple(cell for i, cell in enumerate(each) if i != at) for each in (FILE_COLUMNS, *ROWS)]
    return table(cut[1:], header=cut[0])


def percent_cell() -> bytes:
    """A workbook in which 8 % is stored as 0.08, as spreadsheets do."""
    book = openpyxl.load_workbook(io.BytesIO(workbook([row(year=2022), row(value=0.0801)])))
    book.active["D3"].number_format = "0.00%"
    return saved(book)


def two_sheets() -> bytes:
    book = openpyxl.Workbook()
    book.create_sheet("to")
    return saved(book)


CELLS = [
    # The wrong cell, the rule it breaks, and part of what is allowed.
    ({"indicator": "sos_sickness_absense"}, "indicator", "nearest: sos_sickness_absence"),
    ({"indicator": ""}, "indicator", "nearest: "),
    ({"entity": "Bærrum"}, "entity", "nearest: baerum"),
    ({"entity": "ASSS median"}, "entity", "nearest: asss me"),
    ({"entity": ""}, "entity", "a municipality, a KOSTRA group"),
    ({"unit": "prosent"}, "unit", "nearest: percent"),
    ({"unit": "NOK"}, "unit", "a unit of `sos_sickness_absence`: percent, percent_above_mean"),
    ({"year": "24"}, "year", "four digits"),
    ({"year": "2024.5"}, "year", "four digits"),
    ({"year": "1997"}, "year", "2015-2024"),
    ({"year": "2025"}, "year", "2015-2024"),
    ({"value": "ca. 8"}, "value", "a number such as"),
    ({"value": "8.01 %"}, "value", "a number such as"),
    ({"value": "1.234.567"}, "value", "a number such as"),
    ({"value": "1e3"}, "value", "a number such as"),
    ({"value": "nan"}, "value", "a number such as"),
    ({"value": "-"}, "value", "an empty cell when there is no figure, 0 when it is zero"),
    ({"source_date": "15.06.2025"}, "date", "a date such as 2025-06-15"),
    ({"source_date": "45823"}, "date", "a spreadsheet's number of the date 2025-06-15"),
    ({"source_date": "2025-02-30"}, "date", "a date that exists"),
    ({"source_date": "2052-06-15"}, "date", "not after today"),
    ({"source_date": ""}, "date", "a date such as"),
    ({"vintage_status": "endelig"}, "vintage_status", "nearest: "),
    ({"source": ""}, "empty", "who published the figure"),
]


@pytest.mark.parametrize(
    ("given", "rule", "allowed"), CELLS, ids=["{} {!r}".format(*next(iter(c[0].items()))) for c in CELLS]
)
def test_a_wrong_cell_is_told_with_its_place(given: dict[str, str], rule: str, allowed: str) -> None:
    [(argument, value)] = given.items()
    file = read(table([row(year=2022), row(**given)]))  # type: ignore[arg-type]
    [problem] = file.findings.problems

    assert (problem.rule, problem.line, problem.value) == (rule, 3, value)
    assert problem.column == {"indicator": "indicator_id"}.get(argument, argument)
    assert allowed in problem.allowed
    assert file.figures.empty
    assert file.findings.told()[0].startswith(f"tall.csv:3: {problem.column}: ")


OTHERS = [
    # The rule, the value told, part of what is allowed, and the rows; the last one is wrong.
    ("value", "57.522", "57522 or 57 522", table([row(), row(P13E, value="57.522", unit="NOK")])),
    ("unit", "percentage_points_change", "NOK, percent_above_mean, percent_change",
     table([row(), row(P13E, value="1", unit="percentage_points_change")])),
    ("unit", "percent_above_mean", "this row is of the network itself",
     table([row(), row(P7A, entity="ASSS mean", value="0", unit="percent_above_mean")])),
    ("decimal_mark", "8,01", "most lines have `.`",
     table([row(year=2022), row(year=2023), row(value="8,01")], sep=";")),
    ("duplicate", f"2024 {S19} baerum percent", "the first is on line 2", table([row(), row()])),
    ("duplicate", f"2024 {S19} baerum percent", "the first is on line 2",
     table([row(), row(entity="baerum", value="9.0")])),
    ("persons", "4.5", "a whole number of persons", table([(*row(), "4.5", "90")], WITH_PERSONS)),
    ("denominator_persons", "20", "at least the 30 persons", table([(*row(), "30", "20")], WITH_PERSONS)),
    ("formula", "=2+3", "the cell is a formula", workbook([row(year=2022), row(value="=2+3")])),
    ("formula", "=A1", "the cell is a formula", workbook([row(year=2022), row(note="=A1")])),
    ("date_cell", "2024-01-08", "the cell is a date",
     workbook([row(), row(value=datetime.date(2024, 1, 8))])),
    ("value", "8.01 %", "a number such as", percent_cell()),
    ("row_width", "", "9 columns", table([row(), row()[:-1]])),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "value", "allowed", "content"), OTHERS, ids=[f"{c[0]} {c[1]}"[:40] for c in OTHERS]
)
def test_rows_that_do_not_fit_are_told(rule: str, value: str, allowed: str, content: str | bytes) -> None:
    file = read(content)
    problem = next(each for each in file.findings.problems if each.rule == rule)

    assert problem.line is not None
    assert problem.value.startswith(value)
    assert allowed in problem.allowed
    assert file.figures.empty


WHOLE_FILES = [
    ("empty_file", b""),
    ("empty_file", b"\n\n"),
    ("empty_file", table([]).encode()),
    ("format", b"\xd0\xcf\x11\xe0 an old workbook"),
    ("format", b"PAR1 ..."),
    ("encoding", b"\xff\xfe" + table().encode("utf-16-le")),
    ("encoding", table().encode() + "Bærum".encode("latin-1")),
    ("characters", table().replace("Bærum", "B\x00rum").encode()),
    ("quotes", table().replace("snitt; vektet", '"snitt').encode()),
    ("xlsx", workbook()[: len(workbook()) // 2]),
    ("sheet", two_sheets()),
    ("header", without("unit").encode()),
    ("header", table(header=("indicator_id", "year", "entity", "verdi", *FILE_COLUMNS[4:])).encode()),
    ("header", table([(*each, "x") for each in ROWS], header=(*FILE_COLUMNS, "value")).encode()),
    ("header", table([(*each, "x") for each in ROWS], header=(*FILE_COLUMNS, "navn")).encode()),
    ("header", table([(*each, "x") for each in ROWS], header=(*FILE_COLUMNS, "")).encode()),
    ("header", "\n".join(table().splitlines()[1:]).encode()),
    ("row_width", table().encode()[:-40]),
]


@pytest.mark.parametrize(
    ("rule", "content"), WHOLE_FILES, ids=[f"{i} {rule}" for i, (rule, _) in enumerate(WHOLE_FILES)]
)
def test_a_file_that_cannot_be_used_says_why(rule: str, content: bytes) -> None:
    file = read(content)

    assert rule in file.findings.counts
    assert file.figures.empty
    assert all(line.startswith("tall.csv") for line in file.findings.told())


def test_a_missing_column_is_named_and_a_wrong_one_gets_the_nearest() -> None:
    wrong = read(table(header=("indicator_id", "year", "entity", "verdi", *FILE_COLUMNS[4:])))

    assert "tall.csv: verdi: no such column; nearest: " in "\n".join(wrong.findings.told())
    assert "the column `value` is missing" in "\n".join(wrong.findings.told())


def test_a_cut_file_is_suspected() -> None:
    warnings = read(table().rstrip("\n")).findings.warnings

    assert [warning.rule for warning in warnings] == ["last_line"]


def test_every_problem_is_told_in_one_pass() -> None:
    content = table(
        [
            row(indicator="x"),
            row(S10, entity="y"),
            row(S1, value="z", unit="index"),
            row(unit="w"),
            row(year="v"),
        ]
    )

    told = read(content).findings

    assert {(p.line, p.column) for p in told.problems} == {
        (2, "indicator_id"),
        (3, "entity"),
        (4, "value"),
        (5, "unit"),
        (6, "year"),
    }
    assert told.total == 5


def test_problems_of_one_kind_are_capped_and_counted() -> None:
    wrong: Sequence[Row] = [row(entity=f"by {number}") for number in range(SHOWN + 30)]

    findings = read(table(wrong)).findings

    assert findings.counts == {"entity": SHOWN + 30}
    assert len(findings.problems) == SHOWN
    assert findings.told()[-1] == "tall.csv: 30 more of `entity`"
