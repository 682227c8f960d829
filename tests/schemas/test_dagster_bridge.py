"""What Dagster shows of columns is what the contract says."""

import pytest

from assets.catalogue.loader import load_catalogue
from schemas.dagster_bridge import column_schema
from schemas.registry import datasets_of

DATASETS = datasets_of(load_catalogue(), "baerum")


@pytest.mark.parametrize("dataset", [*DATASETS])
def test_every_column_is_shown_with_unit_and_source(dataset: str) -> None:
    contract = DATASETS[dataset]
    shown = column_schema(contract)

    assert [column.name for column in shown.columns] == [*contract.columns]
    for column, field in zip(shown.columns, contract.fields, strict=True):
        said = f"{field.description} Unit: {field.measured_in}. Source: {', '.join(field.source)}."
        made_from = contract.origins.get(field.name)
        assert column.description == (said + f" Made from: {', '.join(made_from)}." if made_from else said)
        assert column.type == field.kind
        assert column.constraints.nullable is field.nullable
        assert column.constraints.unique is (contract.key == (field.name,))


def test_rules_and_constraints_are_shown() -> None:
    shown = column_schema(DATASETS["kostra/population"])
    by_name = {column.name: column.constraints.other for column in shown.columns}

    assert "`age_from` is not above `age_to`" in shown.constraints.other
    assert "key: year, municipality, age_from, age_to" in shown.constraints.other
    assert by_name["unit"] == ["one of persons"]
    assert by_name["inhabitants"] == ["at least 0"]
    assert by_name["vintage_id"] == ["provenance: not part of the content hash"]
