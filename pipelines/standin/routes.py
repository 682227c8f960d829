"""Addresses of the stand-in: which answer belongs to which path."""

from __future__ import annotations

from pipelines.standin import catalogue_api, data_api, errors, klass_api, v0_api
from pipelines.standin.errors import RefusalError
from pipelines.standin.messages import Answer, Request
from pipelines.standin.site import Site

LONGEST_QUERY = 2100
V2 = ("api", "pxwebapi", "v2")
V0 = ("api", "v0")
KLASS = ("api", "klass", "v1", "classifications")


def answer(site: Site, request: Request) -> Answer:
    """The answer to one request, refusals included."""
    try:
        return _routed(site, request)
    except RefusalError as refusal:
        return refusal.answer


def belongs_to(request: Request, prefix: tuple[str, ...]) -> bool:
    """Whether a request is for the API with this path prefix, ignoring case."""
    return tuple(part.lower() for part in request.segments[: len(prefix)]) == prefix


def _routed(site: Site, request: Request) -> Answer:
    rest = request.segments
    if belongs_to(request, KLASS):
        return _klass(site, request, rest[len(KLASS) :])
    if len(request.query) > LONGEST_QUERY:
        return errors.gateway_not_found()
    if belongs_to(request, V2):
        return _v2(site, request, rest[len(V2) :])
    if belongs_to(request, V0):
        return _v0(site, request, rest[len(V0) :])
    raise errors.no_such_address()


def _v2(site: Site, request: Request, parts: tuple[str, ...]) -> Answer:
    names = tuple(part.lower() for part in parts)
    if request.method == "POST" and not (len(names) == 3 and names[::2] == ("tables", "data")):
        return Answer(405)
    if names == ("config",):
        return catalogue_api.configuration(site, request)
    if names[:1] == ("tables",):
        return _tables(site, request, parts[1:])
    if names[:1] == ("codelists",) and len(parts) == 2:
        return catalogue_api.codelist(site, request, parts[1])
    raise errors.no_such_address()


def _tables(site: Site, request: Request, parts: tuple[str, ...]) -> Answer:
    if not parts:
        return catalogue_api.table_list(site, request)
    if len(parts) == 1:
        return catalogue_api.one_table(site, request, parts[0])
    handlers = {
        "metadata": catalogue_api.metadata,
        "defaultselection": catalogue_api.default_selection_answer,
        "data": data_api.data,
    }
    handler = handlers.get(parts[1].lower()) if len(parts) == 2 else None
    if handler is None:
        raise errors.no_such_address()
    return handler(site, request, parts[0])


def _v0(site: Site, request: Request, parts: tuple[str, ...]) -> Answer:
    if request.query.lower().startswith("config"):
        return v0_api.limits(site)
    if len(parts) != 3 or parts[0].lower() not in {"no", "en"} or parts[1].lower() != "table":
        raise errors.no_such_address()
    if request.method == "POST":
        return v0_api.figures(site, request, parts[2])
    return v0_api.description(site, parts[2])


def _klass(site: Site, request: Request, parts: tuple[str, ...]) -> Answer:
    if request.method != "GET":
        return Answer(405)
    if len(parts) not in {1, 2}:
        raise errors.no_such_address()
    return klass_api.answer(site, request, parts[0], parts[1] if len(parts) == 2 else None)
