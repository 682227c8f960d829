"""What two values of one concept may mean, worked out in cases, and which of it a held figure supports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from assets.quality.reconciliation.computed import Computed
from assets.quality.reconciliation.knowledge import Knowledge
from assets.quality.reconciliation.rules.intervals import Interval
from assets.quality.reconciliation.rules.numbers import norwegian
from assets.quality.reconciliation.rules.printed import Cell, Printed
from assets.quality.reconciliation.rules.text import Band, bands
from schemas.catalogue import OPEN_AGE
from schemas.catalogue.published import SameConcept

_STEP = 10


@dataclass(frozen=True, slots=True)
class _Reading:
    words: str
    cases: Interval

    @property
    def told(self) -> str:
        low, high = (norwegian(_STEP * round(end / _STEP)) for end in (self.cases.low, self.cases.high))
        return f"{low}-{high} tilfeller: {self.words}"


def readings(
    printed: Printed, knowledge: Knowledge, concept: SameConcept, apart: list[tuple[Cell, Cell]]
) -> tuple[list[str], list[str]]:
    """Sentences on the possible readings, and the calculations behind them.

    Each pair of `apart` is one entity and year on the two bases; the report's own municipality in its newest
    year is worked out. In cases where the inhabitants are computed, otherwise as a need index only.
    """
    own = [pair for pair in apart if pair[0].entity == printed.report.municipality]
    if not own:
        return [], []
    one, other = max(own, key=lambda pair: pair[0].year)
    implied = norwegian(one.value / other.value, 2)
    computed = knowledge.computed
    base, wide = (_inhabitants(computed, cell) for cell in (one, other))
    if computed is None or concept.cases is None or base is None or wide is None:
        only = f"Er serien justert for utgiftsbehov, er behovsindeksen {implied} for {one.who} {one.year}."
        return [only], []
    index, shown = _need_index(printed, computed, concept, one)
    found = list(_readings(one, other, base, wide, index))
    told = ["Mulige lesninger: " + "; ".join(f"{i}) {r.told}" for i, r in enumerate(found, start=1)) + "."]
    told.append(_supported(found, _cases(computed, concept.cases, one), one))
    if computed.source == "sample":
        told.append("(Modellerte eksempeltall, ikke SSBs.)")
    return told, [f"innbyggere {norwegian(base)} og {norwegian(wide)}", *shown]


def _readings(one: Cell, other: Cell, base: float, wide: float, index: Interval | None) -> Iterator[_Reading]:
    implied = norwegian(one.value / other.value, 2)
    yield _Reading(
        f"«{other.title}» er samme grunnlag som «{one.title}», delt på en behovsindeks på {implied}",
        one.interval.scaled(base / 100),
    )
    if index is not None:
        yield _Reading(
            f"«{other.title}» er alle tilfeller delt på behovsindeksen i kroneserien "
            f"({norwegian(index.middle, 3)}), og «{one.title}» teller bare noen av dem",
            other.interval.scaled(wide * index.middle / 100),
        )
    yield _Reading(
        f"«{other.title}» er ikke justert, og «{one.title}» teller noe snevrere",
        other.interval.scaled(wide / 100),
    )


def _supported(found: list[_Reading], cases: float | None, cell: Cell) -> str:
    if cases is None:
        return f"Antall tilfeller i {cell.year} er ikke kjent; tallet avgjør hvilken lesning som er riktig."
    for i, reading in enumerate(found, start=1):
        if reading.cases.low <= cases <= reading.cases.high:
            return f"Antall tilfeller i {cell.year} er {norwegian(cases)}, som støtter lesning {i}."
    return f"Antall tilfeller i {cell.year} er {norwegian(cases)}, som ikke støtter noen av lesningene."


def _need_index(
    printed: Printed, computed: Computed, concept: SameConcept, cell: Cell
) -> tuple[Interval | None, list[str]]:
    """The need index an adjusted series in kroner implies in the newest year, where no deflator counts."""
    name = concept.need_index_from
    adjusted = printed.figure(name, cell.entity, cell.year) if name else None
    rows = computed.indicators
    rows = rows[
        (rows["indicator"] == name) & (rows["municipality"] == cell.entity) & (rows["year"] == cell.year)
    ]
    values = rows["value"].dropna()
    if adjusted is None or len(values) != 1:
        return None, []
    value = float(values.iloc[0])
    index = Interval(value, value) / adjusted.interval
    return index, [f"behovsindeks {norwegian(value)} / {adjusted.shown} = {norwegian(index.middle, 3)}"]


def _inhabitants(computed: Computed | None, cell: Cell) -> float | None:
    """The inhabitants of the age band the cell's title names, of the last one when there are several."""
    found = bands(cell.title)
    if computed is None or not found:
        return None
    return _in_band(computed.population, cell, found[-1])


def _in_band(population: pd.DataFrame, cell: Cell, band: Band) -> float | None:
    rows = population[(population["municipality"] == cell.entity) & (population["year"] == cell.year)]
    whole = rows[(rows["age_from"] == band.low) & (rows["age_to"] == band.high)]
    if len(whole) == 1:
        return float(whole["inhabitants"].iloc[0])
    single = rows[(rows["age_from"] == rows["age_to"]) & rows["age_from"].between(band.low, band.high)]
    complete = band.high < OPEN_AGE and len(single) == band.high - band.low + 1
    return float(single["inhabitants"].sum()) if complete and single["inhabitants"].notna().all() else None


def _cases(computed: Computed, measure: str, cell: Cell) -> float | None:
    rows = computed.service_statistics
    rows = rows[
        (rows["measure"] == measure) & (rows["municipality"] == cell.entity) & (rows["year"] == cell.year)
    ]
    values = rows["value"].dropna()
    return float(values.iloc[0]) if len(values) == 1 else None
