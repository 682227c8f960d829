"""Client for PxWebApi v2: asks in codes only, believes no answer it has not compared with the question."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from pipelines.statbank.errors import (
    CallError,
    InvalidRequestError,
    NotFoundError,
    RefusedError,
    SelectionError,
    StatbankError,
    TooManyCellsError,
    WrongAnswerError,
)
from pipelines.statbank.fetching import Fetch, OnPart, Request, collect, explained, settled_fetch
from pipelines.statbank.metadata import TableMetadata, parse_metadata
from pipelines.statbank.planner import MAX_CELLS, Part, cells_of
from pipelines.statbank.selection import Selection, chosen_codelists, expand
from pipelines.statbank.table_list import Config, TableList, read_config, read_page
from pipelines.statbank.transport import Response, Transport

_LOG = logging.getLogger(__name__)

BASE_URL = "https://data.ssb.no/api/pxwebapi/v2"
# More tables than the service has (7 763 in September 2026): one page is the whole list.
_PAGE_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class FetchedMetadata:
    """A table's metadata and the answer it was read from."""

    metadata: TableMetadata
    response: Response


class StatbankClient:
    """Reads tables from one PxWebApi v2 service.

    Args:
        base_url: up to and including `/v2`.
        transport: sends the calls; share one per program, because the call budget is per address.
        language: of labels and notes: `no` or `en`.
        max_cells: most cells in one call; by default what the service's `/config` says.
        settled_only: refuse figures asked for or received from 05:00 to 08:15 Oslo time.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        transport: Transport | None = None,
        *,
        language: Literal["no", "en"] = "no",
        max_cells: int | None = None,
        settled_only: bool = False,
    ) -> None:
        if language not in {"no", "en"}:
            raise ValueError(f"language {language!r}: the StatBank knows 'no' and 'en' (not 'nb')")
        self._base = base_url.rstrip("/")
        self._transport = transport or Transport()
        self._language = language
        self._max_cells = max_cells
        self._settled_only = settled_only
        self._config: Config | None = None
        self._metadata: dict[str, FetchedMetadata] = {}

    def config(self) -> Config:
        """The service's own settings, asked for once.

        Raises:
            StatbankError: no answer, or not a configuration.
        """
        if self._config is None:
            self._config = read_config(self._transport.get(f"{self._base}/config"))
        return self._config

    def tables(self) -> TableList:
        """All tables, discontinued ones included; one call unless the service makes pages.

        Raises:
            WrongAnswerError: the number of tables received is not the number there are.
            StatbankError: no answer, or not a list of tables.
        """
        responses = [self._page(1)]
        first = read_page(responses[0].content)
        entries = list(first.entries)
        for number in range(2, first.pages + 1):
            # The service's own links to further pages drop `includeDiscontinued`.
            responses.append(self._page(number))
            entries += read_page(responses[-1].content).entries
        distinct = {entry.id for entry in entries}
        if not len(distinct) == len(entries) == first.total:
            raise WrongAnswerError(
                f"the list of tables should have {first.total} entries; {len(entries)} came on {first.pages} "
                f"pages, {len(distinct)} of them distinct. Ask again; the list may have been changing"
            )
        return TableList(tuple(entries), tuple(responses))

    def metadata(self, table: str, *, updated: datetime | None = None) -> FetchedMetadata:
        """A table's metadata, kept in memory.

        Args:
            table: table id.
            updated: when the table was last published, where known; kept metadata of another edition is
                read again.

        Raises:
            NotFoundError: no such table.
            StatbankError: no answer, or not metadata of this table.
        """
        known = self._metadata.get(table.lower())
        if known and updated in {None, known.metadata.updated}:
            return known
        return self._read_metadata(table, fresh=known is not None)

    def fetch(
        self,
        table: str,
        selection: Selection,
        *,
        metadata: TableMetadata | None = None,
        on_part: OnPart | None = None,
    ) -> Fetch:
        """The figures of a selection, whole and in metadata order, or an error.

        Args:
            table: table id.
            selection: a choice for every variable of the table; ELIMINATE takes the total over one.
            metadata: of the table, where already read; read when None.
            on_part: told after each call how many are done, and of how many; starts over with the fetch.

        Raises:
            SelectionError: the table cannot answer this selection; names variable, value and candidates.
            TableChangedError: the table was published anew during the fetch, twice in a row.
            StatbankError: a call failed, or an answer is not what was asked for.
        """
        known = metadata or self.metadata(table).metadata
        if known.table.lower() != table.lower():
            raise SelectionError(f"table {table}: the metadata given is that of table {known.table}")
        return settled_fetch(
            lambda fresh: self._fetch(
                self._read_metadata(table, fresh=True).metadata if fresh else known,
                selection,
                on_part,
                fresh=fresh,
            )
        )

    def _fetch(
        self, known: TableMetadata, selection: Selection, on_part: OnPart | None, *, fresh: bool
    ) -> Fetch:
        codelists = chosen_codelists(known, selection)
        listed = self._ask_metadata(known.table, codelists, fresh=fresh).metadata if codelists else known
        expanded = expand(listed, selection)

        def send(part: Part) -> tuple[Request, Response]:
            try:
                return self._send(listed, part, fresh=fresh)
            except NotFoundError:
                raise
            except TooManyCellsError as error:
                error.args = (f"{error}; {cells_of(part)} cells were asked for. Set max_cells to its limit",)
                raise
            except (RefusedError, InvalidRequestError) as error:
                explanation = self._explained(error, selection, listed.table, part)
                if explanation is not error or fresh:
                    raise explanation from error
            # Nothing is wrong with the question; the service keeps refusals in its cache, too.
            return self._send(listed, part, fresh=True)

        clock = self._transport.now if self._settled_only else None
        return collect(listed, expanded, self._cell_limit(), send, on_part, clock)

    def _send(self, listed: TableMetadata, part: Part, *, fresh: bool) -> tuple[Request, Response]:
        body = query_body(part, listed.applied)
        response = self._transport.post_json(
            f"{self._table_url(listed.table)}/data",
            body,
            params={"lang": self._language, "outputFormat": "json-stat2"},
            fresh=fresh,
        )
        return body, response

    def _explained(self, error: CallError, selection: Selection, table: str, part: Part) -> StatbankError:
        """What the refusal is about, by the metadata of this moment."""
        try:
            current = self._read_metadata(table, fresh=True).metadata
            codelists = chosen_codelists(current, selection)
            if codelists:
                current = self._ask_metadata(table, codelists, fresh=True).metadata
        except SelectionError as refusal:
            return SelectionError(f"{error}. {refusal}")
        except StatbankError:
            _LOG.warning("metadata of table %s could not be read to explain the refusal", table)
            return error
        return explained(error, current, part)

    def _read_metadata(self, table: str, *, fresh: bool) -> FetchedMetadata:
        read = self._ask_metadata(table, {}, fresh=fresh)
        self._metadata[table.lower()] = read
        return read

    def _ask_metadata(self, table: str, codelists: Mapping[str, str], *, fresh: bool) -> FetchedMetadata:
        """Metadata in which the values of these codelists stand in for the variables' own."""
        params = {"lang": self._language} | {f"codelist[{code}]": name for code, name in codelists.items()}
        response = self._transport.get(f"{self._table_url(table)}/metadata", params=params, fresh=fresh)
        return FetchedMetadata(parse_metadata(response.content, table=table, applied=codelists), response)

    def _cell_limit(self) -> int:
        if self._max_cells is None:
            try:
                self._max_cells = self.config().max_cells or MAX_CELLS
            except CallError as error:
                _LOG.warning("%s; planning for %d cells in one call", error, MAX_CELLS)
                return MAX_CELLS
        return self._max_cells

    def _page(self, number: int) -> Response:
        params = {"lang": self._language, "includeDiscontinued": "true", "pageSize": str(_PAGE_SIZE)}
        if number > 1:
            params["pageNumber"] = str(number)
        return self._transport.get(f"{self._base}/tables", params=params)

    def _table_url(self, table: str) -> str:
        return f"{self._base}/tables/{quote(table, safe='')}"


def query_body(part: Part, codelists: Mapping[str, str]) -> Request:
    """The body of a data call: every variable, with literal codes and the codelist they belong to."""
    return {
        "selection": [
            {"variableCode": code}
            | ({"codelist": codelists[code]} if code in codelists else {})
            | {"valueCodes": list(codes)}
            for code, codes in part.items()
        ]
    }
