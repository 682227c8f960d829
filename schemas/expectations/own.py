"""Suites of the focal municipality's datasets: profiles, series, efficiency, costs and control totals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.director_areas import TOTAL
from schemas.expectations.declared import (
    HOLDS,
    OUTSIDE,
    Expectation,
    Subject,
    holds,
    inside,
    row_count,
)
from schemas.expectations.views import outside_band

#: Index with the network's mean as 100: beyond these, look for a wrong unit before anything else.
LEAST_INDEX, MOST_INDEX = 10, 600
#: Part of SSB's total the ledger may be off by before the ledger itself, not the edition, is in doubt.
LARGEST_DIFFERENCE = 0.05


def _profile_as_declared(subject: Subject) -> pd.DataFrame:
    """Every row of the catalogue's profiles beside what stands there."""
    declared = [
        (profile.id, position, indicator)
        for profile in subject.catalogue.profiles.values()
        for position, indicator in enumerate(profile.rows, start=1)
    ]
    wanted = pd.DataFrame(declared, columns=["profile", "row", "wanted"]).astype({"profile": "str"})
    stands = subject.frame[["profile", "row", "indicator"]].astype({"profile": "str", "indicator": "str"})
    found = wanted.merge(stands, on=["profile", "row"], how="left").fillna({"indicator": "ingenting"})
    return found.assign(**{HOLDS: np.asarray(found["indicator"] == found["wanted"])})


def _index_in_band(subject: Subject) -> pd.DataFrame:
    found = subject.frame[["indicator", "index"]].dropna(subset="index").astype({"indicator": "str"})
    off = np.maximum(np.maximum(LEAST_INDEX - found["index"], found["index"] - MOST_INDEX), 0)
    return found.assign(**{OUTSIDE: off})


def _own_values(subject: Subject) -> pd.DataFrame:
    """Profile rows of indicators that are computed and hold in the year, with their status."""
    computed = [
        name
        for name, entry in subject.catalogue.indicators.items()
        if entry.covers(subject.of_year) and not entry.imported
    ]
    frame = subject.frame[["profile", "indicator", "status"]].astype("str")
    rows = frame[frame["indicator"].isin(computed).to_numpy()]
    return rows.assign(**{HOLDS: ~rows["status"].isin(["missing", "not_yet"]).to_numpy()})


PROFILE = (
    row_count(
        "rows_as_declared",
        "Profilene har så mange rader som katalogen gir dem",
        "Kjør `kostra run` på nytt etter at profilene i katalogen er endret.",
        lambda subject: sum(len(profile.rows) for profile in subject.catalogue.profiles.values()),
    ),
    holds(
        "order_as_declared",
        "Radene står i den rekkefølgen rapporten har dem",
        "Kjør `kostra run` på nytt etter at profilene i katalogen er endret.",
        _profile_as_declared,
        tell="{profile} rad {row}: {indicator}, ventet {wanted}",
    ),
    inside(
        "index_in_band",
        f"Indeksen mot snittet er mellom {LEAST_INDEX} og {MOST_INDEX}",
        "Er kommunens tall og snittet i samme enhet? Se `kostra explain`.",
        _index_in_band,
        severity="warning",
        tell="{indicator}: {index}",
        noun="indikatorer",
    ),
    holds(
        "own_values_present",
        "Profilene har egne tall for alt som regnes ut i året",
        "`kostra explain` viser hvilken del som mangler, og hvilken tabell den skulle kommet fra.",
        _own_values,
        severity="warning",
        tell="{profile}: {indicator}: {status}",
    ),
)


def _series(subject: Subject) -> pd.DataFrame:
    return pd.DataFrame({"value": subject.frame["series"].astype("str").unique()}, dtype="str")


def _series_of_year(subject: Subject) -> dict[str, object]:
    """The series that hold in the year; not those of KOSTRA groups alone, whose codes were new in 2020."""
    held = [s for s in subject.catalogue.series.values() if s.covers(subject.of_year)]
    lasting = [s.id for s in held if not all(name.startswith("EKG") for name in s.entities)]
    found = set(subject.frame["series"].astype("str"))
    return {"column": "value", "value_set": sorted({*lasting, *(s.id for s in held if s.id in found)})}


def _own_line(subject: Subject) -> pd.DataFrame:
    """Each series of the year that follows the focal municipality, with how many rows it has of it."""
    own = subject.frame[(subject.frame["entity"] == subject.municipality).to_numpy()]
    rows = own["series"].astype("str").value_counts()
    names = [
        s.id for s in subject.catalogue.series.values() if s.covers(subject.of_year) and "focal" in s.entities
    ]
    found = pd.DataFrame({"series": names}, dtype="str")
    found["rows"] = found["series"].map(rows).fillna(0).astype("int64")
    return found.assign(**{HOLDS: found["rows"] == 1})


def _values_in_band(subject: Subject) -> pd.DataFrame:
    """Values held against the bands of their indicators, doubled for what prices and need do to them."""
    bands = {b.name: b for b in subject.catalogue.value_bands.values() if b.of == "indicator"}
    found = subject.frame[["series", "entity", "indicator", "value"]].astype({"indicator": "str"})
    lowest = found["indicator"].map({name: band.lowest / 2 for name, band in bands.items()}).astype("float64")
    highest = (
        found["indicator"].map({name: band.highest * 2 for name, band in bands.items()}).astype("float64")
    )
    found = found.assign(
        lowest=lowest, highest=highest, **{OUTSIDE: outside_band(found["value"], lowest, highest)}
    )
    return found[found[OUTSIDE].notna().to_numpy()]


TIME_SERIES = (
    Expectation(
        "series_of_year",
        "Hver tidsserie som gjelder i året, har rader, og ingen andre",
        "Kjør `kostra run` på nytt etter at series.yaml er endret.",
        _series,
        "ExpectColumnDistinctValuesToEqualSet",
        _series_of_year,
        noun="tidsserier",
    ),
    holds(
        "own_line_once",
        "Egen kommune har én rad i hver serie som følger den",
        "To rader for samme år er to tall for det samme: se series.yaml.",
        _own_line,
        tell="{series}: {rows} rader",
        noun="tidsserier",
    ),
    inside(
        "values_in_band",
        "Verdiene ligger der store kommuner har ligget",
        "Se deflator og behovsindeks i `adjustment`. Er verdien riktig, utvides båndet i limits.yaml.",
        _values_in_band,
        severity="warning",
        tell="{series}, {entity}: {value}, ventet {lowest} til {highest}",
        noun="punkter",
    ),
)


def _areas(subject: Subject) -> pd.DataFrame:
    pairs = subject.frame[["area", "origin"]].astype("str")
    return pd.DataFrame({"value": pairs["area"] + " " + pairs["origin"]})


def _declared_areas(subject: Subject) -> dict[str, object]:
    names = [
        f"{area} {origin}"
        for area in subject.catalogue.efficiency_areas
        for origin in ("own_estimate", "register")
    ]
    return {"column": "value", "value_set": sorted(names)}


def _indices_in_band(subject: Subject) -> pd.DataFrame:
    """Every index of every area, resource use with 1 as the mean and the others with 100."""
    names = ["resource_use_index", "expenditure_index", "production_index", "efficiency_index"]
    found = subject.frame[["area", "origin", *names]].astype({"area": "str", "origin": "str"})
    found = found.assign(resource_use_index=100 * found["resource_use_index"])
    long = found.melt(["area", "origin"], value_name="index").dropna(subset="index")
    index = long["index"].astype("float64")
    off = np.maximum(np.maximum(LEAST_INDEX - index, index - MOST_INDEX), 0)
    return long.assign(index=index, **{OUTSIDE: off})


EFFICIENCY = (
    Expectation(
        "areas_as_declared",
        "Hvert tjenesteområde har en rad for det importerte og en for vårt eget anslag",
        "Kjør `kostra run` på nytt etter at efficiency.yaml er endret.",
        _areas,
        "ExpectColumnDistinctValuesToEqualSet",
        _declared_areas,
        noun="rader",
    ),
    inside(
        "indices_in_band",
        f"Indeksene er mellom {LEAST_INDEX} og {MOST_INDEX}, med snittet som 100",
        "Er indeksen gitt med 1 eller 100 som snitt? Se filen den er importert fra.",
        _indices_in_band,
        severity="warning",
        tell="{area}, {origin}: {variable} {index}",
        noun="indekser",
    ),
)


def _services(subject: Subject) -> pd.DataFrame:
    declared = {breakdown.id for breakdown, _ in subject.catalogue.breakdowns_in(subject.of_year)}
    found = pd.DataFrame({"service": subject.frame["service"].astype("str").unique()}, dtype="str")
    return found.assign(**{HOLDS: found["service"].isin(declared).to_numpy()})


def _one_total(subject: Subject) -> pd.DataFrame:
    frame = subject.frame[["service", "director_area"]].astype("str")
    totals = (frame["director_area"] == TOTAL).groupby(frame["service"]).sum().rename("rows").reset_index()
    return totals.assign(**{HOLDS: totals["rows"] == 1})


def _shares(subject: Subject) -> pd.DataFrame:
    """Shares of the areas, which are parts of a whole unless something was credited."""
    found = subject.frame[["service", "director_area", "share"]].dropna(subset="share")
    found = found.astype({"service": "str", "director_area": "str", "share": "float64"})
    return found.assign(**{OUTSIDE: np.maximum(np.maximum(-0.5 - found["share"], found["share"] - 1.5), 0)})


COSTS = (
    holds(
        "services_as_declared",
        "Tjenestene er de katalogen bryter ned i året",
        "Rett årene i breakdowns.yaml, eller kjør året på nytt.",
        _services,
        tell="{service} gjelder ikke i året",
        noun="tjenester",
    ),
    holds(
        "one_total_per_service",
        "Hver tjeneste har én totalrad",
        "Uten totalrad kan ikke tabellen avstemmes mot SSB: kjør året på nytt.",
        _one_total,
        tell="{service}: {rows} totalrader",
        noun="tjenester",
    ),
    inside(
        "shares_in_band",
        "Ingen direktørområder har mer enn hele tjenesten eller store minusbeløp",
        "Se etter feilførte refusjoner eller interne overføringer i regnskapet for området.",
        _shares,
        severity="warning",
        tell="{service}, {director_area}: andel {share}",
    ),
)


def _verdicts(subject: Subject) -> dict[str, object]:
    declared = [
        f"{breakdown.id} {breakdown.concept} {scope}"
        for breakdown, _ in subject.catalogue.breakdowns_in(subject.of_year)
        for scope in breakdown.control.scopes
    ]
    return {"column": "value", "value_set": sorted(declared)}


def _controlled(subject: Subject) -> pd.DataFrame:
    texts = subject.frame[["service", "concept", "scope"]].astype("str")
    return pd.DataFrame({"value": texts["service"] + " " + texts["concept"] + " " + texts["scope"]})


def _differences(subject: Subject) -> pd.DataFrame:
    found = subject.frame[["service", "scope", "difference", "ssb_total"]].dropna()
    found = found.astype({"service": "str", "scope": "str"})
    allowed = LARGEST_DIFFERENCE * found["ssb_total"].abs()
    percent = 100 * (found["difference"] / found["ssb_total"]).abs()
    off = np.maximum(found["difference"].abs() - allowed, 0)
    return found.assign(percent=percent, **{OUTSIDE: off})


CONTROL_TOTALS = (
    Expectation(
        "controls_as_declared",
        "Hver tjeneste er avstemt i hvert regnskapsomfang katalogen sier",
        "Kjør `kostra run` på nytt etter at breakdowns.yaml er endret.",
        _controlled,
        "ExpectColumnDistinctValuesToEqualSet",
        _verdicts,
        noun="avstemminger",
    ),
    inside(
        "same_ledger_as_ssb",
        "Regnskapet er innenfor fem prosent av SSBs tall",
        "Så stor avstand kommer av feil fil, feil år eller manglende funksjoner, ikke av utgaven hos SSB.",
        _differences,
        severity="warning",
        tell="{service}, omfang {scope}: {percent} prosent ({difference} mill. kr)",
        noun="avstemminger",
    ),
)

SUITES: dict[str, tuple[Expectation, ...]] = {
    "service_profile": PROFILE,
    "time_series": TIME_SERIES,
    "efficiency": EFFICIENCY,
    "director_area_costs": COSTS,
    "control_totals": CONTROL_TOTALS,
}
