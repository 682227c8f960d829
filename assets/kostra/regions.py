"""From SSB's region codes to municipalities that keep their identity when the code changes.

SSB keeps old and new codes of a municipality side by side in one dimension. A code outside its years has
no figures (symbol `.`), so in each year one code of a municipality speaks for it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import date

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
    kinds = _kinds(table["region"], municipalities)
    ours = (kinds == "municipality").to_numpy()
    spoken = _spokesmen(table[ours], municipalities)
    others = table.loc[~ours, ["year", "region"]].drop_duplicates()
    named = pd.concat([spoken, others.assign(municipality=others["region"].astype("str"))])
    named["region_kind"] = _kinds(named["region"], municipalities)
    kept = table.merge(named.astype({"region": table["region"].dtype}), on=["year", "region"], how="inner")
    return kept.drop(columns="region")


def existing(municipalities: pd.DataFrame, year: int) -> list[str]:
    """The municipalities (slugs) that exist on 31 December of `year`."""
    held = _validity(municipalities, [year])
    return sorted(held.loc[held["exists"], "municipality"].unique())


def _kinds(regions: pd.Series, municipalities: pd.DataFrame) -> pd.Series:
    """The kind of each region code.

    Raises:
        DataError: a code that is neither a known municipality nor of a known kind.
    """
    as_category = regions.astype("category").cat
    codes = [str(code) for code in as_category.categories]
    known = set(municipalities["code"].astype("str"))
    kinds = {code: _kind(code) for code in codes}
    present = {codes[number] for number in as_category.codes.unique()}
    strangers = sorted(c for c in present if not kinds[c] or (kinds[c] == "municipality" and c not in known))
    if strangers:
        near = nearest_text(strangers[0], known)
        raise DataError(f"region code(s) {', '.join(strangers)} are unknown to klass/municipalities; {near}")
    names = np.array([kinds[code] or "" for code in codes], dtype=object)
    return pd.Series(names[as_category.codes], index=regions.index, dtype="str")


def _kind(code: str) -> str | None:
    return next((kind for pattern, kind in KINDS.items() if re.fullmatch(pattern, code)), None)


def _spokesmen(table: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """One row (year, region, municipality) per municipality and year: the code that speaks for it."""
    candidates = _candidates(table, municipalities)
    _refuse_two_voices(candidates)
    best = candidates.sort_values(
        ["year", "municipality", "voice", "in_force", "valid_from"],
        ascending=[True, True, False, False, False],
    ).drop_duplicates(["year", "municipality"])
    absent = ~best["exists"]
    if absent.any():
        log.debug("%d municipality-years without a municipality are left out", int(absent.sum()))
    return best.loc[~absent, ["year", "region", "municipality"]]


def _candidates(table: pd.DataFrame, municipalities: pd.DataFrame) -> pd.DataFrame:
    """Every code in the table × the municipality it belongs to in the year, and how much it has to say.

    `voice`: 3 figures other than 0, 2 zeros only, 1 missing or suppressed figures only, 0 nothing. Zeros
    count less than figures, so that a code served with zeros outside its years does not speak.
    """
    codes = table[["year", "region"]].assign(
        voice=np.select(
            [
                table["value"].notna() & (table["value"] != 0),
                table["value"].notna(),
                table["status"] != "not_applicable",
            ],
            [3, 2, 1],
            default=0,
        )
    )
    loudest = codes.groupby(["year", "region"], observed=True)["voice"].max().reset_index()
    loudest["region"] = loudest["region"].astype("str")
    years = sorted(loudest["year"].unique())
    held: pd.DataFrame = loudest.merge(_validity(municipalities, years), on=["year", "region"])
    return held.sort_values(["in_force", "valid_from"]).drop_duplicates(["year", "region"], keep="last")


def _validity(municipalities: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Every code × year: its municipality, whether code and municipality are in force on 31 December.

    A code stands for its municipality in years it is not in force as well: the population of 31 December is
    served under the codes of the day after.
    """
    begins = pd.to_datetime(municipalities["valid_from"])
    ends = pd.to_datetime(municipalities["valid_to"])
    if years and begins.min() > pd.Timestamp(date(years[0], 12, 31)):
        raise DataError(
            f"klass/municipalities begins on {begins.min():%Y-%m-%d}; {years[0]} cannot be identified"
        )
    held = pd.DataFrame(
        {
            "region": municipalities["code"].astype("str"),
            "municipality": municipalities["slug"].astype("str"),
            "valid_from": begins,
            "valid_to": ends,
        }
    ).merge(pd.DataFrame({"year": years}), how="cross")
    last_day = pd.to_datetime(held["year"].astype("str") + "-12-31")
    held["in_force"] = (held["valid_from"] <= last_day) & (
        held["valid_to"].isna() | (held["valid_to"] > last_day)
    )
    held["exists"] = held.groupby(["year", "municipality"])["in_force"].transform("any")
    return held.sort_values(["in_force", "valid_from"]).drop_duplicates(
        ["year", "region", "municipality"], keep="last"
    )


def _refuse_two_voices(candidates: pd.DataFrame) -> None:
    speaking = candidates[(candidates["voice"] == 3) & (candidates["year"] >= REFORM)]
    twice = speaking[speaking.duplicated(["year", "municipality"], keep=False)]
    if not twice.empty:
        year, municipality = twice[["year", "municipality"]].iloc[0]
        codes = twice.loc[(twice["year"] == year) & (twice["municipality"] == municipality), "region"]
        raise DataError(
            f"{municipality} has figures under {' and '.join(sorted(codes))} in {year}; "
            "one of the codes was not in force then: check the table and klass/municipalities"
        )
