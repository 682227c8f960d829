"""Indicators as `scale × numerator / denominator`, and the profiles (tjenesteprofiler) that list them.

Numerator and denominator are linear combinations of terms. A new kind of term is a new model here, added
to `Term`, and one rule in `assets/asss/terms.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


class MeasureTerm(_Term):
    """A measure of the tables (`kostra/service_statistics`), in its own unit.

    `stand_in` is an imported indicator whose figure is taken where the tables have none.
    """

    kind: Literal["measure"]
    measure: Slug
    stand_in: Slug | None = None


class RegisterTerm(_Term):
    """The imported figure (`register/figures`) of an indicator, in that indicator's unit."""

    kind: Literal["register"]
    indicator: Slug


class PlaceAdjustmentTerm(_Term):
    """The sum of the declared adjustments (`place_adjustments.yaml`) of institution places; 0 without any."""

    unit: ClassVar[str] = "places"
    kind: Literal["place_adjustment"]


Quantity = Annotated[AccountsTerm | PopulationTerm | MeasureTerm, Field(discriminator="kind")]


class ProductTerm(_Term):
    """`of` × `by` / `per`: the part of a quantity that falls to some (andel), in the unit of `of`.

    `by` and `per` are sums. A share in percent needs no `per`.
    """

    kind: Literal["product"]
    of: Quantity
    by: tuple[Quantity, ...] = Field(min_length=1)
    per: tuple[Quantity, ...] = ()


Term = Annotated[
    AccountsTerm
    | PopulationTerm
    | MeasureTerm
    | RegisterTerm
    | PlaceAdjustmentTerm
    | ProductTerm
    | IndicatorTerm,
    Field(discriminator="kind"),
]


def leaves(terms: Iterable[Term]) -> Iterator[Term]:
    """The terms, and in place of each product those it is made of."""
    for term in terms:
        yield from (term.of, *term.by, *term.per) if isinstance(term, ProductTerm) else (term,)


class Indicator(Dated):
    """One indicator (indikator): `scale × numerator / denominator`, or `scale × numerator`.

    `number` is its number in the published report, `title` the title exactly as published. `mean` says
    whether a network's mean is weighted (same expression on summed parts) or simple. `adjustments` are those
    a time series may be given. `breaks` name entries of `breaks.yaml`. `ready` is a measure in which SSB
    gives the value itself: it is taken for KOSTRA groups and country, where the parts may be estimates.
    `fixed_mean` is the network mean of an index that is made so that it has it (ASSS = 100).
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
    ready: Slug | None = None
    fixed_mean: PositiveFloat | None = None
    source: Text
    confidence: Confidence
    note: Text | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms, numerator first."""
        return self.numerator + self.denominator

    @property
    def imported(self) -> bool:
        """Whether the indicator is taken as others give it, not computed."""
        return len(self.terms) == 1 and isinstance(self.numerator[0], RegisterTerm)

    @property
    def measures(self) -> frozenset[str]:
        """The measures the indicator is made of."""
        named = {term.measure for term in leaves(self.terms) if isinstance(term, MeasureTerm)}
        return frozenset(named if self.ready is None else named | {self.ready})

    @property
    def references(self) -> frozenset[str]:
        """The other indicators the indicator is made of."""
        return frozenset(term.indicator for term in self.terms if isinstance(term, IndicatorTerm))


class PlaceAdjustment(Entry):
    """Places of an institution that the published count holds and that are not in use, or the opposite."""

    id: Slug
    municipality: Slug
    year: int
    unit: Text
    places: int
    reason: Text
    source: Text


class Profile(Entry):
    """A service profile (tjenesteprofil): indicators in published order beside a network's figures."""

    id: Slug
    title: Text
    network: Slug
    rows: Slugs = Field(min_length=1)
