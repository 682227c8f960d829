"""KOSTRA groups (KOSTRA-grupper): which municipality is in which peer group, dated."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import pandas as pd

from assets.klass.rows import Correspondence
from assets.klass.spans import OPEN, UNSPECIFIED, IdentityError, closing_day, joined
from schemas.nearest import nearest_text

log = logging.getLogger(__name__)

_GROUP = re.compile(r"(?:E?KG)?\s*(?P<number>\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Membership:
    """One municipality, under one code, in one group for a time; `valid_to` is OPEN while it lasts."""

    slug: str
    code: str
    valid_from: date
    valid_to: date
    group: str
    group_name: str

    @property
    def member(self) -> tuple[str, str, str]:
        """Which municipality, under which code, in which group."""
        return self.slug, self.code, self.group


def group_code(klass_code: str) -> str:
    """A KOSTRA group in StatBank spelling ("12", "KG12" and "EKG12" → `EKG12`).

    Raises:
        IdentityError: the code is none of these.
    """
    found = _GROUP.fullmatch(klass_code.strip())
    if not found:
        raise IdentityError(f"KLASS 112: {klass_code!r} is not a KOSTRA group (expected 12, KG12 or EKG12)")
    return f"EKG{int(found['number']):02d}"


def kostra_groups(rows: Iterable[Correspondence], municipalities: pd.DataFrame) -> pd.DataFrame:
    """The dated members of every KOSTRA group.

    Args:
        rows: correspondences from KLASS 112 (source) to 131 (target), with validity.
        municipalities: the table of `identity.municipalities`.

    Returns:
        One row per membership and code: group (`EKG12`), group_name, slug, code, valid_from, valid_to,
        sorted by group, slug and date. A membership ends where the code ends.

    Raises:
        IdentityError: a municipality in two groups at once.
    """
    validities = _validities(municipalities)
    known = [row for row in rows if row.target_code != UNSPECIFIED]
    memberships = sorted({membership for row in known for membership in _memberships(row, validities)})
    whole = joined(memberships, lambda one, other: one.member == other.member)
    _refuse_two_groups(whole)
    return _frame(whole)


Validity = tuple[str, date, date]


def _validities(municipalities: pd.DataFrame) -> dict[str, list[Validity]]:
    by_code: defaultdict[str, list[Validity]] = defaultdict(list)
    open_ended = municipalities["valid_to"].isna()
    last_days = municipalities["valid_to"].where(~open_ended, OPEN)
    columns = (municipalities["slug"], municipalities["code"], municipalities["valid_from"], last_days)
    for slug, code, valid_from, valid_to in zip(*columns, strict=True):
        by_code[code].append((slug, valid_from, valid_to))
    return by_code


def _memberships(row: Correspondence, validities: dict[str, list[Validity]]) -> Iterator[Membership]:
    """The membership cut to the days its municipality code was in force."""
    if row.target_code not in validities:
        log.warning(
            "KLASS 112 → 131: %s %s in group %s is not among the municipality codes (%s): left out",
            row.target_code,
            row.target_name,
            row.source_code,
            nearest_text(row.target_code, validities),
        )
    for slug, valid_from, valid_to in validities.get(row.target_code, ()):
        start = max(valid_from, row.valid_from or date.min)
        end = min(valid_to, row.valid_to or OPEN)
        if start < end:
            yield Membership(slug, row.target_code, start, end, group_code(row.source_code), row.source_name)


def _refuse_two_groups(memberships: Sequence[Membership]) -> None:
    for one, other in pairwise(memberships):
        if one.slug == other.slug and other.valid_from < one.valid_to and one.group != other.group:
            raise IdentityError(
                f"KLASS 112: {one.slug} ({one.code}) is in {one.group} and {other.group} at once "
                f"on {other.valid_from}"
            )


def _frame(memberships: Iterable[Membership]) -> pd.DataFrame:
    ordered = sorted(memberships, key=lambda one: (one.group, one.slug, one.valid_from))
    columns = {
        name: pd.Series([getattr(one, name) for one in ordered], dtype="str")
        for name in ("group", "group_name", "slug", "code")
    }
    columns["valid_from"] = pd.Series([one.valid_from for one in ordered], dtype="object")
    columns["valid_to"] = pd.Series([closing_day(one.valid_to) for one in ordered], dtype="object")
    return pd.DataFrame(columns)
