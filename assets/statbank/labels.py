"""When two SSB labels say the same: the wording counts, not case, spacing, "(K)" or a unit behind it."""

from __future__ import annotations

import re
import unicodedata

_MONEY = r"(?:1 ?000 |mill\. )?(?:kr|kroner)"
_UNITS = rf"{_MONEY}|prosent|pst|%|antall|personer|måneder|mnd|timer|årsverk|døgn|dager"
_TRAILING = re.compile(rf"\s*\((?:[kfb]|{_UNITS})\)$")


def normalise(label: str) -> str:
    """The label in comparable form (NFKC, casefolded, spaces collapsed), without level and unit behind it."""
    text = " ".join(unicodedata.normalize("NFKC", label).casefold().split())
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
