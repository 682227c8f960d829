"""Any sound body decodes as the independent decoder says; any bad one is a BodyError and nothing else."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.statbank.errors import BodyError
from pipelines.statbank.jsonstat import parse
from pipelines.statbank.jsonstat_model import Dataset
from tests.statbank.independent_decoder import decode
from tests.statbank.jsonstat_bodies import Document, cells_of, documents, dump, plain_documents

SOUND = settings(max_examples=150, deadline=None)
FAULTY = settings(max_examples=12, deadline=None)


@SOUND
@given(documents(), st.booleans(), st.booleans())
def test_every_encoding_gives_the_cells_of_the_independent_decoder(document, as_bytes, indented):
    body = json.dumps(document, indent=2 if indented else None, ensure_ascii=indented)
    dataset = parse(body.encode() if as_bytes else body)
    assert cells_of(dataset) == decode(body)
    assert [dim.code for dim in dataset.dimensions] == document["id"]


# Each fault takes a sound body and returns a body with exactly that fault.


def _first(document: Document) -> dict[str, Any]:
    return document["dimension"][document["id"][0]]["category"]


def value_too_short(document, _draw):
    document["value"].pop()
    return dump(document)


def value_too_long(document, _draw):
    document["value"].append(1)
    return dump(document)


def size_does_not_match_the_categories(document, draw):
    document["size"][0] += draw(st.sampled_from([-1, 1, 2**32]))
    return dump(document)


def size_shorter_than_id(document, _draw):
    document["size"].pop()
    return dump(document)


def status_outside(document, draw):
    outside = draw(st.integers(len(document["value"]), 2**80))
    document["status"] = {**document.get("status", {}), str(outside): "."}
    return dump(document)


def status_key_not_a_position(document, draw):
    key = draw(st.sampled_from(["", "-1", "+1", " 1", "1.0", "1_0", "x", "²", "٣", "0x1"]))
    document["status"] = {**document.get("status", {}), key: "."}
    return dump(document)


def status_position_twice(document, _draw):
    document["status"] = {"0": ".", "00": ":"}
    return dump(document)


def status_not_a_text(document, draw):
    document["status"] = {"0": draw(st.sampled_from([1, 0.5, True, [], {}, ["."]]))}
    return dump(document)


def not_a_number_among_the_values(document, draw):
    stranger = draw(st.sampled_from(["1", "", "..", True, False, [], [1], {}, {"a": 1}]))
    document["value"][draw(st.integers(0, len(document["value"]) - 1))] = stranger
    return dump(document)


def no_float_among_the_values(document, draw):
    position = draw(st.integers(0, len(document["value"]) - 1))
    document["value"][position] = "HERE"
    token = draw(
        st.sampled_from(["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" + "0" * 400, str(2**53 + 1)])
    )
    return dump(document).replace('"HERE"', token)


def sparse_position_outside(document, _draw):
    document["value"] = {str(len(document["value"])): 1}
    return dump(document)


def sparse_not_a_number(document, draw):
    document["value"] = {"0": draw(st.sampled_from(["1", True, [], {}]))}
    return dump(document)


def position_twice(document, _draw):
    index = _first(document)["index"]
    for code in index:
        index[code] = 0
    return dump(document)


def gap_in_the_index(document, _draw):
    index = _first(document)["index"]
    index[list(index)[-1]] += 1
    return dump(document)


def position_not_a_whole_number(document, draw):
    index = _first(document)["index"]
    index[next(iter(index))] = draw(st.sampled_from([0.0, False, "0", None, [], -1]))
    return dump(document)


def code_twice_in_an_array(document, _draw):
    codes = list(_first(document)["index"])
    _first(document)["index"] = [codes[0], *codes[:-1]]
    return dump(document)


def name_twice_in_an_object(document, draw):
    where = draw(st.sampled_from(["index", "label", "value", "status"]))
    doubled = {"index": _first(document), "label": _first(document), "value": document, "status": document}
    content = {"index": '{"a":0,"b":1,"a":0}', "label": '{"a":"x","a":"y"}', "value": '{"0":1,"0":2}'}
    doubled[where][where] = "HERE"
    return dump(document).replace('"HERE"', content.get(where, '{"0":".","1":null,"2":null,"0":":"}'))


def dimension_missing(document, draw):
    del document["dimension"][draw(st.sampled_from(document["id"]))]
    return dump(document)


def dimension_listed_twice(document, _draw):
    document["id"].append(document["id"][0])
    document["size"].append(document["size"][0])
    document["value"] *= document["size"][0]
    return dump(document)


def not_a_dataset(document, draw):
    document["class"] = draw(st.sampled_from(["collection", "bundle", "dimension", "Dataset", None, 1, []]))
    return dump(document)


def in_a_wrapper(document, draw):
    wrappers = [{"dataset": document}, {"class": "collection", "link": {"item": [document]}}, [document]]
    return json.dumps(draw(st.sampled_from(wrappers)))


def cut_off(document, draw):
    body = dump(document)
    return body[: draw(st.integers(0, len(body) - 1))]


def metadata(document, _draw):
    document["value"] = []
    return dump(document)


def half_a_character(document, _draw):
    labels = _first(document)["label"]
    labels[next(iter(labels))] = "\ud800"
    return json.dumps(document)


FAULTS: list[Callable[[Document, Any], str]] = [
    value_too_short,
    value_too_long,
    size_does_not_match_the_categories,
    size_shorter_than_id,
    status_outside,
    status_key_not_a_position,
    status_position_twice,
    status_not_a_text,
    not_a_number_among_the_values,
    no_float_among_the_values,
    sparse_position_outside,
    sparse_not_a_number,
    position_twice,
    gap_in_the_index,
    position_not_a_whole_number,
    code_twice_in_an_array,
    name_twice_in_an_object,
    dimension_missing,
    dimension_listed_twice,
    not_a_dataset,
    in_a_wrapper,
    cut_off,
    metadata,
    half_a_character,
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_every_fault_in_any_body_is_a_body_error(fault):
    @FAULTY
    @given(plain_documents(min_categories=2), st.data())
    def check(document, data):
        sound = dump(document)
        assert isinstance(parse(sound), Dataset)
        with pytest.raises(BodyError):
            parse(fault(copy.deepcopy(document), data.draw))

    check()


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.sampled_from(["0", "index", "label"]), st.text(max_size=3)), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


def assert_parses_or_refuses(body: bytes | str) -> None:
    try:
        dataset = parse(body)
    except BodyError as error:
        assert str(error)
    else:
        assert len(cells_of(dataset)) == len(dataset.frame) > 0


@settings(max_examples=200, deadline=None)
@given(documents(), st.data())
def test_a_body_with_any_member_replaced_is_a_dataset_or_a_body_error(document, data):
    holder: Any = document
    while True:
        key = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
        if isinstance(holder[key], dict | list) and holder[key] and data.draw(st.booleans()):
            holder = holder[key]
            continue
        holder[key] = data.draw(JSON)
        break
    assert_parses_or_refuses(json.dumps(document))


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=40), st.text(max_size=40), JSON.map(json.dumps)))
def test_arbitrary_text_and_json_is_a_body_error(body):
    with pytest.raises(BodyError):
        parse(body)


@settings(max_examples=60, deadline=None)
@given(documents(), st.data())
def test_a_body_with_bytes_changed_is_a_dataset_or_a_body_error(document, data):
    body = bytearray(dump(document).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    assert_parses_or_refuses(bytes(body))
