"""PxWebApi v2 without figures: configuration, table list, metadata, default selection, codelists."""

from __future__ import annotations

import fnmatch
import re
from datetime import timedelta
from typing import Any

from pipelines.standin import errors
from pipelines.standin.binding import LANGUAGES, boolean, bracketed, integer, language
from pipelines.standin.defaults import default_selection
from pipelines.standin.jsonstat_out import metadata_document, title_with_periods, utc
from pipelines.standin.messages import Answer, Request, json_answer
from pipelines.standin.selection import (
    AxisValue,
    base_values,
    chosen_codelist,
    codelist_values,
    find_dimension,
)
from pipelines.standin.site import Site
from pipelines.standin.table import StandinCodelist, StandinDimension, StandinTable

PAGE_SIZE = 20


def configuration(site: Site, request: Request) -> Answer:
    """``/config``: the cell limit; 0 and 0 mean that the rate limit is announced elsewhere."""
    language(request)
    return json_answer(
        {
            "apiVersion": "2.3.2",
            "appVersion": "2.5.0+build.30",
            "languages": [{"id": "no", "label": "Norsk"}, {"id": "en", "label": "English"}],
            "defaultLanguage": "no",
            "maxDataCells": site.max_cells,
            "maxCallsPerTimeWindow": 0,
            "timeWindow": 0,
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "sourceReferences": [
                {"language": "en", "text": "Source: modelled sample figures"},
                {"language": "no", "text": "Kilde: modellerte eksempeltall"},
            ],
            "defaultDataFormat": "json-stat2",
            "dataFormats": ["json-stat2"],
            "features": [{"id": "CORS", "params": [{"key": "enabled", "value": "True"}]}],
        }
    )


def table_list(site: Site, request: Request) -> Answer:
    """``/tables``: one page of the tables that match."""
    spoken = language(request)
    matching = _matching_tables(site, request)
    size = _positive(integer(request, "pageSize"), PAGE_SIZE)
    number = _positive(integer(request, "pageNumber"), 1)
    pages = max(-(-len(matching) // size), 1)
    if number > pages:
        raise errors.problem(errors.NON_EXISTENT_PAGE, status=404)
    shown = matching[(number - 1) * size : number * size]

    def page_link(relation: str, page: int) -> dict[str, str]:
        # The server forgets includeDiscontinued and does not encode the query.
        query = request.parameter("query")
        filters = f"&query={query}" if query else ""
        href = f"{site.statbank}/tables/?lang={spoken}{filters}&pagesize={size}&pageNumber={page}"
        return {"rel": relation, "hreflang": spoken, "href": href}

    relations = [("next", number + 1), ("previous", number - 1), ("last", pages)]
    wanted = {"next": number < pages, "previous": number > 1, "last": pages > 1}
    return json_answer(
        {
            "language": spoken,
            "tables": [_table_entry(site, table, spoken) for table in shown],
            "page": {
                "pageNumber": number,
                "pageSize": size,
                "totalElements": len(matching),
                "totalPages": pages,
                "links": [page_link(relation, page) for relation, page in relations if wanted[relation]],
            },
            "links": [page_link("self", number)],
        }
    )


def one_table(site: Site, request: Request, table_id: str) -> Answer:
    """``/tables/{id}``."""
    spoken = language(request)
    return json_answer({"language": spoken} | _table_entry(site, site.table(table_id), spoken))


def metadata(site: Site, request: Request, table_id: str) -> Answer:
    """``/tables/{id}/metadata``; ``codelist[VAR]`` replaces the values of a variable by groups."""
    spoken = language(request)
    table = site.table(table_id)
    chosen = {dimension.code: base_values(dimension) for dimension in table.dimensions}
    for code, codelist_id in bracketed(request, "codelist").items():
        chosen |= _grouped(table, code, codelist_id)
    links = {
        dimension.code: [_codelist_entry(site, codelist, spoken) for codelist in dimension.codelists]
        for dimension in table.dimensions
    }
    return json_answer(metadata_document(table, chosen, links, spoken))


def default_selection_answer(site: Site, request: Request, table_id: str) -> Answer:
    """``/tables/{id}/defaultselection``."""
    spoken = language(request)
    query = default_selection(site.table(table_id))
    return json_answer(
        {
            "language": spoken,
            "selection": [
                {"variableCode": wanted.variable, "valueCodes": list(wanted.values)}
                for wanted in query.wanted
            ],
            "placement": {"heading": list(query.heading), "stub": list(query.stub)},
            "links": [_link(site, "self", spoken, f"tables/{table_id}/defaultselection")],
        }
    )


def codelist(site: Site, request: Request, codelist_id: str) -> Answer:
    """``/codelists/{id}``; the id is case-sensitive, and an unknown one gives 404 with body status 400."""
    spoken = language(request)
    for table in site.tables.values():
        for dimension in table.dimensions:
            for known in dimension.codelists:
                if known.id == codelist_id:
                    return json_answer(_codelist_body(site, dimension, known, spoken))
    raise errors.problem(errors.NON_EXISTENT_CODELIST, status=404, body_status=400)


def _matching_tables(site: Site, request: Request) -> list[StandinTable]:
    discontinued = boolean(request, "includeDiscontinued")
    days = integer(request, "pastDays")
    if days is not None and days < 1:
        raise errors.validation({"pastDays": f"The value '{days}' is not valid."})
    oldest = None if days is None else site.now() - timedelta(days=days)
    terms = (request.parameter("query") or "").lower().split()
    return [
        table
        for table in sorted(site.tables.values(), key=lambda table: table.id)
        if (discontinued or not table.discontinued)
        and (oldest is None or table.newest >= oldest)
        and _matches(table, terms)
    ]


def _matches(table: StandinTable, terms: list[str]) -> bool:
    """Every term must match a word of the id, label or variable names; ``*`` is a wildcard."""
    text = " ".join([table.id, table.label, *(dimension.label for dimension in table.dimensions)])
    words = re.findall(r"\w+", text.lower())
    patterns = [term.removeprefix("title:") for term in terms]
    return all(fnmatch.filter(words, pattern) for pattern in patterns)


def _positive(value: int | None, otherwise: int) -> int:
    return otherwise if value is None or value <= 0 else value


def _table_entry(site: Site, table: StandinTable, spoken: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": table.id,
        "label": title_with_periods(table),
        "description": "",
        "sortCode": table.id,
        "updated": utc(table.newest),
        "firstPeriod": table.time.codes[0],
        "lastPeriod": table.time.codes[-1],
        "category": "public",
        "variableNames": [dimension.label for dimension in table.dimensions],
    }
    if table.discontinued:
        entry["discontinued"] = True
    address = f"tables/{table.id}"
    other = next(known for known in LANGUAGES if known != spoken)
    return entry | {
        "source": table.source,
        "subjectCode": table.subject_code,
        "timeUnit": table.time_unit,
        "paths": [
            [{"id": item.id, "label": item.label, "sortCode": item.id} for item in path]
            for path in table.paths
        ],
        "links": [
            _link(site, "self", spoken, address),
            _link(site, "alternate", other, address),
            _link(site, "metadata", spoken, f"{address}/metadata"),
            _link(site, "data", spoken, f"{address}/data", "&outputFormat=json-stat2"),
        ],
    }


def _link(site: Site, relation: str, spoken: str, address: str, more: str = "") -> dict[str, str]:
    return {
        "rel": relation,
        "hreflang": spoken,
        "href": f"{site.statbank}/{address}?lang={spoken}{more}",
    }


def _grouped(table: StandinTable, code: str, codelist_id: str) -> dict[str, tuple[AxisValue, ...]]:
    dimension = find_dimension(table, code)
    if dimension is None:
        raise errors.problem(errors.NON_EXISTENT_VARIABLE)
    codelist = chosen_codelist(dimension, codelist_id)
    return {dimension.code: codelist_values(dimension, codelist)} if codelist else {}


def _codelist_entry(site: Site, codelist: StandinCodelist, spoken: str) -> dict[str, Any]:
    return {
        "id": codelist.id,
        "label": codelist.label,
        "type": codelist.type,
        "links": [_link(site, "metadata", spoken, f"codeLists/{codelist.id}")],
    }


def _codelist_body(
    site: Site, dimension: StandinDimension, codelist: StandinCodelist, spoken: str
) -> dict[str, Any]:
    return {
        "id": codelist.id,
        "label": codelist.label,
        "language": spoken,
        "languages": list(LANGUAGES),
        "elimination": dimension.elimination,
        "type": codelist.type,
        "values": [
            {"code": value.code, "label": value.label, "valueMap": list(value.members)}
            for value in codelist.values
        ],
        "links": [_link(site, "self", spoken, f"codeLists/{codelist.id}")],
    }
