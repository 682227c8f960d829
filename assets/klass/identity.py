"""Stable municipality identity: which codes were the same municipality (kommune) over time.

KLASS 131 knows codes and code changes (kodeendringer), not municipalities. Here the validities of
codes are nodes and the changes links; a chain of links that carry identity is one municipality,
known by its slug.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from assets.klass.naming import Identity, identity_slugs
from assets.klass.rows import Change, Code
from assets.klass.slugs import same_name
from assets.klass.spans import OPEN, UNSPECIFIED, IdentityError, Span, closing_day, code_spans
from schemas.municipalities import MunicipalityCatalogue
from schemas.nearest import nearest_text

ChangeKey = tuple[str, str, date]
NO_DECISIONS = MunicipalityCatalogue()

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Link:
    """One code change between two validities."""

    occurred: date
    old: Span
    new: Span
    same_name: bool

    @property
    def replaces(self) -> bool:
        """Whether the old code ended and the new one started with this change."""
        return self.old.valid_to == self.occurred == self.new.valid_from

    @property
    def change(self) -> ChangeKey:
        """The change as the catalogue names it."""
        return self.old.code, self.new.code, self.occurred

    def __str__(self) -> str:
        return f"{self.old} → {self.new} on {self.occurred}"


def municipalities(
    codes: Iterable[Code],
    changes: Iterable[Change],
    catalogue: MunicipalityCatalogue = NO_DECISIONS,
) -> pd.DataFrame:
    """The dated table of municipalities with a stable slug.

    An old and a new code are the same municipality when the change is one to one, or when exactly one
    code on the other side of a merger or split has the same name; otherwise the catalogue decides, and
    where that is silent the old identity ends and a new one starts. Input order does not matter.

    Args:
        codes: codes of KLASS 131 with validity, for a range of dates.
        changes: code changes of the same range; those up to its first day are ignored.
        catalogue: which old code a new one continues, and pinned slugs.

    Returns:
        One row per code validity: slug, code, name (the newest), valid_from and valid_to
        (`datetime.date`, valid_to excluded, None while in force), sorted by slug and date.

    Raises:
        IdentityError: a change names a code that was not in force, two codes of one
            municipality are in force at once, or a catalogue entry has no change in KLASS.
    """
    distinct = sorted(set(changes), key=str)
    spans = code_spans(codes, distinct)
    links = _links(spans, distinct)
    decided = _decided(links, spans, catalogue)
    identities = _chains(spans, _carriers(links, decided))
    slug_of = identity_slugs(identities, catalogue.slugs)
    return _frame([(slug_of[identity], span) for identity in identities for span in identity])


def _links(spans: Sequence[Span], changes: Iterable[Change]) -> list[Link]:
    """Changes from one validity to another; renames, and what happened before the range, give none."""
    by_code: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_code[span.code].append(span)
    first_day = min((span.valid_from for span in spans), default=OPEN)
    links = [
        _link(by_code, change, change.old_code, change.new_code)
        for change in changes
        if change.occurred > first_day
        and change.old_code
        and change.new_code
        and UNSPECIFIED not in (change.old_code, change.new_code)
        and _both_known(change, by_code)
    ]
    return [link for link in links if link.old != link.new]


def _both_known(change: Change, by_code: Mapping[str, Sequence[Span]]) -> bool:
    """Whether both codes of a change are listed; a change of others says nothing of those that are."""
    unknown = [code for code in (change.old_code, change.new_code) if code not in by_code]
    if unknown:
        log.warning(
            "KLASS 131, change on %s from %s to %s: %s is not among the codes (%s): left out",
            change.occurred,
            change.old_code,
            change.new_code,
            unknown[0],
            nearest_text(str(unknown[0]), by_code),
        )
    return not unknown


def _link(by_code: Mapping[str, Sequence[Span]], change: Change, old_code: str, new_code: str) -> Link:
    day = change.occurred
    old = _span_of(by_code, old_code, change, lambda span: span.in_force_before(day))
    new = _span_of(by_code, new_code, change, lambda span: span.in_force(day))
    link = Link(day, old, new, same_name(change.old_name or old.name, change.new_name or new.name))
    if link.same_name and old != new and old.overlaps(new):
        raise IdentityError(
            f"KLASS 131: {link} gives {new.name} two codes at once; one validity must be wrong"
        )
    return link


def _span_of(
    by_code: Mapping[str, Sequence[Span]], code: str, change: Change, in_force: Callable[[Span], bool]
) -> Span:
    found = [span for span in by_code.get(code, ()) if in_force(span)]
    if found:
        return found[0]
    where = (
        f"KLASS 131, change on {change.occurred} from {change.old_code} {change.old_name} "
        f"to {change.new_code} {change.new_name}"
    )
    spans = ", ".join(map(str, by_code[code]))
    raise IdentityError(f"{where}: {code} was not in force then, only {spans}")


def _decided(
    links: Sequence[Link], spans: Sequence[Span], catalogue: MunicipalityCatalogue
) -> set[ChangeKey]:
    """The catalogue's decisions, each found among the changes.

    A decision on codes outside the range, or outside a part of the country, is left aside.
    """
    known = {span.code for span in spans}
    decided = {entry.change for entry in catalogue.continues if {entry.old, entry.new} <= known}
    for old, new, day in sorted(decided - {link.change for link in links if link.replaces}):
        others = [str(link) for link in links if {link.old.code, link.new.code} & {old, new}]
        raise IdentityError(
            f"municipalities.yaml: {new} continues {old} on {day}, but KLASS 131 has no such replacement; "
            f"changes of these codes: {'; '.join(others) or 'none'}"
        )
    return decided


def _carriers(links: Sequence[Link], decided: set[ChangeKey]) -> dict[Span, Span]:
    """Old validity → the one new validity that is the same municipality.

    A code that stays in force carries on its own identity, whatever joined it or was parted from it.
    """
    from_old = Counter((link.old, link.occurred) for link in links)
    to_new = Counter((link.new, link.occurred) for link in links)
    rules: tuple[Callable[[Link], bool], ...] = (
        lambda link: link.change in decided,
        lambda link: from_old[link.old, link.occurred] == 1 == to_new[link.new, link.occurred],
        lambda link: link.same_name,
    )
    carried: dict[Span, Span] = {}
    for rule in rules:
        taken = set(carried.values())
        free = [
            link
            for link in links
            if link.replaces and link.old not in carried and link.new not in taken and rule(link)
        ]
        olds, news = Counter(link.old for link in free), Counter(link.new for link in free)
        carried |= {link.old: link.new for link in free if olds[link.old] == 1 == news[link.new]}
    return carried


def _chains(spans: Iterable[Span], carried: Mapping[Span, Span]) -> list[Identity]:
    """Every municipality as its validities, oldest first."""
    later = set(carried.values())
    chains = []
    for span in spans:
        if span not in later:
            chain = [span]
            while (following := carried.get(chain[-1])) is not None:
                chain.append(following)
            chains.append(tuple(chain))
    return chains


def _frame(rows: Sequence[tuple[str, Span]]) -> pd.DataFrame:
    ordered = sorted(rows, key=lambda row: (row[0], row[1].valid_from))
    spans = [span for _, span in ordered]
    return pd.DataFrame(
        {
            "slug": pd.Series([slug for slug, _ in ordered], dtype="str"),
            "code": pd.Series([span.code for span in spans], dtype="str"),
            "name": pd.Series([span.name for span in spans], dtype="str"),
            "valid_from": pd.Series([span.valid_from for span in spans], dtype="object"),
            "valid_to": pd.Series([closing_day(span.valid_to) for span in spans], dtype="object"),
        }
    )
