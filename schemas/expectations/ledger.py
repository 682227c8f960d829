"""Suites of `ledger/…`: own accounts and KOSTRA account files, as they were taken in."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from schemas.expectations.declared import HOLDS, OUTSIDE, Expectation, Subject, holds, inside, one_value

#: More on one line than any municipality but Oslo spends in a year.
LARGEST_LINE = 2.0e10
#: What an annual account file has as its quarter.
_ANNUAL = 0


def _areas_with_costs(subject: Subject) -> pd.DataFrame:
    """Director areas of the catalogue, with whether the ledger has lines of them."""
    names = subject.frame["director_area"].astype("str").unique()
    declared = [area for area in subject.catalogue.director_areas.values() if area.covers(subject.of_year)]
    found = pd.DataFrame({"code": [area.code for area in declared]}, dtype="str")
    return found.assign(
        **{HOLDS: [any(re.match(rf"{re.escape(code)}\b", n) for n in names) for code in found["code"]]}
    )


def _known_areas(subject: Subject) -> pd.DataFrame:
    codes = [area.code for area in subject.catalogue.director_areas.values() if area.covers(subject.of_year)]
    names = subject.frame["director_area"].astype("str").unique()
    known = [any(re.match(rf"{re.escape(code)}\b", name) for code in codes) for name in names]
    return pd.DataFrame({"director_area": names, HOLDS: np.array(known, dtype=bool)})


def _large_lines(subject: Subject) -> pd.DataFrame:
    """The largest amount on a line, either way, per function."""
    size = subject.frame["amount"].abs().groupby(subject.frame["function"], observed=True).max()
    found = size.rename("amount").reset_index().astype({"function": "str"})
    return found.assign(**{OUTSIDE: np.maximum(found["amount"] - LARGEST_LINE, 0)})


def _spent(subject: Subject) -> pd.DataFrame:
    """The sum of each function's expense lines: money spent is positive."""
    frame = subject.frame
    expense = (frame["art"].astype("str") < "500").to_numpy()
    sums = frame[expense].groupby("function", observed=True)["amount"].sum().reset_index()
    found = sums.astype({"function": "str"})
    return found.assign(**{HOLDS: (found["amount"] > 0).to_numpy()})


ENTRIES = (
    one_value(
        "one_file_a_year",
        "Året er tatt inn fra én fil",
        "To filer for samme år teller alt dobbelt: se `kostra ledger import`.",
        "file_sha256",
        "filer",
    ),
    inside(
        "possible_amounts",
        "Ingen linje er større enn en hel kommunes budsjett",
        "Se etter øre i stedet for kroner i eksporten.",
        _large_lines,
        tell="funksjon {function}: {amount} kroner på én linje",
        noun="funksjoner",
    ),
    holds(
        "known_director_areas",
        "Direktørområdene står i katalogen",
        "Legg området i director_areas.yaml med året det begynner; så lenge regnes det som direkte.",
        _known_areas,
        severity="warning",
        tell="{director_area}",
        noun="direktørområder",
    ),
    holds(
        "expenses_positive",
        "Utgiftene er over null på hver funksjon",
        "Er fortegnet snudd i eksporten? Utgifter skal være positive og inntekter negative.",
        _spent,
        severity="warning",
        tell="funksjon {function}: {amount} kroner",
        noun="funksjoner",
    ),
    holds(
        "every_director_area",
        "Alle direktørområdene i katalogen har linjer",
        "Mangler en del av regnskapet i eksporten?",
        _areas_with_costs,
        severity="warning",
        tell="{code} har ingen linjer",
        noun="direktørområder",
    ),
)


def _annual(subject: Subject) -> pd.DataFrame:
    files = subject.frame[["form", "quarter"]].drop_duplicates().astype({"form": "str"})
    return files.assign(**{HOLDS: (files["quarter"] == _ANNUAL).to_numpy()})


def _expenses_of_form(subject: Subject) -> pd.DataFrame:
    """Per form the sum of the operating expenses, which must be above nothing."""
    frame = subject.frame
    expense = (frame["art"].astype("str") < "500").to_numpy()
    sums = frame[expense].groupby("form", observed=True)["amount"].sum().reset_index().astype({"form": "str"})
    return sums.assign(**{HOLDS: (sums["amount"] > 0).to_numpy()})


ACCOUNT_RECORDS = (
    one_value(
        "one_region",
        "Alle postene er fra samme kommune",
        "Filer fra to kommuner er tatt inn for samme år.",
        "region",
        "kommuner",
    ),
    holds(
        "annual_files",
        "Filene er årsfiler",
        "Kvartalsfiler er bare en del av året: ta inn årsfilen.",
        _annual,
        severity="warning",
        tell="skjema {form}: kvartal {quarter}",
        noun="filer",
    ),
    holds(
        "expenses_positive",
        "Utgiftene er over null i hvert skjema",
        "Er fortegnet snudd i filen? Utgifter skal være positive og inntekter negative.",
        _expenses_of_form,
        severity="warning",
        tell="skjema {form}: {amount} tusen kroner",
        noun="skjemaer",
    ),
)

SUITES: dict[str, tuple[Expectation, ...]] = {
    "ledger/entries": ENTRIES,
    "ledger/account_records": ACCOUNT_RECORDS,
}
