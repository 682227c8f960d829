"""The list of all tables (`/tables`) and the service's own settings (`/config`), decoded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipelines.statbank.errors import BodyError
from pipelines.statbank.jsonstat_document import Members, get_object, get_text, kind, read_updated
from pipelines.statbank.transport import Response


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table in the list. All but the id may be unknown: texts are then empty, `updated` None.

    `updated` comes from the search index and can be behind the table's own for a while. `time_unit` is
    `Annual`, `Quarterly`, `Monthly`, `Weekly` or `Other`; nothing else tells the frequency.
    """

    id: str
    label: str
    updated: datetime | None
    first_period: str
    last_period: str
    discontinued: bool
    time_unit: str


@dataclass(frozen=True, slots=True)
class TableList:
    """All tables, discontinued ones included, and the answers they were read from."""

    entries: tuple[TableEntry, ...]
    responses: tuple[Response, ...]

    def get(self, table: str) -> TableEntry | None:
        """The entry of a table, or None."""
        return next((entry for entry in self.entries if entry.id.lower() == table.lower()), None)


@dataclass(frozen=True, slots=True)
class TablePage:
    """One page of the list, with the counts that tell whether it is whole."""

    entries: tuple[TableEntry, ...]
    total: int
    pages: int


@dataclass(frozen=True, slots=True)
class Config:
    """What the service says of itself. `sources` is the citation text by language."""

    max_cells: int | None
    api_version: str
    app_version: str
    licence: str
    sources: Mapping[str, str]
    response: Response


def read_page(body: bytes) -> TablePage:
    """Decode one page of `/tables`.

    Raises:
        BodyError: no list, a table without an id, or no counts.
    """
    document = _members(json.loads(body), "the list of tables")
    tables = document.get("tables")
    if not isinstance(tables, list):
        raise BodyError(f"the list of tables has tables as {kind(tables)}, not an array")
    page = get_object(document, "page", "the list of tables")
    return TablePage(
        entries=tuple(_entry(_members(item, "a table in the list")) for item in tables),
        total=_count(page, "totalElements"),
        pages=_count(page, "totalPages"),
    )


def read_config(response: Response) -> Config:
    """Decode the answer of `/config`; what it leaves out is empty or None."""
    document = _members(json.loads(response.content), "the configuration")
    limit = document.get("maxDataCells")
    references = document.get("sourceReferences")
    sources = [item for item in references if isinstance(item, dict)] if isinstance(references, list) else []
    return Config(
        max_cells=limit if type(limit) is int and limit > 0 else None,
        api_version=get_text(document, "apiVersion", "the configuration"),
        app_version=get_text(document, "appVersion", "the configuration"),
        licence=get_text(document, "license", "the configuration"),
        sources={get_text(item, "language", "source"): get_text(item, "text", "source") for item in sources},
        response=response,
    )


def _entry(item: Members) -> TableEntry:
    table = get_text(item, "id", "a table in the list")
    if not table:
        raise BodyError("a table in the list has no id")
    where = f"table {table} in the list"
    try:
        updated = read_updated(item)
    except BodyError as error:
        raise BodyError(f"{where}: {error}") from error
    return TableEntry(
        id=table,
        label=get_text(item, "label", where),
        updated=updated,
        first_period=get_text(item, "firstPeriod", where),
        last_period=get_text(item, "lastPeriod", where),
        discontinued=item.get("discontinued") is True,
        time_unit=get_text(item, "timeUnit", where),
    )


def _members(found: object, what: str) -> Members:
    if not isinstance(found, dict):
        raise BodyError(f"{what} is {kind(found)}, not an object")
    return found


def _count(page: Members, name: str) -> int:
    found = page.get(name)
    if type(found) is not int:
        raise BodyError(
            f"the list of tables does not say how long it is: page.{name} is {kind(found)}; "
            "without that a cut-off list cannot be told from a whole one"
        )
    return found
