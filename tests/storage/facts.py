"""Small frames the storage tests share."""

import pandas as pd

from pipelines.storage.store import Provenance


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
        vintage_status="final",
        source="sample",
        vintage_id=f"12367@2025-06-16T06:00:00Z#{year}",
    )


def provenance(invocation: str, **inputs: str) -> Provenance:
    """Provenance of a commit made by `invocation`."""
    return Provenance(invocation, f"run of {invocation}", "0.1.0", "sample", inputs)
