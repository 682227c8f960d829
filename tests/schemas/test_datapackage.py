"""The descriptor of a release says of every column what its contract says."""

import json
import re
from typing import Any

import pytest

from assets.catalogue.loader import load_catalogue
from schemas.datapackage import package, resource
from schemas.fields import STATUSES
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
    assert told["sources"]
    for field, column in zip(fields, contract.fields, strict=True):
        assert field["description"] == column.description
        assert field["unit"] == column.measured_in
        assert {*field["source"].split(", ")} == {*column.source}
        assert field["constraints"]["required"] is not column.nullable
        assert field["constraints"].get("enum") == (list(column.allowed) if column.allowed else None)


#: What the standard allows of a field, by type (https://datapackage.org/standard/table-schema/).
CONSTRAINTS = {
    "string": {"required", "enum", "pattern"},
    "integer": {"required", "minimum"},
    "number": {"required", "minimum"},
    "boolean": {"required"},
    "date": {"required"},
    "datetime": {"required"},
}
A_PATH = r"(?![./~])(?!file:)(?:(?!/\.\./)[^\\])+"


def shape_problems(descriptor: dict[str, Any]) -> list[str]:
    """Where a resource is not what version 2 of the standard asks for."""
    schema, names = descriptor["schema"], [field["name"] for field in descriptor["schema"]["fields"]]
    required = {field["name"] for field in schema["fields"] if field["constraints"]["required"]}
    [key] = schema.get("uniqueKeys", [schema.get("primaryKey")])
    checks = {
        "path": re.fullmatch(A_PATH, descriptor["path"]),
        "type": descriptor["type"] == "table",
        "format": descriptor["format"] in ("csv", "parquet"),
        "mediatype": re.fullmatch(r"\S+/\S+", descriptor["mediatype"]),
        "hash": re.fullmatch(r"sha256:[0-9a-f]{64}", descriptor["hash"]),
        "bytes": isinstance(descriptor["bytes"], int),
        "encoding": descriptor.get("encoding", "utf-8") == "utf-8",
        "field names": len(names) == len({*names}),
        "key columns": {*key} <= {*names},
        "key without empty parts": "uniqueKeys" in schema or {*key} <= required,
        "missing values": all(f.get("missingValues", [""]) in ([], [""]) for f in schema["fields"]),
        "sources": all(source.get("title") for source in descriptor["sources"]),
        "licences": all(
            re.fullmatch(r"[-\w.]+", each["name"]) for each in descriptor.get("licenses", [{"name": "x"}])
        ),
    }
    found = [name for name, holds in checks.items() if not holds]
    return found + [f"field {field['name']}" for field in schema["fields"] if not is_field(field)]


def is_field(field: dict[str, Any]) -> bool:
    """Whether a field has a type of the standard, and only what may be said of that type."""
    allowed = field["constraints"].get("enum", ["x"])
    labels = [each["label"] for each in field.get("categories", [])]
    return (
        field["constraints"].keys() <= CONSTRAINTS[field["type"]]
        and len(allowed) == len({*allowed}) > 0
        and len(labels) == len({*labels})
        and {each["value"] for each in field.get("categories", [])} in (set(), {*allowed})
    )


@pytest.mark.parametrize("dataset", [*DATASETS])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_every_resource_has_the_shape_the_standard_asks_for(dataset: str, ending: str) -> None:
    told = resource(DATASETS[dataset], **{**FILE, "format": ending}, source="ssb")

    assert shape_problems(json.loads(json.dumps(told))) == []


def one_field(**constraints: object) -> dict[str, Any]:
    return {"fields": [{"name": "a", "type": "date", "constraints": constraints}], "primaryKey": ["a"]}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"path": "/data/x.csv"}, "path"),
        ({"path": "../x.csv"}, "path"),
        ({"hash": "ab" * 32}, "hash"),
        ({"mediatype": "csv"}, "mediatype"),
        ({"schema": {"fields": [], "primaryKey": ["year"]}}, "key columns"),
        ({"schema": one_field(required=True, enum=["x"])}, "field a"),
        ({"schema": one_field(required=False)}, "key without empty parts"),
    ],
)
def test_another_shape_is_seen(change: dict[str, Any], problem: str) -> None:
    assert problem in shape_problems(resource(DATASETS["kostra/accounts"], **FILE, source="ssb") | change)


def test_a_key_that_may_have_empty_parts_is_unique_and_not_primary() -> None:
    told = {name: resource(DATASETS[name], **FILE, source="ssb")["schema"] for name in DATASETS}

    assert told["kostra/accounts"]["primaryKey"] == ["year", "municipality", "scope", "function", "concept"]
    assert told["statbank/metadata"]["uniqueKeys"] == [
        ["table", "dimension", "resolved_code", "wanted_label"]
    ]


def test_it_says_that_null_is_not_zero_and_what_each_status_means() -> None:
    fields = resource(DATASETS["asss/indicators"], **FILE, source="ssb")["schema"]["fields"]
    [status] = [field for field in fields if field["name"] == "status"]
    meaning = {each["value"]: each["label"] for each in status["categories"]}

    assert {*meaning} == {*STATUSES}
    assert all("not 0" in meaning[name] for name in STATUSES if name != "ok")
    about = package(name="x", title="x", year=2024, municipality="baerum", source="ssb", resources=[])
    assert "An empty figure is not 0" in about["description"]
    assert about["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"


def test_rules_over_several_columns_are_told_in_words() -> None:
    about = resource(DATASETS["kostra/population"], **FILE, source="ssb")["description"]

    assert about.startswith("One row per municipality × age band. ")
    assert "`age_from` is not above `age_to`." in about


def test_ssbs_licence_stands_on_ssbs_figures_and_on_nothing_else() -> None:
    told = {name: resource(DATASETS[name], **FILE, source="ssb") for name in DATASETS}

    assert told["statbank/t12367"]["licenses"][0]["name"] == "CC-BY-4.0"
    assert "licenses" not in told["register/figures"]
    assert "licenses" not in resource(DATASETS["statbank/t12367"], **FILE, source="sample")


def test_sample_is_labelled() -> None:
    made = {"name": "baerum-2024", "title": "KOSTRA", "year": 2024, "municipality": "baerum", "resources": []}

    [region] = [
        field
        for field in resource(DATASETS["statbank/t12367"], **FILE, source="sample")["schema"]["fields"]
        if field["name"] == "region"
    ]
    assert region["source"] == "SSB StatBank (EKSEMPELTALL: modellert)"
    assert package(**made, source="sample")["title"] == "KOSTRA – EKSEMPELTALL"
    assert "EKSEMPELTALL" in package(**made, source="sample")["sources"][0]["title"]
    assert package(**made, source="ssb")["title"] == "KOSTRA"
