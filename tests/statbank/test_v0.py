"""The older API as a fallback: its own words, the same guards."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.statbank.errors import (
    BodyError,
    RefusedError,
    SelectionError,
    StatbankError,
    TableChangedError,
    TooManyCellsError,
    UnsettledFiguresError,
    WrongAnswerError,
)
from pipelines.statbank.metadata import TableMetadata
from pipelines.statbank.selection import ELIMINATE, Choice
from pipelines.statbank.transport import Response, Transport
from pipelines.statbank.v0 import StatbankV0Client, parse_v0_metadata, v0_query_body
from tests.statbank.fake_server import FakeClock, FakeServer, answer, ok, transport
from tests.statbank.tables import POPULATION, TIME, UPDATED, data_document, encoded

ALL = Choice(("*",))
WHOLE = {"Region": ALL, "Kjonn": ALL, "ContentsCode": ALL, "Tid": ALL}
BASE = "https://test/api/v0/no"


def described(table: TableMetadata = POPULATION) -> dict[str, object]:
    """The metadata of a table as v0 gives it: flags are absent when false."""
    variables = []
    for variable in table.dimensions:
        item: dict[str, object] = {
            "code": variable.code,
            "text": variable.label,
            "values": list(variable.codes),
            "valueTexts": list(variable.labels),
        }
        item |= {"elimination": True} if variable.elimination else {}
        item |= {"time": True} if variable.role == "time" else {}
        variables.append(item)
    return {"title": table.label, "variables": variables}


class V0Service(Transport):
    """Answers like v0 for one table, variables left out included: those give all their values."""

    def __init__(self) -> None:
        super().__init__()
        self.table = POPULATION
        self.updated: list[datetime] = [UPDATED]
        self.posted: list[tuple[str, object, bool]] = []
        self.refusal: StatbankError | None = None
        self.shrink = False
        self.clock = datetime(2026, 3, 16, 11, tzinfo=UTC)

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
        assert (url, params, headers) == (f"{BASE}/table/07459", None, None)
        assert fresh in {True, False}
        return self._sent(described(self.table))

    def post_json(
        self,
        url: str,
        body: object,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        fresh: bool = False,
    ) -> Response:
        assert (url, params, headers) == (f"{BASE}/table/07459", None, None)
        self.posted.append((url, body, fresh))
        if self.refusal:
            raise self.refusal
        assert isinstance(body, dict)
        assert body["response"] == {"format": "json-stat2"}
        chosen = {item["code"]: item["selection"] for item in body["query"]}
        part: dict[str, tuple[str, ...]] = {}
        for variable in self.table.dimensions:
            selected = chosen.get(variable.code) or ({} if variable.elimination else {"filter": "all"})
            if selected:
                part[variable.code] = variable.codes if selected["filter"] == "all" else selected["values"]
        if self.shrink:
            part["Tid"] = part["Tid"][-1:]
        updated = self.updated.pop(0) if len(self.updated) > 1 else self.updated[0]
        return self._sent(data_document(self.table, part, updated=updated))

    def _sent(self, document: object) -> Response:
        return Response("GET", BASE, None, 200, {}, encoded(document), self.clock)


def client(service: V0Service, **options: object) -> StatbankV0Client:
    return StatbankV0Client(BASE + "/", service, **options)  # type: ignore[arg-type]


# Metadata


def test_metadata_in_the_older_shape() -> None:
    metadata = parse_v0_metadata(encoded(described()), table="07459")
    assert (metadata.table, metadata.label, metadata.updated) == ("07459", "07459: Befolkning", None)
    assert [variable.code for variable in metadata.dimensions] == ["Region", "Kjonn", "ContentsCode", "Tid"]
    assert [variable.elimination for variable in metadata.dimensions] == [False, True, False, False]
    assert [variable.role for variable in metadata.dimensions] == [None, None, "metric", "time"]
    assert metadata.dimensions[0].labelled["3201"] == "Bærum"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"values": None}, "variable 'Region': values is null.*maxValues"),
        ({"values": ["1", 2]}, "not a list of texts"),
        ({"values": ["1", "1"], "valueTexts": ["a", "b"]}, "values that repeat"),
        ({"valueTexts": ["a"]}, "5 values with 1 texts"),
        ({"code": ""}, "variable ''"),
    ],
)
def test_metadata_that_cannot_be_used(change: dict[str, object], words: str) -> None:
    body = described()
    variables = body["variables"]
    assert isinstance(variables, list)
    variables[0] |= change
    with pytest.raises(BodyError, match=f"metadata of table 07459: .*{words}"):
        parse_v0_metadata(encoded(body), table="07459")


@pytest.mark.parametrize("body", [[], {}, {"variables": []}, {"variables": "x"}, {"variables": [1]}])
def test_what_is_no_metadata(body: object) -> None:
    with pytest.raises(BodyError, match="metadata of table 07459: "):
        parse_v0_metadata(encoded(body), table="07459")


# Data


def test_whole_variables_and_single_values_are_asked_for_in_v0s_words() -> None:
    metadata = parse_v0_metadata(encoded(described()), table="07459")
    body = v0_query_body(metadata, {"Region": ("0301",), "Tid": metadata.variable("Tid").codes})
    assert body == {
        "query": [
            {"code": "Region", "selection": {"filter": "item", "values": ["0301"]}},
            {"code": "Tid", "selection": {"filter": "all", "values": ["*"]}},
        ],
        "response": {"format": "json-stat2"},
    }


def test_a_selection_gives_the_same_frame_as_the_newer_api() -> None:
    with V0Service() as service:
        fetch = client(service).fetch("07459", {**WHOLE, "Tid": Choice(("top(2)",)), "Kjonn": ELIMINATE})
    [(_, body, _)] = service.posted
    assert fetch.requests == (body,)
    assert fetch.eliminated == ("Kjonn",)
    assert fetch.dataset.dimension("Tid").codes == ("2023", "2024")
    assert len(fetch.dataset.frame) == 5 * 2 * 2
    assert fetch.dataset.dimension("ContentsCode").units["Andel"].base == "prosent"


def test_large_questions_are_split_and_merged() -> None:
    told: list[tuple[int, int]] = []
    with V0Service() as service:
        fetch = client(service, max_cells=20).fetch("07459", WHOLE, on_part=lambda *at: told.append(at))
    assert len(service.posted) == 8
    assert told[-1] == (8, 8)
    assert fetch.dataset.frame["value"].tolist() == [place + 0.5 for place in range(150)]


def test_codelists_are_for_the_newer_api() -> None:
    with V0Service() as service, pytest.raises(SelectionError, match=r"through v0: Region \(agg_Fylker\)"):
        client(service).fetch("07459", {**WHOLE, "Region": Choice(("*",), "agg_Fylker")})
    assert service.posted == []


def test_nothing_is_left_out_in_silence() -> None:
    without = {code: choice for code, choice in WHOLE.items() if code != "Tid"}
    with V0Service() as service, pytest.raises(SelectionError, match=r"variable Tid .* is left out"):
        client(service).fetch("07459", without)


def test_an_answer_to_another_question_is_refused() -> None:
    with V0Service() as service:
        service.shrink = True
        with pytest.raises(WrongAnswerError, match="variable Tid: the answer has 1 values"):
            client(service).fetch("07459", WHOLE)


def test_a_table_that_changes_is_fetched_again_and_then_given_up() -> None:
    days = [datetime(2026, 6, day, tzinfo=UTC) for day in range(1, 5)]
    persons = {**WHOLE, "ContentsCode": Choice(("Personer",))}
    with V0Service() as service:
        reader = client(service, max_cells=50)
        service.updated = days[:3]
        assert reader.fetch("07459", persons).dataset.updated == days[2]
        assert [fresh for _, _, fresh in service.posted] == [False, False, True, True]
        service.updated = days
        with pytest.raises(TableChangedError, match="twice in a row"):
            reader.fetch("07459", persons)


def test_the_quiet_hours_hold_here_too() -> None:
    with V0Service() as service, pytest.raises(UnsettledFiguresError):
        service.clock = datetime(2026, 3, 16, 5, tzinfo=UTC)
        client(service, settled_only=True).fetch("07459", WHOLE)
    assert service.posted == []


# Refusals


def test_a_code_that_vanished_is_named() -> None:
    years = replace(TIME, codes=TIME.codes[1:], labels=TIME.labels[1:])
    with V0Service() as service:
        known = client(service).metadata("07459").metadata
        service.table = replace(POPULATION, dimensions=(*POPULATION.dimensions[:3], years))
        service.refusal = RefusedError("POST x", 400, "The request for variable 'Tid' has an error.")
        with pytest.raises(SelectionError, match=r"has an error\. .*variable Tid has no value '2020'"):
            client(service).fetch("07459", WHOLE, metadata=known)


@pytest.mark.parametrize(
    "refusal",
    [RefusedError("x", 400, "Parameter error"), TooManyCellsError("x", 403, "Too many values selected")],
)
def test_a_refusal_without_explanation_keeps_its_words(refusal: RefusedError) -> None:
    with V0Service() as service:
        service.refusal = refusal
        with pytest.raises(type(refusal)) as told:
            client(service).fetch("07459", WHOLE)
    assert told.value is refusal


def test_v0s_refusals_over_the_wire() -> None:
    out_of_order = answer(400, b'{"error": "Parameter error"}')
    full = answer(403, b'{"error": "Too many values selected"}')
    with FakeServer(out_of_order, ok(described()), full) as server, transport(FakeClock()) as sender:
        reader = StatbankV0Client(server.url + "/api/v0/no", sender)
        with pytest.raises(TooManyCellsError, match="Too many values selected"):
            reader.fetch("07459", WHOLE)
    assert [seen.method for seen in server.seen] == ["GET", "GET", "POST"]
    assert server.seen[2].path == "/api/v0/no/table/07459"


@pytest.mark.recorded
def test_the_recorded_body_passes_the_guards(recorded: Path) -> None:
    body = json.loads((recorded / "statbank/ssb_v0_12367_data_2021-06-13.json").read_bytes())
    codes = {name: list(body["dimension"][name]["category"]["index"]) for name in body["id"]}
    variables = [
        {"code": name, "text": name, "values": sorted(values), "valueTexts": sorted(values)}
        for name, values in codes.items()
    ]
    described_so = ok({"title": "t", "variables": variables})
    with FakeServer(described_so, ok(body)) as server, transport(FakeClock()) as sender:
        dataset = StatbankV0Client(server.url, sender).fetch("12367", dict.fromkeys(codes, ALL)).dataset
    assert dataset.frame["value"].isna().sum() == 485
    # The values are sorted here, unlike in the body: each figure has followed its codes.
    for row in dataset.frame.iloc[::97].to_dict("records"):
        flat = 0
        for name, size in zip(body["id"], body["size"], strict=True):
            flat = flat * size + body["dimension"][name]["category"]["index"][row[name]]
        served = body["value"][flat]
        assert (row["value"] == served) if served is not None else row["symbol"] == body["status"][str(flat)]
