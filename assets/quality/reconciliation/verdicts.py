"""Each printed figure of a report against the computed one: a verdict with its arithmetic."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import pandas as pd

from assets.quality.reconciliation.comparable import counterpart
from assets.quality.reconciliation.lookups import ComputedFigures, Found, converted
from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.text import shown, signed
from assets.quality.reconciliation.words import TOTAL
from assets.register.entities import network_of
from assets.rounding import norwegian, round_half_away
from schemas.catalogue.breakdowns import Control

OTHER_EDITION = Control().warning_percent
"""Percent that another edition of the figures may explain, as for control totals."""

_EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed figure. `rows` is how many rows a printed total is the sum of, 0 for other figures."""

    value: float
    decimals: int
    unit: str
    rows: int = 0

    @property
    def step(self) -> float:
        """One unit of the last printed digit."""
        return float(10.0**-self.decimals)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: the computed figure is NaN, and so are the distances, where there is none."""

    verdict: str
    computed: float
    difference: float
    tolerance: float
    arithmetic: str
    explanation: str


def compare(printed: Printed, found: Found, earlier: list[tuple[float, str]]) -> Verdict:
    """A printed figure beside the computed one: equal, or how what lies between them may be explained.

    Args:
        printed: as printed.
        found: the computed figure in the same unit, unrounded.
        earlier: the figures earlier stored versions held in that unit, each with its edition.
    """
    step, half = printed.step, printed.step / 2
    distance = abs(printed.value - found.value)
    if _prints_as(found.value, printed):
        allowed = f"tillatt ±{_number(half, printed, 1)}"
        return _verdict("match", printed, found, half, allowed, "Trykt tall er det beregnede, avrundet.")
    if abs(printed.value - round_half_away(found.value, printed.decimals)) <= step + _EPSILON:
        allowed = f"tillatt ±{_number(step, printed)}: én enhet i siste siffer"
        return _verdict("rounding", printed, found, step, allowed, "Én enhet i siste siffer skiller.")
    whole = (printed.rows + 1) * half
    if printed.rows and distance <= whole + _EPSILON:
        allowed = (
            f"tillatt ±{_number(whole, printed, 1)}: ({printed.rows} rader + 1) × {_number(half, printed, 1)}"
        )
        told = "En sum av avrundede rader kan avvike så mye fra den avrundede summen."
        return _verdict("rounding", printed, found, whole, allowed, told)
    for value, edition in earlier:
        if _prints_as(value, printed):
            told = f"Trykt tall er det som sto i en tidligere utgave ({edition})."
            return _verdict("vintage", printed, found, half, f"tidligere {_number(value, printed, 2)}", told)
    by_edition = abs(found.value) * OTHER_EDITION / 100
    allowed = f"tillatt for en annen utgave: {norwegian(OTHER_EDITION, 2)} %"
    if distance <= by_edition:
        told = (
            "En annen utgave av tallene (foreløpige mot endelige) eller et annet omfang kan forklare avviket."
        )
        return _verdict("vintage", printed, found, by_edition, allowed, told)
    told = "Verken avrunding eller en annen utgave forklarer avviket."
    return _verdict("mismatch", printed, found, max(step, whole, by_edition), allowed, told)


def judge(
    report: PublishedReport,
    figures: ComputedFigures,
    place: tuple[str, str, int],
    printed: Printed,
    *,
    adjusted: bool = False,
) -> tuple[Verdict, str]:
    """The verdict on one printed figure, and the edition of what it was held against.

    Args:
        report: whose figure it is.
        figures: the computed ones.
        place: indicator, entity and year.
        printed: as printed.
        adjusted: whether the report says that the figure is adjusted for price or need.
    """
    indicator, entity, year = place
    if math.isnan(printed.value):
        return _nothing("trykt: –", "Rapporten trykker ikke noe tall her."), ""
    beside = counterpart(report, figures, indicator, entity, year, printed.unit)
    if beside.found is None:
        arithmetic = f"trykt {shown(printed.value, printed.decimals, printed.unit)}"
        return _nothing(arithmetic, f"Ikke sammenlignet: {beside.why}."), ""
    verdict = compare(printed, beside.found, _earlier(figures, place, printed.unit))
    verdict = replace(verdict, arithmetic=verdict.arithmetic + _ledger_total(figures, place, printed))
    if beside.method and verdict.verdict not in ("match", "rounding"):
        verdict = replace(verdict, verdict="method", explanation=f"Annen metode: {beside.method}.")
    if verdict.verdict == "mismatch":
        verdict = _by_another_method(figures, place, printed, verdict, adjusted=adjusted)
    return verdict, beside.found.vintage_id


def figure_rows(report: PublishedReport, figures: ComputedFigures) -> Iterator[dict[str, object]]:
    """A row of `quality/reconciliation` per printed figure, in the report's order."""
    rows_of = _rows_of_totals(report.figures)
    for row in report.figures.to_dict("records"):
        indicator, entity, year = str(row["indicator"]), str(row["entity"]), int(row["year"])
        rows = rows_of.get((row["table"], indicator, year), 0) if entity == TOTAL else 0
        printed = Printed(float(row["value"]), int(row["decimals"]), str(row["unit"]), rows)
        place = indicator, entity, year
        verdict, vintage_id = judge(report, figures, place, printed, adjusted=bool(row["adjusted"]))
        yield {
            "place": f"{row['table']}/{indicator}/{entity}/{year}",
            "statement": None,
            "indicator": indicator,
            "figure_year": year,
            "entity": entity,
            "kind": "figure",
            "unit": printed.unit,
            "published": printed.value,
            "erratum": "",
            "vintage_id": vintage_id,
            **asdict(verdict),
        }


def _by_another_method(
    figures: ComputedFigures,
    place: tuple[str, str, int],
    printed: Printed,
    verdict: Verdict,
    *,
    adjusted: bool,
) -> Verdict:
    """The verdict, or `method` where the catalogue knows another way that explains the figure."""
    indicator, entity, year = place
    network = network_of(entity)
    if network is not None:
        for other in figures.catalogue.networks.values():
            found = figures.of(indicator, f"{other.id}_{network[1]}", year)
            if found is not None and other.id != network[0] and _prints_as(found.value, printed):
                told = f"Annen metode: tallet stemmer for {other.name} ({_number(found.value, printed, 2)})."
                return replace(verdict, verdict="method", explanation=told)
    if adjusted and figures.catalogue.indicators[indicator].adjustments:
        told = "Annen metode: rapporten sier at tallet er justert; vårt er ujustert."
        return replace(verdict, verdict="method", explanation=told)
    return verdict


def _ledger_total(figures: ComputedFigures, place: tuple[str, str, int], printed: Printed) -> str:
    """What the municipality's own accounts add up to, beside a total that is held against SSB's."""
    indicator, entity, year = place
    breakdown = figures.breakdowns.get(indicator)
    found = figures.of_ledger(breakdown, entity, year) if breakdown and entity == TOTAL else None
    value = converted(found.value, found.unit, printed.unit) if found else None
    return "" if value is None else f"; kommunens regnskap {_number(value, printed, 2)}"


def _earlier(figures: ComputedFigures, place: tuple[str, str, int], unit: str) -> list[tuple[float, str]]:
    declared = figures.catalogue.indicators.get(place[0])
    if declared is None:
        return []
    held = [(converted(value, declared.unit, unit), edition) for value, edition in figures.earlier(*place)]
    return [(value, edition) for value, edition in held if value is not None]


def _rows_of_totals(figures: pd.DataFrame) -> dict[tuple[str, str, int], int]:
    """How many printed rows each total is the sum of: those of the same table, indicator and year."""
    parts = figures[(figures["entity"] != TOTAL) & figures["value"].notna()]
    keys = zip(parts["table"], parts["indicator"], parts["year"], strict=True)
    return dict(Counter((str(table), str(indicator), int(year)) for table, indicator, year in keys))


def _prints_as(value: float, printed: Printed) -> bool:
    rounded = float(round_half_away(value, printed.decimals))
    return math.isclose(rounded, printed.value, abs_tol=_EPSILON)


def _number(value: float, printed: Printed, more: int = 0) -> str:
    return norwegian(value, printed.decimals + more)


def _verdict(
    verdict: str, printed: Printed, found: Found, tolerance: float, allowed: str, told: str
) -> Verdict:
    """The verdict with its arithmetic: what is printed, what is computed and how, what lies between."""
    decimals, difference = printed.decimals, printed.value - found.value
    percent = signed(100 * difference / abs(found.value), 2) if found.value else "0"
    computed = f"{found.parts} = " if found.parts else ""
    arithmetic = (
        f"trykt {shown(printed.value, decimals, printed.unit)}; "
        f"beregnet {computed}{shown(found.value, decimals + 2)} → {shown(found.value, decimals)}; "
        f"avvik {signed(difference, decimals + 2)}{f' = {percent} %' if percent != '0' else ''}; {allowed}"
    )
    return Verdict(verdict, found.value, difference, tolerance, arithmetic, told)


def _nothing(arithmetic: str, why: str) -> Verdict:
    return Verdict("not_comparable", math.nan, math.nan, math.nan, arithmetic, why)
