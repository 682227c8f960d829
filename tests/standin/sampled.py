"""Reads single figures of the sample tables by code, with plain arithmetic of its own."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from pipelines.standin.sample import sample_table

ASSS = {
    "oslo": "0301",
    "baerum": "0219 3024 3201",
    "asker": "0220 3025 3203",
    "lillestrom": "0231 3030 3205",
    "drammen": "0602 3005 3301",
    "fredrikstad": "0106 3004 3107",
    "kristiansand": "1001 4204",
    "sandnes": "1102 1108",
    "stavanger": "1103",
    "bergen": "1201 4601",
    "trondheim": "1601 5001",
    "tromso": "1902 5401 5501",
}


def code(slug: str, year: int) -> str:
    """The municipality code in force at the end of an accounting year."""
    codes = ASSS[slug].split()
    starts = {"1601": 2013, "5001": 2018, "1103": 2013, "0301": 2013}
    for candidate in reversed(codes):
        county = int(candidate[:2])
        start = starts.get(
            candidate, 2024 if county in {31, 32, 33, 55} else 2020 if is_new(candidate) else 2013
        )
        if year >= start:
            return candidate
    raise AssertionError((slug, year))


def is_new(candidate: str) -> bool:
    """Codes that came with the reform of 2020."""
    return candidate[:2] in {"30", "42", "46", "54"} or candidate == "1108"


def members(year: int) -> list[str]:
    """ASSS members: ten, and twelve from 2022."""
    return [slug for slug in ASSS if year >= 2022 or slug not in {"asker", "lillestrom"}]


def cell(table: str, *codes: str) -> float:
    """One figure by its codes in the table's own order of dimensions; it must be there."""
    served = sample_table(table)
    at = served.position(dict(zip((d.code for d in served.dimensions), codes, strict=True)))
    value = float(served.values.flat[at])
    assert not np.isnan(value), (table, codes, served.symbols.get(at))
    assert at not in served.symbols
    return value


def symbol(table: str, *codes: str) -> str:
    """The symbol of an empty cell."""
    served = sample_table(table)
    at = served.position(dict(zip((d.code for d in served.dimensions), codes, strict=True)))
    assert np.isnan(served.values.flat[at]), (table, codes)
    return served.symbols[at]


def people(slug: str, year: int, first: int = 0, last: int = 105) -> float:
    """Inhabitants of an age band at 31 December, added up from table 07459."""
    served = sample_table("07459")
    at = served.dimensions[0].codes.index(code(slug, year + 1))
    column = served.time.codes.index(str(year + 1))
    return float(served.values[at, :, first : last + 1, 0, column].sum())


def account(slug: str, year: int, functions: Iterable[str], art: str = "AGD2", scope: str = "A") -> float:
    """Amount in 1000 kr, added up over functions of table 12367."""
    return sum(
        cell("12367", code(slug, year), scope, function, art, "KOSbelop0000", str(year))
        for function in functions
    )


def service(table: str, contents: str, slug: str, year: int) -> float:
    """One figure of a table with region, contents and year."""
    return cell(table, code(slug, year), contents, str(year))


def by_label(table: str, label: str) -> str:
    """The contents code whose label is ``label``."""
    metric = sample_table(table).metric
    return metric.codes[metric.labels.index(label)]


def printed(value: float, decimals: int) -> str:
    """A figure as printed: halves away from zero, dot, fixed decimals."""
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
