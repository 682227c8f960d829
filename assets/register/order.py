"""A network's mean and its members lie between its lowest and its highest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pandas as pd

from assets.register.entities import network_of
from assets.register.figures import newest
from assets.register.register_file import LINE
from assets.tabular.problems import Findings
from schemas.catalogue import Indicator, Network
from schemas.fields import RELATIVE_UNITS


def check_order(
    figures: pd.DataFrame,
    held: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    networks: Mapping[str, Network],
    findings: Findings,
) -> None:
    """Hold the rows of a new file, with what is held already, against the order; at the decimals printed.

    Args:
        figures: rows of the new file, with `line`.
        held: what is held; where both have a figure the new one counts.
        indicators: the catalogue's.
        networks: the catalogue's.
        findings: what is wrong is added here.
    """
    new = {(r["year"], r["indicator"], r["entity"]): r[LINE] for r in _levels(figures).to_dict("records")}
    for (year, indicator), values in _by_figure(_levels(newest([held, figures]))).items():
        slack = 0.5 * 10.0 ** -indicators[indicator].decimals + 1e-9
        for entity, bound in _out_of_order(values, networks, year, slack):
            line = new.get((year, indicator, entity)) or new.get((year, indicator, bound))
            if line is not None:
                allowed = f"{entity} within {bound} {values[bound]:.12g} ({indicator} {year})"
                value = f"{values[entity]:.12g}"
                findings.problem("order", allowed, line=line, column="value", value=value)


def _levels(figures: pd.DataFrame) -> pd.DataFrame:
    return figures[(figures["status"] == "ok") & ~figures["unit"].isin(RELATIVE_UNITS)]


def _by_figure(levels: pd.DataFrame) -> dict[tuple[int, str], dict[str, float]]:
    """Value by entity, for each year and indicator."""
    found: defaultdict[tuple[int, str], dict[str, float]] = defaultdict(dict)
    for row in levels.to_dict("records"):
        found[row["year"], row["indicator"]][row["entity"]] = row["value"]
    return found


def _out_of_order(
    values: Mapping[str, float], networks: Mapping[str, Network], year: int, slack: float
) -> Iterator[tuple[str, str]]:
    """Entities beyond a network's lowest or highest, with the entity that is the bound."""
    for bound, limit in values.items():
        network, figure = network_of(bound) or ("", "")
        if figure not in ("max", "min"):
            continue
        sign = 1 if figure == "max" else -1
        for entity in (f"{network}_mean", *networks[network].members_in(year)):
            if entity in values and sign * (values[entity] - limit) > slack:
                yield entity, bound
