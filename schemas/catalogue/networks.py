"""Comparison networks (nettverk) and breaks in time series (brudd)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.catalogue.adjustments import AdjustmentName
from schemas.catalogue.entries import Dated, Entry, Slug, Slugs, Text, in_year


class Membership(Dated):
    """The members of a network in some years, as municipality slugs."""

    members: Slugs = Field(min_length=1)


class Network(Entry):
    """A comparison network (nettverk) with dated membership."""

    id: Slug
    name: Text
    memberships: tuple[Membership, ...] = Field(min_length=1)

    def members_in(self, year: int) -> tuple[str, ...]:
        """The members in `year`; empty outside the network's years."""
        membership = in_year(self.memberships, year)
        return membership.members if membership else ()


class Break(Entry):
    """A break (brudd) between year `before` - 1 and year `before`.

    It is one of the series of municipalities, unless `region_kinds` says otherwise. `municipalities` limits
    it to those it concerns; empty means all. With `new_boundaries` the municipalities named got new
    boundaries on 1 January of that year. With `new_identity` the codes concerned named something else before,
    so no line goes back across. A break of an `adjustment` is one of every series adjusted so.
    """

    id: Slug
    before: int
    reason: Text
    region_kinds: tuple[Literal["municipality", "kostra_group", "country"], ...] = ("municipality",)
    municipalities: Slugs = ()
    new_boundaries: bool = False
    new_identity: bool = False
    adjustment: AdjustmentName | None = None

    def concerns(self, municipality: str, region_kind: str = "municipality") -> bool:
        """Whether the series of `municipality`, which is of some kind, breaks here."""
        named = not self.municipalities or municipality in self.municipalities
        return region_kind in self.region_kinds and named
