"""Small frames made of the rows of a dataset: what Great Expectations is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from schemas.catalogue import Band
from schemas.catalogue.limits import LimitedBy
from schemas.expectations.declared import HOLDS, OUTSIDE, Subject, View

#: Share of the cells that apply which may lack a figure before somebody should look.
MOST_MISSING = 0.5


def distinct(*columns: str) -> View:
    """The distinct values of the columns together, in the column `value`."""

    def view(subject: Subject) -> pd.DataFrame:
        texts = subject.frame[list(columns)].drop_duplicates().astype("str")
        return pd.DataFrame({"value": texts.agg(" ".join, axis=1) if len(columns) > 1 else texts[columns[0]]})

    return view


def complete(*columns: str) -> Callable[[Subject], int]:
    """The number of rows there are when every value of a column stands with every value of the others."""
    return lambda subject: int(np.prod([subject.frame[name].nunique() for name in columns]))


def factors(words: Mapping[str, str]) -> Callable[[Subject], str]:
    """The same number as a product in words: `16 regioner × 2 omfang`."""

    def said(subject: Subject) -> str:
        return " × ".join(f"{subject.frame[name].nunique()} {word}" for name, word in words.items())

    return said


def bands_of(subject: Subject, of: LimitedBy) -> dict[str, Band]:
    """The bands that hold in the subject's year, by what they are of."""
    bands = subject.catalogue.value_bands.values()
    year = subject.year
    return {band.name: band for band in bands if band.of == of and (year is None or band.covers(year))}


def extremes(subject: Subject, by: str, figure: str, of: LimitedBy) -> pd.DataFrame:
    """Lowest and highest figure per value of `by`, and how far either lies outside its band.

    Columns `by`, `unit`, `min`, `max`, `lowest`, `highest`, `outside`. What has no band is not judged.
    """
    frame = subject.frame
    limit = "unit" if of == "unit" else by
    values = frame[figure].to_numpy(dtype="float64", na_value=np.nan)
    numbers, names = _numbered(frame, list(dict.fromkeys((by, limit))))
    low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    filled = ~np.isnan(values)
    np.minimum.at(low, numbers[filled], values[filled])
    np.maximum.at(high, numbers[filled], values[filled])
    found = names.assign(min=low, max=high)[high > -np.inf]
    bands = bands_of(subject, of)
    lowest = found[limit].map({name: band.lowest for name, band in bands.items()}).astype("float64")
    highest = found[limit].map({name: band.highest for name, band in bands.items()}).astype("float64")
    outside = np.maximum(np.maximum(lowest - found["min"], found["max"] - highest), 0)
    return found.assign(lowest=lowest, highest=highest, **{OUTSIDE: outside})


def _numbered(frame: pd.DataFrame, columns: list[str]) -> tuple[npt.NDArray[np.intp], pd.DataFrame]:
    """Which of the distinct combinations each row has, and the combinations as texts."""
    codes = [frame[name].astype("category").cat for name in columns]
    sizes = [len(column.categories) for column in codes]
    joined = np.ravel_multi_index([column.codes.to_numpy() for column in codes], sizes)
    distinct, numbers = np.unique(joined, return_inverse=True)
    places = np.unravel_index(distinct, sizes)
    names = {
        name: pd.Series(column.categories[place], dtype="str")
        for name, column, place in zip(columns, codes, places, strict=True)
    }
    return numbers, pd.DataFrame(names)


def possible(by: str, figure: str = "value") -> View:
    """Extremes per value of `by`, held against what is possible in the unit."""
    return lambda subject: extremes(subject, by, figure, "unit")


def outside_band(figure: pd.Series, lowest: pd.Series, highest: pd.Series) -> pd.Series:
    """How far figures lie outside; empty where there is no figure or no band."""
    return pd.Series(np.maximum(np.maximum(lowest - figure, figure - highest), 0), index=figure.index)


def figures_per(by: str, figure: str) -> View:
    """How many percent of the cells that apply have no figure, per value of `by`."""

    def view(subject: Subject) -> pd.DataFrame:
        applies = (subject.frame["status"] != "not_applicable").to_numpy()
        lacks = subject.frame[figure].isna().to_numpy()
        numbers, names = _numbered(subject.frame, [by])
        cells = np.bincount(numbers[applies], minlength=len(names))
        empty = np.bincount(numbers[applies & lacks], minlength=len(names))
        share = empty / np.where(cells, cells, np.nan)
        return names.assign(share=100 * share, **{OUTSIDE: np.maximum(share - MOST_MISSING, 0)})

    return view


def present(municipalities: str, figure: str) -> View:
    """The focal municipality and the network's members: whether each has rows, and figures in any of them."""

    def view(subject: Subject) -> pd.DataFrame:
        frame = subject.frame
        named = frame[municipalities].astype("str")
        rows = named.value_counts()
        figures = named[frame[figure].notna().to_numpy()].value_counts()
        members = pd.Series(subject.members, dtype="str")
        found = pd.DataFrame(
            {
                "municipality": members,
                "rows": members.map(rows).fillna(0).astype("int64"),
                "figures": members.map(figures).fillna(0).astype("int64"),
            }
        )
        found = found.assign(**{HOLDS: found["figures"] > 0})
        redrawn = subject.redrawn(subject.of_year)
        return found[~members.isin(list(redrawn)).to_numpy()]

    return view


def at_once(frame: pd.DataFrame, by: str, years: Iterable[int]) -> pd.DataFrame:
    """How many dated rows of each value of `by` hold on 31 December of each year; one at most should."""
    begins, ends = pd.to_datetime(frame["valid_from"]), pd.to_datetime(frame["valid_to"])
    counts = []
    for year in years:
        day = pd.Timestamp(date(year, 12, 31))
        held = frame.loc[((begins <= day) & (ends.isna() | (ends > day))).to_numpy(), by].astype("str")
        counts.append(held.value_counts().rename_axis(by).reset_index(name="rows").assign(year=year))
    found = pd.concat(counts, ignore_index=True) if counts else pd.DataFrame(columns=[by, "rows", "year"])
    return found.assign(**{HOLDS: found["rows"] <= 1})


def are_in(values: pd.Series, known: Collection[str]) -> pd.DataFrame:
    """The distinct values, each with whether it is known."""
    found = pd.DataFrame({"value": values.dropna().astype("str").unique()})
    return found.assign(**{HOLDS: found["value"].isin(list(known))})
