"""What Dagster is told of every asset: key, group, columns, partitions; all of it from the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipelines.partitions import ACCOUNTING_YEARS
from schemas.contracts import Contract
from schemas.dagster_bridge import column_lineage, column_schema

OWNERS = ["team:kostra"]


def key_of(dataset: str) -> dg.AssetKey:
    """Asset key = dataset name, split at the slash."""
    return dg.AssetKey(dataset.split("/"))


def described(
    contract: Contract, text: str, *, kinds: set[str], metadata: Mapping[str, dg.MetadataValue] | None = None
) -> dict[str, Any]:
    """Arguments of `dg.asset` that follow from the contract; `text` says how the asset is made."""
    return {
        "key": key_of(contract.dataset),
        "group_name": contract.dataset.partition("/")[0],
        "description": f"{text}\n\nOne row per {contract.one_row_per}. Key: {', '.join(contract.key)}.",
        "kinds": kinds,
        "owners": OWNERS,
        "partitions_def": ACCOUNTING_YEARS if contract.partitioned else None,
        "metadata": {
            "title_no": contract.title,
            "dagster/column_schema": column_schema(contract),
            **({"dagster/column_lineage": column_lineage(contract)} if contract.origins else {}),
            "dagster/table_name": contract.dataset,
            **(metadata or {}),
        },
    }


def output(contract: Contract, text: str, *, kinds: set[str], **more: Any) -> dg.AssetOut:  # noqa: ANN401
    """One of several assets of a step; a step may leave it out."""
    arguments = described(contract, text, kinds=kinds, **more)
    del arguments["partitions_def"]
    return dg.AssetOut(**arguments, is_required=False)


def upstream(dataset: str, **arguments: Any) -> dg.AssetIn:  # noqa: ANN401 - passed on to AssetIn
    """An input by dataset name."""
    return dg.AssetIn(key=key_of(dataset), **arguments)


def labelled(spec: dg.AssetSpec, source: str) -> dg.AssetSpec:
    """The asset with its source on it: modelled sample figures are never shown without saying so.

    Register figures are published ones, also beside a sample.
    """
    if spec.key.path[0] == "register":
        return spec.merge_attributes(tags={"source": "register"})
    if source != "sample":
        return spec.merge_attributes(tags={"source": source})
    warning = "**SAMPLE DATA (eksempeltall): modelled figures, not SSB's.**"
    return spec.replace_attributes(description=f"{warning}\n\n{spec.description}").merge_attributes(
        tags={"source": source}
    )
