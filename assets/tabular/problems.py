"""What is wrong in a file handed in: every problem with its place, the value and what is allowed.

A rule that a million lines break is told for the first of them, with the count of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from assets.errors import DataError

#: Lines spelt out per rule and column; the rest is counted.
SHOWN = 20
_LONGEST_VALUE = 60

Lines = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One finding. `line` is None for what concerns the whole file; `allowed` says what would be right."""

    rule: str
    line: int | None
    column: str
    value: str
    allowed: str

    def text(self, file: str) -> str:
        """The finding as one line: `file:line: column: value – what is allowed`."""
        place = f"{file}:{self.line}" if self.line is not None else file
        what = f"{self.column}: " if self.column else ""
        value = f"'{self.value}' – " if self.value else ""
        return escaped(f"{place}: {what}{value}{self.allowed}")


@dataclass(slots=True)
class Findings:
    """Everything found in one file: problems forbid the import, warnings do not.

    `counts` holds how many lines broke each rule, also those that are not spelt out.
    """

    file: str
    problems: list[FileProblem] = field(default_factory=list)
    warnings: list[FileProblem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Number of problems, counting every line."""
        return sum(self.counts.values())

    def problem(
        self, rule: str, allowed: str, *, line: int | None = None, column: str = "", value: str = ""
    ) -> None:
        """One problem."""
        self.problems.append(FileProblem(rule, line, column, shown(value), allowed))
        self.counts[rule] = self.counts.get(rule, 0) + 1

    def warn(self, rule: str, allowed: str, *, line: int | None = None, column: str = "") -> None:
        """Something worth knowing that does not forbid the import."""
        self.warnings.append(FileProblem(rule, line, column, "", allowed))

    def lines(
        self, rule: str, column: str, lines: Lines, values: Sequence[str], allowed: Sequence[str]
    ) -> None:
        """The same rule broken on several lines; `values` and `allowed` are of the first of them."""
        if not len(lines):
            return
        for line, value, right in zip(lines[:SHOWN], values, allowed, strict=False):
            self.problems.append(FileProblem(rule, int(line), column, shown(value), right))
        self.counts[rule] = self.counts.get(rule, 0) + len(lines)

    def told(self) -> list[str]:
        """Every problem as a line of text, and how many more there are of each rule."""
        shown_of: dict[str, int] = {}
        for problem in self.problems:
            shown_of[problem.rule] = shown_of.get(problem.rule, 0) + 1
        told = [problem.text(self.file) for problem in self.problems]
        more = {rule: count - shown_of.get(rule, 0) for rule, count in self.counts.items()}
        return told + [f"{self.file}: {left} more of `{rule}`" for rule, left in more.items() if left]

    def refuse(self) -> None:
        """Stop when there is any problem.

        Raises:
            FileError: with everything that was found.
        """
        if self.counts:
            raise FileError(self)


class FileError(DataError):
    """A file cannot be used as it is; `findings` holds all that is wrong with it."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        super().__init__("\n".join([*findings.told(), f"{findings.file}: {findings.total} problem(s)"]))


def shown(value: str) -> str:
    """A value as it may stand in a message: not endless."""
    return value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "…"


def escaped(text: str) -> str:
    """Text on one line, with what cannot be printed written out."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text)
