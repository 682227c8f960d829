"""The descriptor of a release says of every column what its contract says."""

import re

import pytest

from assets.catalogue.loader import load_catalogue
from schemas.datapackage import package, resource
from schemas.registry import datasets_of

DATASETS = datasets_of(load_catalogue(), "baerum")
FILE = {"path": "data/x.csv", "format": "csv", "rows": 3, "sha256": "ab" * 32, "bytes": 9}


@pytest.mark.parametrize("dataset", [*DATASETS])
def test_every_column_is_described_as_in_the_contract(dataset: str) -> None:
    contract = DATASETS[dataset]
    told = resource(contract, **FILE, source="ssb")
    fields = told["schema"]["fields"]

    assert re.fullmatch(r"[a-z0-9._-]+", told["name"])
    assert [field["name"] for field in fields] == list(contract.columns)
    assert told["schema"]["primaryKey"] == list(contract.key)
    assert told["sources"]
    for field, column in zip(fields, contract.fields, strict=True):
        assert field["description"] == column.description
        assert field.get("unit") == column.unit
        assert field["constraints"]["required"] is not column.nullable
        assert field["constraints"].get("enum") == (list(column.allowed) if column.allowed else None)


def test_ssbs_licence_stands_on_ssbs_figures_and_on_nothing_else() -> None:
    told = {name: resource(DATASETS[name], **FILE, source="ssb") for name in DATASETS}

    assert told["statbank/t12367"]["licenses"][0]["name"] == "CC-BY-4.0"
    assert "licenses" not in told["register/figures"]
    assert "licenses" not in resource(DATASETS["statbank/t12367"], **FILE, source="sample")


def test_sample_is_labelled() -> None:
    made = {"name": "baerum-2024", "title": "KOSTRA", "year": 2024, "municipality": "baerum", "resources": []}

    assert package(**made, source="sample")["title"] == "KOSTRA – EKSEMPELTALL"
    assert "EKSEMPELTALL" in package(**made, source="sample")["sources"][0]["title"]
    assert package(**made, source="ssb")["title"] == "KOSTRA"
