"""Whether figures are preliminary or final (foreløpige, endelige), and how the statuses combine.

SSB publishes the KOSTRA figures of a year in the middle of March and again, final, in the middle of June; the
API tells only when a table was updated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

RANKED = ("final", "unknown", "preliminary")
"""Vintage statuses from best to worst: a figure is preliminary if any part of it is."""
FINAL_FROM = "06-01"
"""Month and day from which on, in the year after, KOSTRA figures are final."""

_EDITION = re.compile(r"(?P<table>\d{5})@(?P<updated>\d{4}-\d{2}-\d{2})T[^#]*#.+")


def vintage_status(vintage_id: str, year: int, *, final_when_published: bool = False) -> str:
    """Whether the figures of an accounting year are preliminary or final in an edition.

    Args:
        vintage_id: `<table>@<updated>#<hash>`; several joined by " + " count as the worst of them.
        year: the accounting year of the figures.
        final_when_published: the table is no KOSTRA table: its figures are final when they come.

    Returns:
        `preliminary` when the table was updated before 1 June of the year after, else `final`; `unknown` for
        an edition that does not tell its date, and where there is none.
    """
    return worst(_of_edition(part, year, final_when_published) for part in vintage_id.split(" + ") if part)


def _of_edition(edition: str, year: int, final_when_published: bool) -> str:
    found = _EDITION.fullmatch(edition)
    if found is None:
        return "unknown"
    return (
        "final" if final_when_published or found["updated"] >= f"{year + 1}-{FINAL_FROM}" else "preliminary"
    )


def worst(statuses: Iterable[str]) -> str:
    """The worst status of parts; `unknown` where there are none."""
    return max(statuses, key=RANKED.index, default="unknown")


def ranks(frame: pd.DataFrame) -> pd.Series:
    """The place of each row's `vintage_status` in `RANKED`; empty for a row no edition stands behind."""
    places = frame["vintage_status"].astype("str").map({name: i for i, name in enumerate(RANKED)})
    behind = frame["vintage_id"].astype("str").fillna("") != ""
    return places.astype("float64").where(behind)


def of_ranks(worst_ranks: pd.Series) -> pd.Series:
    """The statuses that ranks stand for; `unknown` where there is none."""
    names = dict(enumerate(RANKED))
    return worst_ranks.map(names).fillna("unknown").astype("str")
