"""Small tables for tests: their metadata as objects and as bodies, and the answers of a faultless server."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pipelines.statbank.jsonstat_model import Unit
from pipelines.statbank.metadata import Codelist, TableMetadata, VariableMetadata

UPDATED = datetime(2026, 3, 16, 7, 0, tzinfo=UTC)
STAMP = "2026-03-16T07:00:00Z"

REGION = VariableMetadata(
    code="Region",
    label="region",
    codes=("0301", "3201", "3203", "EAK", "EKG12"),
    labels=("Oslo", "Bærum", "Asker", "Landet", "KOSTRA-gruppe 12"),
    codelists=(
        Codelist("agg_Fylker", "Fylker 2024-", "Aggregation"),
        Codelist("vs_Store", "Storbyer", "Valueset"),
    ),
)
SEX = VariableMetadata(
    "Kjonn", "kjønn", ("0", "2", "1"), ("Begge", "Kvinner", "Menn"), elimination=True, elimination_code="0"
)
CONTENTS = VariableMetadata(
    code="ContentsCode",
    label="statistikkvariabel",
    codes=("Personer", "Andel"),
    labels=("Personer (antall)", "Andel (prosent)"),
    role="metric",
    units={"Personer": Unit("personer", 0), "Andel": Unit("prosent", 1)},
)
TIME = VariableMetadata(
    "Tid",
    "år",
    ("2020", "2021", "2022", "2023", "2024"),
    ("2020", "2021", "2022", "2023", "2024"),
    role="time",
)
POPULATION = TableMetadata("07459", "07459: Befolkning", UPDATED, (REGION, SEX, CONTENTS, TIME))


def table_of(sizes: Sequence[int]) -> TableMetadata:
    """A table with variables V0, V1 …, of these sizes; codes are the positions."""
    variables = []
    for number, size in enumerate(sizes):
        codes = tuple(map(str, range(size)))
        variables.append(VariableMetadata(f"V{number}", f"variable {number}", codes, codes))
    return TableMetadata("00001", "table", UPDATED, tuple(variables))


def figure(metadata: TableMetadata, cell: Mapping[str, str]) -> float:
    """The figure of a cell: a different one for each, from its place in the metadata."""
    place = 0
    for variable in metadata.dimensions:
        place = place * len(variable.codes) + variable.codes.index(cell.get(variable.code, variable.codes[0]))
    return place + 0.5


def metadata_document(metadata: TableMetadata) -> dict[str, object]:
    """The body of a metadata answer."""
    variables = metadata.dimensions
    whole = {variable.code: variable.codes for variable in variables}
    document = _head(metadata, whole, metadata.updated)
    for variable in variables:
        dimension = document["dimension"][variable.code]  # type: ignore[index]
        dimension["extension"] = {
            "elimination": variable.elimination,
            "codelists": [{"id": c.id, "label": c.label, "type": c.type} for c in variable.codelists],
        }
    return {**document, "value": []}


def data_document(
    metadata: TableMetadata,
    part: Mapping[str, Sequence[str]],
    *,
    updated: datetime | None = UPDATED,
    status: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """The body of a data answer to `part`, in the order of `part`."""
    cells = [{}] if part else []  # type: list[dict[str, str]]
    for code, values in part.items():
        cells = [{**cell, code: value} for cell in cells for value in values]
    document = {**_head(metadata, part, updated), "value": [figure(metadata, cell) for cell in cells]}
    return {**document, "status": status} if status else document


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()


def _head(
    metadata: TableMetadata, part: Mapping[str, Sequence[str]], updated: datetime | None
) -> dict[str, object]:
    described = {variable.code: variable for variable in metadata.dimensions if variable.code in part}
    head: dict[str, object] = {
        "version": "2.0",
        "class": "dataset",
        "label": metadata.label,
        "source": "Statistisk sentralbyrå",
        "role": {
            role: [variable.code for variable in described.values() if variable.role == role]
            for role in ("time", "metric")
        },
        "id": list(part),
        "size": [len(codes) for codes in part.values()],
        "dimension": {code: _dimension(described[code], codes) for code, codes in part.items()},
        "extension": {"px": {"tableid": metadata.table, "decimals": 0}},
    }
    return {**head, "updated": f"{updated:%Y-%m-%dT%H:%M:%SZ}"} if updated else head


def _dimension(variable: VariableMetadata, codes: Sequence[str]) -> dict[str, object]:
    category: dict[str, object] = {
        "index": {code: place for place, code in enumerate(codes)},
        "label": {code: variable.labelled[code] for code in codes},
    }
    if variable.units:
        category["unit"] = {
            code: {"base": variable.units[code].base, "decimals": variable.units[code].decimals}
            for code in codes
        }
    return {"label": variable.label, "category": category}
