"""What must hold for the limits figures are held against: what they are of exists, and is limited once."""

from __future__ import annotations

from collections.abc import Iterator

from assets.catalogue.draft import Draft
from assets.catalogue.problems import Problem
from schemas.catalogue import UNIT_RULES
from schemas.nearest import nearest_text


def check_limits(draft: Draft) -> Iterator[Problem]:
    """Every mistake in `value_bands` and `drifts`."""
    known = _known(draft)
    for section in ("value_bands", "drifts"):
        first: dict[tuple[str, str, str], str] = {}
        for placed in draft.placed(section):
            limit = placed.entry
            if limit.name not in known[limit.of]:
                message = f"unknown {limit.of} `{limit.name}`; {nearest_text(limit.name, known[limit.of])}"
                yield placed.problem(message, "name")
            other = first.setdefault((limit.of, limit.name, limit.years), limit.id)
            if other != limit.id:
                yield placed.problem(f"{limit.of} `{limit.name}` is limited by `{other}` already", "name")


def _known(draft: Draft) -> dict[str, set[str]]:
    measures = {m.id for placed in draft.placed("tables") for m in placed.entry.measures}
    return {
        "unit": set(UNIT_RULES),
        "indicator": draft.names["indicators"],
        "measure": measures,
        "concept": draft.names["concepts"],
    }
