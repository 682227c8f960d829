"""The indicator algebra: `scale × numerator / denominator` for all municipalities and years at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.asss.facts import Facts, Flags, Grid, Integers, Parts, no_register, no_statistics
from assets.asss.terms import combine, formula, measure_words
from assets.errors import look_up
from assets.frames import labelled, only_source
from assets.register.levels import levels, of_regions
from assets.statuses import MISSING, OK, Figures, Severities, statuses
from schemas.catalogue import Break, Catalogue, Indicator


def evaluate(
    catalogue: Catalogue,
    accounts: pd.DataFrame,
    population: pd.DataFrame,
    statistics: pd.DataFrame | None = None,
    register: pd.DataFrame | None = None,
    *,
    indicators: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Compute indicators for every municipality and year in the facts.

    Args:
        catalogue: the checked catalogue.
        accounts: `kostra/accounts`, one or several years.
        population: `kostra/population` of the same years.
        statistics: `kostra/service_statistics` of the same years; without it every measure is missing.
        register: `register/figures` of the same years; without it every imported figure is missing.
        indicators: ids to compute; all by default.

    Returns:
        `asss/indicators`: one row per year × municipality × indicator, also where nothing can be computed.
        KOSTRA groups and country are rows like municipalities, told apart by `region_kind`: ratios where SSB
        serves both parts, and values SSB serves ready.
        `numerator` and `denominator` are the parts before scaling, in their own units. `value` is null when
        a part is not there (with the worst part's status) or the denominator is 0 (missing).

    Raises:
        DataError: an unknown indicator, facts given twice, a band that was not made, or mixed sources.
    """
    statistics = no_statistics() if statistics is None else statistics
    imported = no_register() if register is None else of_regions(levels(register, catalogue))
    facts = Facts(accounts, population, statistics, imported, catalogue.bands())
    evaluation = _Evaluation(catalogue, facts)
    wanted = [look_up("indicator", name, catalogue.indicators) for name in indicators or catalogue.indicators]
    results = [evaluation.result(indicator) for indicator in wanted]
    return _frame(catalogue, facts, wanted, results, only_source(accounts, population, statistics))


@dataclass(frozen=True, slots=True)
class _Result:
    """One indicator on the grid; `parts` is its value."""

    numerator: Figures
    denominator: Figures
    parts: Parts


class _Evaluation:
    """Indicators computed once each, in whatever order they refer to one another."""

    def __init__(self, catalogue: Catalogue, facts: Facts) -> None:
        self.catalogue = catalogue
        self.facts = facts
        self._results: dict[str, _Result] = {}

    def value(self, indicator: str) -> Parts:
        """The value of an indicator, in its unit."""
        return self.result(self.catalogue.indicators[indicator]).parts

    def result(self, indicator: Indicator) -> _Result:
        """The indicator with its numerator and denominator."""
        if indicator.id not in self._results:
            self._results[indicator.id] = self._compute(indicator)
        return self._results[indicator.id]

    def _compute(self, indicator: Indicator) -> _Result:
        holds = np.isin(self.facts.grid.years, _years_of(indicator, self.facts.grid))
        above = combine(indicator.numerator, self).only(holds)
        if not indicator.denominator:
            none = np.full(len(self.facts.grid), np.nan)
            value = Parts(indicator.scale * above.figures, above.severity, above.vintages)
            return _Result(above.figures, none, value)
        below = combine(indicator.denominator, self).only(holds)
        figures, severity = _divide(above, below)
        value = Parts(indicator.scale * figures, severity, above.vintages + below.vintages)
        result = _Result(above.figures, below.figures, value)
        return self._with_ready(indicator, result, holds) if indicator.ready else result

    def _with_ready(self, indicator: Indicator, result: _Result, holds: Flags) -> _Result:
        """The result with the value SSB serves ready in groups and country; no parts stand beside it."""
        served = self.facts.statistics.look_up((indicator.ready,)).only(holds)
        own = self.facts.grid.kinds == "municipality"
        return _Result(
            np.where(own, result.numerator, np.nan),
            np.where(own, result.denominator, np.nan),
            result.parts.where(own, served),
        )


def _years_of(indicator: Indicator, grid: Grid) -> list[int]:
    return [int(year) for year in np.unique(grid.years) if indicator.covers(int(year))]


def _divide(above: Parts, below: Parts) -> tuple[Figures, Severities]:
    """The quotient, with the worse status of the two; missing where the denominator is 0."""
    severity = np.maximum(above.severity, below.severity)
    severity = np.where((severity == OK) & (below.figures == 0), np.int8(MISSING), severity)
    quotient = np.full(len(severity), np.nan)
    np.divide(above.figures, below.figures, out=quotient, where=severity == OK)
    return quotient, severity


def _frame(
    catalogue: Catalogue,
    facts: Facts,
    indicators: Sequence[Indicator],
    results: Sequence[_Result],
    source: str,
) -> pd.DataFrame:
    """One row per cell and indicator, the indicators of a cell side by side."""
    grid, width = facts.grid, len(indicators)
    editions = [facts.editions_of(r.parts.vintages) for r in results]
    every = np.zeros(len(grid), dtype=np.int64)
    names, place = np.unique(grid.municipalities.to_numpy(), return_inverse=True)
    kinds, kind = np.unique(grid.kinds.to_numpy(), return_inverse=True)
    return pd.DataFrame(
        {
            "year": np.repeat(grid.years, width),
            "municipality": labelled(np.repeat(place, width), list(names)),
            "region_kind": labelled(np.repeat(kind, width), list(kinds)),
            "indicator": labelled(np.tile(np.arange(width), len(grid)), [i.id for i in indicators]),
            "numerator": _interleaved([r.numerator for r in results]),
            "denominator": _interleaved([r.denominator for r in results]),
            "value": _interleaved([r.parts.figures for r in results]),
            "unit": _texts([(every, [i.unit]) for i in indicators]),
            "status": statuses(_interleaved([r.parts.severity for r in results])),
            "method": _texts([_methods(catalogue, indicator, grid) for indicator in indicators]),
            "origin": _texts([(every, [origin_of(i)]) for i in indicators]),
            "break_before": _interleaved([_breaks(catalogue, indicator, grid) for indicator in indicators]),
            "vintage_status": _texts([(which, said) for which, _, said in editions]),
            "source": _texts([(every, ["register" if i.imported else source]) for i in indicators]),
            "vintage_id": _texts([(which, ids) for which, ids, _ in editions]),
        }
    )


def origin_of(indicator: Indicator) -> str:
    """How its figures come about, as in the column `origin`."""
    return "register" if indicator.imported else "computed"


def _interleaved(columns: Sequence[np.ndarray]) -> np.ndarray:
    return np.stack(columns, axis=1).ravel()


def _texts(columns: Sequence[tuple[Integers, Sequence[str]]]) -> pd.Categorical[str]:
    """One text column of several, each given as numbers and the texts they stand for."""
    texts = list(dict.fromkeys(text for _, names in columns for text in names))
    number = {text: i for i, text in enumerate(texts)}
    renumbered = [np.array([number[text] for text in names])[codes] for codes, names in columns]
    return labelled(_interleaved(renumbered), texts)


def _methods(catalogue: Catalogue, indicator: Indicator, grid: Grid) -> tuple[Integers, list[str]]:
    years, which = np.unique(grid.years, return_inverse=True)
    formulas = [formula(indicator, catalogue, int(year)) for year in years]
    if indicator.ready is None:
        return which, formulas
    ready = np.where(grid.kinds == "municipality", which, len(formulas))
    return ready, [*formulas, f"som levert av SSB ({measure_words(indicator.ready, catalogue)})"]


def _breaks(catalogue: Catalogue, indicator: Indicator, grid: Grid) -> Flags:
    found: Flags = np.zeros(len(grid), dtype=bool)
    for name in indicator.breaks:
        found |= _break_at(catalogue.breaks[name], grid)
    return found


def _break_at(change: Break, grid: Grid) -> Flags:
    here: Flags = grid.years == change.before
    concerned = [
        change.concerns(name, kind)
        for name, kind in zip(grid.municipalities[here], grid.kinds[here], strict=True)
    ]
    here[here] = concerned
    return here
