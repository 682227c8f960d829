"""The municipality catalogue (`assets/catalogue/municipalities.yaml`): what KLASS alone does not decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from schemas.fields import SLUG

MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG}$")]


class CatalogueError(Exception):
    """The municipality catalogue cannot be used as written; the message names file and entry."""


class Continuation(BaseModel):
    """A new code that carries on the identity of one old code although the names differ.

    `reason` is for the reader: why this one of the merged municipalities is carried on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    old: MunicipalityCode
    new: MunicipalityCode
    occurred: date
    reason: str


class MunicipalityCatalogue(BaseModel):
    """Decisions about municipality identity.

    `continues` settles mergers and splits the names do not settle. `slugs` pins the slug of the
    municipality that ever held one of the codes, for names that several municipalities share.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    continues: tuple[Continuation, ...] = ()
    slugs: dict[Slug, tuple[MunicipalityCode, ...]] = {}

    @model_validator(mode="after")
    def _decides_once(self) -> Self:
        _refuse_repeats("old code", ((entry.old, entry.occurred) for entry in self.continues))
        _refuse_repeats("new code", ((entry.new, entry.occurred) for entry in self.continues))
        _refuse_repeats("pinned code", (code for codes in self.slugs.values() for code in codes))
        return self


def _refuse_repeats(what: str, values: Iterable[object]) -> None:
    repeated = [value for value, times in Counter(values).items() if times > 1]
    if repeated:
        raise ValueError(f"{what} decided more than once: {', '.join(map(str, repeated))}")


def load_municipalities(path: Path) -> MunicipalityCatalogue:
    """Read and check the catalogue file.

    Raises:
        CatalogueError: the file is not YAML, or an entry breaks the model.
    """
    try:
        return MunicipalityCatalogue.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path.name} is not valid YAML: {error}") from error
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}" for item in error.errors())
        raise CatalogueError(f"{path.name}: " + "; ".join(lines)) from error
