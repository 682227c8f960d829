"""The accounting years, and how people write them."""

from __future__ import annotations

from schemas.years import FIRST_YEAR, LAST_YEAR, REPORT_SPAN, YEARS

__all__ = ["FIRST_YEAR", "LAST_YEAR", "REPORT_SPAN", "YEARS"]


class UsageError(ValueError):
    """What was asked for cannot be understood; the command line answers with its usage."""


class YearsError(UsageError):
    """A range of years cannot be read, or lies outside the accounting years."""


def parse_years(text: str) -> list[int]:
    """Years from `2022-2024`, `2019,2021` or a mix, ascending.

    Raises:
        YearsError: naming the part that is wrong and the years there are.
    """
    wanted: set[int] = set()
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not first.isdigit() or (dash and not last.isdigit()):
            raise YearsError(
                f"cannot read {part.strip()!r}: write a year (2024), a range (2022-2024) or a list"
            )
        wanted.update(range(int(first), int(last or first) + 1))
    outside = sorted(wanted - set(YEARS))
    if outside or not wanted:
        raise YearsError(f"{text!r} is outside the accounting years {FIRST_YEAR}-{LAST_YEAR}")
    return sorted(wanted)


def shown_years(years: list[int] | tuple[int, ...]) -> str:
    """Years as people write them: `2015-2018, 2020`."""
    spans: list[list[int]] = []
    for year in sorted(years):
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(f"{span[0]}-{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)
