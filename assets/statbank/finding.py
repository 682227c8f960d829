"""How something the catalogue wants is found among the codes and labels of live metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assets.statbank.labels import begins_with, holds_words, same
from schemas.catalogue.tables import Wanted
from schemas.nearest import nearest

CANDIDATES = 5


def find(what: str, wanted: Wanted, live: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The code of `wanted` among `live` (code → label), and what is wrong: one of the two may be None.

    A code whose label no longer fits is given together with the problem. `what` names the kind of thing in
    messages ("contents", "dimension", "age"). Nothing is guessed: of several equal labels none is taken.
    """
    if wanted.code is not None:
        if wanted.code not in live:
            called = f"{wanted.code} ({wanted.label[0]})" if wanted.label else wanted.code
            return None, f"{what} {called} is not in the table; nearest: {candidates(wanted, live)}"
        return wanted.code, _meaning(what, wanted, wanted.code, live[wanted.code])
    likely = wanted.likely_code
    if likely in live and _meaning(what, wanted, str(likely), live[str(likely)]) is None:
        return likely, None
    matches = [code for code, label in live.items() if any(same(label, words) for words in wanted.label)]
    if len(matches) == 1:
        return matches[0], None
    if likely in live and not matches:
        return None, _meaning(what, wanted, str(likely), live[str(likely)])
    named = " or ".join(map(repr, wanted.label or (likely,)))
    return None, f"{len(matches)} {what} are labelled {named}, not one; nearest: {candidates(wanted, live)}"


def _meaning(what: str, wanted: Wanted, code: str, label: str) -> str | None:
    """What is wrong with the live label of a code; None when it fits, or no wording is recorded."""
    if wanted.label and not any(begins_with(label, wording) for wording in wanted.label):
        if wanted.words and holds_words(label, wanted.words):
            return None
        return f"{what} {code} is now labelled {label!r}, recorded was {wanted.label[0]!r}"
    if not wanted.label and not holds_words(label, wanted.words):
        return f"{what} {code} is labelled {label!r}, which does not say {' and '.join(wanted.words)}"
    return None


def candidates(wanted: Wanted, live: Mapping[str, str]) -> str:
    """The five nearest candidates as "code (label)"; labels are compared where a label is wanted."""
    if wanted.label:
        return nearest_of(wanted.name, live.items(), by_label=True)
    return nearest_of(wanted.name, live.items())


def nearest_of(wanted: str, pairs: Iterable[tuple[str, str]], *, by_label: bool = False) -> str:
    """The pairs of the five names nearest to `wanted`, by code or by label; all pairs of an equal label."""
    named: dict[str, list[str]] = {}
    for code, label in pairs:
        named.setdefault(label if by_label else code, []).append(f"{code} ({label})")
    return ", ".join(pair for name in nearest(wanted, named, CANDIDATES) for pair in named[name]) or "none"
