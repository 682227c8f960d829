"""Comparison networks (nettverk) and breaks in time series (brudd)."""

from __future__ import annotations

from pydantic import Field

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

    `municipalities` limits the break to those it concerns; empty means all. With `new_boundaries` the
    municipalities named got new boundaries on 1 January of that year.
    """

    id: Slug
    before: int
    reason: Text
    municipalities: Slugs = ()
    new_boundaries: bool = False

    def concerns(self, municipality: str) -> bool:
        """Whether the series of `municipality` breaks here."""
        return not self.municipalities or municipality in self.municipalities
