"""Indicators as `scale × numerator / denominator`, and the profiles (tjenesteprofiler) that list them.

Numerator and denominator are linear combinations of terms. A new kind of term is a new model here, added
to `Term`, and one rule in `assets/asss/terms.py`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, FiniteFloat, PositiveFloat, model_validator

from schemas.catalogue.entries import Codes, Confidence, Dated, Entry, Slug, Slugs, Text
from schemas.catalogue.functions import ServiceArea

OPEN_AGE = 200
"""`age_to` of a band without an upper limit."""


def _as_functions(value: object) -> object:
    """A single function (`243`) is a list of one; any other text names a function set."""
    return (value,) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else value


FunctionsOrSet = Annotated[Slug | Annotated[Codes, Field(min_length=1)], BeforeValidator(_as_functions)]


class _Term(Entry):
    coefficient: FiniteFloat = 1.0


class AccountsTerm(_Term):
    """Amounts of the accounts: an expense concept summed over functions, in NOK thousand.

    `functions` is the name of a function set, or a list of function codes. Scope A is the municipal group
    (konsern), B the municipal treasury (kommunekasse).
    """

    unit: ClassVar[str] = "NOK_thousand"
    kind: Literal["accounts"]
    concept: Slug
    functions: FunctionsOrSet
    scope: Literal["A", "B"] = "A"


class PopulationTerm(_Term):
    """Inhabitants (innbyggere) at 31 December in an age band, both ends included."""

    unit: ClassVar[str] = "persons"
    kind: Literal["population"]
    age_from: int = Field(default=0, ge=0, lt=OPEN_AGE)
    age_to: int = Field(default=OPEN_AGE, ge=0, le=OPEN_AGE)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.age_from > self.age_to:
            raise ValueError(f"age_from {self.age_from} is above age_to {self.age_to}")
        return self


class IndicatorTerm(_Term):
    """The value of another indicator, in its own unit."""

    kind: Literal["indicator"]
    indicator: Slug


Term = Annotated[AccountsTerm | PopulationTerm | IndicatorTerm, Field(discriminator="kind")]


class Indicator(Dated):
    """One indicator (indikator): `scale × numerator / denominator`, or `scale × numerator`.

    `number` is its number in the published report, `title` the title exactly as published. `mean` says
    whether a network's mean is weighted (same expression on summed parts) or simple. `adjustments` are those
    a time series may be given. `breaks` name entries of `breaks.yaml`.
    """

    id: Slug
    number: Text
    title: Text
    area: ServiceArea
    unit: Text
    decimals: int = Field(ge=0, le=6)
    scale: PositiveFloat
    numerator: tuple[Term, ...] = Field(min_length=1)
    denominator: tuple[Term, ...] = ()
    mean: Literal["weighted", "simple"]
    direction: Literal["higher_is_better", "lower_is_better", "neither"]
    breaks: Slugs = ()
    adjustments: tuple[Literal["deflate", "need"], ...] = ()
    source: Text
    confidence: Confidence
    note: Text | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms, numerator first."""
        return self.numerator + self.denominator


class Profile(Entry):
    """A service profile (tjenesteprofil): indicators in published order beside a network's figures."""

    id: Slug
    title: Text
    network: Slug
    rows: Slugs = Field(min_length=1)
