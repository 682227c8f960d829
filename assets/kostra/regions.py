"""From SSB's region codes to municipalities that keep their identity when the code changes.

SSB keeps old and new codes of a municipality side by side in one dimension. A code outside its years has
no figures (symbol `.`), so in each year one code of a municipality speaks for it.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.errors import DataError
from schemas.nearest import nearest_text

log = logging.getLogger(__name__)

KINDS: Mapping[str, str] = {
    r"\d{4}": "municipality",
    r"EKG\d{2}": "kostra_group",
    r"EAK|EAKUO": "country",
    r"E(?:AK|KA)\d{2}": "county",
}
"""What a region code names. SSB's figures of all but municipalities are its own, partly estimates."""

REFORM = 2020
"""From this year on, two codes of one municipality with figures in one year are an error."""

UNHEARD, NOTHING, MISSING, ZEROS, FIGURES = range(-1, 4)
"""What a code has to say in a year; unheard where the table does not have it."""


def to_municipalities(table: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """Replace `region` by `municipality` (slug, or the region code itself) and `region_kind`.

    A municipality keeps all its rows of the year from the one code that speaks for it, also where figures
    are missing. A municipality that exists in the year and has no figures at all keeps its rows, not
    applicable. A municipality that does not exist on 31 December of the year has none.

    Args:
        table: a `statbank/t…` frame with `year`, `region`, `value`, `status`.
        municipalities: `klass/municipalities`.

    Raises:
        DataError: a region code that is unknown, two codes of one municipality with figures in one year, or
            a year before those KLASS was asked about.
    """
    regions = table["region"].astype("category").cat
    codes = [str(code) for code in regions.categories]
    years, year_of = np.unique(table["year"].to_numpy(dtype=np.int64), return_inverse=True)
    place = np.ravel_multi_index((year_of, regions.codes), (len(years), len(codes)))
    loudest = np.full(len(years) * len(codes), UNHEARD)
    np.maximum.at(loudest, place, _voices(table))
    heard = {
        (int(years[at // len(codes)]), codes[at % len(codes)]): int(loudest[at])
        for at in np.flatnonzero(loudest != UNHEARD)
    }
    kinds = _kinds({code for _, code in heard}, municipalities)
    named = _names(heard, kinds, municipalities)
    names = np.array([named.get((int(year), code)) for year in years for code in codes], dtype=object)[place]
    rows = np.array([name is not None for name in names], dtype=bool)
    kept = table.loc[rows].drop(columns="region").reset_index(drop=True)
    kinds_of_codes = np.array([kinds.get(code, "") for code in codes], dtype=object)
    kept["municipality"] = pd.Series(names[rows], dtype="str")
    kept["region_kind"] = pd.Series(kinds_of_codes[regions.codes[rows]], dtype="str")
    return kept


def existing(municipalities: pd.DataFrame, year: int) -> list[str]:
    """The municipalities (slugs) that exist on 31 December of `year`."""
    return sorted({held.municipality for held in _held(municipalities, year) if held.in_force})


@dataclass(frozen=True, slots=True, order=True)
class _Claim:
    """What a code has to say for a municipality in a year; the greatest speaks for it."""

    voice: int
    in_force: bool
    valid_from: pd.Timestamp
    region: str


@dataclass(frozen=True, slots=True)
class _Held:
    """A code of a municipality as KLASS has it, on 31 December of a year."""

    region: str
    municipality: str
    valid_from: pd.Timestamp
    in_force: bool


def _voices(table: pd.DataFrame) -> np.ndarray:
    """What each row has to say.

    Zeros count less than figures, so that a code served with zeros outside its years does not speak.
    """
    value = table["value"].to_numpy(dtype=np.float64)
    told = ~np.isnan(value)
    unknown = (table["status"] != "not_applicable").to_numpy()
    return np.select([told & (value != 0), told, unknown], [FIGURES, ZEROS, MISSING], default=NOTHING)


def _kinds(codes: Iterable[str], municipalities: pd.DataFrame) -> dict[str, str]:
    """The kind of each region code.

    Raises:
        DataError: a code that is neither a known municipality nor of a known kind.
    """
    known = set(municipalities["code"].astype("str"))
    kinds = {code: _kind(code) for code in codes}
    strangers = sorted(
        code for code, kind in kinds.items() if not kind or (kind == "municipality" and code not in known)
    )
    if strangers:
        near = nearest_text(strangers[0], known)
        raise DataError(f"region code(s) {', '.join(strangers)} are unknown to klass/municipalities; {near}")
    return {code: kind for code, kind in kinds.items() if kind}


def _kind(code: str) -> str | None:
    return next((kind for pattern, kind in KINDS.items() if re.fullmatch(pattern, code)), None)


def _names(
    heard: Mapping[tuple[int, str], int], kinds: Mapping[str, str], municipalities: pd.DataFrame
) -> dict[tuple[int, str], str]:
    """(year, code) → the group's code, or the slug of the municipality that the code speaks for."""
    named = {(year, code): code for year, code in heard if kinds[code] != "municipality"}
    for year in sorted({year for year, _ in heard}):
        voices = {
            code: voice for (of, code), voice in heard.items() if of == year and (of, code) not in named
        }
        for municipality, code in _spokesmen(voices, municipalities, year):
            named[year, code] = municipality
    return named


def _spokesmen(
    voices: Mapping[str, int], municipalities: pd.DataFrame, year: int
) -> Iterator[tuple[str, str]]:
    """Municipalities that exist in the year, each with the code that speaks for it."""
    held = list(_held(municipalities, year))
    exist = {each.municipality for each in held if each.in_force}
    claims: defaultdict[str, list[_Claim]] = defaultdict(list)
    for code, voice in voices.items():
        # A code that two municipalities have had is that of the one it is in force for, or was last.
        of = max(
            (each for each in held if each.region == code), key=lambda each: (each.in_force, each.valid_from)
        )
        claims[of.municipality].append(_Claim(voice, of.in_force, of.valid_from, code))
    for municipality, own in claims.items():
        _refuse_two_voices(municipality, own, year)
        if municipality in exist:
            yield municipality, max(own).region
        else:
            log.debug("%s does not exist at the end of %d and is left out", municipality, year)


def _held(municipalities: pd.DataFrame, year: int) -> Iterator[_Held]:
    """Every code of every municipality, and whether it is in force on 31 December.

    A code stands for its municipality in years it is not in force as well: the population of 31 December is
    served under the codes of the day after.
    """
    begins = pd.to_datetime(municipalities["valid_from"])
    ends = pd.to_datetime(municipalities["valid_to"])
    last_day = pd.Timestamp(year, 12, 31)
    if begins.min() > last_day:
        raise DataError(
            f"klass/municipalities begins on {begins.min():%Y-%m-%d}; {year} cannot be identified"
        )
    in_force = (begins <= last_day) & (ends.isna() | (ends > last_day))
    texts = (municipalities[name].astype("str") for name in ("code", "slug"))
    return (_Held(*row) for row in zip(*texts, begins, in_force, strict=True))


def _refuse_two_voices(municipality: str, claims: Iterable[_Claim], year: int) -> None:
    speaking = sorted(claim.region for claim in claims if claim.voice == FIGURES)
    if len(speaking) > 1 and year >= REFORM:
        raise DataError(
            f"{municipality} has figures under {' and '.join(speaking)} in {year}; "
            "one of the codes was not in force then: check the table and klass/municipalities"
        )
