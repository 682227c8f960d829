"""The last line of every asset: hold the rows against their contract, and hand them over with their hash."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
import pandas as pd

from pipelines.storage.io_manager import Publication
from schemas.contracts import Contract
from schemas.validation import ContractViolation, validate


def publish(
    contract: Contract,
    frame: pd.DataFrame,
    year: int | None = None,
    *,
    key: dg.AssetKey | None = None,
    inputs: Mapping[str, str] | None = None,
    metadata: Mapping[str, dg.MetadataValue] | None = None,
) -> dg.MaterializeResult[Publication]:
    """Validate `frame` and return it as the asset's result, its content hash as data version.

    `key` is needed where one step makes several assets.

    Raises:
        dg.Failure: with the offending rows; the stored table is then left as it is.
    """
    try:
        table = validate(contract, frame, year)
    except ContractViolation as violation:
        raise _failure(violation) from violation
    counted = "dagster/row_count" if year is None else "dagster/partition_row_count"
    return dg.MaterializeResult(
        asset_key=key,
        value=Publication(table, dict(inputs or {})),
        data_version=dg.DataVersion(table.content_sha256),
        metadata={counted: dg.MetadataValue.int(len(frame)), **(metadata or {})},
    )


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
