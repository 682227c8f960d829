"""Suites of `register/…` and `asss/…`: imported figures, indicators and the networks' aggregates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.expectations.declared import HOLDS, OUTSIDE, Expectation, Subject, holds, inside, row_count
from schemas.expectations.facts import members_present
from schemas.expectations.views import are_in, complete, extremes, factors, possible
from schemas.fields import RELATIVE_UNITS

#: Parts of a value that arithmetic in another order may differ by.
_ARITHMETIC = 1e-9


def _known_indicators(subject: Subject) -> pd.DataFrame:
    return are_in(subject.frame["indicator"], subject.catalogue.indicators)


def _absolute(subject: Subject) -> pd.DataFrame:
    """Extremes of what is given in a unit of its own, not as a distance."""
    found = extremes(subject, "indicator", "value", "unit")
    return found[~found["unit"].isin(RELATIVE_UNITS).to_numpy()]


def _after_the_year(subject: Subject) -> pd.DataFrame:
    frame = subject.frame[["indicator", "entity", "provider", "provider_date"]]
    published = pd.to_datetime(frame["provider_date"])
    late = published.isna() | (published.dt.year >= subject.of_year)
    return frame.assign(provider_date=frame["provider_date"].astype("str"), **{HOLDS: late.to_numpy()})


def _entities(subject: Subject) -> pd.DataFrame:
    """Who has the figures of each indicator: somebody of ours, or the network, or a group."""
    found = subject.frame[["indicator", "entity", "unit"]].astype("str")
    counted = found.groupby(["indicator", "entity"])["unit"].agg(list).reset_index()
    both = counted["unit"].map(lambda units: len(set(units) - set(RELATIVE_UNITS)) > 1)
    return counted.assign(units=counted["unit"].map(", ".join), **{HOLDS: ~both.astype("bool")})


REGISTER = (
    holds(
        "known_indicators",
        "Tallene gjelder indikatorer som står i katalogen",
        "Er indikatoren døpt om, må filen importeres på nytt med det nye navnet (`kostra register import`).",
        _known_indicators,
        tell="{value} er ukjent",
        noun="indikatorer",
    ),
    inside(
        "possible_values",
        "Tallene er mulige i sin enhet",
        "Se etter kroner mot 1000 kroner og andel mot prosent i filen.",
        _absolute,
        severity="warning",
        tell="{indicator} ({unit}): fra {min} til {max}, mulig er {lowest} til {highest}",
        noun="indikatorer og enheter",
    ),
    holds(
        "published_after_the_year",
        "Tallene er publisert i året de gjelder eller senere",
        "Året eller datoen i filen er feil.",
        _after_the_year,
        severity="warning",
        tell="{indicator}, {entity}: publisert {provider_date} av {provider}",
        noun="tall",
    ),
    holds(
        "one_own_unit",
        "En indikator har én egen enhet per kommune eller nettverk",
        "To tall i hver sin enhet for det samme: ett av dem må ut av filene.",
        _entities,
        severity="warning",
        tell="{indicator}, {entity}: {units}",
        noun="indikatorer og enheter",
    ),
)


def _indicators(subject: Subject) -> pd.DataFrame:
    return pd.DataFrame({"value": subject.frame["indicator"].astype("str").unique()}, dtype="str")


def _all_indicators(subject: Subject) -> dict[str, object]:
    return {"column": "value", "value_set": sorted(subject.catalogue.indicators)}


def _units(subject: Subject) -> pd.DataFrame:
    units = subject.frame[["indicator", "unit"]].drop_duplicates().astype("str")
    wanted = units["indicator"].map({n: i.unit for n, i in subject.catalogue.indicators.items()})
    return units.assign(wanted=wanted, **{HOLDS: np.asarray(units["unit"] == wanted)})


def _in_band(subject: Subject) -> pd.DataFrame:
    found = extremes(subject, "indicator", "value", "indicator")
    return found[found["lowest"].notna().to_numpy()]


def _undefined(subject: Subject) -> pd.DataFrame:
    """Indicators that do not hold in the year, and how many figures they have all the same."""
    filled = (
        subject.frame.loc[subject.frame["value"].notna().to_numpy(), "indicator"].astype("str").value_counts()
    )
    names = [n for n, entry in subject.catalogue.indicators.items() if not entry.covers(subject.of_year)]
    found = pd.DataFrame({"indicator": names}, dtype="str")
    found["rows"] = found["indicator"].map(filled).fillna(0).astype("int64")
    return found.assign(**{HOLDS: found["rows"] == 0})


def _quotients(subject: Subject) -> pd.DataFrame:
    """Values whose parts are given, beside what the parts give."""
    frame = subject.frame[["municipality", "indicator", "numerator", "denominator", "value"]]
    names = frame["indicator"].astype("str")
    declared = subject.catalogue.indicators
    scale = names.map({name: entry.scale for name, entry in declared.items()}).astype("float64")
    divided = names.map({name: bool(entry.denominator) for name, entry in declared.items()})
    below = frame["denominator"].where(divided.astype("bool"), 1.0)
    parts = scale * frame["numerator"] / below
    off = (frame["value"] - parts).abs() - _ARITHMETIC * parts.abs()
    return frame.assign(parts=parts, **{OUTSIDE: off.clip(lower=0)})


def _own_figures(subject: Subject) -> pd.DataFrame:
    """Indicators computed here that hold in the year, with the focal municipality's status."""
    frame = subject.frame
    own = frame.loc[(frame["municipality"] == subject.municipality).to_numpy(), ["indicator", "status"]]
    own = own.astype("str")
    computed = [
        name
        for name, entry in subject.catalogue.indicators.items()
        if entry.covers(subject.of_year) and not entry.imported
    ]
    own = own[own["indicator"].isin(computed).to_numpy()]
    if subject.municipality in subject.redrawn(subject.of_year):
        own = own.head(0)
    return own.assign(**{HOLDS: ~own["status"].isin(["missing", "not_yet"]).to_numpy()})


INDICATORS = (
    inside(
        "value_follows_from_parts",
        "Verdien er skala × teller / nevner",
        "Teller, nevner og verdi er ikke fra samme utregning: kjør året på nytt.",
        _quotients,
        tell="{municipality}, {indicator}: {value}, delene gir {parts}",
        noun="verdier",
    ),
    Expectation(
        "indicators_of_catalogue",
        "Hver indikator i katalogen har rader, og ingen andre",
        "Kjør `kostra run` på nytt etter at katalogen er endret.",
        _indicators,
        "ExpectColumnDistinctValuesToEqualSet",
        _all_indicators,
        noun="indikatorer",
    ),
    row_count(
        "rows_per_year",
        "Hver kommune har en rad for hver indikator, også der tallet mangler",
        "Kommuner eller indikatorer har falt ut: se `kostra history asss/indicators`.",
        complete("municipality", "indicator"),
        why=factors({"municipality": "regioner", "indicator": "indikatorer"}),
    ),
    holds(
        "units_as_catalogue",
        "Indikatorene har enheten katalogen gir dem",
        "Rett `unit` i indikatoren, eller kjør året på nytt.",
        _units,
        tell="{indicator}: {unit}, ventet {wanted}",
        noun="indikatorer",
    ),
    inside(
        "possible_values",
        "Verdiene er mulige i sin enhet",
        "Se utregningen med `kostra explain`; er skalaen gal, rettes den i katalogen.",
        possible("indicator"),
        tell="{indicator} ({unit}): fra {min} til {max}, mulig er {lowest} til {highest}",
        noun="indikatorer",
    ),
    inside(
        "values_in_band",
        "Verdiene ligger der store kommuner har ligget",
        "Se utregningen med `kostra explain`. Er verdien riktig, utvides båndet i limits.yaml.",
        _in_band,
        severity="warning",
        tell="{indicator}: fra {min} til {max}, ventet {lowest} til {highest}",
        noun="indikatorer",
    ),
    holds(
        "nothing_outside_its_years",
        "Indikatorer som ikke gjelder i året, har ingen verdi",
        "Rett årene i indikatoren (first_year, last_year).",
        _undefined,
        tell="{indicator}: {rows} verdier",
        noun="indikatorer",
    ),
    holds(
        "own_figures_present",
        "Egen kommune har tall for hver indikator som regnes ut i året",
        "`kostra explain` viser hvilken del som mangler, og hvilken tabell den skulle kommet fra.",
        _own_figures,
        severity="warning",
        tell="{indicator}: {status}",
        noun="indikatorer",
    ),
    members_present("municipality", "value"),
)


def _networks(subject: Subject) -> pd.DataFrame:
    return pd.DataFrame({"value": subject.frame["network"].astype("str").unique()}, dtype="str")


def _compared(subject: Subject) -> dict[str, object]:
    return {"column": "value", "value_set": sorted({*subject.catalogue.networks, subject.network})}


def _members(subject: Subject) -> pd.DataFrame:
    """Members with data and without, beside the members the catalogue has; the rest is not judged."""
    sizes = {name: len(net.members_in(subject.of_year)) for name, net in subject.catalogue.networks.items()}
    frame = subject.frame
    known = frame[
        frame["members_with_data"].notna().to_numpy() & frame["network"].isin(list(sizes)).to_numpy()
    ]
    missing = known["members_missing"].astype("str").map(lambda names: len(names.split(", ")) if names else 0)
    size = known["network"].astype("str").map(sizes)
    found = known[["network", "indicator", "members_with_data"]].assign(size=size, missing=missing)
    told = found["members_with_data"].astype("int64") + missing
    return found.assign(**{HOLDS: np.asarray(told == size)})


def _holders(subject: Subject) -> pd.DataFrame:
    """Everybody named as highest or lowest, with whether they are a member."""
    networks = subject.catalogue.networks
    named = subject.frame[["network", "max_holder", "min_holder"]].astype({"network": "str"}).melt("network")
    named = named.dropna(subset="value").drop_duplicates(["network", "value"])
    named = named[named["network"].isin(list(networks)).to_numpy()]
    members = {name: set(network.members_in(subject.of_year)) for name, network in networks.items()}
    pairs = zip(named["network"], named["value"], strict=True)
    good = [set(str(holders).split(", ")) <= members[str(name)] for name, holders in pairs]
    return named.assign(holder=named["value"].astype("str"), **{HOLDS: np.array(good, dtype=bool)})


AGGREGATES = (
    Expectation(
        "networks_of_catalogue",
        "Nettverkene er de katalogen og innstillingene nevner",
        "Kjør `kostra run` på nytt med nettverket det skal sammenlignes med.",
        _networks,
        "ExpectColumnDistinctValuesToEqualSet",
        _compared,
        noun="nettverk",
    ),
    Expectation(
        "indicators_of_catalogue",
        "Hver indikator i katalogen har rader, og ingen andre",
        "Kjør `kostra run` på nytt etter at katalogen er endret.",
        _indicators,
        "ExpectColumnDistinctValuesToEqualSet",
        _all_indicators,
        noun="indikatorer",
    ),
    row_count(
        "rows_per_year",
        "Hvert nettverk har en rad for hver indikator",
        "Rader har falt ut: se `kostra history asss/aggregates`.",
        complete("network", "indicator"),
        why=factors({"network": "nettverk", "indicator": "indikatorer"}),
    ),
    holds(
        "members_accounted_for",
        "Kommuner med og uten tall er til sammen nettverkets medlemmer",
        "Medlemskapet i networks.yaml stemmer ikke med det snittet er regnet av.",
        _members,
        tell="{network}, {indicator}: {members_with_data} med og {missing} uten tall, av {size} medlemmer",
        noun="snitt",
    ),
    holds(
        "holders_are_members",
        "Høyest og lavest er medlemmer av nettverket",
        "En kommune utenfor nettverket er regnet med; se networks.yaml.",
        _holders,
        tell="{network}: {holder} er ikke medlem i året",
        noun="kommuner",
    ),
)

SUITES: dict[str, tuple[Expectation, ...]] = {
    "register/figures": REGISTER,
    "asss/indicators": INDICATORS,
    "asss/aggregates": AGGREGATES,
}
