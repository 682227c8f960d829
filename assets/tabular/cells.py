"""Cells of one column parsed at a time: what each stands for, or what would be right in its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import TypeVar

from assets.tabular.problems import Findings
from assets.tabular.table import Cell, tell
from schemas.nearest import nearest_text

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class NotAllowedError(ValueError):
    """A cell that cannot be used; `rule` names what it breaks, `allowed` says what would be right."""

    def __init__(self, rule: str, allowed: str) -> None:
        super().__init__(allowed)
        self.rule = rule
        self.allowed = allowed


def parsed(
    column: str, cells: Collection[Cell], parse: Callable[[str], T], findings: Findings
) -> list[T | None]:
    """Every cell parsed, each distinct text once; a cell that is wrong is told, and None."""
    known: dict[str, T | NotAllowedError] = {}
    for text in dict.fromkeys(cell.text for cell in cells):
        try:
            known[text] = parse(text)
        except NotAllowedError as error:
            known[text] = error
    found = [known[cell.text] for cell in cells]
    wrong = [
        (cell, each) for cell, each in zip(cells, found, strict=True) if isinstance(each, NotAllowedError)
    ]
    for rule in dict.fromkeys(error.rule for _, error in wrong):
        tell(findings, rule, column, [(cell, e.allowed) for cell, e in wrong if e.rule == rule])
    return [None if isinstance(each, NotAllowedError) else each for each in found]


def parsed_by(
    column: str,
    cells: Sequence[Cell],
    kinds: Sequence[K],
    parse: Callable[[str, K], T],
    findings: Findings,
) -> list[T | None]:
    """Every cell parsed by a rule that depends on its row's kind."""
    found: list[T | None] = [None] * len(cells)
    for kind in dict.fromkeys(kinds):
        at = [i for i, each in enumerate(kinds) if each == kind]
        values = parsed(column, [cells[i] for i in at], _bound(parse, kind), findings)
        for i, value in zip(at, values, strict=True):
            found[i] = value
    return found


def _bound(parse: Callable[[str, K], T], kind: K) -> Callable[[str], T]:
    return lambda text: parse(text, kind)


def one_of(rule: str, text: str, allowed: Collection[str]) -> str:
    """The text itself.

    Raises:
        NotAllowedError: it is none of the allowed; the nearest are given.
    """
    if text not in allowed:
        raise NotAllowedError(rule, f"a known {rule}; {nearest_text(text, allowed)}")
    return text


def check_marks(column: str, cells: Sequence[Cell], marks: Sequence[str], findings: Findings) -> None:
    """One decimal mark in the whole file: with two, nobody knows which of them sets thousands apart.

    Args:
        column: the column of figures.
        cells: its cells.
        marks: the decimal mark each figure was written with, "" where there is none.
        findings: the lines with the rarer mark are added here.
    """
    pairs = list(zip(cells, marks, strict=True))
    by_mark = {sign: [cell for cell, mark in pairs if mark == sign] for sign in ",."}
    rarer, other = sorted(by_mark, key=lambda sign: len(by_mark[sign]))
    allowed = f"one decimal mark in the whole file; most lines have `{other}`"
    tell(findings, "decimal_mark", column, [(cell, allowed) for cell in by_mark[rarer]])
