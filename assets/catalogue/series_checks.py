"""What must hold for time series and efficiency areas: indicators exist, adjustments are allowed."""

from __future__ import annotations

from collections.abc import Iterator

from assets.catalogue.draft import Draft, Placed
from assets.catalogue.problems import Problem
from schemas.catalogue import SECTOR_OF_AREA, UNIT_RULES, PopulationTerm

INDICATORS_OF_AREA = (
    "resource_use",
    "expenditure",
    "production",
    "efficiency",
    "own_resource_use",
    "own_expenditure",
)


def check_series(draft: Draft) -> Iterator[Problem]:
    """Every mistake in the time series, and in the price steps they are deflated by."""
    yield from _check_price_steps(draft)
    for placed in draft.placed("series"):
        yield from _check_indicator(draft, placed)
        yield from _check_base_year(draft, placed)


def check_adjustments(draft: Draft) -> Iterator[Problem]:
    """Only amounts are deflated, and only what is counted per inhabitant is corrected for their need."""
    for placed in draft.placed("indicators"):
        indicator = placed.entry
        rule = UNIT_RULES.get(indicator.unit)
        if "deflate" in indicator.adjustments and rule and rule.quantity != "money":
            yield placed.problem(
                f"a figure in {indicator.unit} has no price to be adjusted for", "adjustments"
            )
        per_inhabitant = all(isinstance(term, PopulationTerm) for term in indicator.denominator)
        if "need" in indicator.adjustments and not (indicator.denominator and per_inhabitant):
            yield placed.problem("need can be corrected for only per inhabitant", "adjustments")


def check_efficiency_areas(draft: Draft) -> Iterator[Problem]:
    """Every indicator an efficiency area names must exist."""
    for placed in draft.placed("efficiency_areas"):
        for name in INDICATORS_OF_AREA:
            if message := draft.unknown("indicators", getattr(placed.entry, name)):
                yield placed.problem(message, name)


def _check_indicator(draft: Draft, placed: Placed) -> Iterator[Problem]:
    series = placed.entry
    if message := draft.unknown("indicators", series.indicator):
        yield placed.problem(message, "indicator")
    if series.published and (message := draft.unknown("indicators", series.published.indicator)):
        yield placed.problem(message, "published", "indicator")
    indicator = draft.entry("indicators", series.indicator)
    if indicator is None:
        return
    allowed = ", ".join(indicator.adjustments) or "none"
    for name in series.adjust:
        if name not in indicator.adjustments:
            message = f"`{series.indicator}` may not be adjusted by `{name}`; allowed: {allowed}"
            yield placed.problem(message, "adjust")
    if "need" in series.adjust and indicator.area not in SECTOR_OF_AREA:
        yield placed.problem(f"there is no need index for the area `{indicator.area}`", "adjust")


def _check_base_year(draft: Draft, placed: Placed) -> Iterator[Problem]:
    series = placed.entry
    held = {step.entry.year for step in draft.placed("price_steps") if step.entry.series == series.deflator}
    if series.base_year is not None and series.base_year not in held:
        years = f"{min(held)}-{max(held)}" if held else "no year"
        message = f"deflator `{series.deflator}` holds {years}, not the base year {series.base_year}"
        yield placed.problem(message, "base_year")


def _check_price_steps(draft: Draft) -> Iterator[Problem]:
    """A deflator is given one way, and without a gap."""
    ways: dict[str, bool] = {}
    last: dict[str, int] = {}
    for placed in draft.placed("price_steps"):
        step = placed.entry
        if ways.setdefault(step.series, step.percent is None) != (step.percent is None):
            yield placed.problem(f"`{step.series}` is given by percent in some years and by index in others")
        if last.setdefault(step.series, step.year - 1) != step.year - 1:
            yield placed.problem(
                f"`{step.series}` goes from {last[step.series]} to {step.year}: keep every year"
            )
        last[step.series] = step.year
