"""Selection expressions: ``*``, ``?``, ``top``, ``bottom``, ``from``, ``to`` and ``range``.

Written from the documented semantics only, independent of the client's own expansion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.standin import errors

COUNTED = re.compile(r"(top|bottom)\(([1-9]\d*)(?:,(\d+))?\)", re.IGNORECASE)
PLACED = re.compile(r"(from|to|range)\(([^,]+?)(?:,([^,)]+))?\)", re.IGNORECASE)
FUNCTIONS = ("range(", "top(", "bottom(", "from(", "to(")


def expand(item: str, codes: Sequence[str], *, is_time: bool) -> tuple[str, ...]:
    """Codes that an item which is no code itself stands for, in metadata order.

    Raises:
        RefusalError: ``Illegal selection expression`` or ``Non-existent value``.
    """
    function = next((name for name in FUNCTIONS if item.lower().startswith(name)), None)
    if function in {"top(", "bottom("}:
        return _counted(item, codes, is_time=is_time)
    if function is not None:
        return _placed(item, codes)
    if "?" in item:
        return _matching(item, codes)
    if "*" in item:
        return _wildcard(item, codes)
    raise errors.problem(errors.NON_EXISTENT_VALUE)


def _counted(item: str, codes: Sequence[str], *, is_time: bool) -> tuple[str, ...]:
    parsed = COUNTED.fullmatch(item)
    if parsed is None:
        raise errors.problem(errors.ILLEGAL_EXPRESSION)
    name, count, offset = parsed[1].lower(), int(parsed[2]), int(parsed[3] or 0)
    # For time "top" is the newest end of the list, for every other variable its beginning.
    from_the_end = (name == "top") == is_time
    if not from_the_end:
        return tuple(codes[offset : offset + count])
    last = len(codes) - offset
    return tuple(codes[max(last - count, 0) : max(last, 0)])


def _placed(item: str, codes: Sequence[str]) -> tuple[str, ...]:
    parsed = PLACED.fullmatch(item)
    if parsed is None or (parsed[1].lower() == "range") != (parsed[3] is not None):
        raise errors.problem(errors.ILLEGAL_EXPRESSION)
    name, places = (
        parsed[1].lower(),
        [_place(code, codes) for code in parsed.groups()[1:] if code is not None],
    )
    if name == "from":
        return tuple(codes[places[0] :])
    if name == "to":
        return tuple(codes[: places[0] + 1])
    return tuple(codes[min(places) : max(places) + 1])


def _place(code: str, codes: Sequence[str]) -> int:
    for number, known in enumerate(codes):
        if known.lower() == code.lower():
            return number
    raise errors.problem(errors.NON_EXISTENT_VALUE)


def _matching(item: str, codes: Sequence[str]) -> tuple[str, ...]:
    pattern = re.compile(re.escape(item).replace(r"\?", "."), re.IGNORECASE)
    return tuple(code for code in codes if pattern.fullmatch(code))


def _wildcard(item: str, codes: Sequence[str]) -> tuple[str, ...]:
    if item == "*":
        return tuple(codes)
    text = item.strip("*").lower()
    stars = item.count("*")
    at_start, at_end = item.startswith("*"), item.endswith("*")
    if stars > 2 or stars != at_start + at_end:
        raise errors.problem(errors.ILLEGAL_EXPRESSION)
    if at_start and at_end:
        return tuple(code for code in codes if text in code.lower())
    if at_start:
        return tuple(code for code in codes if code.lower().endswith(text))
    return tuple(code for code in codes if code.lower().startswith(text))
