"""Totals that would tell a suppressed figure: the total less what is known leaves it over.

SSB's figures of KOSTRA groups and country stand beside the members' own, and one quantity enters several
indicators. So all totals of a year are looked at together, as equations in the cells that are not known.
Where they leave the cell of a suppressed (skjermet) member over, totals are withheld until none does.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.asss.cells import Cell, CellStatuses, weights
from assets.frames import labelled
from assets.kostra.regions import existing
from schemas.catalogue import Catalogue
from schemas.fields import STATUSES

WITHHELD = "holdt tilbake: totalen ville røpet et skjermet tall"
"""Ends the `method` of a row that is withheld."""

COUNTRY, WITHOUT_OSLO, OSLO = "EAK", "EAKUO", "oslo"

#: SSB's totals, each with the municipalities in it; None where these are not known.
Totals = Mapping[str, frozenset[str] | None]


@dataclass(frozen=True, slots=True)
class Equation:
    """What one published total says: a sum of unknown cells, each with a weight, is known.

    `row` is the index label of the total, `size` how many municipalities are in it.
    """

    row: Hashable
    size: int
    weights: Mapping[Cell, float]


def totals_of(
    year: int, regions: Collection[str], municipalities: pd.DataFrame, groups: pd.DataFrame
) -> Totals:
    """The municipalities in each of SSB's totals on 31 December.

    Args:
        year: accounting year.
        regions: SSB's codes of KOSTRA groups and country.
        municipalities: `klass/municipalities`.
        groups: `klass/kostra_groups`.
    """
    everybody = frozenset(existing(municipalities, year))
    last_day = date(year, 12, 31)
    spans = zip(groups["group"], groups["slug"], groups["valid_from"], groups["valid_to"], strict=True)
    members: dict[str, frozenset[str]] = {COUNTRY: everybody, WITHOUT_OSLO: everybody - {OSLO}}
    for code, slug, begins, ends in spans:
        if begins <= last_day and (pd.isna(ends) or ends > last_day):
            members[str(code)] = members.get(str(code), frozenset()) | {str(slug)}
    return {code: members.get(code) for code in regions}


def withhold_revealing_totals(
    indicators: pd.DataFrame, cells: CellStatuses, catalogue: Catalogue, totals: Totals
) -> pd.DataFrame:
    """`asss/indicators` of one year without the totals that would tell a suppressed cell of a municipality.

    A total whose members are not known, or that holds a suppressed cell within a product, is withheld
    without looking further.

    Args:
        indicators: `asss/indicators` of one year.
        cells: the status of every cell the indicators are made of.
        catalogue: what each indicator is made of.
        totals: SSB's totals of the year and who is in them.
    """
    own = (indicators["region_kind"] == "municipality").to_numpy()
    if not cells.any_suppressed:
        return indicators
    given = indicators[~own & (indicators["status"] == "ok").to_numpy()]
    year = int(indicators["year"].iloc[0])
    withheld: set[Hashable] = set()
    equations: list[Equation] = []
    for label, code, name in zip(given.index, given["municipality"], given["indicator"], strict=True):
        members = totals.get(str(code))
        declared = catalogue.indicators[str(name)]
        parts = [weights(terms, catalogue, year) for terms in (declared.numerator, declared.denominator)]
        if members is None:
            withheld |= (
                {label} if any(cells.suppressed(key) for part in parts for key in part.keys) else set()
            )
        elif any(cells.suppressed(key) & members for part in parts for key in part.nonlinear):
            withheld.add(label)
        else:
            found = [_unknown(part.linear, members, cells) for part in parts]
            equations += [Equation(label, len(members), weighed) for weighed in found if weighed]
    withheld |= revealing(equations, cells.all_suppressed())
    return _without(indicators, indicators.index.isin(list(withheld)))


def revealing(equations: Sequence[Equation], hidden: Collection[Cell]) -> set[Hashable]:
    """The rows to withhold so that no linear combination of the others leaves a hidden cell over.

    Of the totals that hold cells that follow, the smallest is withheld, until none follows.
    """
    kept, withheld = list(equations), set()
    while told := _determined(kept, hidden):
        concerned = [equation for equation in kept if not told.isdisjoint(equation.weights)]
        smallest = min(concerned, key=lambda equation: (equation.size, str(equation.row)))
        withheld.add(smallest.row)
        kept = [equation for equation in kept if equation.row != smallest.row]
    return withheld


def _determined(equations: Sequence[Equation], hidden: Collection[Cell]) -> set[Cell]:
    """The hidden cells that the equations determine: their unit vectors are combinations of the rows.

    Cells that enter every equation alike cannot be told from one another, so they are one column.
    """
    columns: dict[tuple[tuple[int, float], ...], list[Cell]] = {}
    entries: dict[Cell, list[tuple[int, float]]] = {}
    for number, equation in enumerate(equations):
        for cell, weight in equation.weights.items():
            entries.setdefault(cell, []).append((number, weight))
    for cell, found in entries.items():
        columns.setdefault(tuple(found), []).append(cell)
    matrix = np.zeros((len(equations), len(columns)))
    for column, places in enumerate(columns):
        for number, weight in places:
            matrix[number, column] = weight
    followed = np.einsum("ij,ji->i", np.linalg.pinv(matrix), matrix) if columns else np.zeros(0)
    return {
        cells[0]
        for share, cells in zip(followed, columns.values(), strict=True)
        if share > 1 - 1e-9 and len(cells) == 1 and cells[0] in hidden
    }


def _unknown(
    linear: Mapping[Hashable, float], members: frozenset[str], cells: CellStatuses
) -> dict[Cell, float]:
    """The cells of members that are not known, with their weights."""
    return {(key, name): weight for key, weight in linear.items() for name in members - cells.known(key)}


def _without(indicators: pd.DataFrame, where: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """The rows without figures, suppressed, and saying why."""
    figures = {name: indicators[name].mask(where) for name in ("numerator", "denominator", "value")}
    codes = indicators["status"].astype(pd.CategoricalDtype(list(STATUSES))).cat.codes.to_numpy().copy()
    codes[where] = STATUSES.index("suppressed")
    methods = indicators["method"].astype("str")
    return indicators.assign(
        **figures,
        status=labelled(codes, STATUSES),
        method=methods.mask(where, methods + f"; {WITHHELD}"),
    )
