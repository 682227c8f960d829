"""Reading Norwegian report text: numbers with their unit, ages, functions, years, directions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.catalogue import OPEN_AGE

_SPACES = " \u00a0\u2009\u202f"
_NUMBER = re.compile(
    rf"(?<![\d.,\-–])\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?(?!\d)|(?<![\d.,])\d+(?:[.,]\d+)?"
)
_UNIT_AFTER = re.compile(
    r"\s*(?P<points>prosent-?poeng|%\s?-?poeng|pp\b)|\s*(?P<percent>prosent\b|pst\b|%)|"
    r"\s*(?P<money>kroner\b|kr\b|mill|mrd)|\s*(?P<months>måned|mnd\b)"
)
_UNITS = {"points": "percentage_points", "percent": "percent", "money": "money", "months": "months"}
_WORDS = {
    word: number
    for number, word in enumerate(
        ["null", "en", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv"]
    )
    if number > 1
}
_WORD_NUMBER = re.compile(rf"\b({'|'.join(_WORDS)})\b")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|[.,]\d)")

_BAND = re.compile(r"(?<![\d(])(\()?(\d{1,3})(\))?\s*[-–]\s*(\()?(\d{1,3})(\))?\s*år")
_FROM = re.compile(r"(?<!\d)(\d{1,3})\s*(?:år og (?:eldre|over)|\+)")
_UNDER = re.compile(r"\bunder (\d{1,3}) år")
_OVER = re.compile(r"\bover (\d{1,3}) år")
_AGES = re.compile(r"\b(?:under|over) \d{1,3} år(?: og \w+)?")

_FUNCTION = re.compile(r"(?<![A-Za-zÆØÅæøå0-9])[fF]\.?\s?(\d{3})(?!\d)")
_FUNCTIONS = re.compile(r"[Ff]unksjon(?:en|er|ene)?\s+(\d{3}(?:(?:\s*,\s*|\s+og\s+|\s*/\s*)\d{3})*)(?!\d)")

_AMOUNT = r"(?:prosent|prosentpoeng|%-poeng|poeng|%)\s+"
_REFERENCE = (
    r"(?=\s+(?:\w+\s+){0,2}[\w-]*(?:snitt|gjennomsnitt|asss|kostra|landet|andre|resten)|\s*(?:$|[,.;]))"
)
_USES = r"bruk\w*\s+(?:\w+\s+){0,2}"
_UP = {
    "change": r"øk\w*|oppgang\w*|vekst\w*|vokst\w*|vokser|stiger|steg|steget|stigning\w*|opp|høyere",
    "relative": rf"{_AMOUNT}(?:over|mer)|over{_REFERENCE}|{_USES}mer|høyere|større|flere",
    "rank": r"høyest|høyeste|størst|største",
    "level": r"høyt|høy|høye",
}
_DOWN = {
    "change": r"nedgang\w*|reduksjon\w*|reduser\w*|fall|faller|falt|nedad\w*|synk\w*|sank|avtar|ned|lavere",
    "relative": rf"{_AMOUNT}(?:under|mindre)|under{_REFERENCE}|{_USES}mindre|lavere|færre",
    "rank": r"lavest|laveste|minst|minste",
    "level": r"lavt|lav|lave",
}
_NOT = re.compile(r"\b(?:ikke|verken|ingen|snudd)\b")
_STILL = re.compile(r"\b(?:viderefører|uendret|uforandret|stabil\w*|samme nivå|på nivå med)\b")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text, with the unit word that follows it (empty when none does)."""

    value: float
    decimals: int
    unit: str


def plain(text: str) -> str:
    """The text in one spelling: composed letters, plain spaces and hyphens, nothing around it."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join(re.sub("[\u2010-\u2015\u2212]", "-", composed).split())


def quantities(text: str) -> list[Quantity]:
    """The numbers a text states: years, ages and function codes are none."""
    found = []
    plain = _without_names(text)
    for match in _NUMBER.finditer(plain):
        after = _UNIT_AFTER.match(plain, match.end())
        number = re.sub(f"[{_SPACES}]", "", match[0]).replace(",", ".")
        decimals = len(number.partition(".")[2])
        unit = _UNITS[str(after.lastgroup)] if after else ""
        found.append(Quantity(float(number), decimals, unit))
    found += [Quantity(float(_WORDS[match[1]]), 0, "") for match in _WORD_NUMBER.finditer(plain.casefold())]
    return found


def _without_names(text: str) -> str:
    """The text without years, ages, function codes and group numbers."""
    for pattern in (_BAND, _FROM, _AGES, _FUNCTIONS, _FUNCTION, _YEAR):
        text = pattern.sub(" ", text)
    return re.sub(r"(?i)(?:gruppe|f|kg)\s?\d+|(?<!\d)\d{1,3}\s*år\b|=\s*100\b|per\s+1[  ]?000", " ", text)


def years(text: str) -> set[int]:
    """The years a text names."""
    return {int(match[1]) for match in _YEAR.finditer(text)}


@dataclass(frozen=True, slots=True)
class Band:
    """An age band as printed, both ends included; `doubtful` when an end stands in parentheses by itself."""

    low: int
    high: int
    doubtful: bool = False

    @property
    def ends(self) -> tuple[int, int]:
        """First and last age."""
        return self.low, self.high

    @property
    def words(self) -> str:
        """The band in Norwegian."""
        if self.high >= OPEN_AGE:
            return f"{self.low} år og eldre"
        return (
            f"under {self.high + 1} år" if self.low == 0 and self.high < 18 else f"{self.low}-{self.high} år"
        )


def bands(text: str) -> list[Band]:
    """The age bands a text names, in the order of their kind."""
    found = [
        Band(int(m[2]), int(m[5]), bool(m[3] and m[1]) or bool(m[4] and m[6]))
        for m in _BAND.finditer(text.replace("(", " (", 1) if text.startswith("(") else text)
    ]
    found += [Band(int(match[1]), OPEN_AGE) for match in _FROM.finditer(text)]
    found += [Band(0, age - 1) for age in under(text)]
    return found


def under(text: str) -> list[int]:
    """The N of every "under N år"."""
    return [int(match[1]) for match in _UNDER.finditer(text)]


def over(text: str) -> list[int]:
    """The N of every "over N år"."""
    return [int(match[1]) for match in _OVER.finditer(text)]


def functions(text: str) -> list[str]:
    """The codes of functions a text names."""
    lists = [code for match in _FUNCTIONS.finditer(text) for code in re.findall(r"\d{3}", match[1])]
    return list(dict.fromkeys([*(match[1] for match in _FUNCTION.finditer(text)), *lists]))


def directions(text: str, kind: str) -> set[str]:
    """Which ways a text points, for a claim of that kind: `up`, `down`, `still`; none when it denies."""
    plain_text = _AGES.sub(" ", text.casefold())
    if _NOT.search(plain_text):
        return set()
    found = {
        way
        for way, words in (("up", _UP), ("down", _DOWN))
        if kind in words and re.search(rf"(?<!\w)(?:{words[kind]})(?!\w)", plain_text)
    }
    return found | {"still"} if kind == "change" and _STILL.search(plain_text) else found


def from_year(text: str) -> int | None:
    """The year a text says that something changed from."""
    found = re.search(r"\bfra ((?:19|20)\d\d)\b", text)
    return int(found[1]) if found else None


def clauses(text: str) -> Iterator[str]:
    """The parts of a sentence that may point different ways."""
    yield from re.split(r",?\s+men\s+|;\s*|,\s+og\s+", text)
