"""Reading `ledger.yaml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from assets.catalogue.problems import Problem
from assets.catalogue.source import read
from assets.errors import DataError
from schemas.ledger_layout import LedgerLayout
from schemas.nearest import nearest_text

FILE_NAME = "ledger.yaml"


class LayoutError(DataError):
    """A layout cannot be used; the message lists every mistake."""


def load_layout(path: Path) -> LedgerLayout:
    """Read and check a layout.

    Raises:
        LayoutError: with every mistake found, by file and line.
    """
    document, problems = read(path, path.name)
    try:
        layout = LedgerLayout.model_validate(document.value or {})
    except ValidationError as error:
        for mistake in error.errors():
            place = tuple(part for part in mistake["loc"] if part != "[key]")
            name = str(place[-1]) if place else ""
            message = mistake["msg"].removeprefix("Value error, ")
            if mistake["type"] == "extra_forbidden":
                message = f"unknown key; {nearest_text(name, LedgerLayout.model_fields)}"
            problems.append(Problem(path.name, document.line(place), ".".join(map(str, place)), message))
    if problems:
        raise LayoutError("\n".join(str(problem) for problem in sorted(problems)))
    return layout
