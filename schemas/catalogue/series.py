"""Published time series (tidsserier), and the areas whose efficiency (effektivitet) is followed."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.catalogue.adjustments import AdjustmentName, DeflatorName
from schemas.catalogue.entries import Dated, Entry, Slug, Text
from schemas.catalogue.functions import ServiceArea
from schemas.fields import SLUG

FOCAL = "focal"
"""Stands for the municipality of the settings."""
NETWORK_MEAN = "network_mean"
"""Stands for the mean of the network of the settings."""
SSB_REGION = r"EAK|EAKUO|EKG\d{2}"
"""SSB's codes of country and KOSTRA groups."""

Entity = Annotated[str, StringConstraints(pattern=f"^({SLUG}|{SSB_REGION})$")]


class Published(Dated):
    """Figures taken as published, from the register, in the years given; not computed here.

    `indicator` is their id in `register/figures`. `note` says what is known of how they were made.
    """

    indicator: Slug
    first_year: int
    last_year: int
    note: Text


class Series(Dated):
    """One time series: an indicator over the years, one line per entity.

    An entity is a municipality (slug), SSB's code of a KOSTRA group or the country, `focal` for the
    municipality of the settings, or `network_mean` for the mean of their network. `adjust` says what the
    values are adjusted for; `deflate` needs a `deflator` and a `base_year` whose prices they are in.
    """

    id: Slug
    title: Text
    indicator: Slug
    entities: Annotated[tuple[Entity, ...], Field(min_length=1)]
    adjust: tuple[AdjustmentName, ...] = ()
    deflator: DeflatorName | None = None
    base_year: int | None = None
    published: Published | None = None

    @model_validator(mode="after")
    def _deflated_to_something(self) -> Self:
        given = self.deflator is not None and self.base_year is not None
        if ("deflate" in self.adjust) != given or (self.deflator is None) != (self.base_year is None):
            raise ValueError("`adjust: [deflate]` needs `deflator` and `base_year`, and they need it")
        return self


class EfficiencyArea(Entry):
    """What is known of resource use, production and efficiency in one service area.

    The first four are indicators of the register; the last two are our own: net expenditure less
    depreciation, and gross expenditure, per inhabitant.
    """

    id: Slug
    name: Text
    area: ServiceArea
    resource_use: Slug
    expenditure: Slug
    production: Slug
    efficiency: Slug
    own_resource_use: Slug
    own_expenditure: Slug
