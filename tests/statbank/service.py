"""A PxWebApi v2 service in memory, in the place of the transport: one table, no faults of its own."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipelines.statbank.errors import (
    NotFoundError,
    RefusedError,
    StatbankError,
)
from pipelines.statbank.metadata import TableMetadata
from pipelines.statbank.selection import Choice
from pipelines.statbank.transport import Response, Transport
from tests.statbank.tables import (
    POPULATION,
    REGION,
    UPDATED,
    data_document,
    encoded,
    metadata_document,
)

NOON = datetime(2026, 3, 16, 11, 0, tzinfo=UTC)
ALL = Choice(("*",))
WHOLE = {"Region": ALL, "Kjonn": ALL, "ContentsCode": ALL, "Tid": ALL}
LATER = UPDATED + timedelta(days=90)
COUNTIES = replace(REGION, codes=("F-03", "F-32"), labels=("Oslo", "Akershus"))

Edit = Callable[[dict[str, object]], object]


class Service(Transport):
    """Answers for one table without a network. `log` holds (what, parameters, body, fresh) per call."""

    def __init__(self, table: TableMetadata = POPULATION) -> None:
        super().__init__()
        self.table = table
        self.counties = COUNTIES
        self.log: list[tuple[str, dict[str, str], object, bool]] = []
        self.edit: Edit = lambda document: document
        self.on_data: list[Callable[[], object]] = []
        self.config: object = {"maxDataCells": 800_000, "apiVersion": "2.3.2"}
        self.clock = NOON
        self.pages: list[object] = []

    def now(self) -> datetime:
        return self.clock

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        fresh: bool = False,
    ) -> Response:
        what = url.removeprefix("https://test/v2")
        asked = dict(params or {})
        assert not headers
        self.log.append((what, asked, None, fresh))
        if what == "/config":
            return self._response(self.config)
        if what == "/tables":
            return self._response(self.pages[int(asked.get("pageNumber", "1")) - 1])
        if what.lower() != f"/tables/{self.table.table}/metadata".lower():
            raise NotFoundError(f"GET {url}", 404, "Non-existent table")
        shown = self.table
        if "codelist[Region]" in asked:
            shown = replace(shown, dimensions=(self.counties, *shown.dimensions[1:]))
        return self._response(metadata_document(shown))

    def post_json(
        self,
        url: str,
        body: object,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        fresh: bool = False,
    ) -> Response:
        assert not headers
        self.log.append((url.removeprefix("https://test/v2"), dict(params or {}), body, fresh))
        if self.on_data:
            self.on_data.pop(0)()
        assert isinstance(body, dict)
        part = {item["variableCode"]: item["valueCodes"] for item in body["selection"]}
        named = any("codelist" in item for item in body["selection"])
        table = (
            replace(self.table, dimensions=(self.counties, *self.table.dimensions[1:]))
            if named
            else self.table
        )
        return self._response(self.edit(data_document(table, part, updated=self.table.updated)), body)

    def asked(self, what: str) -> list[tuple[str, dict[str, str], object, bool]]:
        return [call for call in self.log if call[0].endswith(what)]

    def _response(self, document: object, body: object = None) -> Response:
        sent = None if body is None else encoded(body)
        return Response(
            "POST" if body else "GET", "https://test", sent, 200, {}, encoded(document), self.clock
        )


def refusing(error: StatbankError) -> Callable[[], object]:
    def act() -> object:
        raise error

    return act


def refused(title: str, status: int = 400) -> RefusedError:
    return RefusedError("POST https://test", status, title)
