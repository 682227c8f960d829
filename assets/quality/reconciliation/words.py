"""What a published report may name: entities, units, comparators, kinds of claims, in people's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assets.klass.slugs import slug
from assets.register.entities import Entities, entities_of
from assets.tabular.cells import NotAllowedError, one_of
from schemas.catalogue import Breakdown, Catalogue
from schemas.fields import UNITS
from schemas.nearest import nearest_text

PURCHASED, TOTAL = "purchased", "total"
"""Rows of a table by director area that are no area: purchases shown apart, and the printed total."""

OWN, OTHERS, MEAN, NOT_STATED = "own", "others", "mean", "not_stated"
"""What a claim is held against when it is neither an entity nor a network: the entity's own earlier years,
other municipalities, an average that is not named, nothing that is said."""

REPORT_UNITS = (*UNITS, "percentage_points")
"""Units a report may print a figure or a claim in."""

_UNIT_WORDS = {
    word: unit
    for unit, words in {
        "NOK": ("kroner", "kr"),
        "NOK_thousand": ("1000 kr",),
        "NOK_million": ("million_nok", "mill. kr", "mill. kroner"),
        "persons": ("inhabitants", "innbyggere", "personer"),
        "count": ("housing_units", "boliger", "antall"),
        "places": ("plasser",),
        "fte": ("årsverk",),
        "hours": ("timer",),
        "percent": ("prosent", "%"),
        "percentage_points": ("prosentpoeng", "%-poeng"),
        "per_1000": ("per 1000", "promille"),
        "months": ("måneder", "mnd"),
        "index": ("indeks",),
        "score": ("poeng",),
    }.items()
    for word in words
}
_TRUE, _FALSE = frozenset({"true", "ja", "yes", "1"}), frozenset({"false", "nei", "no", "0", ""})
_TOTALS = frozenset({"totalt", "total", "sum", "i alt"})
_COMPARATORS = {
    "own earlier years": OWN, "egne tidligere år": OWN, "tidligere år": OWN,
    "other municipalities": OTHERS, "others": OTHERS, "andre kommuner": OTHERS, "øvrige kommuner": OTHERS,
    "average": MEAN, "mean": MEAN, "gjennomsnittet": MEAN, "snittet": MEAN,
    "not stated": NOT_STATED, "not_stated": NOT_STATED, "ikke oppgitt": NOT_STATED,
}  # fmt: skip
_OWN_YEAR = re.compile(r"(?:own|egen|egne|eget) (\d{4})")

DIRECTIONS: Mapping[str, tuple[str, ...]] = {
    "level": ("level", "high", "low"),
    "change": ("increase", "decrease", "unchanged"),
    "relative": ("above", "below", "equal"),
    "rank": ("highest", "lowest", "among highest", "among lowest"),
}
"""The directions of each kind of claim."""
CLAIM_TYPES = ("", *DIRECTIONS)
DIRECTION_WORDS = ("", *(word for words in DIRECTIONS.values() for word in words))

CONTEXT = "context_"
"""How the id of a figure begins that is only said in passing, and that nobody computes."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a report may name. `breakdowns` are by the indicator that is their total."""

    indicators: frozenset[str]
    entities: Entities
    networks: Mapping[str, str]
    areas: Mapping[str, str]
    breakdowns: Mapping[str, Breakdown]

    @classmethod
    def of(cls, catalogue: Catalogue, entities: Entities | None = None) -> Vocabulary:
        """What the catalogue knows; without `entities` only the members of networks are municipalities."""
        networks = catalogue.networks.values()
        called = {network.id: network.id for network in networks}
        return cls(
            frozenset(catalogue.indicators),
            entities or entities_of(catalogue),
            called | {network.name.casefold(): network.id for network in networks},
            {area.code: area.id for area in catalogue.director_areas.values()},
            {b.indicator: b for b in catalogue.breakdowns.values() if b.indicator},
        )

    def entity(self, text: str, indicator: str | None) -> str:
        """The entity a cell names: `baerum`, `asss_mean`, `EKG12`; in a table by director area `a20`.

        An indicator the catalogue does not have may be broken down by whatever its rows say.

        Raises:
            NotAllowedError: nobody of that name.
        """
        breakdown = self.breakdowns.get(indicator or "")
        if breakdown:
            return self._area(text, breakdown)
        try:
            return self.entities.resolve(text)
        except NotAllowedError:
            if indicator is None or indicator in self.indicators or not slug(text):
                raise
            return self._row(text) or slug(text)

    def comparator(self, text: str) -> str:
        """What a claim is held against: an entity, a network, or one of the words above; "" for nothing.

        Raises:
            NotAllowedError: none of them.
        """
        plain = " ".join(text.casefold().split())
        if not plain:
            return ""
        if _OWN_YEAR.fullmatch(plain):
            return OWN
        known = _COMPARATORS | dict(self.networks)
        if plain in known:
            return known[plain]
        try:
            return self.entities.resolve(text)
        except NotAllowedError as error:
            near = nearest_text(plain, {*known, *self.entities.known, "own 2023"})
            allowed = f"an entity, a network, `own YEAR`, `other municipalities` or `not stated`; {near}"
            raise NotAllowedError("comparator", allowed) from error

    def _area(self, text: str, breakdown: Breakdown) -> str:
        plain = " ".join(text.casefold().split())
        purchased = breakdown.purchased
        if purchased and plain.startswith(purchased.label.casefold()):
            return PURCHASED
        row = self._row(text)
        if row is not None:
            return row
        labels = ["Totalt", *self.areas, *([purchased.label] if purchased else [])]
        near = nearest_text(plain[: max(map(len, self.areas), default=0)], labels)
        raise NotAllowedError("entity", f"a director area of director_areas.yaml, or the total; {near}")

    def _row(self, text: str) -> str | None:
        """A director area, or the total, by the label of a row; None when it is neither."""
        if " ".join(text.casefold().split()) in _TOTALS:
            return TOTAL
        for code, area in self.areas.items():
            if re.match(rf"{re.escape(_squeezed(code))}(?!\d)", _squeezed(text)):
                return area
        return None


def own_year(text: str) -> int | None:
    """The year of a comparator such as `own 2023`."""
    found = _OWN_YEAR.fullmatch(" ".join(text.casefold().split()))
    return int(found[1]) if found else None


def parse_unit(text: str) -> str:
    """A unit of the catalogue, or percentage points, by its name or a Norwegian word.

    Raises:
        NotAllowedError: none of them.
    """
    plain = " ".join(text.casefold().split())
    known = _UNIT_WORDS | {unit.casefold(): unit for unit in REPORT_UNITS}
    if plain in known:
        return known[plain]
    raise NotAllowedError("unit", f"a known unit; {nearest_text(plain, {*known, *REPORT_UNITS})}")


def parse_truth(text: str) -> bool:
    """`true` or `false`, `ja` or `nei`; empty is false.

    Raises:
        NotAllowedError: anything else.
    """
    plain = text.casefold()
    if plain not in _TRUE | _FALSE:
        raise NotAllowedError("adjusted", f"true or false, ja or nei; {nearest_text(plain, _TRUE | _FALSE)}")
    return plain in _TRUE


def parse_word(rule: str, text: str, allowed: tuple[str, ...]) -> str:
    """A word out of a short list, in any case and with `_` or a space between.

    Raises:
        NotAllowedError: none of them.
    """
    return one_of(rule, " ".join(text.casefold().replace("_", " ").split()), allowed)


def _squeezed(text: str) -> str:
    return "".join(text.casefold().split())
