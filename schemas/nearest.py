"""The names nearest to one that is not known: every error about an unknown name ends with them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache


def nearest(name: str, candidates: Iterable[str], count: int = 3) -> list[str]:
    """At most `count` candidates, most similar first; case does not count."""
    wanted = name.casefold()
    similarity = {candidate: _similarity(wanted, candidate.casefold()) for candidate in candidates}
    return sorted(similarity, key=lambda candidate: (-similarity[candidate], candidate))[:count]


@lru_cache(maxsize=4096)
def _similarity(wanted: str, candidate: str) -> float:
    return difflib.SequenceMatcher(None, wanted, candidate).ratio()


def nearest_text(name: str, candidates: Iterable[str], count: int = 3) -> str:
    """The nearest candidates as the end of a message: "nearest: a, b", or that there are none."""
    found = nearest(name, candidates, count)
    return f"nearest: {', '.join(found)}" if found else "there are none to choose from"
