"""Reading `municipalities.yaml`, the catalogue's decisions about municipality identity."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from assets.catalogue.problems import CatalogueError, Problem
from assets.catalogue.source import read
from schemas.municipalities import MunicipalityCatalogue

DEFAULT_FILE = Path(__file__).with_suffix(".yaml")


def load_municipalities(path: Path = DEFAULT_FILE) -> MunicipalityCatalogue:
    """Read and check the file.

    Raises:
        CatalogueError: with every mistake found, by file, line and entry.
    """
    document, problems = read(path, path.name)
    try:
        catalogue = MunicipalityCatalogue.model_validate(document.value or {})
    except ValidationError as error:
        for mistake in error.errors():
            entry = ".".join(map(str, mistake["loc"]))
            problems.append(Problem(path.name, document.line(mistake["loc"]), entry, mistake["msg"]))
    if problems:
        raise CatalogueError(problems)
    return catalogue
