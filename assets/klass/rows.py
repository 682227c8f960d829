"""The rows KLASS answers with, as plain values: codes, changes and correspondences.

Validity is half-open: `valid_from` is the first day, `valid_to` the first day after. A `valid_to` of
None means that the row still held at the end of the range that was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Code:
    """One code (kode) of a classification with its name and validity."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """One code change (kodeendring).

    No old code: the new one was created. No new code: the old one ceased. Equal codes: a new name.
    """

    occurred: date
    old_code: str | None
    old_name: str | None
    new_code: str | None
    new_name: str | None


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One pair of a correspondence table (korrespondansetabell) with its validity."""

    source_code: str
    source_name: str
    target_code: str
    target_name: str
    valid_from: date | None
    valid_to: date | None
