"""Answers of the StatBank, made up; light to import, for tests that start processes."""

from datetime import UTC, datetime

from pipelines.statbank.transport import Response

MOMENT = datetime(2025, 6, 16, 9, 30, tzinfo=UTC)


def answer(body: bytes, url: str = "http://127.0.0.1/tables/12367/data") -> Response:
    """One answered POST."""
    return Response(
        method="POST",
        url=url,
        request_body=b'{"selection": []}',
        status=200,
        headers={"content-type": "application/json"},
        content=body,
        retrieved_at=MOMENT,
    )
