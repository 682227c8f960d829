"""``/tables/{id}/data`` of PxWebApi v2, by GET and POST."""

from __future__ import annotations

from pipelines.standin.binding import (
    check_json_content,
    check_output_format,
    language,
    query_from_address,
    query_from_body,
)
from pipelines.standin.defaults import default_selection
from pipelines.standin.extract import cut
from pipelines.standin.jsonstat_out import data_document
from pipelines.standin.messages import Answer, Request, json_answer
from pipelines.standin.selection import resolve
from pipelines.standin.site import Site


def data(site: Site, request: Request, table_id: str) -> Answer:
    """Figures of one table; the checks fail in the server's own order."""
    if request.method == "POST":
        check_json_content(request)
    spoken = language(request)
    query = query_from_body(request) if request.method == "POST" else query_from_address(request)
    check_output_format(request)
    table = site.table(table_id, status=400)
    if not query.wanted:
        query = default_selection(table)
    extract = cut(table, resolve(table, query, site.max_cells), query)
    return json_answer(
        data_document(extract, spoken),
        headers={"Content-Disposition": f'inline; filename="{table.id}.json"'},
    )
