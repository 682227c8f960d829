"""Suites of `quality/…`: that what tells of the other datasets tells the truth about them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from schemas.expectations.declared import (
    HOLDS,
    OUTSIDE,
    Expectation,
    Subject,
    holds,
    inside,
    one_value,
)
from schemas.expectations.views import are_in

#: A revised cell may be this many times what it was before somebody should look.
LARGEST_REVISION = 10


def _each_has_gate(subject: Subject) -> pd.DataFrame:
    """Every dataset that is told of, with how many expectations it was held against before its write."""
    frame = subject.frame[["dataset", "suite"]].astype("str")
    gate = frame.loc[(frame["suite"] == "gate").to_numpy(), "dataset"].value_counts()
    found = pd.DataFrame({"dataset": frame["dataset"].unique()}, dtype="str")
    found["rows"] = found["dataset"].map(gate).fillna(0).astype("int64")
    return found.assign(**{HOLDS: (found["rows"] > 0).to_numpy()})


def _words(subject: Subject) -> pd.DataFrame:
    """Whether every row says what was expected and what to do."""
    frame = subject.frame
    told = frame[["title", "observed", "advice"]].map(lambda text: bool(str(text).strip())).all(axis=1)
    named = frame[["dataset", "expectation"]].astype("str")
    return named.assign(**{HOLDS: np.asarray(told, dtype=bool)})


def _tables_known(subject: Subject) -> pd.DataFrame:
    """Every table a revision is told of."""
    named = subject.frame["tables"].astype("str").unique()
    found = sorted({code for text in named for code in re.findall(r"\d{5}", text)})
    return are_in(pd.Series(found, dtype="str"), subject.catalogue.tables)


def _revised_within_reason(subject: Subject) -> pd.DataFrame:
    """Figures before and after, and how many times as large the larger is."""
    columns = ["tables", "municipality", "label", "old", "new"]
    found = subject.frame.loc[(subject.frame["level"] == "cell").to_numpy(), columns].dropna()
    sizes = found[["old", "new"]].abs()
    small, large = sizes.min(axis=1), sizes.max(axis=1)
    times = large / small.where(small > 0)
    return found.assign(times=times, **{OUTSIDE: (times - LARGEST_REVISION).clip(lower=0)})


def _figures_per_report(subject: Subject) -> pd.DataFrame:
    """Per report, how many printed figures were held against something."""
    figures = (subject.frame["kind"] == "figure").to_numpy()
    compared = figures & (subject.frame["verdict"] != "not_comparable").to_numpy()
    names = subject.frame["report"].astype("str")
    found = pd.DataFrame({"report": names.unique()}, dtype="str")
    for column, rows in (("figures", figures), ("compared", compared)):
        found[column] = found["report"].map(names[rows].value_counts()).fillna(0).astype("int64")
    return found.assign(**{HOLDS: (found["compared"] > 0).to_numpy()})


def _years_printed(subject: Subject) -> pd.DataFrame:
    """The years the figures are of; none is after the year the report is on."""
    found = subject.frame[["place", "figure_year"]].dropna().astype({"place": "str"})
    years = found["figure_year"].astype("int64")
    return found.assign(figure_year=years, **{OUTSIDE: (years - subject.of_year).clip(lower=0)})


def _explained(subject: Subject) -> pd.DataFrame:
    """Whatever does not match, and whether it says why."""
    odd = (subject.frame["verdict"] != "match").to_numpy()
    found = subject.frame.loc[odd, ["place", "verdict", "explanation"]].astype("str")
    return found.assign(**{HOLDS: found["explanation"].str.strip().ne("").to_numpy()})


_EXPECTATIONS = (
    holds(
        "told_in_words",
        "Hver forventning sier hva som ventes, hva som er funnet, og hva noen skal se på",
        "Forventningen er skrevet uten tekst: rett den i schemas/expectations eller assets/quality.",
        _words,
        tell="{dataset}: {expectation}",
        noun="forventninger",
    ),
    holds(
        "judged_before_the_write",
        "Hvert datasett det fortelles om, er holdt mot sine forventninger før det ble lagret",
        "Datasettet er lagret av en eldre utgave av programmet: kjør `kostra run` for året.",
        _each_has_gate,
        severity="warning",
        tell="{dataset}",
        noun="datasett",
    ),
    one_value(
        "one_source",
        "Eksempeltall og SSBs tall er ikke blandet",
        "Hver kilde har sin mappe: slett ikke noe, men finn ut hvem som skrev i feil mappe.",
        "source",
        "kilder",
    ),
)

_REVISIONS = (
    holds(
        "known_tables",
        "Revisjonene gjelder tabeller i katalogen",
        "En tabell er fjernet fra katalogen etter at den ble revidert: ta den inn igjen med et siste år.",
        _tables_known,
        tell="tabell {value}",
        noun="tabeller",
    ),
    inside(
        "revised_within_reason",
        f"Ingen celle er endret til mer enn {LARGEST_REVISION} ganger det den var, eller omvendt",
        "Det er oftest en rettet enhet eller forbyttede koder hos SSB: les notene til tabellen.",
        _revised_within_reason,
        severity="warning",
        tell="tabell {tables}, {label}: fra {old} til {new}",
        noun="celler",
    ),
)

_RECONCILIATION = (
    holds(
        "figures_compared",
        "Tall fra hver rapport er holdt mot noe",
        "Ingen av årene eller indikatorene i rapporten er regnet ut: kjør `kostra run` for årene den viser.",
        _figures_per_report,
        severity="warning",
        tell="{report}: {compared} av {figures} tall",
        noun="rapporter",
    ),
    inside(
        "no_figure_of_a_later_year",
        "Ingen trykte tall er fra et senere år enn rapporten",
        "Året er skrevet feil i filen rapporten leses fra, eller rapporten har et anslag som må merkes.",
        _years_printed,
        tell="{place}: {figure_year}",
        noun="tall",
    ),
    holds(
        "everything_explained",
        "Alt som ikke stemmer, er forklart",
        "Dommen mangler forklaring: det er en feil i avstemmingen, ikke i rapporten.",
        _explained,
        tell="{place}: {verdict}",
        noun="dommer",
    ),
)

SUITES: dict[str, tuple[Expectation, ...]] = {
    "quality/expectations": _EXPECTATIONS,
    "quality/revisions": _REVISIONS,
    "quality/reconciliation": _RECONCILIATION,
}
