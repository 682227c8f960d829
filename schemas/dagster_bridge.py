"""A contract as Dagster shows it: the Columns tab of every asset, before and after its first run."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from schemas.contracts import Contract
from schemas.fields import Field


def column_schema(contract: Contract) -> dg.TableSchema:
    """Columns with type, description and constraints, and the rules over whole rows."""
    single_key = contract.key[0] if len(contract.key) == 1 else None
    rules = [f"key: {', '.join(contract.key)}", *(rule.name for rule in contract.rules)]
    return dg.TableSchema(
        columns=[_column(contract, field, unique=field.name == single_key) for field in contract.fields],
        constraints=dg.TableConstraints(other=rules),
    )


def column_lineage(contract: Contract) -> dg.TableColumnLineage:
    """The columns upstream that each column is made from."""
    return dg.TableColumnLineage(
        {
            column: [_dependency(origin) for origin in origins]
            for column, origins in contract.origins.items()
            if origins
        }
    )


def _dependency(origin: str) -> dg.TableColumnDep:
    dataset, _, column = origin.rpartition(".")
    return dg.TableColumnDep(asset_key=dg.AssetKey(dataset.split("/")), column_name=column)


def _column(contract: Contract, field: Field, *, unique: bool) -> dg.TableColumn:
    said = [field.description, f"Unit: {field.measured_in}.", f"Source: {', '.join(field.source)}."]
    made_from = contract.origins.get(field.name)
    return dg.TableColumn(
        name=field.name,
        type=field.kind,
        description=" ".join([*said, *([f"Made from: {', '.join(made_from)}."] if made_from else [])]),
        constraints=dg.TableColumnConstraints(
            nullable=field.nullable, unique=unique, other=list(_other_constraints(field))
        ),
    )


def _other_constraints(field: Field) -> Iterable[str]:
    if field.allowed is not None:
        yield f"one of {', '.join(field.allowed)}"
    if field.pattern is not None:
        yield f"matches {field.pattern}"
    if field.minimum is not None:
        yield f"at least {field.minimum:g}"
    if field.provenance:
        yield "provenance: not part of the content hash"
