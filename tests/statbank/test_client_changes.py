"""A table that is published anew during a fetch, and refusals that metadata can explain."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.statbank.client import StatbankClient
from pipelines.statbank.errors import (
    InvalidRequestError,
    NotFoundError,
    RefusedError,
    SelectionError,
    StatbankError,
    TableChangedError,
    TooManyCellsError,
)
from pipelines.statbank.fetching import explained
from pipelines.statbank.selection import Choice
from tests.statbank.service import COUNTIES, LATER, WHOLE, Service, refused, refusing
from tests.statbank.tables import (
    POPULATION,
    REGION,
    TIME,
    UPDATED,
)

# A table that changes


def publish(service: Service, updated: datetime) -> Callable[[], None]:
    return lambda: setattr(service, "table", replace(service.table, updated=updated))


def test_a_table_published_during_the_fetch_is_fetched_again(service: Service) -> None:
    client = StatbankClient("https://test/v2", service, max_cells=75)
    service.on_data = [lambda: None, publish(service, LATER)]
    fetch = client.fetch("07459", WHOLE)
    assert fetch.dataset.updated == fetch.metadata.updated == LATER
    assert len(fetch.responses) == 2
    assert [fresh for _, _, _, fresh in service.asked("/data")] == [False, False, True, True]


def test_new_values_are_found_when_the_table_has_changed(client: StatbankClient, service: Service) -> None:
    client.metadata("07459")
    year = replace(TIME, codes=(*TIME.codes, "2025"), labels=(*TIME.labels, "2025"))
    service.table = replace(POPULATION, updated=LATER, dimensions=(*POPULATION.dimensions[:3], year))
    fetch = client.fetch("07459", {**WHOLE, "Tid": Choice(("top(1)",))})
    assert fetch.dataset.dimension("Tid").codes == ("2025",)


def test_a_table_that_changes_twice_is_given_up(service: Service) -> None:
    client = StatbankClient("https://test/v2", service, max_cells=75)
    days = [LATER + timedelta(days=n) for n in range(4)]
    service.on_data = [publish(service, day) for day in days]
    with pytest.raises(TableChangedError, match="twice in a row; try again later"):
        client.fetch("07459", WHOLE)


def test_codelists_must_be_of_the_same_edition(client: StatbankClient, service: Service) -> None:
    client.metadata("07459")
    service.table = replace(POPULATION, updated=LATER)
    fetch = client.fetch("07459", {**WHOLE, "Region": Choice(("*",), "agg_Fylker")})
    assert fetch.metadata.updated == LATER
    assert fetch.dataset.dimension("Region").codes == ("F-03", "F-32")


def test_an_answer_kept_in_the_services_cache_is_asked_for_anew(
    client: StatbankClient, service: Service
) -> None:
    def old(document: dict[str, object]) -> object:
        return document if service.asked("/data")[-1][3] else {**document, "updated": "2025-06-15T06:00:00Z"}

    service.edit = old
    assert client.fetch("07459", WHOLE).dataset.updated == UPDATED
    assert [fresh for _, _, _, fresh in service.asked("/data")] == [False, True]
    # Some of the contents may well be older than the table.
    persons = {**WHOLE, "ContentsCode": Choice(("Personer",))}
    assert client.fetch("07459", persons).dataset.updated == datetime(2025, 6, 15, 6, tzinfo=UTC)
    assert len(service.asked("/data")) == 3


def test_figures_that_stay_older_than_the_table_are_taken_with_their_date(
    client: StatbankClient, service: Service
) -> None:
    service.edit = lambda document: {**document, "updated": "2025-06-15T06:00:00Z"}
    assert client.fetch("07459", WHOLE).dataset.updated == datetime(2025, 6, 15, 6, tzinfo=UTC)
    assert len(service.asked("/data")) == 2


# Refusals explained


def test_a_code_that_vanished_is_named(client: StatbankClient, service: Service) -> None:
    client.metadata("07459")
    left = replace(
        REGION, codes=REGION.codes[:1] + REGION.codes[2:], labels=REGION.labels[:1] + REGION.labels[2:]
    )
    service.table = replace(POPULATION, dimensions=(left, *POPULATION.dimensions[1:]))
    service.on_data = [refusing(refused("Non-existent value"))]
    with pytest.raises(SelectionError) as told:
        client.fetch("07459", WHOLE)
    assert "HTTP 400: Non-existent value" in str(told.value)
    assert "Table 07459 as it is now: variable Region has no value '3201'; nearest: 0301 (Oslo)" in str(
        told.value
    )
    assert isinstance(told.value.__cause__, RefusedError)
    assert service.asked("/metadata")[-1][3]  # past the service's cache


def test_many_vanished_codes_are_counted(client: StatbankClient, service: Service) -> None:
    client.metadata("07459")
    left = replace(REGION, codes=("EAK",), labels=("Landet",))
    service.table = replace(POPULATION, dimensions=(left, *POPULATION.dimensions[1:]))
    service.on_data = [refusing(refused("Non-existent value"))]
    with pytest.raises(SelectionError, match="4 values of variable Region are gone in all"):
        client.fetch("07459", WHOLE)


def test_a_variable_that_vanished_or_came_is_named(client: StatbankClient, service: Service) -> None:
    client.metadata("07459")
    service.table = replace(POPULATION, dimensions=(REGION, *POPULATION.dimensions[2:]))
    service.on_data = [refusing(refused("Non-existent variable"))]
    with pytest.raises(SelectionError, match=r"Non-existent variable\. table 07459: no variable 'Kjonn'"):
        client.fetch("07459", WHOLE)
    fewer = {code: choice for code, choice in WHOLE.items() if code != "Kjonn"}
    client.metadata("07459", updated=LATER)
    service.table = POPULATION
    service.on_data = [refusing(refused("Missing selection for mandantory variable"))]
    with pytest.raises(SelectionError, match=r"variable Kjonn \(kjønn\) is left out"):
        client.fetch("07459", fewer)


def test_a_codelist_that_vanished_is_named(client: StatbankClient, service: Service) -> None:
    client.metadata("07459")
    without = replace(REGION, codelists=())

    def drop() -> None:
        service.table = replace(POPULATION, dimensions=(without, *POPULATION.dimensions[1:]))
        raise refused("Non-existent codelist")

    service.on_data = [drop]
    with pytest.raises(
        SelectionError, match=r"Non-existent codelist\..*no codelist 'agg_Fylker'; it has: none"
    ):
        client.fetch("07459", {**WHOLE, "Region": Choice(("*",), "agg_Fylker")})


def test_codes_of_a_codelist_are_explained_within_it(client: StatbankClient, service: Service) -> None:
    def drop() -> None:
        service.counties = replace(COUNTIES, codes=("F-03",), labels=("Oslo",))
        raise refused("Non-existent value")

    service.on_data = [drop]
    with pytest.raises(SelectionError, match="variable Region has no value 'F-32'; nearest: F-03"):
        client.fetch("07459", {**WHOLE, "Region": Choice(("*",), "agg_Fylker")})


@pytest.mark.parametrize(
    "error",
    [
        refused("Something new"),
        refused("closed", 403),
        InvalidRequestError("POST https://test", 400, "One or more", {"outputFormat": "bad"}),
    ],
)
def test_what_metadata_cannot_explain_is_asked_past_the_cache_and_keeps_the_servers_words(
    client: StatbankClient, service: Service, error: StatbankError
) -> None:
    service.on_data = [refusing(error), lambda: None]
    assert len(client.fetch("07459", WHOLE).dataset.frame) == 150
    assert [fresh for _, _, _, fresh in service.asked("/data")] == [False, True]
    service.on_data = [refusing(error), refusing(error)]
    with pytest.raises(type(error)) as told:
        client.fetch("07459", WHOLE)
    assert told.value is error


def test_a_code_twice_is_named() -> None:
    told = explained(refused("Non-existent value"), POPULATION, {"Region": ("EAK", "EAK"), "Tid": ("2024",)})
    assert "variable Region has eak twice, ignoring case" in str(told)


def test_an_explanation_that_fails_does_not_hide_the_refusal(
    client: StatbankClient, service: Service
) -> None:
    def withdraw() -> None:
        service.table = replace(POPULATION, table="gone")
        raise refused("Something new")

    service.on_data = [withdraw, refusing(refused("Something new"))]
    with pytest.raises(RefusedError, match="Something new"):
        client.fetch("07459", WHOLE)


def test_too_many_cells_says_how_many_were_asked_for(client: StatbankClient, service: Service) -> None:
    service.on_data = [refusing(TooManyCellsError("POST https://test", 403, "Too many cells selected"))]
    with pytest.raises(TooManyCellsError, match="Too many cells selected; 150 cells were asked for"):
        client.fetch("07459", WHOLE)


def test_no_such_table(client: StatbankClient) -> None:
    with pytest.raises(NotFoundError, match="Non-existent table"):
        client.fetch("99999", WHOLE)
