"""A second JSON-stat decoder for differential tests: slow, cell by cell, sharing nothing with the parser.

It checks nothing. It is only ever given bodies that are known to be sound, and says what is in them.
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell: a code and a label per dimension in the order of `id`, the figure, the status symbol."""

    codes: tuple[str, ...]
    labels: tuple[str, ...]
    value: float | None
    symbol: str


def decode(body: bytes | str) -> list[Cell]:
    """Every cell of the body, in its order: the last dimension varies fastest."""
    document = json.loads(body)
    dimensions = [_categories(document["dimension"][name]["category"]) for name in document["id"]]
    cells = [()]
    for categories in dimensions:
        cells = [(*cell, category) for cell in cells for category in categories]
    return [
        Cell(
            codes=tuple(code for code, _ in cell),
            labels=tuple(label for _, label in cell),
            value=_at(document["value"], position),
            symbol=_symbol(document.get("status"), position),
        )
        for position, cell in enumerate(cells)
    ]


def _categories(category: dict) -> list[tuple[str, str]]:
    """Code and label of each category, in the order of their positions."""
    labels = category.get("label", {})
    index = category.get("index")
    if index is None:
        codes = list(labels)
    elif isinstance(index, list):
        codes = index
    else:
        codes = sorted(index, key=lambda code: index[code])
    return [(code, labels.get(code, code)) for code in codes]


def _at(values: list | dict, position: int) -> float | None:
    found = values.get(str(position)) if isinstance(values, dict) else values[position]
    return None if found is None else float(found)


def _symbol(status: str | list | dict | None, position: int) -> str:
    if status is None:
        return ""
    if isinstance(status, str):
        return status
    if isinstance(status, dict):
        return status.get(str(position)) or ""
    return (status[0] if len(status) == 1 else status[position]) or ""
