"""When two SSB labels say the same: the wording counts, not case, spacing, "(K)" or a unit behind it."""

from __future__ import annotations

import re
import unicodedata

_MONEY = r"(?:1 ?000 |mill\. )?(?:kr|kroner)"
_UNITS = rf"{_MONEY}|prosent|pst|%|antall|personer|måneder|måned|mnd|timer|årsverk|døgn|dager|plasser"
_TRAILING = re.compile(rf"\s*\((?:[kfb]|{_UNITS})\)$")
_TRAILING_UNIT = re.compile(rf"\(({_UNITS})\)(?:\s*\([kfb]\))*$")


def normalise(label: str) -> str:
    """The label in comparable form (NFKC, casefolded, spaces collapsed), without level and unit behind it."""
    text = _plain(label)
    while (shorter := _TRAILING.sub("", text)) != text:
        text = shorter
    return text


def same(one: str, other: str) -> bool:
    """Whether two labels are equal after normalisation."""
    return normalise(one) == normalise(other)


def begins_with(live: str, recorded: str) -> bool:
    """Whether `live` is `recorded`, or `recorded` and then further words."""
    full, start = normalise(live), normalise(recorded)
    return full == start or (full.startswith(start) and not full[len(start)].isalnum())


def holds_words(live: str, words: tuple[str, ...]) -> bool:
    """Whether every one of `words` is part of `live`."""
    text = _plain(live)
    return all(_plain(word) in text for word in words)


def unit_in(label: str) -> str:
    """The unit a label ends with in parentheses; empty when it names none."""
    found = _TRAILING_UNIT.search(_plain(label))
    return found.group(1) if found else ""


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
