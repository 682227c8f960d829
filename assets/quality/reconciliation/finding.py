"""What a rule finds in a published report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["error", "probable_error", "rounding", "comparability", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction, doubt or note, with the proof.

    `rule` is the id of the general rule that found it, `subject` the indicator or table it is about, `places`
    where it is printed (table or statement, entity, year). `printed` and `explanation` are Norwegian text for
    people, `arithmetic` is the calculation with its numbers. `entity` is empty when it is about no single
    one, `erratum` is the number in the report's register of errata, empty when it is not in it.
    """

    rule: str
    verdict: Verdict
    subject: str
    year: int | None
    entity: str
    places: tuple[str, ...]
    printed: str
    arithmetic: str
    explanation: str
    erratum: str = ""
