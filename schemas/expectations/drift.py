"""Moves from one year to the next, looked at after the write: large ones have a reason, or are mistakes.

Where `breaks.yaml` has a break, nothing is held against the year before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from schemas.catalogue import OPEN_AGE, Drift
from schemas.catalogue.limits import LimitedBy
from schemas.director_areas import TOTAL
from schemas.expectations.declared import HOLDS, OUTSIDE, Expectation, Subject, View, holds, inside

_LOOK = (
    "Se `kostra explain` for begge år, og spør fagområdet. Er endringen riktig, rettes grensen i limits.yaml."
)
_INHABITANTS = "inhabitants_all"


def _limits(subject: Subject, of: LimitedBy) -> dict[str, Drift]:
    drifts = subject.catalogue.drifts.values()
    return {drift.name: drift for drift in drifts if drift.of == of and drift.covers(subject.of_year)}


def _moved(
    found: pd.DataFrame, limits: Mapping[str, Drift], units: Mapping[str, Drift], named: str
) -> pd.DataFrame:
    """`value` and `value_before` as moves in percent, and how far each is beyond its limit.

    The limit is that of what stands in `named`, else that of `unit`. A move from or to nothing is not judged,
    nor one below the limit's `at_least`.
    """
    names = found[named].astype("str")
    fallback = found["unit"].astype("str") if "unit" in found else names
    percent = _of(names, limits, "percent").fillna(_of(fallback, units, "percent"))
    least = _of(names, limits, "at_least").fillna(_of(fallback, units, "at_least"))
    move = found["value"] - found["value_before"]
    base = found["value_before"].abs().where(found["value_before"] != 0)
    share = 100 * move.abs() / base
    counts = move.abs() >= least
    beyond = (share - percent).clip(lower=0).where(counts | share.isna(), 0)
    return found.assign(percent=100 * move / base, limit=percent, **{OUTSIDE: beyond})


def _of(names: pd.Series, limits: Mapping[str, Drift], what: str) -> pd.Series:
    return names.map({name: getattr(limit, what) for name, limit in limits.items()}).astype("float64")


def _beside(subject: Subject, keys: Sequence[str], figure: str, kept: Sequence[str] = ()) -> pd.DataFrame:
    """The figure of both years, matched by keys; columns `value`, `value_before`."""
    before = subject.before[subject.dataset]
    now, then = (
        rows[[*keys, *more, figure]].dropna(subset=figure).astype(dict.fromkeys([*keys, *more], "str"))
        for rows, more in ((subject.frame, kept), (before, ()))
    )
    both = now.merge(then, on=list(keys), suffixes=("", "_before"))
    return both.rename(columns={figure: "value", f"{figure}_before": "value_before"})


def _ours(found: pd.DataFrame, subject: Subject) -> pd.DataFrame:
    """Rows of the focal municipality and the network's members, but those with new boundaries."""
    names = set(subject.members) - subject.redrawn(subject.of_year - 1)
    return found[found["municipality"].isin(list(names)).to_numpy()]


def _accounts(subject: Subject) -> pd.DataFrame:
    """Amounts per inhabitant of single functions, group accounts, in NOK thousand."""
    limits = _limits(subject, "concept")
    found = _ours(_beside(subject, ["municipality", "scope", "function", "concept"], "amount"), subject)
    kept = (found["scope"] == "A") & found["concept"].isin(list(limits)) & found["function"].str.isdigit()
    found = found[kept.to_numpy()]
    for column, frames in (("value", subject.others), ("value_before", subject.before)):
        people = _everybody(frames["kostra/population"])
        found = found.assign(**{column: found[column] / found["municipality"].map(people)})
    moved = _moved(found, limits, {}, "concept")
    names = {name: concept.name for name, concept in subject.catalogue.concepts.items()}
    return moved.assign(told=moved["concept"].map(names))


def _everybody(population: pd.DataFrame) -> pd.Series:
    every = ((population["age_from"] == 0) & (population["age_to"] == OPEN_AGE)).to_numpy()
    rows = population.loc[every, ["municipality", "inhabitants"]].astype({"municipality": "str"})
    return rows.set_index("municipality")["inhabitants"]


def _population(subject: Subject) -> pd.DataFrame:
    found = _beside(subject, ["municipality", "age_from", "age_to"], "inhabitants")
    every = (found["age_from"] == "0") & (found["age_to"] == str(OPEN_AGE))
    found = _ours(found[every.to_numpy()], subject).assign(measure=_INHABITANTS, unit="persons")
    return _moved(found, _limits(subject, "measure"), _limits(subject, "unit"), "measure")


def _statistics(subject: Subject) -> pd.DataFrame:
    found = _ours(_beside(subject, ["municipality", "measure"], "value", ["unit", "table"]), subject)
    return _moved(found, _limits(subject, "measure"), _limits(subject, "unit"), "measure")


def _indicators(subject: Subject) -> pd.DataFrame:
    rows = subject.frame[~subject.frame["break_before"].to_numpy()]
    unbroken = replace(subject, frame=rows)
    found = _ours(_beside(unbroken, ["municipality", "indicator"], "value", ["unit"]), subject)
    return _moved(found, _limits(subject, "indicator"), _limits(subject, "unit"), "indicator")


def _means(subject: Subject) -> pd.DataFrame:
    """Means of networks with the same members as the year before, of indicators without a break."""
    networks = subject.catalogue.networks
    same = [
        n
        for n, net in networks.items()
        if net.members_in(subject.of_year) == net.members_in(subject.of_year - 1)
    ]
    found = _beside(subject, ["network", "indicator"], "mean", ["unit"])
    broken = [n for n, entry in subject.catalogue.indicators.items() if _breaks(subject, entry.breaks)]
    kept = found["network"].isin(same) & ~found["indicator"].isin(broken)
    kept &= not subject.redrawn(subject.of_year - 1)
    return _moved(
        found[kept.to_numpy()], _limits(subject, "indicator"), _limits(subject, "unit"), "indicator"
    )


def _breaks(subject: Subject, names: Sequence[str]) -> bool:
    return any(subject.catalogue.breaks[name].before == subject.of_year for name in names)


def _series(subject: Subject) -> pd.DataFrame:
    found = _beside(subject, ["series", "entity"], "value", ["indicator", "unit", "break_before"])
    found = found[(found["break_before"] == "False").to_numpy()]
    return _moved(found, _limits(subject, "indicator"), _limits(subject, "unit"), "indicator")


def _costs(subject: Subject) -> pd.DataFrame:
    """Totals per service, in NOK million."""
    found = _beside(subject, ["service", "director_area"], "amount")
    found = found[(found["director_area"] == TOTAL).to_numpy()].assign(unit="NOK_million")
    found = found.assign(value=found["value"] / 1e6, value_before=found["value_before"] / 1e6)
    return _moved(found, {}, _limits(subject, "unit"), "service")


def _still_there(figure: str) -> View:
    """Who had figures the year before, and whether they still have; not where boundaries were drawn anew."""

    def view(subject: Subject) -> pd.DataFrame:
        before = subject.before[subject.dataset]
        then, now = (
            rows.loc[rows[figure].notna().to_numpy(), "municipality"].astype("str").value_counts()
            for rows in (before, subject.frame)
        )
        found = then.rename_axis("municipality").reset_index(name="before")
        found["rows"] = found["municipality"].map(now).fillna(0).astype("int64")
        found = found.assign(**{HOLDS: (found["rows"] * 2 >= found["before"]).to_numpy()})
        reform = subject.redrawn(subject.of_year) or subject.redrawn(subject.of_year - 1)
        return found.head(0) if reform else found

    return view


def _year_on_year(view: View, who: str, noun: str, dataset: str, *also: str) -> Expectation:
    return inside(
        "year_on_year",
        "Endringene fra året før er ikke større enn de pleier å være",
        _LOOK,
        view,
        severity="warning",
        tell=f"{who}: fra {{value_before}} til {{value}} ({{percent}} prosent, grensen er {{limit}})",
        noun=noun,
        needs=also,
        before=(dataset, *also),
    )


def _same_municipalities(dataset: str, figure: str) -> Expectation:
    return holds(
        "municipalities_as_before",
        "De som hadde tall året før, har det fortsatt",
        "Har kommunen ikke levert, eller har den fått ny kode? Se tabellen hos SSB og KLASS.",
        _still_there(figure),
        severity="warning",
        tell="{municipality}: {rows} tall mot {before} året før",
        noun="kommuner og regioner",
        before=(dataset,),
    )


def drifts(municipality: str) -> dict[str, tuple[Expectation, ...]]:
    """The expectations on moves, by dataset name."""
    own = f"{municipality}/"
    accounts, statistics, indicators = "kostra/accounts", "kostra/service_statistics", "asss/indicators"
    return {
        accounts: (
            _year_on_year(
                _accounts,
                "{municipality}, funksjon {function}, {told}, tusen kr per innbygger",
                "beløp",
                accounts,
                "kostra/population",
            ),
            _same_municipalities(accounts, "amount"),
        ),
        "kostra/population": (
            _year_on_year(_population, "{municipality}, innbyggere", "kommuner", "kostra/population"),
        ),
        statistics: (
            _year_on_year(_statistics, "{municipality}, {measure} (tabell {table})", "tall", statistics),
            _same_municipalities(statistics, "value"),
        ),
        indicators: (
            _year_on_year(_indicators, "{municipality}, {indicator}", "tall", indicators),
            _same_municipalities(indicators, "value"),
        ),
        "asss/aggregates": (
            _year_on_year(_means, "{network}, {indicator}, snitt", "snitt", "asss/aggregates"),
        ),
        f"{own}time_series": (_year_on_year(_series, "{series}, {entity}", "punkter", f"{own}time_series"),),
        f"{own}director_area_costs": (
            _year_on_year(_costs, "{service}, mill. kr", "tjenester", f"{own}director_area_costs"),
        ),
    }
