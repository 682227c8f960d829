"""The three families of error answers, with the server's own titles (spelling mistakes included)."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.standin.messages import Answer, json_answer

NON_EXISTENT_VARIABLE = "Non-existent variable"
NON_EXISTENT_CODELIST = "Non-existent codelist"
NON_EXISTENT_VALUE = "Non-existent value"
NON_EXISTENT_TABLE = "Non-existent table"
NON_EXISTENT_PAGE = "Non-existent page"
MISSING_SELECTION = "Missing selection for mandantory variable"
ILLEGAL_EXPRESSION = "Illegal selection expression"
TOO_MANY_CELLS = "Too many cells selected"
UNSUPPORTED_FORMAT = "Unsupported output format"
UNSUPPORTED_LANGUAGE = "Unsupported language"

WITH_DETAIL = frozenset({NON_EXISTENT_PAGE, TOO_MANY_CELLS, UNSUPPORTED_FORMAT})
PROBLEM_TYPE = "application/problem+json; charset=utf-8"
TRACE_ID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
NOT_FOUND_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>404 - File or directory not found.</title></head>\n"
    b"<body><h1>Server Error</h1><h2>404 - File or directory not found.</h2></body></html>\n"
)


class RefusalError(Exception):
    """Raised anywhere below the routes; carries the error answer to send."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"HTTP {answer.status}: {answer.body[:200].decode(errors='replace')}")
        self.answer = answer


def problem(title: str, *, status: int = 400, body_status: int | None = None) -> RefusalError:
    """The server's own problem; ``body_status`` is what the body claims where it differs from HTTP."""
    body: dict[str, object] = {"type": "Parameter error", "title": title, "status": body_status or status}
    if title in WITH_DETAIL:
        body["detail"] = title
    return RefusalError(json_answer(body, status=status))


def validation(errors: Mapping[str, str]) -> RefusalError:
    """The framework's validation problem: one message per wrong parameter or body member."""
    body = {
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
        "title": "One or more validation errors occurred.",
        "status": 400,
        "errors": {name: [message] for name, message in errors.items()},
        "traceId": TRACE_ID,
    }
    return RefusalError(json_answer(body, status=400, content_type=PROBLEM_TYPE))


def unsupported_media_type() -> RefusalError:
    """A POST that does not say that its body is JSON."""
    body = {
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.16",
        "title": "Unsupported Media Type",
        "status": 415,
        "traceId": TRACE_ID,
    }
    return RefusalError(json_answer(body, status=415, content_type=PROBLEM_TYPE))


def crash() -> RefusalError:
    """An unhandled exception in the server: 500 with an empty body."""
    return RefusalError(Answer(500))


def no_such_address() -> RefusalError:
    """A path that the server does not know."""
    return RefusalError(Answer(404))


def gateway_not_found() -> Answer:
    """The web server in front of the API: 404 with HTML, as for too long an address."""
    return Answer(404, NOT_FOUND_PAGE, "text/html")
