"""The CSV of a dataset: every row and every text as in the body, and no cell a spreadsheet would run."""

import csv
import io
import json

import pytest
from hypothesis import given, settings

from pipelines.statbank.csv_export import to_csv
from pipelines.statbank.errors import StatbankError
from pipelines.statbank.jsonstat import parse
from tests.statbank.independent_decoder import decode
from tests.statbank.jsonstat_bodies import documents, dump


def body_with(label: str = "Bærum", symbol: str = ".", value: object = None) -> str:
    """One region, one contents code, two years; the first cell as given."""
    document = {
        "class": "dataset",
        "label": "12362: x",
        "id": ["Region", "ContentsCode", "Tid"],
        "size": [1, 1, 2],
        "dimension": {
            "Region": {"label": "region", "category": {"index": ["3201"], "label": {"3201": label}}},
            "ContentsCode": {
                "label": "innhold",
                "category": {
                    "index": ["B"],
                    "label": {"B": "Beløp"},
                    "unit": {"B": {"base": "kr", "decimals": 1}},
                },
            },
            "Tid": {"label": "år", "category": {"index": {"2024": 1, "2023": 0}}},
        },
        "value": [value, -1.5],
        "status": {"0": symbol},
    }
    return json.dumps(document)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_whole_text():
    assert to_csv(parse(body_with())) == (
        "Region,Region_label,ContentsCode,ContentsCode_label,Tid,Tid_label,value,symbol,unit,decimals\n"
        "3201,Bærum,B,Beløp,2023,2023,,.,kr,1\n"
        "3201,Bærum,B,Beløp,2024,2024,-1.5,,kr,1\n"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (-3, "-3"),
        (12, "12"),
        (0.1, "0.1"),
        (1e-05, "1e-05"),
        (2**53, "9007199254740992"),
        (None, ""),
    ],
)
def test_numbers_stand_as_in_the_body(value, written):
    assert rows_of(to_csv(parse(body_with(value=value))))[0]["value"] == written


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_would_run_as_a_formula_gets_an_apostrophe(start):
    row = rows_of(to_csv(parse(body_with(label=f"{start}1+1", symbol=start))))[0]
    assert row["Region_label"] == f"'{start}1+1"
    assert row["symbol"] == f"'{start}"


def test_a_negative_number_is_no_formula():
    assert rows_of(to_csv(parse(body_with(value=-7))))[0]["value"] == "-7"


@pytest.mark.parametrize("label", ['Oslo, "Oslove"', "two\nlines", "Kárášjohka", "0301", " spaced "])
def test_any_other_text_comes_back_as_it_was(label):
    assert rows_of(to_csv(parse(body_with(label=label))))[0]["Region_label"] == label


def test_two_columns_of_the_same_name_are_refused():
    with pytest.raises(StatbankError, match="two columns would get the same name"):
        to_csv(parse(body_with().replace('"Tid"', '"unit"')))


def unescaped(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t", "\r") else text


@settings(max_examples=60, deadline=None)
@given(documents())
def test_every_cell_comes_back_from_the_csv(document):
    names = document["id"]
    if (
        len({*names, *(f"{name}_label" for name in names), "value", "symbol", "unit", "decimals"})
        < 2 * len(names) + 4
    ):
        return
    body = dump(document)
    header, *rows = csv.reader(io.StringIO(to_csv(parse(body)), newline=""))
    assert [unescaped(name) for name in header[:-4:2]] == names
    for row, cell in zip(rows, decode(body), strict=True):
        texts = [unescaped(text) for text in row[:-4]]
        assert (tuple(texts[::2]), tuple(texts[1::2])) == (cell.codes, cell.labels)
        assert (float(row[-4]) if row[-4] else None) == cell.value
        assert unescaped(row[-3]) == cell.symbol
