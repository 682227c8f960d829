"""What commands print: CSV that is safe to open, JSON with nulls, Norwegian numbers."""

import json

import pandas as pd
import pytest

from pipelines.cli import output
from pipelines.cli.statbank import split_values
from pipelines.spreadsheet import safe_cell

FRAME = pd.DataFrame(
    {
        "name": ["Bærum", "=cmd()", None],
        "value": [4456.0, 0.1, float("nan")],
        "rank": pd.array([1, 2, None], dtype="Int64"),
    }
)


def test_csv_keeps_figures_and_defuses_formulas(capsys) -> None:
    output.print_csv(FRAME)

    assert capsys.readouterr().out == "name,value,rank\nBærum,4456,1\n'=cmd(),0.1,2\n,,\n"


def test_json_writes_null_where_there_is_no_figure(capsys) -> None:
    output.print_json(FRAME)

    records = json.loads(capsys.readouterr().out)
    assert records[0] == {"name": "Bærum", "value": 4456, "rank": 1}
    assert records[2] == {"name": None, "value": None, "rank": None}


@pytest.mark.parametrize("text", ["=1+1", "+47", "-1", "@x", "\tx", "\rx"])
def test_cells_that_start_a_formula_are_escaped(text: str) -> None:
    assert safe_cell(text) == "'" + text
    assert safe_cell("Bærum " + text) == "Bærum " + text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (8688.4, 0, "8\u00a0688"),
        (1234567.85, 1, "1\u00a0234\u00a0567,9"),
        (2.65, 1, "2,7"),
        (-0.04, 1, "0,0"),
        (-12.5, 0, "-13"),
        (float("nan"), 1, "-"),
        (None, 0, "-"),
    ],
)
def test_numbers_are_written_as_norwegians_write_them(value: float | None, decimals: int, text: str) -> None:
    assert output.norwegian(value, decimals) == text


def test_a_long_table_says_how_much_is_left(capsys) -> None:
    output.print_table(pd.DataFrame({"n": range(100)}), "numbers")

    printed = capsys.readouterr()
    assert "numbers" in printed.out
    assert "60 more rows" in printed.err


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("2015,top(2)", ("2015", "top(2)")),
        ("range(2018,2020), 2024", ("range(2018,2020)", "2024")),
        ("*", ("*",)),
    ],
)
def test_values_are_split_outside_brackets(text: str, items: tuple[str, ...]) -> None:
    assert split_values(text) == items
