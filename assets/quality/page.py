"""The quality page: what was expected, what was found, what to look at; one HTML file that needs no other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
import pandas as pd

from assets.quality.outcomes import SEPARATOR
from assets.rounding import norwegian

_TEMPLATES = Path(__file__).parent / "templates"
SUITES = {"gate": "før lagring", "watch": "etter lagring", "controls": "fagkontroll"}
"""When something is judged, in Norwegian."""
SEVERITIES = {"error": "feil", "warning": "varsel"}
"""How grave it is when it does not hold, in Norwegian."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One dataset: how many expectations and controls there are over the years, and how they came out."""

    dataset: str
    title: str
    judged: int
    held: int
    warnings: int
    errors: int


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in one year."""

    year: int
    observed: str
    examples: tuple[str, ...]
    refused: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """One expectation or control that does not hold in some years, newest first."""

    dataset: str
    name: str
    title: str
    when: str
    grade: str
    advice: str
    found: tuple[Found, ...]

    @property
    def refused(self) -> bool:
        """Whether the rows of any of the years were refused."""
        return any(each.refused for each in self.found)


@dataclass(frozen=True, slots=True)
class Held:
    """What holds in one year: dataset, what was expected, when it was judged, what was found."""

    year: int
    rows: Sequence[tuple[str, str, str, str]]


def quality_page(rows: pd.DataFrame, titles: Mapping[str, str], municipality: str, *, sample: bool) -> str:
    """The page of `rows` of `quality/expectations`.

    Args:
        rows: of one or several years.
        titles: dataset → its Norwegian title.
        municipality: name or slug of the focal municipality.
        sample: whether the figures are modelled examples, which the page then says.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = norwegian
    years = sorted(int(year) for year in rows["year"].unique())
    return environment.get_template("quality.html.j2").render(
        municipality=municipality,
        sample=sample,
        years=f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0]),
        summaries=summaries(rows, titles),
        broken=broken(rows),
        held=list(held(rows)),
    )


def summaries(rows: pd.DataFrame, titles: Mapping[str, str]) -> list[Summary]:
    """A line per dataset, those with the gravest findings first."""
    found = []
    for dataset, of_it in rows.groupby("dataset", observed=True):
        grades = of_it.loc[~_success(of_it), "severity"].astype("str")
        errors = int((grades == "error").sum())
        counts = (len(of_it), len(of_it) - len(grades), len(grades) - errors, errors)
        found.append(Summary(str(dataset), titles.get(str(dataset), ""), *counts))
    return sorted(found, key=lambda line: (-line.errors, -line.warnings, line.dataset))


def broken(rows: pd.DataFrame) -> list[Broken]:
    """What does not hold, grouped over the years; errors first."""
    left = rows[~_success(rows)].sort_values("year", ascending=False)
    found = []
    for (dataset, suite, name), of_it in left.groupby(["dataset", "suite", "expectation"], observed=True):
        newest = of_it.iloc[0]
        found.append(
            Broken(
                dataset=str(dataset),
                name=str(name),
                title=str(newest["title"]),
                when=SUITES[str(suite)],
                grade=SEVERITIES["error" if (of_it["severity"] == "error").any() else "warning"],
                advice=str(newest["advice"]),
                found=tuple(_found(row) for row in of_it.to_dict("records")),
            )
        )
    return sorted(found, key=lambda each: (each.grade != SEVERITIES["error"], each.dataset, each.name))


def _found(row: Mapping[Hashable, object]) -> Found:
    examples = tuple(part for part in str(row["examples"]).split(SEPARATOR) if part)
    return Found(int(str(row["year"])), str(row["observed"]), examples, bool(row["refused"]))


def held(rows: pd.DataFrame) -> Iterator[Held]:
    """What holds, a year at a time, newest first."""
    good = rows[_success(rows)]
    for year in sorted(good["year"].unique(), reverse=True):
        of_year = good[(good["year"] == year).to_numpy()].sort_values(["dataset", "suite", "expectation"])
        lines = [
            (str(row["dataset"]), str(row["title"]), SUITES[str(row["suite"])], str(row["observed"]))
            for row in of_year.to_dict("records")
        ]
        yield Held(int(year), lines)


def _success(rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["success"].astype("bool")
