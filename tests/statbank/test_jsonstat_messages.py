"""A refused body is refused with the table and the dimension or position at fault."""

import json

import pytest

from pipelines.statbank.errors import BodyError
from pipelines.statbank.jsonstat import MAX_SPARSE_CELLS, parse


def small_body() -> dict:
    """Two regions by three years."""
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "99999: Small table",
        "id": ["Region", "Tid"],
        "size": [2, 3],
        "dimension": {
            "Region": {
                "label": "region",
                "category": {"index": {"0301": 0, "3201": 1}, "label": {"0301": "Oslo", "3201": "Bærum"}},
            },
            "Tid": {"label": "år", "category": {"index": ["2022", "2023", "2024"]}},
        },
        "value": [1, 2, 3, 4, None, 6.5],
        "status": {"4": ":"},
    }


def test_the_small_body_is_sound():
    assert parse(json.dumps(small_body())).frame["value"].sum() == 16.5


REGION = "dimension/Region/category"
TID = "dimension/Tid/category"
FAULTS = [
    ("value", [1, 2, 3], r"value has 3 entries, but size spans 6 cells \(2 x 3\)"),
    ("value", None, "value is absent"),
    ("value", "1", "value is the string '1', not an array"),
    ("value", [], "metadata answer"),
    ("value/4", "..", r"value\[4\] \(Region=3201, Tid=2023\) is the string '..', not a number"),
    ("value/0", True, r"value\[0\] \(Region=0301, Tid=2022\) is the boolean true, not a number"),
    ("value/1", float("nan"), r"value\[1\] is NaN; that is not JSON"),
    ("label", float("inf"), r"the body contains Infinity; that is not JSON"),
    ("value/3", 10**400, r"value\[3\] \(Region=3201, Tid=2022\) is beyond the largest number"),
    ("value/3", -(2**53) - 1, r"value\[3\] \(Region=3201, Tid=2022\) is too large to be held exactly"),
    ("value", {"6": 1}, "value has the position 6, but the last cell is 5"),
    ("value", {"5": "x"}, r"value\[5\] \(Region=3201, Tid=2024\) is the string 'x'"),
    ("status", {"6": "."}, "status has the position 6, but the last cell is 5"),
    ("status", {"Tid": "."}, "status has the key 'Tid', which is not a position"),
    ("status", {"1": ".", "01": ":"}, "status has the position 1 more than once"),
    ("status", {"5": 0}, r"status\[5\] \(Region=3201, Tid=2024\) is a number, not a text"),
    ("status", [".", "."], "status has 2 entries, but size spans 6 cells"),
    ("status", 5, "is a number, not a text"),
    ("size/1", 4, "dimension 'Tid': size is 4, but it has 3 categories"),
    ("size/1", "3", "dimension 'Tid': size is the string '3', but it has 3 categories"),
    ("size", [2], "id lists 2 dimensions, but size is an array of 1"),
    ("id", [], "id is empty or absent"),
    ("id", ["Region", "Region"], "id lists 'Region' more than once"),
    ("id", ["Region", "Alder"], "id lists 'Alder', but dimension has no such member"),
    ("id", "Region", "id is the string 'Region', not an array"),
    ("dimension", [], "dimension is an array, not an object"),
    (f"{REGION}/index/3201", 0, "dimension 'Region': '0301' and '3201' both have position 0"),
    (f"{REGION}/index/3201", 2, "dimension 'Region': no code has position 1"),
    (f"{REGION}/index/3201", 1.0, "dimension 'Region': the position of '3201' is a number, not a whole"),
    (f"{TID}/index", ["2022", "2022", "2024"], "dimension 'Tid': category.index lists '2022' more than once"),
    (f"{TID}/index", [2022, 2023, 2024], r"dimension 'Tid': category.index\[0\] is a number, not a text"),
    (f"{TID}/index", None, "dimension 'Tid': no category.index, and 0 labels"),
    (f"{TID}/index", [], "dimension 'Tid' has no categories"),
    (f"{TID}/label", {"2022": 2022}, "dimension 'Tid': the label of '2022' is a number, not a text"),
    (f"{TID}/unit", {"2022": {"decimals": "1"}}, "the unit of '2022': decimals is the string '1'"),
    ("dimension/Tid/note", [1], r"note of 'Tid'\[0\] is a number, not a text"),
    ("role", {"time": "Tid"}, "role.time is the string 'Tid', not an array"),
    ("updated", "yesterday", "updated is not a time: 'yesterday'"),
    ("class", "collection", "the body is a JSON-stat collection, a wrapper of datasets"),
    ("class", "dimension", "class is the string 'dimension', not 'dataset'"),
]


@pytest.mark.parametrize(("path", "replacement", "message"), FAULTS, ids=lambda part: str(part)[:40])
def test_message_names_what_is_wrong(path, replacement, message):
    document = small_body()
    *steps, last = path.split("/")
    holder = document
    for step in steps:
        holder = holder[step]
    holder[int(last) if isinstance(holder, list) else last] = replacement
    with pytest.raises(BodyError, match=message):
        parse(json.dumps(document))


def test_message_names_the_table():
    document = small_body() | {"value": [1]}
    with pytest.raises(BodyError, match=r"^table 99999: value has 1 entries"):
        parse(json.dumps(document))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{"0301": 0, "3201": 1}', '{"0301": 0, "3201": 1, "0301": 0}'),
        ('{"4": ":"}', '{"4": ":", "4": "."}'),
        ('"value": [', '"value": [1], "value": ['),
        # As many nulls as there are repetitions must not hide them from the count.
        ('{"4": ":"}', '{"4": ":", "4": ".", "1": null, "2": null}'),
        # Nor may an escaped quotation mark or backslash in a text.
        ('"Oslo", "3201": "Bærum"', '"\\"\\\\", "3201": "\\\\\\"", "0301": ""'),
    ],
)
def test_a_repeated_name_is_refused(old, new):
    sound = json.dumps(small_body(), ensure_ascii=False)
    assert old in sound
    with pytest.raises(BodyError, match=r"has the name '(0301|4|value)' twice"):
        parse(sound.replace(old, new))


def test_escaped_quotation_marks_are_no_repeated_name():
    document = small_body()
    document["dimension"]["Region"]["category"]["label"] = {"0301": 'a"\\', "3201": '\\\\"":"\\'}
    assert parse(json.dumps(document)).dimension("Region").labels == ('a"\\', '\\\\"":"\\')


@pytest.mark.parametrize("dimension", ["value", "symbol"])
def test_a_dimension_may_not_take_the_name_of_a_column_of_figures(dimension):
    body = json.dumps(small_body()).replace('"Region"', f'"{dimension}"')
    with pytest.raises(BodyError, match=f"a dimension is called '{dimension}'"):
        parse(body)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "not whole JSON"),
        (b"null", "the body is null, not a JSON-stat dataset"),
        (b"[]", "the body is an array"),
        (b"{}", "class is null, not 'dataset'; members of the body: none"),
        (b'{"title": "Non-existent table", "status": 404}', "members of the body: status, title"),
        (b'{"dataset": {"dimension": {}}}', "bundle in JSON-stat 1"),
        (b'{"label": "\xe6"}', "not UTF-8"),
        (b"<html>", "not whole JSON"),
        (b"[" * 100_000, "not whole JSON"),
        (b'{"class": "dataset", "value": [' + b"1" * 5000 + b"]}", "not whole JSON"),
    ],
)
def test_a_body_that_is_no_dataset(body, message):
    with pytest.raises(BodyError, match=message):
        parse(body)


def _wide_body(sizes: dict[str, int]) -> dict:
    return {
        "class": "dataset",
        "id": list(sizes),
        "size": list(sizes.values()),
        "dimension": {
            name: {"category": {"index": [str(place) for place in range(size)]}}
            for name, size in sizes.items()
        },
    }


def test_a_product_of_sizes_that_wraps_in_32_bits_is_counted_in_full():
    # 2**16 * (2**16 + 1) is 2**16 in 32 bits.
    document = _wide_body({"a": 2**16, "b": 2**16 + 1}) | {"value": [0] * 2**16}
    with pytest.raises(
        BodyError, match=f"value has 65536 entries, but size spans {2**16 * (2**16 + 1)} cells"
    ):
        parse(json.dumps(document))


def test_a_sparse_body_may_not_claim_more_cells_than_memory_should_hold():
    document = _wide_body({"a": 10_000, "b": 10_000, "c": 10_000}) | {"value": {"0": 1}}
    with pytest.raises(
        BodyError, match=f"span {10_000**3} cells, more than {MAX_SPARSE_CELLS} in a sparse body"
    ):
        parse(json.dumps(document))
