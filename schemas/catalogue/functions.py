"""Functions (funksjoner), dated function sets, and expense concepts (utgiftsbegreper)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.catalogue.entries import Code, Codes, Dated, Entry, Slug, Text, in_year

FunctionCode = Annotated[Code, StringConstraints(pattern=r"^\d{3}$")]
ServiceArea = Literal["sos", "plo", "health", "housing"]


class Function(Dated):
    """One KOSTRA function (funksjon): what the money is for, and the years the code is in use."""

    id: FunctionCode
    name: Text
    area: ServiceArea | None = None


class FunctionSetVersion(Dated):
    """The functions of a set in some years."""

    functions: Codes = Field(min_length=1)


class FunctionSet(Entry):
    """Functions that are summed to one service, dated because codes end and begin.

    `ssb_code` is SSB's own group (FGK…) with the same content: a cross-check, never the source of a sum.
    """

    id: Slug
    name: Text
    versions: tuple[FunctionSetVersion, ...] = Field(min_length=1)
    ssb_code: Text | None = None

    @property
    def span(self) -> Dated:
        """The years from the first version to the last."""
        return Dated(first_year=self.versions[0].first_year, last_year=self.versions[-1].last_year)

    def functions_in(self, year: int) -> tuple[str, ...]:
        """The function codes of the set in `year`; empty outside its years."""
        version = in_year(self.versions, year)
        return version.functions if version else ()


class Concept(Entry):
    """An expense concept (utgiftsbegrep) and the art code SSB publishes it under."""

    id: Slug
    name: Text
    art: Code
