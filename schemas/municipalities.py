"""The municipality catalogue (`assets/catalogue/municipalities.yaml`): what KLASS alone does not decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from schemas.fields import SLUG

MunicipalityCode = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG}$")]


class Continuation(BaseModel):
    """A new code that carries on the identity of one old code although the names differ.

    `reason` is for the reader: why this one of the merged municipalities is carried on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    old: MunicipalityCode
    new: MunicipalityCode
    occurred: date
    reason: str

    @property
    def change(self) -> tuple[str, str, date]:
        """The code change in KLASS that is meant."""
        return self.old, self.new, self.occurred


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
        _refuse_repeats("pinned code", ((code,) for codes in self.slugs.values() for code in codes))
        return self


def _refuse_repeats(what: str, values: Iterable[tuple[object, ...]]) -> None:
    repeated = [" on ".join(map(str, value)) for value, times in Counter(values).items() if times > 1]
    if repeated:
        raise ValueError(f"{what} decided more than once: {', '.join(repeated)}")
