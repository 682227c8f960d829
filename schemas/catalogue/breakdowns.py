"""Costs by director area (direktørområde): what is broken down, what counts as what, and allocation keys."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, NonNegativeFloat, StringConstraints, field_validator, model_validator

from schemas.catalogue.entries import Code, Codes, Dated, Entry, Slug, Text
from schemas.catalogue.functions import FunctionCode

Scope = Literal["A", "B"]
CostType = Literal["direct", "allocated"]
Basis = Literal["fte", "wage_sum", "floor_area", "users"]

ArtRange = Annotated[Code, StringConstraints(pattern=r"^\d{3}(-\d{3})?$")]
"""One art, or the first and the last of several: `300-370`."""


def arts_of(ranges: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """First and last art of each range."""
    pairs = (text.partition("-") for text in ranges)
    return tuple((first, last or first) for first, _, last in pairs)


class OwnRow(Entry):
    """Purchases (kjøp av plasser) that are shown apart from the director areas, under a label of their own.

    Arts of the municipality's own enterprise (380) are not from outside; they are left out by default.
    """

    label: Text
    arts: tuple[ArtRange, ...] = Field(default=("300-370",), min_length=1)


class Control(Entry):
    """What the sums are held against: SSB's table of the same functions and concept.

    A distance of `tolerance` (NOK million) passes, one of `warning_percent` of SSB's figure is a warning.
    Scope B is the municipal treasury (kommunekasse), which the ledger is of; A is the whole group (konsern).
    """

    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)] = ("B", "A")
    tolerance: NonNegativeFloat = 0.1
    warning_percent: NonNegativeFloat = 0.25


class Breakdown(Dated):
    """One service broken down by director area: functions (a dated set by name, or codes) and concept.

    `indicator` is the indicator that is the total, and the one under which reports print the areas.
    """

    id: Slug
    title: Text
    functions: Slug | Codes
    concept: Slug
    purchased: OwnRow | None = None
    indicator: Slug | None = None
    control: Control = Control()


class DirectorArea(Dated):
    """A director area by its code, and what its costs on services count as.

    `code` is how its name begins in the responsibility hierarchy (`A 56`). The name itself stands there and
    nowhere else, dated, so that a new name is one entry.
    """

    id: Slug
    code: Text
    counts_as: CostType


class Lines(Entry):
    """Which ledger lines a key distributes: those that fit everything that is given."""

    functions: Codes = ()
    arts: tuple[ArtRange, ...] = ()
    director_areas: Codes = ()
    responsibility_centres: Codes = ()

    @model_validator(mode="after")
    def _chooses(self) -> Self:
        if not (self.functions or self.director_areas or self.responsibility_centres):
            raise ValueError("name functions, director_areas or responsibility_centres: not every line")
        return self


class KeyShare(Entry):
    """The share of every line that goes to one function."""

    function: FunctionCode
    share: Decimal = Field(gt=0, le=1, decimal_places=9)


class AllocationKey(Dated):
    """A key (fordelingsnøkkel) by which costs that are kept central are distributed to functions.

    `basis` is what it is measured in. `reported_to_ssb` says where the costs stand in the accounts that were
    sent to SSB, which is what control totals are held against: on the function of the ledger line
    (`at_origin`), or distributed as here.
    """

    id: Slug
    name: Text
    basis: Basis
    lines: Lines
    shares: tuple[KeyShare, ...] = Field(min_length=1)
    reported_to_ssb: Literal["at_origin", "distributed"] = "at_origin"
    source: Text | None = None

    @field_validator("shares")
    @classmethod
    def _whole(cls, shares: tuple[KeyShare, ...]) -> tuple[KeyShare, ...]:
        functions = [share.function for share in shares]
        twice = sorted({code for code in functions if functions.count(code) > 1})
        if twice:
            raise ValueError(f"one share per function; twice: {', '.join(twice)}")
        total = sum((share.share for share in shares), Decimal(0))
        if total != 1:
            raise ValueError(f"the shares add up to {total.normalize():f}; they must add up to 1")
        return shares
