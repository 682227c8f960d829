"""Limits of what figures may be: how large, and how far from the year before. Analysts own them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, FiniteFloat, NonNegativeFloat, PositiveFloat, model_validator

from schemas.catalogue.entries import Dated, Slug, Text

LimitedBy = Literal["unit", "indicator", "measure", "concept"]
"""What a limit is of: figures in a unit, an indicator, a measure, or an expense concept of the accounts."""


class Band(Dated):
    """The values that figures of one kind have; outside it, somebody must look.

    A band of a unit holds what is possible at all: a figure outside it is refused. A band of a concept is in
    NOK thousand per inhabitant. `reason` says where the limits come from.
    """

    id: Slug
    of: LimitedBy
    name: Text
    lowest: FiniteFloat
    highest: FiniteFloat
    reason: Text

    @model_validator(mode="after")
    def _in_order_of_size(self) -> Self:
        if self.lowest >= self.highest:
            raise ValueError(f"lowest {self.lowest:g} is not below highest {self.highest:g}")
        return self


class Drift(Dated):
    """How far figures of one kind may move from one year to the next, in percent of the year before.

    A move of less than `at_least`, in the figure's own unit, is never told. A limit of an indicator, measure
    or concept goes before that of its unit. Years that a break of `breaks.yaml` lies before are left out.
    """

    id: Slug
    of: LimitedBy
    name: Text
    percent: PositiveFloat
    at_least: NonNegativeFloat = Field(default=0)
    reason: Text
