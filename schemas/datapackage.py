"""A contract as a Frictionless Data Package (version 2) describes it: columns, key, sources, licences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from schemas.contracts import Contract
from schemas.fields import KLASS, STATBANK, STATUS_MEANINGS, VINTAGE_MEANINGS, Field

_PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES = {
    "category": "string",
    "text": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
}
_MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_DIALECT = {"header": True, "delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True}
_CSV = {"encoding": "utf-8", "dialect": _DIALECT}
_SSB = {"title": "Statistisk sentralbyrå (SSB), Statistikkbanken og KLASS", "path": "https://www.ssb.no"}
_SAMPLE = {"title": "EKSEMPELTALL: modellerte tall, ikke SSBs"}
_REGISTER = {"title": "Andre registre enn SSBs, se kolonnen provider i register/figures"}
_ACCOUNTS = {"title": "Kommunens eget regnskap"}
_MEANINGS = STATUS_MEANINGS | VINTAGE_MEANINGS
_DESCRIPTION = (
    "An empty figure is not 0: `status` says why it is empty. The unit of a column stands in `unit` of its "
    "field; where that is “see `unit`”, the column `unit` says it of each row. `source` of a field says what "
    "the column is filled from, the column `source` which source a row is from, `vintage_id` which edition."
)
_LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Navngivelse 4.0 Internasjonal. Oppgi kilden: Statistisk sentralbyrå",
    "path": "https://creativecommons.org/licenses/by/4.0/deed.no",
}


def resource(
    contract: Contract,
    *,
    path: str,
    format: str,  # noqa: A002 - the descriptor's own word
    rows: int,
    sha256: str,
    bytes: int,  # noqa: A002 - the descriptor's own word
    source: str,
) -> dict[str, Any]:
    """One file of a dataset, with all that is known of its columns.

    Args:
        contract: the dataset.
        path: where the file lies, from the descriptor.
        format: `csv` or `parquet`.
        rows: rows in the file, without the header.
        sha256: hash of the file.
        bytes: size of the file.
        source: `ssb` or `sample`.
    """
    return {
        "name": f"{contract.dataset.replace('/', '-')}-{format}",
        "type": "table",
        "path": path,
        "title": contract.title,
        "description": _about(contract),
        "format": format,
        "mediatype": _MEDIA_TYPES[format],
        **(_CSV if format == "csv" else {}),
        "bytes": bytes,
        "hash": f"sha256:{sha256}",
        "rows": rows,
        "sources": _sources(contract, source),
        **_licences(contract, source),
        "schema": _schema(contract, source),
    }


def package(
    *, name: str, title: str, year: int, municipality: str, source: str, resources: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The descriptor of a release on `year`; `resources` are its files of figures.

    It tells no time of its making: it is content, and made again it is the same.
    """
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": name,
        "title": title if source != "sample" else f"{title} – EKSEMPELTALL",
        "description": _DESCRIPTION,
        "homepage": "https://www.ssb.no/offentlig-sektor/kostra",
        "keywords": ["KOSTRA", municipality, str(year), *(["eksempeltall"] if source == "sample" else [])],
        "year": year,
        "municipality": municipality,
        "sources": [_SAMPLE if source == "sample" else _SSB, _REGISTER, _ACCOUNTS],
        **({} if source == "sample" else {"licenses": [_LICENCE]}),
        "resources": list(resources),
    }


def _about(contract: Contract) -> str:
    """What a row is, and what holds over several columns: the descriptor has no other place for it."""
    rules = "".join(f" {rule.name[0].upper()}{rule.name[1:]}." for rule in contract.rules)
    return f"One row per {contract.one_row_per}.{rules}"


def _sources(contract: Contract, source: str) -> list[dict[str, str]]:
    """Where the figures of a dataset may come from; the column `source` tells of each row."""
    statistics = _SAMPLE if source == "sample" else _SSB
    allowed = next((field.allowed or () for field in contract.fields if field.name == "source"), ("ssb",))
    found = [statistics] if {"ssb", "sample"} & {*allowed} or not allowed else []
    found += [_REGISTER] if "register" in allowed else []
    return found + ([_ACCOUNTS] if "ledger" in allowed else [])


def _licences(contract: Contract, source: str) -> dict[str, Any]:
    """SSB's licence, on what is SSB's or made of it."""
    is_theirs = source != "sample" and _SSB in _sources(contract, source)
    return {"licenses": [_LICENCE]} if is_theirs else {}


def _schema(contract: Contract, source: str) -> dict[str, Any]:
    return {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(field, source) for field in contract.fields],
        **_key(contract),
        "missingValues": [""],
    }


def _key(contract: Contract) -> dict[str, Any]:
    """A primary key has no empty parts; a key that may have some is only unique."""
    nullable = {field.name for field in contract.fields if field.nullable}
    return (
        {"uniqueKeys": [[*contract.key]]} if nullable & {*contract.key} else {"primaryKey": [*contract.key]}
    )


def _field(field: Field, source: str) -> dict[str, Any]:
    text = _TYPES[field.kind] == "string"
    return {
        "name": field.name,
        "type": _TYPES[field.kind],
        "description": field.description,
        "unit": field.measured_in,
        "source": ", ".join(_filled_from(field, source)),
        "constraints": _constraints(field),
        **_categories(field),
        # An empty text that is always there says something: no symbol, nobody missing.
        **({"missingValues": []} if text and not field.nullable else {}),
    }


def _filled_from(field: Field, source: str) -> Iterator[str]:
    """What the column is filled from; what stands in SSB's place is called what it is."""
    for name in field.source:
        modelled = source == "sample" and name in STATBANK + KLASS
        yield f"{name} (EKSEMPELTALL: modellert)" if modelled else name


def _categories(field: Field) -> dict[str, Any]:
    """The statuses with what they mean."""
    if field.allowed is None or not {*field.allowed} <= _MEANINGS.keys():
        return {}
    return {"categories": [{"value": value, "label": _MEANINGS[value]} for value in field.allowed]}


def _constraints(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"required": not field.nullable}
    if field.allowed is not None:
        found["enum"] = list(field.allowed)
    if field.pattern is not None:
        found["pattern"] = field.pattern
    if field.minimum is not None:
        found["minimum"] = field.minimum
    return found
