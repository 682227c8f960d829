"""The data dictionary: every column of every dataset in words, from the contracts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from schemas.catalogue.units import UNIT_NAMES
from schemas.contracts import Contract
from schemas.fields import RELATIVE_UNITS, SOURCES, STATUS_MEANINGS, UNITS, VINTAGE_MEANINGS, Field, Kind

MUNICIPALITY = "<municipality>"
"""What stands for the focal municipality's slug in the names of its own datasets."""
COMMAND = "kostra dictionary --write"

_KINDS: dict[Kind, str] = {
    "category": "text, one of a limited number of values",
    "text": "free text",
    "integer": "whole number of 64 bits",
    "number": "floating point number of 64 bits, never infinite",
    "boolean": "true or false",
    "date": "date",
    "timestamp": "moment in UTC, to the microsecond",
}
_COLUMNS = ("Column", "Type", "Unit", "Source", "May be empty", "Must be", "Description")


def records(contracts: Iterable[Contract]) -> list[dict[str, object]]:
    """One record per dataset and column."""
    return [_record(contract, field) for contract in contracts for field in contract.fields]


def dictionary(contracts: Iterable[Contract], municipality: str) -> str:
    """The whole dictionary in Markdown.

    Args:
        contracts: in the order wanted; those of the focal municipality under `MUNICIPALITY`.
        municipality: slug that stands for the focal municipality by default.
    """
    found = list(contracts)
    heads = {contract.dataset: _heading(contract, municipality) for contract in found}
    parts = [_INTRODUCTION, *_vocabulary(), "## Datasets\n", _contents(found, heads)]
    parts += [section(contract, heads[contract.dataset]) for contract in found]
    return "\n".join(parts)


def section(contract: Contract, heading: str | None = None) -> str:
    """One dataset in Markdown: what a row is, its key, its columns, and the rules its rows obey."""
    stored = "one partition per accounting year (`year`)" if contract.partitioned else "not partitioned"
    facts = [
        f"## {heading or f'`{contract.dataset}`'}\n",
        f"{contract.title}\n",
        f"- One row per {contract.one_row_per}.",
        f"- Key: {', '.join(f'`{name}`' for name in contract.key)}.",
        f"- Stored: {stored}.\n",
        _table(_COLUMNS, (_cells(field) for field in contract.fields)),
        *_made_from(contract),
        "Rules:\n",
        *(f"- {rule}" for rule in _rules(contract)),
    ]
    return "\n".join(facts) + "\n"


def _record(contract: Contract, field: Field) -> dict[str, object]:
    return {
        "dataset": contract.dataset,
        "title": contract.title,
        "column": field.name,
        "type": field.kind,
        "unit": field.measured_in,
        "source": ", ".join(field.source),
        "nullable": field.nullable,
        "in_key": field.name in contract.key,
        "content": not field.provenance,
        "allowed": ", ".join(field.allowed or ()),
        "pattern": field.pattern,
        "minimum": field.minimum,
        "description": field.description,
        "made_from": ", ".join(contract.origins.get(field.name, ())),
    }


def _heading(contract: Contract, municipality: str) -> str:
    own = contract.dataset.replace(MUNICIPALITY, municipality)
    return f"`{contract.dataset}`" if own == contract.dataset else f"`{contract.dataset}` (`{own}`)"


def _contents(contracts: Iterable[Contract], heads: Mapping[str, str]) -> str:
    rows = (
        (f"[`{c.dataset}`](#{_anchor(heads[c.dataset])})", c.title, f"One row per {c.one_row_per}")
        for c in contracts
    )
    return _table(("Dataset", "Norwegian title", "Rows"), rows)


def _anchor(heading: str) -> str:
    """What a heading is linked to by, as GitHub and most others form it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _cells(field: Field) -> tuple[str, ...]:
    said = " Provenance: stored, but no part of the content hash." if field.provenance else ""
    return (
        f"`{field.name}`",
        field.kind,
        field.measured_in,
        ", ".join(field.source),
        "yes" if field.nullable else "no",
        "; ".join(_constraints(field)),
        field.description + said,
    )


def _made_from(contract: Contract) -> Iterator[str]:
    """What the columns are made from; those made from the same together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for column in contract.columns:
        if origins := contract.origins.get(column):
            together.setdefault(origins, []).append(f"`{column}`")
    if together:
        yield "Made from:\n"
        rows = ((", ".join(names), "; ".join(_short(origins))) for origins, names in together.items())
        yield _table(("Columns", "Columns upstream"), rows)


def _short(origins: Iterable[str]) -> Iterator[str]:
    """Origins; a column that several datasets have is named once."""
    columns: dict[str, list[str]] = {}
    for origin in origins:
        dataset, _, column = origin.rpartition(".")
        columns.setdefault(column, []).append(f"`{dataset}`")
    for column, datasets in columns.items():
        yield f"`{column}` of {', '.join(datasets)}"


def _constraints(field: Field) -> Iterator[str]:
    if field.allowed is not None:
        yield "one of " + ", ".join(f"`{value}`" for value in field.allowed)
    if field.pattern is not None:
        yield f"as `{field.pattern}`"
    if field.minimum is not None:
        yield f"at least {field.minimum:g}"


def _rules(contract: Contract) -> Iterator[str]:
    yield f"the key ({', '.join(contract.key)}) is unique"
    if contract.min_rows:
        yield f"there are at least {contract.min_rows} row(s)"
    yield from (rule.name for rule in contract.rules)


def _vocabulary() -> Iterator[str]:
    """What the words in the tables mean."""
    units = [(f"`{unit}`", UNIT_NAMES[unit]) for unit in UNITS]
    relative = ", ".join(f"`{unit}`" for unit in RELATIVE_UNITS)
    yield "## Types\n"
    yield _table(("Type", "What it holds"), _KINDS.items())
    yield "## Sources\n"
    yield _table(("Source", "A column is filled from it:"), SOURCES.items())
    yield "## Status of a figure\n"
    yield "A figure that is not there is empty, and its status says why. Empty is never 0.\n"
    yield _table(("`status`", "Meaning"), _coded(STATUS_MEANINGS))
    yield "## Preliminary and final figures\n"
    yield _table(("`vintage_status`", "Meaning"), _coded(VINTAGE_MEANINGS))
    yield "## Units of figures\n"
    yield "Where the unit of a column is “see `unit`”, the row says it:\n"
    yield _table(("`unit`", "As readers see it"), units)
    yield f"Imported figures may also be relative to the network mean or the year before: {relative}.\n"


def _coded(meanings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((f"`{name}`", meaning) for name, meaning in meanings.items())


def _table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    named = list(headers)
    lines = [named, ["---"] * len(named), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    """A bar would end the cell, also inside code."""
    return text.replace("|", r"\|")


_INTRODUCTION = f"""# Data dictionary

Every column of every dataset, from the contracts in `schemas/`. Not written by hand: after a change there,
run `{COMMAND}`.

A dataset is called the same everywhere: asset in Dagster, folder of the store, argument of `kostra show`.
The datasets of the focal municipality have its slug where `{MUNICIPALITY}` stands. A column is described
once, in `schemas/fields.py`; where a dataset uses it in another sense, the description here is that
dataset's. Rows that break a rule are refused: nothing is stored, and the last good version stays.
"""
