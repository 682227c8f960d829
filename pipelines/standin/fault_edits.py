"""Faults inside a body: each edits a correct json-stat2 document into a wrong or unusual one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.standin.jsonstat_out import utc

Document = dict[str, Any]
Options = Mapping[str, str]
Edit = Callable[[Document, Options], None]
Cells = npt.NDArray[np.object_]
NOT_SSB_SYMBOL = "§"
PRELIMINARY = "*"


def zeros_before_release(document: Document, _: Options) -> None:
    """The newest period shows 0 everywhere, as between 05:00 and 08:00 on a day of release."""
    _newest_period(document, 0, None)


def dots_before_release(document: Document, _: Options) -> None:
    """The newest period shows dots everywhere, as between 05:00 and 08:00 on a day of release."""
    _newest_period(document, None, "..")


def numbers_changed(document: Document, _: Options) -> None:
    """Every figure is one higher, while ``updated`` stays as it was."""
    document["value"] = [value if value is None else value + 1 for value in document["value"]]


def updated_changed(document: Document, _: Options) -> None:
    """``updated`` is one day later everywhere, while the figures stay as they were."""
    for part in (document, *document.get("tables", ())):
        if "updated" in part:
            part["updated"] = utc(datetime.fromisoformat(part["updated"]) + timedelta(days=1))


def dimension_missing(document: Document, _: Options) -> None:
    """The first dimension is gone, as after a pattern that matched nothing."""
    values, status = _cells(document)
    code = document["id"].pop(0)
    document["size"].pop(0)
    del document["dimension"][code]
    document["role"] = {
        role: kept for role, codes in document["role"].items() if (kept := [c for c in codes if c != code])
    }
    _store(document, values[0], status[0])


def index_shuffled(document: Document, _: Options) -> None:
    """Positions are rotated and JSON keys reordered; the figures still belong to their codes."""
    values, status = _cells(document)
    for axis, code in enumerate(document["id"]):
        category = document["dimension"][code]["category"]
        size = len(category["index"])
        category["index"] = {key: (place + 1) % size for key, place in category["index"].items()}
        category["label"] = dict(reversed(category["label"].items()))
        values, status = np.roll(values, 1, axis), np.roll(status, 1, axis)
    _store(document, values, status)


def order_reversed(document: Document, _: Options) -> None:
    """Every dimension answers in the opposite order to the one asked for."""
    values, status = _cells(document)
    for code in document["id"]:
        category = document["dimension"][code]["category"]
        category["index"] = {key: place for place, key in enumerate(reversed(category["index"]))}
    _store(document, np.flip(values), np.flip(status))


def status_on_value(document: Document, _: Options) -> None:
    """The first figure that is no null carries a status."""
    place = next((n for n, value in enumerate(document["value"]) if value is not None), 0)
    document.setdefault("status", {})[str(place)] = PRELIMINARY


def unknown_symbol(document: Document, _: Options) -> None:
    """The first cell is null with a symbol that SSB does not use."""
    _first_cell(document, None, NOT_SSB_SYMBOL)


def nil_symbol(document: Document, _: Options) -> None:
    """The first cell is null with ``-``: nil, a true zero."""
    _first_cell(document, None, "-")


def string_in_values(document: Document, _: Options) -> None:
    """The first value is text."""
    _first_cell(document, "12,5", None)


def values_too_short(document: Document, _: Options) -> None:
    """The last value is cut off."""
    document["value"].pop()


def values_too_long(document: Document, _: Options) -> None:
    """There is one value too many."""
    document["value"].append(1)


def status_out_of_range(document: Document, _: Options) -> None:
    """A status points behind the last cell."""
    document.setdefault("status", {})[str(len(document["value"]))] = "."


def positions_repeated(document: Document, _: Options) -> None:
    """Two codes of the longest dimension have the same position."""
    index = _category(document, _longest(document))["index"]
    codes = list(index)
    index[codes[-1]] = index[codes[0]]


def code_added(document: Document, _: Options) -> None:
    """The longest dimension has a code that was not asked for."""
    code = _longest(document)
    axis, category = document["id"].index(code), _category(document, code)
    category["index"]["EKSTRA"] = len(category["index"])
    category["label"]["EKSTRA"] = "Ikke bestilt"
    _resize(document, axis, lambda cells: np.concatenate([cells, cells.take([0], axis)], axis))


def code_left_out(document: Document, _: Options) -> None:
    """The last code of the longest dimension is missing from the answer."""
    code = _longest(document)
    axis, category = document["id"].index(code), _category(document, code)
    last = max(category["index"], key=category["index"].__getitem__)
    _forget(category, last)
    _resize(document, axis, lambda cells: cells.take(range(cells.shape[axis] - 1), axis))


def code_vanished(document: Document, options: Options) -> None:
    """``code`` of ``variable`` (else the first of the first) is no longer in the metadata."""
    variable = options.get("variable", document["id"][0])
    category = _category(document, variable)
    _forget(category, options.get("code", next(iter(category["index"]))))
    category["index"] = {code: number for number, code in enumerate(category["index"])}
    document["size"][document["id"].index(variable)] -= 1


def label_renamed(document: Document, options: Options) -> None:
    """``code`` of ``variable`` (else the first contents code) has another label."""
    labels = _category(document, options.get("variable", document["role"]["metric"][0]))["label"]
    code = options.get("code", next(iter(labels)))
    if code in labels:  # an answer holds only what was asked for
        labels[code] = options.get("label", f"{labels[code]} (ny betegnelse)")


def label_repeated(document: Document, options: Options) -> None:
    """The second code of ``variable`` (else of the longest dimension) has the first one's label."""
    labels = _category(document, options.get("variable", _longest(document)))["label"]
    first, second = list(labels)[:2]
    labels[second] = labels[first]


def _cells(document: Document) -> tuple[Cells, Cells]:
    """Values and symbols (None for no symbol) in the shape of the document."""
    shape = tuple(document["size"])
    values = np.empty(len(document["value"]), dtype=object)
    values[:] = document["value"]
    status = np.full(values.size, None, dtype=object)
    for place, symbol in document.get("status", {}).items():
        status[int(place)] = symbol
    return values.reshape(shape), status.reshape(shape)


def _store(document: Document, values: Cells, status: Cells) -> None:
    document["value"] = values.ravel().tolist()
    document.pop("status", None)
    symbols = {str(n): symbol for n, symbol in enumerate(status.ravel().tolist()) if symbol is not None}
    if symbols:
        document["status"] = symbols


def _resize(document: Document, axis: int, change: Callable[[Cells], Cells]) -> None:
    values, status = _cells(document)
    values, status = change(values), change(status)
    document["size"][axis] = values.shape[axis]
    _store(document, values, status)


def _newest_period(document: Document, value: float | None, symbol: str | None) -> None:
    values, status = _cells(document)
    time = document["role"]["time"][0]
    index = _category(document, time)["index"]
    newest = index[max(index)]
    where = (slice(None),) * document["id"].index(time) + (newest,)
    values[where], status[where] = value, symbol
    _store(document, values, status)


def _first_cell(document: Document, value: object, symbol: str | None) -> None:
    values, status = _cells(document)
    values.flat[0], status.flat[0] = value, symbol
    _store(document, values, status)


def _category(document: Document, code: str) -> dict[str, Any]:
    category: dict[str, Any] = document["dimension"][code]["category"]
    return category


def _longest(document: Document) -> str:
    pairs = zip(document["id"], document["size"], strict=True)
    code, _ = max(pairs, key=lambda pair: pair[1])
    return str(code)


def _forget(category: dict[str, Any], code: str) -> None:
    for member in ("index", "label", "unit", "note"):
        category.get(member, {}).pop(code, None)
