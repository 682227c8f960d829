"""Whom a register figure is of: municipalities, KOSTRA groups, the country, and what networks publish."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from assets.klass.slugs import name_slug, slug
from assets.tabular.cells import NotAllowedError
from schemas.catalogue import Catalogue, Network
from schemas.nearest import nearest_text
from schemas.register import NETWORK_FIGURES

_WORDS = {
    "mean": ("mean", "snitt", "snittet", "gjennomsnitt", "gjennomsnittet"),
    "max": ("max", "høyest", "høyeste"),
    "min": ("min", "lavest", "laveste"),
}
_GROUP = re.compile(r"(?:e?kg|kostra-?gruppe|kostra gruppe) ?0?(\d{1,2})")
_COUNTRY = {"eak": "EAK", "landet": "EAK", "eakuo": "EAKUO", "landet uten oslo": "EAKUO"}


class Entities:
    """The entities a file may name, found by slug, by name, or by SSB's code.

    Args:
        slugs: of the municipalities.
        networks: of the catalogue.
        names: official names by slug, where they are known; a name also gives its own slug.
    """

    def __init__(
        self, slugs: Iterable[str], networks: Mapping[str, Network], names: Mapping[str, str] | None = None
    ) -> None:
        self._known = dict(_COUNTRY)
        for own in slugs:
            self._known[own] = own
        for own, name in (names or {}).items():
            self._known.setdefault(_plain(name), own)
            self._known.setdefault(name_slug(name), own)
        for network in networks.values():
            for figure in NETWORK_FIGURES:
                for called in (network.id, _plain(network.name)):
                    for word in _WORDS[figure]:
                        self._known.setdefault(f"{called} {word}", f"{network.id}_{figure}")

    @property
    def known(self) -> frozenset[str]:
        """Every name that is understood, in small letters."""
        return frozenset(self._known)

    def resolve(self, text: str) -> str:
        """The entity a cell names.

        Raises:
            NotAllowedError: nobody of that name; the nearest names are given.
        """
        plain = _plain(text)
        group = _GROUP.fullmatch(plain)
        if group:
            return f"EKG{int(group[1]):02d}"
        for called in (plain, re.sub("[-_]", " ", plain), slug(plain)):
            if called in self._known:
                return self._known[called]
        near = nearest_text(plain.replace("_", " "), self._known)
        raise NotAllowedError("entity", f"a municipality, a KOSTRA group, or `ASSS mean|max|min`; {near}")


def entities_of(catalogue: Catalogue, municipalities: pd.DataFrame | None = None) -> Entities:
    """Everybody a file may name.

    Args:
        catalogue: the networks.
        municipalities: `klass/municipalities`; without it only members of networks are known.
    """
    names: dict[str, str] = {}
    if municipalities is not None:
        ordered = municipalities.sort_values("valid_from")
        names = dict(zip(ordered["slug"], ordered["name"], strict=True))
    networks = catalogue.networks
    members = {slug for network in networks.values() for era in network.memberships for slug in era.members}
    return Entities(sorted(members | set(names)), networks, names)


def network_of(entity: str) -> tuple[str, str] | None:
    """Network and figure (`mean`, `max`, `min`) of an entity that is one; None for the others."""
    network, _, figure = entity.rpartition("_")
    return (network, figure) if network and figure in NETWORK_FIGURES else None


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).removesuffix(" kommune")
