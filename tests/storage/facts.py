"""Small frames and answers the storage tests share."""

from datetime import UTC, datetime

import pandas as pd

from pipelines.statbank.transport import Response
from pipelines.storage.store import Provenance

MOMENT = datetime(2025, 6, 16, 9, 30, tzinfo=UTC)


def accounts(year: int, amounts: dict[str, float | None]) -> pd.DataFrame:
    """A `kostra/accounts` frame with one row per function."""
    frame = pd.DataFrame(
        {"function": list(amounts), "amount": pd.Series(list(amounts.values()), dtype="float64")}
    )
    frame["status"] = frame["amount"].notna().map({True: "ok", False: "suppressed"})
    return frame.assign(
        year=year,
        municipality="baerum",
        region_kind="municipality",
        scope="A",
        concept="net_expenditure",
        unit="NOK_thousand",
        source="sample",
        vintage_id=f"12367@2025-06-16T06:00:00Z#{year}",
    )


def provenance(invocation: str, **inputs: str) -> Provenance:
    """Provenance of a commit made by `invocation`."""
    return Provenance(invocation, f"run of {invocation}", "0.1.0", "sample", inputs)


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
