"""Counts and averages of the social and care services, per entity and accounting year."""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from pipelines.standin.model.accounts import ARTS, amounts, functions
from pipelines.standin.model.data import YEARS, Counts, jitter, micro, rows
from pipelines.standin.model.entities import Regions, index, wholes, with_parts
from pipelines.standin.model.measures import Given, Measure, counts, means
from pipelines.standin.model.population import inhabitants

_TERM = re.compile(r"([+-]?)([^+-]+)")
_PARTS_SPREAD = 90  # per mille; one key for all measures, so that a subset stays a subset in every part
_TENTHS = 10
_WEEKS = 52


@cache
def evaluate(expression: str) -> Counts:
    """(entity, year) of a sum such as ``working-young``.

    A term is a measure of ``services.csv``, ``ages:18_66`` (inhabitants), ``women:18_66``,
    ``accounts:253 261`` (AGD10) or ``net:281`` (AGD2), both consolidated in 1000 kr.
    """
    total = np.zeros((len(index()), len(YEARS)), dtype=np.int64)
    for sign, term in _TERM.findall(expression):
        total += -_term(term) if sign == "-" else _term(term)
    return total


def _term(term: str) -> Counts:
    kind, _, detail = term.partition(":")
    if kind in {"ages", "women"}:
        first, last = detail.split("_")
        return inhabitants(int(first), int(last), sexes=slice(0, 1) if kind == "women" else slice(None))
    if kind in {"accounts", "net"}:
        return _accounts(detail.split(), "AGD10" if kind == "accounts" else "AGD2")
    return _measure(term)


def _accounts(wanted: list[str], art: str) -> Counts:
    positions = [at for at, row in enumerate(functions()) if row["code"] in wanted]
    return np.asarray(amounts()[:, :, 0, positions, tuple(ARTS).index(art)].sum(axis=2))


@cache
def _measure(name: str) -> Counts:
    found = [row for row in rows("services") if row["measure"] == name]
    if not found:
        raise KeyError(f"services.csv has no measure {name!r}")
    row = found[0]
    series = means(name, follow_prices=row["follow_prices"] == "1")
    base = evaluate(row["base"])[: len(wholes())]
    measure = Measure(name, base, int(row["scale"]), series)
    return with_parts(counts(measure, _given(measure)), YEARS, "services", _PARTS_SPREAD)


def _given(measure: Measure) -> Given:
    """Given counts, and given ratios turned into counts."""
    found: Given = {}
    for row in rows("service_given"):
        if row["measure"] == measure.name and row["entity"] in wholes():
            year = int(row["year"])
            whole = wholes().index(row["entity"])
            is_count = row["kind"] == "count"
            ratio = 0 if is_count else micro(row["value"])
            found[row["entity"], year] = (
                int(row["value"]) if is_count else measure.count(ratio, whole, YEARS.index(year))
            )
    return found


@cache
def _average(name: str) -> Counts:
    """(entity, year) in tenths of the unit; a part lies near the whole it belongs to."""
    base = np.full((len(wholes()), len(YEARS)), _TENTHS, dtype=np.int64)
    measure = Measure(name, base, 1, means(name))
    result = with_parts(counts(measure, _given(measure)), YEARS, name)
    for part in rows("parts"):
        whole = result[index()[part["whole"]]]
        result[index()[part["part"]]] = whole + jitter(f"{name}/{part['part']}", 4)
    return result


def average(name: str, regions: Regions) -> Counts:
    """(region, year) in tenths; a group has the mean of its members, weighted by their cases."""
    weight = next(row["weight"] for row in rows("averages") if row["measure"] == name)
    weights = np.maximum(evaluate(weight), 0)
    size = np.maximum(regions.fold(weights), 1)
    result = (2 * regions.fold(weights * _average(name)) + size) // (2 * size)
    for row in rows("service_given"):
        if row["measure"] == name and row["entity"] in regions.codes:
            at = regions.codes.index(row["entity"])
            result[at, YEARS.index(int(row["year"]))] = micro(row["value"]) * _TENTHS // 1_000_000
    return np.asarray(result)


def home_service_hours() -> tuple[Counts, Counts]:
    """(entity, year) hours of home services in a year to users 0-66 and to users 67 or older.

    The split is the one by which net expenditure divides, since an hour costs the same at any age.
    """
    net = np.maximum(evaluate("net:254 257 258"), 1)
    hours = evaluate("home_0_66+home_67") * _average("hours_home") * _WEEKS // _TENTHS
    young = hours * evaluate("net_home_0_66") // net
    return young, hours - young
