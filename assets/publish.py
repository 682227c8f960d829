"""The last line of every asset: hold the rows against contract and expectations, and hand them over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import dagster as dg
import pandas as pd

from assets.quality.outcomes import Outcome
from pipelines.gate import Gate, Refused
from pipelines.run_report import NOT_HELD
from pipelines.storage.io_manager import Publication
from schemas.contracts import Contract
from schemas.validation import ContractViolation, validate


def publish(
    contract: Contract,
    frame: pd.DataFrame,
    year: int | None = None,
    *,
    gate: Gate,
    key: dg.AssetKey | None = None,
    inputs: Mapping[str, str] | None = None,
    metadata: Mapping[str, dg.MetadataValue] | None = None,
) -> dg.MaterializeResult[Publication]:
    """Validate `frame` and return it as the asset's result, its content hash as data version.

    Rows that hold their contract go through the `gate` before anything is handed to the store. `key` is
    needed where one step makes several assets.

    Raises:
        dg.Failure: with the offending rows; the stored table is then left as it is.
    """
    try:
        table = validate(contract, frame, year)
    except ContractViolation as violation:
        raise _failure(violation) from violation
    try:
        outcomes = gate.let_through(table, frame)
    except Refused as refused:
        raise _refusal(refused) from refused
    counted = "dagster/row_count" if year is None else "dagster/partition_row_count"
    return dg.MaterializeResult(
        asset_key=key,
        value=Publication(table, dict(inputs or {})),
        data_version=dg.DataVersion(table.content_sha256),
        metadata={counted: dg.MetadataValue.int(len(frame)), **not_held(outcomes), **(metadata or {})},
    )


def not_held(outcomes: Iterable[Outcome]) -> dict[str, dg.MetadataValue]:
    """What runs are told of expectations that do not hold; nothing when all do."""
    told = [[outcome.dataset, outcome.title] for outcome in outcomes if not outcome.success]
    return {NOT_HELD: dg.MetadataValue.json(told)} if told else {}


def _failure(violation: ContractViolation) -> dg.Failure:
    rows = violation.cases.to_dict(orient="records")
    return dg.Failure(
        description=str(violation),
        metadata={
            "breaches": violation.total,
            "rows": dg.MetadataValue.table(
                [dg.TableRecord({str(k): str(v) for k, v in row.items()}) for row in rows]
            ),
        },
        allow_retries=False,
    )


def _refusal(refused: Refused) -> dg.Failure:
    broken = [outcome for outcome in refused.outcomes if not outcome.success]
    records = [
        dg.TableRecord(
            {
                "expectation": outcome.expectation,
                "severity": outcome.severity,
                "title": outcome.title,
                "observed": outcome.observed,
                "examples": "; ".join(outcome.examples),
            }
        )
        for outcome in broken
    ]
    return dg.Failure(
        description=str(refused),
        metadata={"breaches": len(broken), "expectations": dg.MetadataValue.table(records)},
        allow_retries=False,
    )
