"""Errors of the data: what was read contradicts what was declared, and the run must stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from schemas.nearest import nearest_text

T = TypeVar("T")


class DataError(Exception):
    """Figures or codes that cannot be used as they are; the message names table, code and remedy."""


def look_up(what: str, name: str, entries: Mapping[str, T]) -> T:
    """The entry of that name.

    Raises:
        DataError: there is none; the nearest names are given.
    """
    if name not in entries:
        raise DataError(f"unknown {what} `{name}`; {nearest_text(name, entries)}")
    return entries[name]
