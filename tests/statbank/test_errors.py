"""The three families of refusals, each read from its own kind of body."""

import json
from pathlib import Path

import pytest

from pipelines.statbank.errors import (
    CallError,
    GatewayError,
    InvalidRequestError,
    NotFoundError,
    RefusedError,
    TooManyCellsError,
    error_from,
    nearest,
    shown_address,
)

CALL = "POST https://data.ssb.no/x"


def read(status: int, document: object) -> CallError:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return error_from(CALL, status, body)


def test_server_problem_carries_the_servers_title() -> None:
    error = read(400, {"type": "Parameter error", "title": "Non-existent value", "status": 400})
    assert type(error) is RefusedError
    assert (error.title, error.status) == ("Non-existent value", 400)
    assert str(error) == f"{CALL}: HTTP 400: Non-existent value"


def test_detail_is_kept_unless_it_repeats_the_title() -> None:
    repeated = read(400, {"title": "Unsupported output format", "detail": "Unsupported output format"})
    told = read(400, {"title": "No query specified", "detail": "send a selection"})
    assert str(repeated).endswith("HTTP 400: Unsupported output format")
    assert str(told).endswith("HTTP 400: No query specified (send a selection)")


def test_validation_problem_names_the_parameter() -> None:
    error = read(
        400,
        {
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.",
            "status": 400,
            "errors": {"outputFormat": ["The input was not valid."]},
            "traceId": "00-1",
        },
    )
    assert isinstance(error, InvalidRequestError)
    assert error.errors == {"outputFormat": "The input was not valid."}
    assert "outputFormat: The input was not valid." in str(error)


@pytest.mark.parametrize("status", [400, 403])
def test_too_many_cells_with_either_status(status: int) -> None:
    assert isinstance(read(status, {"title": "Too many cells selected", "status": status}), TooManyCellsError)
    assert isinstance(read(status, {"error": "Too many values selected"}), TooManyCellsError)


def test_no_such_table_is_said_in_three_ways() -> None:
    on_data = read(400, {"type": "Parameter error", "title": "Non-existent table", "status": 404})
    elsewhere = read(404, {"type": "Parameter error", "title": "Non-existent table", "status": 404})
    codelist = read(404, {"title": "Non-existent codelist", "status": 400})
    assert all(isinstance(error, NotFoundError) for error in (on_data, elsewhere, codelist))


def test_html_404_is_not_said_to_be_a_missing_table() -> None:
    page = b"<!DOCTYPE html><html><head>\n<title>404 - File or directory\nnot found.</title></head></html>"
    error = read(404, page)
    assert isinstance(error, GatewayError)
    assert "address too long or gateway" in str(error)
    assert "404 - File or directory not found." in str(error)
    assert not isinstance(error, NotFoundError)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, b"", "HTTP 500 (empty body)"),
        (503, b"<html><head><title>503 Backend fetch failed</title>", "503 Backend fetch failed"),
        (503, b"Error 503 Backend fetch failed", "Error 503 Backend fetch failed"),
        (502, b"<html><p>no title</html>", "a page without a title"),
        (500, b'{"title": "boom"}', "HTTP 500 (boom)"),
        (418, b'["not an object"]', "HTTP 418"),
    ],
)
def test_gateway_answers(status: int, body: bytes, words: str) -> None:
    error = read(status, body)
    assert isinstance(error, GatewayError)
    assert words in str(error)


def test_a_body_is_quoted_briefly() -> None:
    assert len(str(read(503, b"word " * 10_000))) < 200


def test_the_older_api_says_error() -> None:
    error = read(400, {"error": "The request for variable 'X' has an error. Please check your query."})
    assert isinstance(error, RefusedError)
    assert "variable 'X'" in error.title


@pytest.mark.recorded
def test_recorded_refusals_are_understood(recorded: Path) -> None:
    cases = json.loads((recorded / "statbank/ssb_v2_errors_observed_2026-04-25.json").read_bytes())
    errors = [error_from(CALL, case["status"], case["snippet"].encode()) for case in cases]
    assert [type(error) for error in errors] == [NotFoundError] + [RefusedError] * 4
    assert {error.title for error in errors if isinstance(error, RefusedError)} == {
        "Non-existent table",
        "Non-existent value",
        "Missing selection for mandantory variable",
    }


@pytest.mark.recorded
def test_the_recorded_page_for_a_long_address_is_told_apart(recorded: Path) -> None:
    error = error_from(CALL, 404, (recorded / "statbank/ssb_v2_404_url_too_long.html").read_bytes())
    assert isinstance(error, GatewayError)
    assert "address too long" in str(error)


def test_addresses_are_shown_without_secrets() -> None:
    shown = shown_address("https://user:secret@data.ssb.no:8443/api/tables?apikey=secret#secret")
    assert shown == "https://data.ssb.no:8443/api/tables"


def test_nearest_looks_at_codes_and_labels() -> None:
    known = {"3201": "Bærum", "3203": "Asker", "0301": "Oslo", "X": "X"}
    assert nearest("bærun", known, 1) == "3201 (Bærum)"
    assert nearest("3202", known, 2) == "3201 (Bærum), 3203 (Asker)"
    assert nearest("x", known, 1) == "X"
