"""Whether a printed figure can be held against a computed one, and by which method that one is made.

A figure that the pipeline takes from the report itself says nothing about the report: it is never compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from assets.quality.reconciliation.lookups import ComputedFigures, Found, converted
from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.words import CONTEXT
from schemas.catalogue import UNIT_NAMES, Series
from schemas.nearest import nearest_text

_STATUSES = {
    "missing": "tallet mangler i kilden",
    "suppressed": "tallet er skjermet av hensyn til personvern",
    "not_applicable": "tallet er ikke definert for året",
    "not_yet": "tallet er ikke publisert ennå",
}


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The computed figure beside a printed one, in its unit; or `why` there is none to compare with.

    `method` says in what the computed figure is made otherwise than the printed one; empty when it is not.
    """

    found: Found | None
    why: str = ""
    method: str = ""


def counterpart(
    report: PublishedReport, figures: ComputedFigures, indicator: str, entity: str, year: int, unit: str
) -> Counterpart:
    """The computed figure that a printed one of the report can be held against.

    Args:
        report: whose own figures are no witness.
        figures: the computed figures.
        indicator: catalogue id, or an id the catalogue does not have.
        entity: whose figure it is.
        year: the figure's year.
        unit: the unit it is wanted in.
    """
    if indicator.startswith(CONTEXT):
        return Counterpart(None, "opplysning i teksten som ikke regnes ut")
    if indicator not in figures.catalogue.indicators:
        near = nearest_text(indicator, figures.catalogue.indicators).replace("nearest:", "nærmest:")
        return Counterpart(None, f"indikatoren `{indicator}` er ikke i katalogen; {near}")
    found = figures.of(indicator, entity, year)
    if found is None or found.status != "ok" or is_from(report, found):
        return _without(figures, found, indicator, entity, year)
    value = converted(found.value, found.unit, unit)
    if value is None:
        units = f"{UNIT_NAMES.get(found.unit, found.unit)}, ikke {UNIT_NAMES.get(unit, unit)}"
        return Counterpart(None, f"vårt tall er i {units}")
    own = replace(found, value=value, unit=unit)
    series = _published_series(figures, indicator, year)
    return Counterpart(own) if series is None else _beside(series, figures, own, entity, year)


def is_from(report: PublishedReport, found: Found) -> bool:
    """Whether the figure was imported from this very report, or from who knows where."""
    name = report.name.casefold()
    return any(name in provider.casefold() or provider == "ukjent" for provider in found.providers)


def _without(
    figures: ComputedFigures,
    found: Found | None,
    indicator: str,
    entity: str,
    year: int,
) -> Counterpart:
    """Our own estimate where there is one, or why there is no figure."""
    estimate = figures.own_estimate(indicator, entity, year)
    if estimate is not None:
        return Counterpart(estimate, "", f"eget anslag: {estimate.words.removeprefix('egen beregning: ')}")
    if found is None:
        return Counterpart(None, _why_absent(figures, indicator, entity, year))
    if found.status != "ok":
        declared = figures.catalogue.indicators[indicator]
        only = "; indikatoren finnes bare som importert tall" if declared.imported else ""
        return Counterpart(None, f"{_STATUSES[found.status]}{only}")
    return Counterpart(None, f"vårt tall er hentet fra denne rapporten ({', '.join(found.providers)})")


def _why_absent(figures: ComputedFigures, indicator: str, entity: str, year: int) -> str:
    if year not in figures.computed.years:
        return f"{year} er ikke regnet ut; kjør `kostra run --years {year}`"
    if entity in (*figures.catalogue.director_areas, "purchased"):
        if figures.municipality != figures.computed.municipality:
            return f"direktørområdene er regnet for {figures.computed.municipality}"
        return f"ingen regnskapslinjer for {year}; importer regnskapet med `kostra ledger import`"
    return f"ingen beregnet verdi av `{indicator}` for {entity} i {year}"


def _published_series(figures: ComputedFigures, indicator: str, year: int) -> Series | None:
    """The series that is taken as published because what it is adjusted with is not known."""
    for series in figures.catalogue.series.values():
        published = series.published
        if published and published.indicator == indicator and published.covers(year) and series.adjust:
            return series
    return None


def _beside(
    series: Series, figures: ComputedFigures, unadjusted: Found, entity: str, year: int
) -> Counterpart:
    """What comes nearest to a figure adjusted with what is not known: a series of our own, or none."""
    ours = [
        each
        for each in figures.catalogue.series.values()
        if each.indicator == series.indicator and not each.published and set(each.adjust) < set(series.adjust)
    ]
    nearest = max(ours, key=lambda each: len(each.adjust), default=None)
    found = figures.of_series(nearest.id, entity, year) if nearest else None
    printed = _adjusted_for(series.adjust)
    if nearest is None or found is None:
        return Counterpart(unadjusted, "", f"trykt tall er {printed}, vårt er ujustert")
    return Counterpart(found, "", f"trykt tall er {printed}, vårt er {_adjusted_for(nearest.adjust)}")


def _adjusted_for(adjust: tuple[str, ...]) -> str:
    done = {"deflate": "pris", "need": "utgiftsbehov"}
    return f"justert for {' og '.join(done[each] for each in adjust)}" if adjust else "ujustert"
