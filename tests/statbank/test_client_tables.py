"""The list of all tables: whole, or an error."""

import json
from pathlib import Path

import pytest

from pipelines.statbank.client import StatbankClient
from pipelines.statbank.errors import (
    BodyError,
    WrongAnswerError,
)
from tests.statbank.service import Service
from tests.statbank.tables import (
    UPDATED,
)

# The list of tables


def listed(*ids: str, total: int | None = None, pages: int = 1) -> dict[str, object]:
    tables = [{"id": table, "label": f"{table}: x", "updated": "2026-03-16T07:00:00Z"} for table in ids]
    count = len(ids) if total is None else total
    return {
        "tables": tables,
        "page": {"totalElements": count, "totalPages": pages, "pageNumber": 1, "pageSize": 2},
    }


def test_all_tables_in_one_call(client: StatbankClient, service: Service) -> None:
    service.pages = [listed("07459", "12367")]
    tables = client.tables()
    assert service.log == [
        ("/tables", {"lang": "no", "includeDiscontinued": "true", "pageSize": "10000"}, None, False)
    ]
    assert [entry.id for entry in tables.entries] == ["07459", "12367"]
    assert len(tables.responses) == 1
    entry = tables.get("12367")
    assert entry is not None
    assert (entry.updated, entry.discontinued, entry.first_period, entry.time_unit) == (
        UPDATED,
        False,
        "",
        "",
    )
    assert tables.get("99999") is None


def test_everything_an_entry_may_say(client: StatbankClient, service: Service) -> None:
    item = {
        "id": "03013",
        "label": "03013: KPI 1979M01-2025M12",
        "updated": "2026-01-12T07:00:00Z",
        "firstPeriod": "1979M01",
        "lastPeriod": "2025M12",
        "discontinued": True,
        "timeUnit": "Monthly",
        "links": [],
    }
    service.pages = [{"tables": [item, {"id": "1"}], "page": {"totalElements": 2, "totalPages": 1}}]
    full, bare = client.tables().entries
    assert (full.first_period, full.last_period, full.discontinued) == ("1979M01", "2025M12", True)
    assert full.time_unit == "Monthly"
    assert (bare.label, bare.updated, bare.discontinued) == ("", None, False)


def test_pages_are_followed_by_addresses_of_our_own(client: StatbankClient, service: Service) -> None:
    service.pages = [listed("1", "2", total=5, pages=3), listed("3", "4"), listed("5")]
    assert [entry.id for entry in client.tables().entries] == ["1", "2", "3", "4", "5"]
    assert [params.get("pageNumber") for _, params, _, _ in service.log] == [None, "2", "3"]
    assert all(params["includeDiscontinued"] == "true" for _, params, _, _ in service.log)


@pytest.mark.parametrize(
    "pages",
    [
        [listed("1", "2", total=3)],
        [listed("1", "2", total=1)],
        [listed("1", "2", total=4, pages=2), listed("3")],
        [listed("1", "2", total=4, pages=2), listed("2", "3")],
    ],
)
def test_counts_that_do_not_add_up_are_refused(
    client: StatbankClient, service: Service, pages: list[object]
) -> None:
    service.pages = pages
    with pytest.raises(WrongAnswerError, match="the list of tables should have"):
        client.tables()


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ({"tables": []}, "does not say how long it is"),
        ({"tables": [], "page": {"totalElements": 0, "totalPages": True}}, "page.totalPages"),
        ({"page": {}}, "tables as null"),
        ({"tables": [{"label": "x"}], "page": {}}, "has no id"),
        ({"tables": [7], "page": {}}, "is a number, not an object"),
        ({"tables": [{"id": "1", "updated": "yesterday"}], "page": {}}, "table 1 in the list: updated"),
        ([], "is an array"),
    ],
)
def test_lists_that_cannot_be_read(
    client: StatbankClient, service: Service, page: object, words: str
) -> None:
    service.pages = [page]
    with pytest.raises(BodyError, match=words):
        client.tables()


@pytest.mark.recorded
def test_the_recorded_list_of_three_is_recognised_as_a_cut(
    client: StatbankClient, service: Service, recorded: Path
) -> None:
    page = json.loads((recorded / "statbank/guide_00_tables.json").read_bytes())
    service.pages = [page] * page["page"]["totalPages"]
    with pytest.raises(WrongAnswerError, match="the list of tables should have"):
        client.tables()
    page["page"] |= {"totalElements": 3, "totalPages": 1}
    assert [entry.time_unit for entry in client.tables().entries][:2] == ["Monthly", "Quarterly"]


@pytest.mark.recorded
def test_the_recorded_configuration(client: StatbankClient, service: Service, recorded: Path) -> None:
    service.config = json.loads((recorded / "statbank/ssb_v2_config_2026-08-30.json").read_bytes())
    config = client.config()
    assert (config.max_cells, config.api_version, config.app_version) == (800_000, "2.3.2", "2.5.0+build.30")
    assert config.sources["no"] == "Kilde: Statistisk sentralbyrå"
    assert client.config() is config
