"""json-stat2 bodies as the server writes them: data, metadata, and the poorer data body of v0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.standin.extract import Extract
from pipelines.standin.selection import Axis, AxisValue
from pipelines.standin.table import StandinDimension, StandinTable

SYMBOL_NOTES = {
    ".": ". = Ikke mulig å oppgi tall.",
    "..": ".. = Tallgrunnlag mangler.",
    ":": ": = Vises ikke av konfidensialitetshensyn.",
}
SHOW = {"time": "code", "metric": "value", "geo": "code_value"}


def utc(moment: datetime) -> str:
    """A moment as the API writes it: UTC, whole seconds, ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def data_document(extract: Extract, language: str) -> dict[str, Any]:
    """The body of a data answer; ``extension.elimination`` describes the extract, not the table."""
    table, axes = extract.table, extract.axes
    status = _status(extract)
    occurring = sorted(set(status.values()) & set(SYMBOL_NOTES))
    contents = next(axis.values for axis in axes if axis.dimension.role == "metric")
    updated = table.updated_for(value.code for value in contents)
    document = _head(table, f"{table.id}: {table.label}", updated)
    document |= _notes((*table.notes, *(SYMBOL_NOTES[symbol] for symbol in occurring)))
    document |= _shape([(axis.dimension, axis.values) for axis in axes])
    for axis in axes:
        document["dimension"][axis.dimension.code]["extension"] |= _extract_elimination(axis)
    document["extension"] = _extension(table, extract.stub, extract.heading, language)
    document["extension"]["discontinued"] = None
    document["value"] = _numbers(extract)
    return document | ({"status": status} if status else {})


def metadata_document(
    table: StandinTable,
    chosen: Mapping[str, tuple[AxisValue, ...]],
    codelist_links: Mapping[str, list[dict[str, Any]]],
    language: str,
) -> dict[str, Any]:
    """The body of a metadata answer: the same shape with ``value: []``, and the table's own elimination.

    ``chosen`` gives the values per dimension code, ``codelist_links`` its codelists.
    """
    document = _head(table, title_with_periods(table), table.newest)
    document |= _notes(table.notes)
    document |= _shape([(dimension, chosen[dimension.code]) for dimension in table.dimensions])
    for dimension in table.dimensions:
        document["dimension"][dimension.code]["extension"]["codelists"] = codelist_links[dimension.code]
    stub = tuple(item.code for item in table.dimensions if item.role not in {"metric", "time"})
    heading = tuple(item.code for item in table.dimensions if item.role in {"metric", "time"})
    document["extension"] = _extension(table, stub, heading, language)
    document["value"] = []
    return document


def title_with_periods(table: StandinTable) -> str:
    """The title in the list and in metadata: id, label and year span."""
    return f"{table.id}: {table.label} {table.time.codes[0]}-{table.time.codes[-1]}"


def v0_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """The v0 body of the same figures: other key order, poor extension, no elimination, notes or geo role."""
    dimensions = {
        code: {key: value for key, value in dimension.items() if key in {"label", "category"}}
        for code, dimension in document["dimension"].items()
    }
    body = {key: document[key] for key in ("class", "label", "source", "updated", "id", "size")}
    body |= {"dimension": dimensions, "value": document["value"]}
    body |= {"status": document["status"]} if "status" in document else {}
    body["role"] = {key: codes for key, codes in document["role"].items() if key != "geo"}
    px = document["extension"]["px"]
    body["version"] = document["version"]
    body["extension"] = {"px": {key: px[key] for key in ("infofile", "tableid", "decimals")}}
    return body


def _head(table: StandinTable, label: str, updated: datetime) -> dict[str, Any]:
    return {
        "version": "2.0",
        "class": "dataset",
        "label": label,
        "source": table.source,
        "updated": utc(updated),
    }


def _notes(notes: Sequence[str]) -> dict[str, Any]:
    return {"note": list(notes)} if notes else {}


def _shape(parts: Sequence[tuple[StandinDimension, tuple[AxisValue, ...]]]) -> dict[str, Any]:
    roles = {
        role: [dimension.code for dimension, _ in parts if dimension.role == role]
        for role in ("time", "geo", "metric")
    }
    return {
        "role": {role: codes for role, codes in roles.items() if codes},
        "id": [dimension.code for dimension, _ in parts],
        "size": [len(values) for _, values in parts],
        "dimension": {dimension.code: _dimension(dimension, values) for dimension, values in parts},
    }


def _dimension(dimension: StandinDimension, values: tuple[AxisValue, ...]) -> dict[str, Any]:
    category: dict[str, Any] = {
        "index": {value.code: number for number, value in enumerate(values)},
        "label": {value.code: value.label for value in values},
    }
    codes = set(category["index"])
    notes = {code: list(text) for code, text in dimension.category_notes.items() if code in codes}
    units = {code: unit for code, unit in dimension.units.items() if code in codes}
    extension: dict[str, Any] = {
        "elimination": dimension.elimination,
        "show": SHOW.get(dimension.role or "", "value"),
    }
    if notes:
        category["note"] = notes
    if units:
        category["unit"] = {
            code: {"base": base, "decimals": digits} for code, (base, digits) in units.items()
        }
        extension["alternativeText"] = {value.code: value.label for value in values if value.code in units}
    return {"label": dimension.label, "category": category, "extension": extension}


def _extract_elimination(axis: Axis) -> dict[str, Any]:
    total = axis.dimension.elimination_code
    if total is not None and any(value.code == total for value in axis.values):
        return {"elimination": True, "eliminationValueCode": total}
    return {"elimination": False}


def _extension(
    table: StandinTable, stub: Sequence[str], heading: Sequence[str], language: str
) -> dict[str, Any]:
    extension: dict[str, Any] = {}
    if table.mandatory_notes:
        extension["noteMandatory"] = {str(number): True for number in sorted(table.mandatory_notes)}
    extension["px"] = {
        "infofile": "None",
        "tableid": table.id,
        "decimals": max((digits for _, digits in table.metric.units.values()), default=0),
        "official-statistics": False,
        "aggregallowed": table.aggregation_allowed,
        "copyright": False,
        "language": language,
        "contents": f"{table.id}: {table.label.partition(' etter ')[0]}",
        "descriptiondefault": False,
        "heading": list(heading),
        "stub": list(stub),
        "matrix": table.id,
        "subject-code": table.subject_code,
        "subject-area": table.paths[0][0].label if table.paths and table.paths[0] else "",
    }
    extension["contact"] = [{"name": "", "organization": table.source, "phone": "", "mail": "", "raw": ""}]
    return extension


def _numbers(extract: Extract) -> list[float | int | None]:
    """Dense row-major values: rounded to the unit's decimals, whole numbers as integers, null as None."""
    number = next(place for place, axis in enumerate(extract.axes) if axis.dimension.role == "metric")
    axis = extract.axes[number]
    rounded = np.empty(extract.values.shape)
    for place, value in enumerate(axis.values):
        where = (slice(None),) * number + (place,)
        _, digits = axis.dimension.units.get(value.code, ("", -1))
        part = extract.values[where]
        rounded[where] = np.round(part, digits) if digits >= 0 else part
    return _mixed(rounded.ravel())


def _mixed(values: npt.NDArray[np.float64]) -> list[float | int | None]:
    mixed = values.astype(object)
    null = np.isnan(values)
    whole = ~null & (values == np.trunc(values)) & (np.abs(values) < 2**53)
    mixed[whole] = values[whole].astype(np.int64)
    mixed[null] = None
    numbers: list[float | int | None] = mixed.tolist()
    return numbers


def _status(extract: Extract) -> dict[str, str]:
    marks = extract.marks.ravel()
    alphabet = extract.table.alphabet
    places = np.flatnonzero(marks)
    return {
        str(place): alphabet[mark]
        for place, mark in zip(places.tolist(), marks[places].tolist(), strict=True)
    }
