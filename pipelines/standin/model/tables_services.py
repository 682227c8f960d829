"""The KOSTRA tables with the dimensions region, contents and year, as ``tables.csv`` lists them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from pipelines.standin.model.build import Symbols, contents, kostra_region, mark, table, years
from pipelines.standin.model.data import YEARS, Counts, rows
from pipelines.standin.model.entities import kostra_regions
from pipelines.standin.model.services import average, evaluate
from pipelines.standin.table import StandinTable, Values


def service_tables() -> tuple[str, ...]:
    """Ids of the tables that ``service_table`` builds."""
    return tuple(row["table"] for row in rows("tables"))


def service_table(number: str) -> StandinTable:
    """One table with region, contents and year."""
    spec = next(row for row in rows("tables") if row["table"] == number)
    entries = [row for row in rows("contents") if row["table"] == number]
    span = slice(YEARS.index(int(spec["first_year"])), YEARS.index(int(spec["last_year"])) + 1)
    columns = [_column(entry) for entry in entries]
    values: Values = np.ascontiguousarray(np.stack([value for value, _ in columns], axis=1)[:, :, span])
    hidden = np.stack([few for _, few in columns], axis=1)[:, :, span]
    symbols = mark(values, hidden, ":")
    symbols |= _missing(number, [entry["code"] for entry in entries], values, YEARS[span])
    symbols |= mark(values, ~kostra_regions().valid[:, None, span], ".")
    dimensions = (
        kostra_region(kostra_regions()),
        contents(
            {entry["code"]: entry["label"] for entry in entries},
            {entry["code"]: (entry["unit"], int(entry["decimals"])) for entry in entries},
        ),
        years(YEARS[span]),
    )
    return table(number, spec["title"], dimensions, values, symbols, discontinued=spec["closed"] == "1")


def _column(entry: dict[str, str]) -> tuple[Values, npt.NDArray[np.bool_]]:
    """(region, year) values of one contents code, and where too few persons stand behind them."""
    regions = kostra_regions()
    kind, _, name = entry["numerator"].partition(":")
    if kind == "average":
        return average(name, regions) / 10, np.zeros(regions.valid.shape, dtype=bool)
    numerator = regions.fold(evaluate(entry["numerator"]))
    few = (numerator > 0) & (numerator < int(entry["hidden_below"]))
    if not entry["denominator"]:
        return numerator.astype(np.float64), few
    denominator = regions.fold(evaluate(entry["denominator"]))
    return ratio(numerator, denominator, Fraction(entry["scale"]), int(entry["decimals"])), few


def ratio(numerator: Counts, denominator: Counts, scale: Fraction, decimals: int) -> Values:
    """``scale * numerator / denominator`` rounded half up to so many decimals; 0 over 0 is 0."""
    power = 10**decimals
    above = numerator * (scale.numerator * power)
    below = np.maximum(denominator * scale.denominator, 1)
    return np.asarray((2 * above + below) // (2 * below) / power)


def _missing(number: str, codes: list[str], values: Values, span: tuple[int, ...]) -> Symbols:
    where: dict[str, npt.NDArray[np.bool_]] = {}
    for row in rows("missing"):
        if row["table"] == number:
            mask = where.setdefault(row["symbol"], np.zeros(values.shape, dtype=bool))
            wanted = range(len(codes)) if row["contents"] == "*" else [codes.index(row["contents"])]
            mask[kostra_regions().codes.index(row["region"]), list(wanted), span.index(int(row["year"]))] = (
                True
            )
    return {at: text for symbol, mask in where.items() for at, text in mark(values, mask, symbol).items()}
