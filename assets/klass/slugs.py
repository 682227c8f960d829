"""From a municipality's official name to the slug that stays the same when the code changes."""

from __future__ import annotations

import re
import unicodedata

_PARENTHESIS = re.compile(r"\s*\((?P<place>[^)]*)\)\s*$")
# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})


def slug(text: str) -> str:
    """`text` in lower-case ASCII letters, digits and single underscores ("Sør-Varanger" → `sor_varanger`)."""
    letters = unicodedata.normalize("NFC", text).lower().translate(_LETTERS)
    ascii_only = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")


def name_slug(name: str) -> str:
    """The slug an official name gives by itself.

    Of parallel names ("Oslo - Oslove") the first counts. The place KLASS adds in parentheses to names
    that several municipalities share ("Våler (Østfold)") is part of the slug.
    """
    found = _PARENTHESIS.search(name)
    first = _PARENTHESIS.sub("", name).split(" - ")[0]
    return slug(f"{first} {found['place']}" if found else first)


def same_name(one: str, other: str) -> bool:
    """Whether two official names share a language version, the place in parentheses aside."""
    return bool(_versions(one) & _versions(other))


def _versions(name: str) -> set[str]:
    return {slug(version) for version in _PARENTHESIS.sub("", name).split(" - ")}
