"""Reading a table through the older API (v0, PxWebApi 1), where the newer one does not offer it.

An explicit fallback: the same planner, comparison and parser, but poorer metadata (no units, no `updated`,
no codelists), so a table that changes during a fetch is noticed by its answers only.
"""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from pipelines.statbank.client import FetchedMetadata
from pipelines.statbank.errors import (
    BodyError,
    CallError,
    RefusedError,
    SelectionError,
    StatbankError,
    TooManyCellsError,
)
from pipelines.statbank.fetching import Fetch, OnPart, Request, collect, explained, settled_fetch
from pipelines.statbank.jsonstat_document import Members, get_text, kind
from pipelines.statbank.jsonstat_model import Role
from pipelines.statbank.metadata import TableMetadata, VariableMetadata
from pipelines.statbank.planner import MAX_CELLS, Part
from pipelines.statbank.selection import Selection, choices_by_variable, expand
from pipelines.statbank.transport import Response, Transport

BASE_URL = "https://data.ssb.no/api/v0/no"
_CONTENTS = "contentscode"


class StatbankV0Client:
    """Reads tables from one v0 service.

    Args:
        base_url: up to and including the language, such as `https://data.ssb.no/api/v0/no`.
        transport: sends the calls.
        max_cells: most cells in one call.
        settled_only: refuse figures asked for or received from 05:00 to 08:15 Oslo time.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        transport: Transport | None = None,
        *,
        max_cells: int = MAX_CELLS,
        settled_only: bool = False,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._transport = transport or Transport()
        self._max_cells = max_cells
        self._settled_only = settled_only

    def metadata(self, table: str, *, fresh: bool = False) -> FetchedMetadata:
        """A table's variables and values.

        Raises:
            StatbankError: no answer, or not metadata. During an outage the service answers
                `Parameter error` to everything, so that is no proof that the table does not exist.
        """
        response = self._transport.get(self._table_url(table), fresh=fresh)
        return FetchedMetadata(parse_v0_metadata(response.content, table=table), response)

    def fetch(
        self,
        table: str,
        selection: Selection,
        *,
        metadata: TableMetadata | None = None,
        on_part: OnPart | None = None,
    ) -> Fetch:
        """The figures of a selection; arguments and errors as for `StatbankClient.fetch`.

        Raises:
            SelectionError: also for a choice with a codelist, which this version does not offer here.
        """
        known = metadata or self.metadata(table).metadata
        return settled_fetch(
            lambda fresh: self._fetch(
                self.metadata(table, fresh=True).metadata if fresh else known,
                selection,
                on_part,
                fresh=fresh,
            )
        )

    def _fetch(
        self, known: TableMetadata, selection: Selection, on_part: OnPart | None, *, fresh: bool
    ) -> Fetch:
        _refuse_codelists(known, selection)

        def send(part: Part) -> tuple[Request, Response]:
            body = v0_query_body(known, part)
            try:
                return body, self._transport.post_json(self._table_url(known.table), body, fresh=fresh)
            except TooManyCellsError:
                raise
            except RefusedError as error:
                raise self._explained(error, known.table, part) from error

        clock = self._transport.now if self._settled_only else None
        return collect(known, expand(known, selection), self._max_cells, send, on_part, clock)

    def _explained(self, error: CallError, table: str, part: Part) -> StatbankError:
        try:
            return explained(error, self.metadata(table, fresh=True).metadata, part)
        except StatbankError:
            return error

    def _table_url(self, table: str) -> str:
        return f"{self._base}/table/{quote(table, safe='')}"


def parse_v0_metadata(body: bytes, *, table: str) -> TableMetadata:
    """Decode `{title, variables: [{code, text, values, valueTexts, elimination, time}]}`.

    Raises:
        BodyError: not that shape, or a variable whose values are too many for the service to list.
    """
    document = json.loads(body)
    variables = document.get("variables") if isinstance(document, dict) else None
    if not isinstance(variables, list) or not variables:
        raise BodyError(f"metadata of table {table}: no list of variables")
    return TableMetadata(
        table=table,
        label=get_text(document, "title", f"metadata of table {table}"),
        updated=None,
        dimensions=tuple(_variable(item, table) for item in variables),
    )


def v0_query_body(metadata: TableMetadata, part: Part) -> Request:
    """The body of a v0 data call: every variable, whole ones with the filter `all`."""
    return {
        "query": [
            {"code": code, "selection": _filter(metadata.variable(code), codes)}
            for code, codes in part.items()
        ],
        "response": {"format": "json-stat2"},
    }


def _filter(variable: VariableMetadata, codes: Sequence[str]) -> dict[str, object]:
    if tuple(codes) == variable.codes:
        return {"filter": "all", "values": ["*"]}
    return {"filter": "item", "values": list(codes)}


def _refuse_codelists(metadata: TableMetadata, selection: Selection) -> None:
    chosen = choices_by_variable(metadata, selection)
    listed = [f"{code} ({choice.codelist})" for code, choice in chosen.items() if choice.codelist]
    if listed:
        raise SelectionError(
            f"table {metadata.table}: no codelists through v0: {', '.join(listed)}; "
            "choose the variable's own values, or fetch through PxWebApi v2"
        )


def _variable(item: object, table: str) -> VariableMetadata:
    if not isinstance(item, dict):
        raise BodyError(f"metadata of table {table}: a variable is {kind(item)}, not an object")
    code = get_text(item, "code", "a variable")
    where = f"metadata of table {table}: variable {code!r}"
    codes = _texts(item, "values", where)
    labels = _texts(item, "valueTexts", where) if item.get("valueTexts") else codes
    if not code or len(codes) != len(labels) or len(set(codes)) != len(codes):
        raise BodyError(f"{where}: {len(codes)} values with {len(labels)} texts, or values that repeat")
    return VariableMetadata(
        code=code,
        label=get_text(item, "text", where) or code,
        codes=codes,
        labels=labels,
        role=_role(item, code),
        elimination=item.get("elimination") is True,
    )


def _texts(item: Members, name: str, where: str) -> tuple[str, ...]:
    found = item.get(name)
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise BodyError(
            f"{where}: {name} is {kind(found)}, not a list of texts; "
            "the service leaves out values when there are more than its maxValues"
        )
    return tuple(found)


def _role(item: Mapping[str, object], code: str) -> Role | None:
    if item.get("time") is True:
        return "time"
    return "metric" if code.lower() == _CONTENTS else None
