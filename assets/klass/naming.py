"""Which slug each municipality gets."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from assets.klass.slugs import name_slug
from assets.klass.spans import IdentityError, Span

Identity = tuple[Span, ...]
"""The validities of one municipality, oldest first."""

log = logging.getLogger(__name__)


def identity_slugs(
    identities: Iterable[Identity], pinned: Mapping[str, Sequence[str]]
) -> dict[Identity, str]:
    """The slug of every municipality.

    A pinned slug goes to the municipality that held one of its codes. Others take the slug of their
    newest name. Municipalities that would share one while both are in force add the county number of
    their first code; a municipality that is restored later under its old name gets its old slug back.

    Raises:
        IdentityError: a pin fits several municipalities in force at once, or a name yields no slug.
    """
    pins = {code: slug for slug, codes in pinned.items() for code in codes}
    slugs: dict[Identity, str] = {}
    sharing: defaultdict[str, list[Identity]] = defaultdict(list)
    for identity in sorted(identities):
        pin = _pin(identity, pins)
        if pin:
            slugs[identity] = pin
        else:
            sharing[_own_slug(identity[-1])].append(identity)
    for slug, group in sharing.items():
        taken = [identity for identity, used in slugs.items() if used == slug]
        slugs |= _told_apart(slug, group, taken)
    _refuse_two_codes_at_once(slugs)
    return slugs


def _pin(identity: Identity, pins: Mapping[str, str]) -> str | None:
    found = sorted({pins[span.code] for span in identity if span.code in pins})
    if len(found) > 1:
        raise IdentityError(f"municipalities.yaml pins several slugs for {identity[-1]}: {', '.join(found)}")
    return found[0] if found else None


def _own_slug(span: Span) -> str:
    slug = name_slug(span.name)
    if not slug:
        raise IdentityError(f"KLASS 131: the name of {span} yields no slug; pin one in municipalities.yaml")
    return slug


def _told_apart(slug: str, group: Sequence[Identity], taken: Sequence[Identity]) -> dict[Identity, str]:
    """Slugs for the municipalities of one name; only those in force at once need to differ."""
    if not _any_at_once([*group, *taken]):
        return dict.fromkeys(group, slug)
    log.warning(
        "several municipalities are named %r; pin their slugs in municipalities.yaml: %s",
        slug,
        ", ".join(str(identity[0]) for identity in group),
    )
    by_county = defaultdict(list)
    for identity in group:
        by_county[f"{slug}_{identity[0].code[:2]}"].append(identity)
    return {
        identity: f"{slug}_{identity[0].code}" if _any_at_once(same) else county
        for county, same in by_county.items()
        for identity in same
    }


def _any_at_once(identities: Iterable[Identity]) -> bool:
    return any(
        first.overlaps(second)
        for one, other in combinations(identities, 2)
        for first in one
        for second in other
    )


def _refuse_two_codes_at_once(slugs: Mapping[Identity, str]) -> None:
    holders: defaultdict[str, list[Span]] = defaultdict(list)
    for identity, slug in slugs.items():
        holders[slug] += identity
    for slug, spans in holders.items():
        for one, other in combinations(sorted(spans), 2):
            if one.overlaps(other):
                raise IdentityError(f"{slug} has two codes in force at once: {one} and {other}")
