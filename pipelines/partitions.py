"""The accounting years, from one constant.

Static partitions, not time windows: a correction of an old year must be recomputed like any other, and a
new year is a reviewed change of one line, not something the clock does.
"""

from __future__ import annotations

import dagster as dg

FIRST_YEAR = 2015
LAST_YEAR = 2024
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)

ACCOUNTING_YEARS = dg.StaticPartitionsDefinition([str(year) for year in YEARS])

#: A report on year Y shows Y-2, Y-1 and Y.
REPORT_SPAN = 3

REPORT_YEARS = dg.StaticPartitionMapping(
    {str(year): [str(report) for report in YEARS if year <= report < year + REPORT_SPAN] for year in YEARS}
)


class YearsError(ValueError):
    """A range of years cannot be read, or lies outside the partitions."""


def parse_years(text: str) -> list[int]:
    """Years from `2022-2024`, `2019,2021` or a mix.

    Raises:
        YearsError: naming the part that is wrong and the years there are.
    """
    wanted: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdigit() or (dash and not last.isdigit()):
            raise YearsError(
                f"cannot read {part.strip()!r}: write a year (2024), a range (2022-2024) or a list"
            )
        wanted.update(range(int(first), int(last or first) + 1))
    outside = sorted(wanted - set(YEARS))
    if outside or not wanted:
        raise YearsError(f"{text!r} is outside the accounting years {FIRST_YEAR}-{LAST_YEAR}")
    return sorted(wanted)
