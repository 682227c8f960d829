"""CSV files of the catalogue, read as the same plain documents as YAML, so that they are checked alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from assets.catalogue.problems import Problem
from assets.catalogue.source import Document, Place
from schemas.nearest import nearest_text


@dataclass(frozen=True, slots=True)
class CsvFile:
    """How a CSV file is read: its entries' section, its columns, and those that make up an entry's id."""

    section: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


def parse_csv(content: bytes, name: str, shape: CsvFile) -> tuple[Document, list[Problem]]:
    """Read the content of one file, called `name` in messages: a header, then one entry a line.

    An empty cell is a value that is not given. A file that is not of that shape gives an empty document.
    """
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        lines = [(reader.line_num, row) for row in reader if row]
    except UnicodeDecodeError as error:
        return Document(name, None, {}), [Problem(name, 0, "", f"not UTF-8 text: {error.reason}")]
    except csv.Error as error:
        return Document(name, None, {}), [Problem(name, reader.line_num, "", f"not valid CSV: {error}")]
    header = lines[0][1] if lines else []
    problems = _header_problems(name, header, shape)
    if problems:
        return Document(name, None, {}), problems
    entries: list[dict[str, str]] = []
    places: dict[Place, int] = {(shape.section,): 1}
    for line, row in lines[1:]:
        if len(row) != len(header):
            problems.append(Problem(name, line, "", f"{len(row)} cells, the header has {len(header)}"))
            continue
        places |= {(shape.section, len(entries)): line}
        places |= {(shape.section, len(entries), column): line for column in header}
        entries.append(_entry(header, row, shape.key))
    return Document(name, {shape.section: entries}, places), problems


def _entry(header: Sequence[str], row: Sequence[str], key: Sequence[str]) -> dict[str, str]:
    given = {column: cell.strip() for column, cell in zip(header, row, strict=True) if cell.strip()}
    return {"id": "_".join(given.get(column, "") for column in key), **given}


def _header_problems(name: str, header: Sequence[str], shape: CsvFile) -> list[Problem]:
    missing = [column for column in shape.columns if column not in header]
    extra = [column for column in header if column not in shape.columns]
    found = [f"the column `{column}` is missing" for column in missing]
    found += [f"unknown column `{column}`; {nearest_text(column, shape.columns)}" for column in extra]
    if len(set(header)) < len(header):
        found.append("a column is given twice; keep one of them")
    return [Problem(name, 1, "", message) for message in found]
