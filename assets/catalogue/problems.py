"""What can be wrong in the catalogue, told by file, line and entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assets.errors import DataError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where it stands and what to do about it. Line 0 means the file as a whole."""

    file: str
    line: int
    entry: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.entry}: {self.message}" if self.entry else f"{where}: {self.message}"


class CatalogueError(DataError):
    """The catalogue cannot be used; `problems` lists every mistake found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        listed = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"{len(self.problems)} problem(s) in the catalogue:\n{listed}")
