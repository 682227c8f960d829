"""The client against a service held in memory: what it asks, and which answers it refuses to believe."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipelines.statbank.client import StatbankClient, query_body
from pipelines.statbank.errors import (
    BodyError,
    GatewayError,
    NotFoundError,
    SelectionError,
    UnsettledFiguresError,
    WrongAnswerError,
)
from pipelines.statbank.selection import ELIMINATE, Choice
from tests.statbank.service import LATER, WHOLE, Service
from tests.statbank.tables import (
    POPULATION,
    UPDATED,
    data_document,
    encoded,
    figure,
)

# Asking


def test_data_is_asked_for_by_post_in_literal_codes(client: StatbankClient, service: Service) -> None:
    selection = {
        "time": Choice(("top(2)",)),
        "ContentsCode": Choice(("Pers*",)),
        "Kjonn": Choice(("1", "1", "?")),
        "Region": Choice(("3201", "0301")),
    }
    fetch = client.fetch("07459", selection)
    [(path, params, body, fresh)] = service.asked("/data")
    assert path == "/tables/07459/data"
    assert params == {"lang": "no", "outputFormat": "json-stat2"}
    assert body == {
        "selection": [
            {"variableCode": "Region", "valueCodes": ["0301", "3201"]},
            {"variableCode": "Kjonn", "valueCodes": ["0", "2", "1"]},
            {"variableCode": "ContentsCode", "valueCodes": ["Personer"]},
            {"variableCode": "Tid", "valueCodes": ["2023", "2024"]},
        ]
    }
    assert not fresh
    assert fetch.requests == (body,)
    assert [response.request_body for response in fetch.responses] == [encoded(body)]
    assert fetch.dataset.dimension("Tid").codes == ("2023", "2024")
    assert fetch.eliminated == ()
    assert (fetch.table, fetch.metadata) == ("07459", client.metadata("07459").metadata)


def test_an_eliminated_variable_is_not_sent_and_is_remembered(
    client: StatbankClient, service: Service
) -> None:
    fetch = client.fetch("07459", {**WHOLE, "Kjonn": ELIMINATE})
    [(_, _, body, _)] = service.asked("/data")
    assert [item["variableCode"] for item in body["selection"]] == ["Region", "ContentsCode", "Tid"]  # type: ignore[index]
    assert fetch.eliminated == ("Kjonn",)


def test_a_codelist_is_listed_first_and_always_named(client: StatbankClient, service: Service) -> None:
    fetch = client.fetch("07459", {**WHOLE, "Region": Choice(("F-3*",), "agg_Fylker")})
    assert [params for _, params, _, _ in service.asked("/metadata")] == [
        {"lang": "no"},
        {"lang": "no", "codelist[Region]": "agg_Fylker"},
    ]
    [(_, _, body, _)] = service.asked("/data")
    assert body["selection"][0] == {  # type: ignore[index]
        "variableCode": "Region",
        "codelist": "agg_Fylker",
        "valueCodes": ["F-32"],
    }
    assert fetch.metadata.applied == {"Region": "agg_Fylker"}
    assert fetch.dataset.dimension("Region").labels == ("Akershus",)


def test_an_unknown_codelist_is_refused_before_anything_is_asked(
    client: StatbankClient, service: Service
) -> None:
    with pytest.raises(
        SelectionError, match=r"no codelist 'agg_fylker'; it has: agg_Fylker \(Fylker 2024-\)"
    ):
        client.fetch("07459", {**WHOLE, "Region": Choice(("*",), "agg_fylker")})
    assert len(service.log) == 1


def test_large_questions_are_split_and_progress_is_told(client: StatbankClient, service: Service) -> None:
    service.config = {"maxDataCells": 20}
    told: list[tuple[int, int]] = []
    fetch = client.fetch("07459", WHOLE, on_part=lambda done, total: told.append((done, total)))
    count = len(service.asked("/data"))
    assert count == len(fetch.responses) == len(fetch.requests) == 8
    assert told == [(number, count) for number in range(1, count + 1)]
    frame = fetch.dataset.frame
    assert len(frame) == 5 * 3 * 2 * 5
    assert frame["value"].tolist() == [place + 0.5 for place in range(len(frame))]
    assert len(service.asked("/config")) == 1


def test_the_cell_limit_can_be_given(service: Service) -> None:
    StatbankClient("https://test/v2", service, max_cells=75).fetch("07459", WHOLE)
    assert len(service.asked("/data")) == 2
    assert service.asked("/config") == []


@pytest.mark.parametrize("config", [{}, {"maxDataCells": 0}, {"maxDataCells": "many"}])
def test_without_a_stated_limit_the_documented_one_counts(
    client: StatbankClient, service: Service, config: object
) -> None:
    service.config = config
    client.fetch("07459", WHOLE)
    assert len(service.asked("/data")) == 1


def test_a_configuration_that_cannot_be_had_does_not_stop_the_fetch(
    client: StatbankClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable() -> object:
        raise GatewayError("GET https://test", 503, "HTTP 503")

    monkeypatch.setattr(client, "config", unavailable)
    assert len(client.fetch("07459", WHOLE).dataset.frame) == 150


def test_languages_are_the_statbanks(service: Service) -> None:
    StatbankClient("https://test/v2", service, language="en").fetch("07459", WHOLE)
    assert {params.get("lang") for what, params, _, _ in service.log if what != "/config"} == {"en"}
    with pytest.raises(ValueError, match="not 'nb'"):
        StatbankClient("https://test/v2", service, language="nb")  # type: ignore[arg-type]


def test_the_table_id_is_quoted_in_the_address(client: StatbankClient, service: Service) -> None:
    with pytest.raises(NotFoundError):
        client.metadata("../07459")
    assert service.log[0][0] == "/tables/..%2F07459/metadata"


# Metadata


def test_metadata_is_kept_until_the_table_is_published_anew(client: StatbankClient, service: Service) -> None:
    first = client.metadata("07459")
    assert client.metadata("07459") is first
    assert client.metadata("07459", updated=UPDATED) is first
    service.table = replace(POPULATION, updated=LATER)
    second = client.metadata("07459", updated=LATER)
    assert second.metadata.updated == LATER
    assert client.metadata("07459") is second
    assert [fresh for _, _, _, fresh in service.asked("/metadata")] == [False, True]


def test_given_metadata_saves_the_question_but_must_be_of_the_table(
    client: StatbankClient, service: Service
) -> None:
    client.fetch("07459", WHOLE, metadata=POPULATION)
    assert service.asked("/metadata") == []
    with pytest.raises(SelectionError, match="table 12367: the metadata given is that of table 07459"):
        client.fetch("12367", WHOLE, metadata=POPULATION)


# Answers that must not be believed


def test_the_default_selection_is_refused(client: StatbankClient, service: Service) -> None:
    default = {"Region": ["0301"], "Kjonn": ["0"], "ContentsCode": ["Personer"], "Tid": ["2024"]}
    service.edit = lambda _: data_document(POPULATION, default)
    with pytest.raises(WrongAnswerError, match="it lacks 3201"):
        client.fetch("07459", WHOLE)


def test_a_vanished_dimension_is_refused(client: StatbankClient, service: Service) -> None:
    gone = {"Region": ["0301"], "ContentsCode": ["Personer"], "Tid": ["2024"]}
    service.edit = lambda _: data_document(POPULATION, gone)
    with pytest.raises(WrongAnswerError, match="the answer has no Kjonn"):
        client.fetch("07459", {**WHOLE, "Region": Choice(("0301",)), "Tid": Choice(("2024",))})


def test_values_that_contradict_the_size_are_refused(client: StatbankClient, service: Service) -> None:
    service.edit = lambda document: {**document, "value": [1.0]}
    with pytest.raises(BodyError, match="table 07459"):
        client.fetch("07459", WHOLE)


def test_figures_of_the_quiet_hours_are_refused(service: Service) -> None:
    client = StatbankClient("https://test/v2", service, settled_only=True)
    client.fetch("07459", WHOLE)
    service.clock = datetime(2026, 3, 16, 5, 0, tzinfo=UTC)
    with pytest.raises(UnsettledFiguresError, match="table 07459: 2026-03-16 06:00"):
        client.fetch("07459", WHOLE)
    assert len(service.asked("/data")) == 1


def test_an_answer_that_arrives_in_the_quiet_hours_is_refused(service: Service) -> None:
    client = StatbankClient("https://test/v2", service, settled_only=True)
    service.clock = datetime(2026, 3, 16, 3, 59, 59, tzinfo=UTC)
    service.on_data = [lambda: setattr(service, "clock", datetime(2026, 3, 16, 4, 0, 1, tzinfo=UTC))]
    with pytest.raises(UnsettledFiguresError):
        client.fetch("07459", WHOLE)


def test_figures_stand_in_their_cells(client: StatbankClient) -> None:
    fetch = client.fetch("07459", {**WHOLE, "Tid": Choice(("2020", "2024")), "Region": Choice(("EAK",))})
    for row in fetch.dataset.frame.astype(
        {"Region": str, "Kjonn": str, "ContentsCode": str, "Tid": str}
    ).to_dict("records"):
        assert row["value"] == figure(POPULATION, {str(code): str(value) for code, value in row.items()})


def test_the_body_of_a_question() -> None:
    assert query_body({"A": ("1", "2"), "B": ("x",)}, {"B": "vs_B"}) == {
        "selection": [
            {"variableCode": "A", "valueCodes": ["1", "2"]},
            {"variableCode": "B", "codelist": "vs_B", "valueCodes": ["x"]},
        ]
    }
