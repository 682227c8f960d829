"""Controls of indicators against each other, by the relations declared in `published/rules.yaml`.

The same relations are held against what reports print; here they hold to the last decimal, except where a
figure is taken as others print it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from assets.catalogue.loader import load_catalogue
from assets.catalogue.report_rules import load_report_rules
from assets.quality.controls.control import Control, Finding, Frames, number, told, with_sign
from assets.statuses import Figures
from schemas.catalogue import UNIT_RULES, Catalogue
from schemas.catalogue.published import ReportRules

INDICATORS = "asss/indicators"
_ARITHMETIC = 1e-9


@dataclass(frozen=True, slots=True)
class Side:
    """Values per municipality (or group, or country), and how far rounding may have moved each."""

    values: Figures
    slack: Figures


@dataclass(frozen=True, slots=True)
class Values:
    """The indicators laid out place × indicator."""

    values: pd.DataFrame
    slack: pd.DataFrame
    catalogue: Catalogue

    @classmethod
    def of(cls, frames: Frames, catalogue: Catalogue) -> Values:
        """From `asss/indicators` of one year."""
        frame = frames[INDICATORS][["municipality", "indicator", "value", "origin"]]
        frame = frame.astype({"municipality": "str", "indicator": "str"})
        decimals = frame["indicator"].map({n: entry.decimals for n, entry in catalogue.indicators.items()})
        slack = np.where(
            frame["origin"] == "register",
            0.5 * 10.0 ** -decimals.astype("float64"),
            _ARITHMETIC * frame["value"].abs(),
        )
        table = frame.assign(slack=slack).pivot(index="municipality", columns="indicator")
        places = table.index
        values, slacks = (table.xs(name, axis=1, level=0) for name in ("value", "slack"))
        return cls(pd.DataFrame(values, index=places), pd.DataFrame(slacks, index=places), catalogue)

    def have(self, *indicators: str) -> bool:
        """Whether all of them are there."""
        return all(name in self.values.columns and name in self.catalogue.indicators for name in indicators)

    def sum(self, indicators: Sequence[str]) -> Side:
        """Their sum; missing where one is."""
        names = list(indicators)
        return Side(
            self.values[names].sum(axis=1, skipna=False).to_numpy(), self.slack[names].sum(axis=1).to_numpy()
        )

    def product(self, indicators: Sequence[str], unit: str) -> Side:
        """Their product in `unit`; shares are shares of one."""
        names = list(indicators)
        units = [self.catalogue.indicators[name].unit for name in names]
        scale = np.prod([UNIT_RULES[each].factor for each in units]) / UNIT_RULES[unit].factor
        values = scale * self.values[names].prod(axis=1, skipna=False).to_numpy()
        share = (self.slack[names] / self.values[names].abs()).sum(axis=1).to_numpy()
        return Side(values, np.abs(values) * share)

    def shown(self, at: int, indicators: Sequence[str], sign: str) -> str:
        """The figures of one place in words."""
        parts = zip(indicators, self.values[list(indicators)].iloc[at], strict=True)
        return f" {sign} ".join(f"{name} {_shown(value)}" for name, value in parts)

    def place(self, at: int) -> str:
        """The name of the municipality, group or country."""
        return str(self.values.index[at])


@cache
def _relations() -> ReportRules:
    """The relations that come with the catalogue; another may lack some of their indicators."""
    return load_report_rules(load_catalogue())


def complements(frames: Frames, catalogue: Catalogue, _: int) -> Finding:
    """Shares of one whole add up to it."""
    values = Values.of(frames, catalogue)
    judged, lines = 0, []
    for whole in _relations().complements:
        if values.have(*whole.indicators):
            side = values.sum(whole.indicators)
            off = side.values - whole.total
            judged += int(np.isfinite(off).sum())
            for at in np.flatnonzero(np.abs(off) > side.slack + _ARITHMETIC * whole.total).tolist():
                terms = values.shown(at, whole.indicators, "+")
                lines.append(
                    f"{values.place(at)}: {terms} = {_shown(side.values[at])}, ikke {_shown(whole.total)}"
                )
    return told(judged, "summer", lines)


def bounds(frames: Frames, catalogue: Catalogue, _: int) -> Finding:
    """Parts are together at most the whole."""
    values = Values.of(frames, catalogue)
    judged, lines = 0, []
    for bound in _relations().bounds:
        if values.have(bound.whole, *bound.parts):
            parts, whole = values.sum(bound.parts), values.sum([bound.whole])
            over = parts.values - whole.values
            judged += int(np.isfinite(over).sum())
            for at in np.flatnonzero(over > parts.slack + whole.slack).tolist():
                terms = values.shown(at, bound.parts, "+")
                given = f"{bound.whole} {_shown(whole.values[at])}"
                lines.append(f"{values.place(at)}: {terms} er mer enn {given} ({with_sign(over[at], 3)})")
    return told(judged, "deler", lines)


def products(frames: Frames, catalogue: Catalogue, _: int) -> Finding:
    """Per inhabitant is per recipient times coverage (dekningsgrad)."""
    values = Values.of(frames, catalogue)
    judged, lines = 0, []
    for rule in _relations().products:
        if values.have(rule.product, *rule.factors):
            made = values.product(rule.factors, catalogue.indicators[rule.product].unit)
            given = values.sum([rule.product])
            off = given.values - made.values
            judged += int(np.isfinite(off).sum())
            for at in np.flatnonzero(np.abs(off) > given.slack + made.slack).tolist():
                terms = values.shown(at, rule.factors, "×")
                said = f"{rule.product} {_shown(given.values[at])}"
                lines.append(f"{values.place(at)}: {said}, men {terms} = {_shown(made.values[at])}")
    return told(judged, "produkter", lines)


def _shown(value: float) -> str:
    return number(value, 0 if abs(value) >= 1000 else 3)


CONTROLS = (
    Control(
        "shares_add_up",
        INDICATORS,
        "Andeler av en helhet er 100 prosent til sammen (supplerende sosialhjelp og hovedinntekt)",
        "Andelene er regnet av hver sin utgave av tellerne: se begge med `kostra explain`, og `kostra "
        "status` for tabellene.",
        "error",
        (INDICATORS,),
        complements,
    ),
    Control(
        "parts_within_whole",
        INDICATORS,
        "En del er ikke større enn det hele (langtidsmottakere med hovedinntekt, S3 + S4 av S2)",
        "Se delene med `kostra explain`. Hos SSB kan en tabell være rettet før en annen; vent på den andre, "
        "eller nevn det ved figuren.",
        "warning",
        (INDICATORS,),
        bounds,
    ),
    Control(
        "per_inhabitant_is_per_recipient_times_coverage",
        INDICATORS,
        "Utgifter per innbygger er utgifter per mottaker × dekningsgrad (hjemmetjenester etter alder)",
        "De tre tallene har ikke samme utgifter, brukere eller innbyggere bak seg: se dem med `kostra "
        "explain`. Er ett importert, regner kilden trolig brukere på en annen måte.",
        "warning",
        (INDICATORS,),
        products,
    ),
)
