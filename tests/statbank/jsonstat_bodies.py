"""Random sound JSON-stat bodies in random encodings, and the cells of a parsed dataset for comparison."""

import json
from typing import Any

from hypothesis import strategies as st

from pipelines.statbank.jsonstat_model import Dataset
from tests.statbank.independent_decoder import Cell

Document = dict[str, Any]

TEXTS = st.text(max_size=6)
CODES = st.one_of(st.from_regex(r"[0-9]{1,4}", fullmatch=True), TEXTS)
FIGURES = st.one_of(
    st.none(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
)
SYMBOLS = st.one_of(st.sampled_from([".", "..", ":", "...", "-", "*"]), st.text(min_size=1, max_size=3))


def dump(document: Document) -> str:
    """The document as JSON text."""
    return json.dumps(document, ensure_ascii=False)


def cells_of(dataset: Dataset) -> list[Cell]:
    """The rows of the dataset's frame in the independent decoder's form."""
    labels = [dict(zip(dim.codes, dim.labels, strict=True)) for dim in dataset.dimensions]
    codes = [dataset.frame[dim.code].tolist() for dim in dataset.dimensions]
    rows = zip(*codes, strict=True)
    values, symbols = dataset.frame["value"].tolist(), dataset.frame["symbol"].tolist()
    return [
        Cell(
            codes=row,
            labels=tuple(names[code] for names, code in zip(labels, row, strict=True)),
            value=None if value != value else value,  # noqa: PLR0124 - NaN
            symbol=symbol,
        )
        for row, value, symbol in zip(rows, values, symbols, strict=True)
    ]


@st.composite
def plain_documents(draw: st.DrawFn, min_categories: int = 1) -> Document:
    """A body as PxWebApi writes it: dense value, status by position, index as an object in order."""
    names = draw(
        st.lists(
            CODES.filter(lambda code: code not in ("value", "symbol")), min_size=1, max_size=3, unique=True
        )
    )
    categories = [draw(st.lists(CODES, min_size=min_categories, max_size=4, unique=True)) for _ in names]
    count = 1
    for codes in categories:
        count *= len(codes)
    document: Document = {
        "version": "2.0",
        "class": "dataset",
        "label": draw(TEXTS),
        "id": names,
        "size": [len(codes) for codes in categories],
        "dimension": {
            name: {
                "label": draw(TEXTS),
                "category": {
                    "index": {code: place for place, code in enumerate(codes)},
                    "label": {code: draw(TEXTS) for code in codes},
                },
            }
            for name, codes in zip(names, categories, strict=True)
        },
        "value": draw(st.lists(FIGURES, min_size=count, max_size=count)),
    }
    status = draw(st.dictionaries(st.integers(0, count - 1), SYMBOLS, max_size=count))
    if status:
        document["status"] = {str(position): symbol for position, symbol in status.items()}
    return document


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A sound body in any encoding that JSON-stat 2 allows, with members in any order."""
    document = draw(plain_documents())
    count = len(document["value"])
    if draw(st.booleans()):
        places = [
            place for place in range(count) if document["value"][place] is not None or draw(st.booleans())
        ]
        document["value"] = {str(place): document["value"][place] for place in draw(st.permutations(places))}
    by_position = document.get("status", {})
    document["status"] = draw(
        st.sampled_from(
            [
                by_position,
                [by_position.get(str(place)) for place in range(count)],
                draw(SYMBOLS),
                [draw(SYMBOLS)],
                None,
            ]
        )
    )
    for dimension in document["dimension"].values():
        _reencode_category(draw, dimension["category"])
    order = draw(st.permutations(document["id"]))
    if draw(st.booleans()):
        roles = {"time": order[:1], "metric": order[1:2], "geo": order[2:3]}
        document["role"] = {role: names for role, names in roles.items() if names or draw(st.booleans())}
    document["dimension"] = {name: document["dimension"][name] for name in order}
    document |= draw(st.dictionaries(st.sampled_from(["link", "href", "x", "error"]), TEXTS, max_size=2))
    return dict(draw(st.permutations(list(document.items()))))


def _reencode_category(draw: st.DrawFn, category: dict[str, Any]) -> None:
    codes = list(category["index"])
    category["label"] = dict(draw(st.permutations(list(category["label"].items()))))
    form = draw(st.sampled_from(["object", "array", "absent"]))
    if form == "absent" and len(codes) == 1:
        del category["index"]
        return
    category["index"] = (
        codes if form == "array" else dict(draw(st.permutations(list(category["index"].items()))))
    )
    if draw(st.booleans()):
        category["label"].pop(codes[0])
