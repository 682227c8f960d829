"""Populations that published figures imply: what a printed amount per inhabitant was divided by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.quality.controls.control import Control, Finding, Frames, number, told
from schemas.catalogue import AccountsTerm, Catalogue, Indicator, PopulationTerm

INDICATORS = "asss/indicators"
REGISTER = "register/figures"


def implied_by_published(frames: Frames, catalogue: Catalogue, _: int) -> Finding:
    """Amounts per inhabitant as published, and our amounts, imply one population per age band: ours.

    What is published adjusted for prices and need implies no population.
    """
    adjusted = {s.published.indicator for s in catalogue.series.values() if s.published and s.adjust}
    bands = {
        name: band
        for name, entry in catalogue.indicators.items()
        if (band := _band(entry)) and name not in adjusted
    }
    keys = ["municipality", "indicator"]
    published = frames[REGISTER].rename(columns={"entity": "municipality", "value": "printed"})
    wanted = published["indicator"].isin(list(bands)) & (published["unit"] == "NOK")
    printed = published.loc[wanted.to_numpy(), [*keys, "printed"]].astype(dict.fromkeys(keys, "str"))
    held = frames[INDICATORS][[*keys, "numerator", "denominator"]].astype(dict.fromkeys(keys, "str"))
    both = printed.merge(held, on=keys).dropna()
    if both.empty:
        return told(0, "folketall", (), ["ingen publiserte beløp per innbygger for året"])
    return _judged(_with_intervals(both.assign(band=both["indicator"].map(bands)), catalogue))


def _band(entry: Indicator) -> str | None:
    """The age band an indicator divides amounts of the accounts by; None when it does not."""
    amounts = entry.unit == "NOK" and all(isinstance(term, AccountsTerm) for term in entry.numerator)
    people = entry.denominator[0] if len(entry.denominator) == 1 else None
    if not amounts or not isinstance(people, PopulationTerm):
        return None
    return f"{people.age_from}–{people.age_to}"


def _with_intervals(both: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The inhabitants each figure implies, at the decimals the indicator is published with."""
    entries = [catalogue.indicators[name] for name in both["indicator"]]
    half = np.array([0.5 * 10.0**-entry.decimals for entry in entries])
    amount = both["numerator"].abs() * [entry.scale for entry in entries]
    printed = both["printed"].abs()
    highest = (amount / (printed - half)).where(printed > half)
    return both.assign(lowest=amount / (printed + half), highest=highest).dropna(subset="highest")


def _judged(rows: pd.DataFrame) -> Finding:
    """One population per municipality and band, inside what every figure of it implies."""
    spans = (
        rows.groupby(["municipality", "band"])
        .agg(
            lowest=("lowest", "max"),
            highest=("highest", "min"),
            people=("denominator", "first"),
            names=("indicator", lambda indicators: ", ".join(sorted(set(indicators)))),
        )
        .reset_index()
    )
    outside = (spans["people"] < spans["lowest"]) | (spans["people"] > spans["highest"])
    lines = [_line(span) for _, span in spans[outside.to_numpy()].iterrows()]
    return told(len(spans), "folketall", lines)


def _line(span: pd.Series) -> str:
    implied = f"{number(np.ceil(span['lowest']))}–{number(np.floor(span['highest']))} innbyggere"
    if span["lowest"] > span["highest"]:
        implied = "hver sitt folketall"
    said = f"{span['names']} tilsier {implied}, 07459 har {number(span['people'])}"
    return f"{span['municipality']} {span['band']} år: {said}"


CONTROLS = (
    Control(
        "published_implies_population",
        INDICATORS,
        "Publiserte beløp per innbygger tilsier folketallet de er delt på her",
        "Er tallene publisert før SSBs endelige tall kom (juni), eller med en annen aldersgruppe? Se "
        "`kostra reconcile` for tallet, og `kostra explain` for teller og nevner.",
        "warning",
        (INDICATORS, REGISTER),
        implied_by_published,
    ),
)
