"""The older v0 API for reading: table description and json-stat2 figures."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from pipelines.standin.binding import Query
from pipelines.standin.errors import RefusalError
from pipelines.standin.extract import cut
from pipelines.standin.jsonstat_out import data_document, v0_document
from pipelines.standin.messages import Answer, Request, json_answer
from pipelines.standin.selection import Axis, AxisValue, base_values, codelist_values, find_dimension
from pipelines.standin.site import Site
from pipelines.standin.table import StandinDimension, StandinTable

MAX_VALUES = 50_000
MAX_CALLS = 300
WINDOW_SECONDS = 60.0
PARAMETER_ERROR = "Parameter error"
TOO_MANY_CALLS = (
    f"429 - Too many requests in too short timeframe. "
    f"The limit is {MAX_CALLS} requests in {WINDOW_SECONDS:g} seconds."
)


def limits(site: Site) -> Answer:
    """``?config``: the limits of this API."""
    return json_answer(
        {
            "maxValues": MAX_VALUES,
            "maxCells": site.max_cells,
            "maxCalls": MAX_CALLS,
            "timeWindow": int(WINDOW_SECONDS),
            "CORS": True,
        }
    )


def description(site: Site, table_id: str) -> Answer:
    """The variables of a table; absent flags are false, values are null when there are too many."""
    table = _table(site, table_id)
    return json_answer(
        {
            "title": f"{table.id}: {table.label}",
            "variables": [_variable(dimension) for dimension in table.dimensions],
        }
    )


def figures(site: Site, request: Request, table_id: str) -> Answer:
    """json-stat2 figures; an omitted variable that cannot be eliminated gives all its values."""
    table = _table(site, table_id)
    filters = _filters(request.body)
    axes = tuple(_axis(table, dimension, filters) for dimension in table.dimensions)
    if any(find_dimension(table, code) is None for code in filters):
        raise _refusal(400, PARAMETER_ERROR)
    if math.prod(len(axis.values) or 1 for axis in axes) > site.max_cells:
        raise _refusal(403, "Too many values selected")
    document = data_document(cut(table, axes, Query(())), "no")
    return json_answer(v0_document(document))


def too_many_calls() -> Answer:
    """The refusal of the rate limit."""
    return Answer(429, TOO_MANY_CALLS.encode(), "text/plain; charset=utf-8")


def _refusal(status: int, message: str) -> RefusalError:
    return RefusalError(json_answer({"error": message}, status=status))


def _variable_error(code: str) -> RefusalError:
    return _refusal(400, f"The request for variable '{code}' has an error. Please check your query.")


def _table(site: Site, table_id: str) -> StandinTable:
    found = site.tables.get(table_id.lower())
    if found is None:
        raise _refusal(400, PARAMETER_ERROR)
    return found


def _variable(dimension: StandinDimension) -> dict[str, Any]:
    listed = len(dimension.codes) <= MAX_VALUES
    variable: dict[str, Any] = {
        "code": dimension.code,
        "text": dimension.label,
        "values": list(dimension.codes) if listed else None,
        "valueTexts": list(dimension.labels) if listed else None,
    }
    if dimension.elimination:
        variable["elimination"] = True
    if dimension.role == "time":
        variable["time"] = True
    return variable


def _filters(body: bytes) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Filter and values by variable code in lower case; only json-stat2 is served."""
    try:
        document = json.loads(body)
        response = document.get("response", {}).get("format", "json-stat2")
        filters = {
            item["code"].lower(): (item["selection"]["filter"], tuple(item["selection"]["values"]))
            for item in document["query"]
        }
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise _refusal(400, PARAMETER_ERROR) from exc
    if response != "json-stat2":
        raise _refusal(400, PARAMETER_ERROR)
    return filters


def _axis(
    table: StandinTable, dimension: StandinDimension, filters: Mapping[str, tuple[str, tuple[str, ...]]]
) -> Axis:
    asked = filters.get(dimension.code.lower())
    if asked is None:
        return Axis(dimension, () if dimension.elimination else base_values(dimension))
    kind, items = asked
    known = _known(table, dimension, kind)
    chosen = _chosen(dimension, kind.partition(":")[0], items, known)
    if not chosen:
        raise _variable_error(dimension.code)
    return Axis(dimension, chosen)


def _known(table: StandinTable, dimension: StandinDimension, kind: str) -> dict[str, AxisValue]:
    prefix, _, name = kind.partition(":")
    if not name:
        return {value.code: value for value in base_values(dimension)}
    found = next((known for known in dimension.codelists if known.id == f"{prefix}_{name}"), None)
    if found is None or (prefix == "agg" and not table.aggregation_allowed):
        raise _variable_error(dimension.code)
    return {value.code: value for value in codelist_values(dimension, found)}


def _chosen(
    dimension: StandinDimension, kind: str, items: tuple[str, ...], known: Mapping[str, AxisValue]
) -> tuple[AxisValue, ...]:
    if kind == "top":
        if len(items) != 1 or not str(items[0]).isdigit() or int(items[0]) < 1:
            raise _variable_error(dimension.code)
        count, values = int(items[0]), tuple(known.values())
        return values[-count:] if dimension.role == "time" else values[:count]
    if kind == "all":
        pattern = re.compile("|".join(re.escape(item).replace(r"\*", ".*") for item in items))
        return tuple(value for code, value in known.items() if pattern.fullmatch(code))
    if kind not in {"item", "agg", "vs"} or any(item not in known for item in items):
        raise _variable_error(dimension.code)
    return tuple(known[item] for item in dict.fromkeys(items))
