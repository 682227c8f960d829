"""Resource use, production and efficiency (ressursbruk, produksjon, effektivitet) per service area.

Efficiency is production / expenditure; figures that others publish are held against that at the decimals
they are given with. Our own estimates stand in rows of their own, and are never called KS'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from assets.asss.aggregates import FEWEST_MEMBERS
from assets.baerum.adjust import need_factor
from assets.errors import look_up
from assets.frames import join_vintages, only_source
from schemas.catalogue import Catalogue, EfficiencyArea, Network

COLUMNS = [
    "year",
    "area",
    "origin",
    "title",
    "resource_use_index",
    "expenditure_index",
    "production_index",
    "efficiency_index",
    "residual",
    "tolerance",
    "change_residual",
    "verdict",
    "adjustment",
    "method",
    "status",
    "reason",
    "source",
    "vintage_id",
]
INDICES = ("resource_use", "expenditure", "production", "efficiency")
CHANGE = "percentage_points_change"
IMPORTED = "importert; effektivitet = 100 × produksjon / utgifter"
OWN = (
    "egen beregning: (netto driftsutgifter − avskrivninger) og brutto driftsutgifter per innbygger, "
    "i forhold til enkelt snitt av medlemmene"
)


def efficiency(
    indicators: pd.DataFrame,
    register: pd.DataFrame,
    catalogue: Catalogue,
    municipality: str,
    network: str,
) -> pd.DataFrame:
    """Two rows per area and year of `indicators`: as imported, and our own estimate.

    Args:
        indicators: `asss/indicators`, one or several years.
        register: `register/figures` of the same years, for changes from the year before.
        catalogue: areas, need indices and networks.
        municipality: slug of the focal municipality.
        network: id of the network that is 1 (resource use) or 100 (the others).

    Returns:
        `<municipality>/efficiency`. `residual` = |efficiency − 100 × production / expenditure|, `tolerance`
        what the decimals given allow; `change_residual` the same of the stated changes from the year before.
        An area nothing is known of has rows without figures.

    Raises:
        DataError: an unknown network, or figures of several sources.
    """
    compared = look_up("network", network, catalogue.networks)
    source = only_source(indicators)
    rows: list[dict[str, object]] = []
    for year in sorted(int(year) for year in indicators["year"].unique()):
        figures = indicators[(indicators["year"] == year).to_numpy()]
        given = register[((register["year"] == year) & (register["entity"] == municipality)).to_numpy()]
        for area in catalogue.efficiency_areas.values():
            named = {"year": year, "area": area.id, "title": area.name}
            own = _own(area, figures, catalogue, compared, municipality, year)
            rows.append({**named, **_imported(area, figures, given, municipality)})
            rows.append({**named, **own, "source": source})
    return pd.DataFrame(rows, columns=COLUMNS)


@dataclass(frozen=True, slots=True)
class Check:
    """How far efficiency is from production / expenditure, and how far the decimals allow it to be."""

    residual: float
    tolerance: float
    verdict: str


def consistency(expenditure: float, production: float, efficiency: float) -> Check:
    """Hold the identity against figures as given: half a unit of the last decimal of each is allowed.

    All three have the network mean 100; NaN is a figure that is not given. Without all of them, or with an
    expenditure that may be 0, nothing can be said.
    """
    if not np.isfinite([expenditure, production, efficiency]).all() or expenditure <= _half_unit(expenditure):
        return Check(np.nan, np.nan, "not_checked")
    quotient = 100 * production / expenditure
    highest = 100 * (production + _half_unit(production)) / (expenditure - _half_unit(expenditure))
    residual, tolerance = abs(efficiency - quotient), highest - quotient + _half_unit(efficiency)
    return Check(residual, tolerance, "consistent" if residual <= tolerance else "inconsistent")


def _half_unit(figure: float) -> float:
    """Half a unit of the last decimal a figure is given with."""
    exponent = Decimal(repr(round(float(figure), 6))).normalize().as_tuple().exponent
    return 0.5 * 10.0 ** min(int(exponent), 0)


def _imported(
    area: EfficiencyArea, figures: pd.DataFrame, given: pd.DataFrame, municipality: str
) -> dict[str, object]:
    mine = figures[(figures["municipality"] == municipality).to_numpy()].set_index("indicator")
    names = {name: getattr(area, name) for name in INDICES}
    held = mine.loc[[name for name in names.values() if name in mine.index]]
    values = {name: float(held["value"].get(indicator, np.nan)) for name, indicator in names.items()}
    check = consistency(values["expenditure"], values["production"], values["efficiency"])
    known = bool(np.isfinite(list(values.values())).any())
    told = f"produksjon / utgifter gir {_quotient(values):.1f}".replace(".", ",")
    return {
        "origin": "register",
        **{f"{name}_index": value for name, value in values.items()},
        "residual": check.residual,
        "tolerance": check.tolerance,
        "change_residual": _change_residual(names, values, given),
        "verdict": check.verdict,
        "adjustment": "as published",
        "method": IMPORTED,
        "status": "ok" if known else "missing",
        "reason": (told if check.verdict == "inconsistent" else None) if known else "ingen tall er importert",
        "source": "register",
        "vintage_id": join_vintages(held["vintage_id"].astype("str")),
    }


def _change_residual(names: Mapping[str, str], values: Mapping[str, float], given: pd.DataFrame) -> float:
    """How far the stated change of efficiency is from what the other two give; NaN without all three."""
    rows = given[((given["unit"] == CHANGE) & (given["status"] == "ok")).to_numpy()].set_index("indicator")
    changes = {name: float(rows["value"].get(indicator, np.nan)) for name, indicator in names.items()}
    before = {name: values[name] - change for name, change in changes.items()}
    return abs(changes["efficiency"] - (_quotient(values) - _quotient(before)))


def _quotient(values: Mapping[str, float]) -> float:
    return 100 * values["production"] / values["expenditure"] if values["expenditure"] else np.nan


def _own(
    area: EfficiencyArea,
    figures: pd.DataFrame,
    catalogue: Catalogue,
    network: Network,
    municipality: str,
    year: int,
) -> dict[str, object]:
    members = network.members_in(year)
    factors = {
        name: need_factor(catalogue.need_indices.values(), area.area, name, year)
        for name in {*members, municipality}
    }
    absent = [factor.reason for _, factor in sorted(factors.items()) if factor.value is None]
    need = {name: 1.0 if absent or factor.value is None else factor.value for name, factor in factors.items()}
    resource_use = _against_mean(figures, area.own_resource_use, members, municipality, need)
    expenditure = _against_mean(figures, area.own_expenditure, members, municipality, need)
    editions = ", ".join(sorted({factor.vintage for factor in factors.values()}))
    used = figures[figures["indicator"].isin([area.own_resource_use, area.own_expenditure]).to_numpy()]
    used = used[used["municipality"].isin(list(factors)).to_numpy()]
    known = bool(np.isfinite([resource_use, expenditure]).any())
    return {
        "origin": "own_estimate",
        "resource_use_index": resource_use,
        "expenditure_index": 100 * expenditure,
        "verdict": "not_checked",
        "adjustment": "none" if absent else f"need: per member ({editions})",
        "method": f"{OWN}; {'ikke korrigert' if absent else 'korrigert'} for utgiftsbehov",
        "status": "ok" if known else "missing",
        "reason": absent[0] if absent and known else None if known else "for få medlemmer har tall",
        "vintage_id": join_vintages(used["vintage_id"].astype("str").unique()),
    }


def _against_mean(
    figures: pd.DataFrame,
    indicator: str,
    members: tuple[str, ...],
    municipality: str,
    need: Mapping[str, float],
) -> float:
    """The municipality's value over the simple mean of the members', each corrected for need."""
    rows = figures[((figures["indicator"] == indicator) & (figures["status"] == "ok")).to_numpy()]
    values = dict(zip(rows["municipality"].astype("str"), rows["value"], strict=True))
    corrected = {name: value * need[name] for name, value in values.items() if name in need}
    with_data = [corrected[name] for name in members if name in corrected]
    if len(with_data) < FEWEST_MEMBERS or municipality not in corrected:
        return np.nan
    mean = float(np.mean(with_data))
    return corrected[municipality] / mean if mean > 0 else np.nan
