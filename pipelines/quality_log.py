"""The log of judgements: what was held against which expectations, and what came of it.

    <folder>/gate/<dataset>/<year|all>.json   the rows accepted last, and those refused since, if any
    <folder>/watch/<year>.json                what the stored rows of a year were found to be

Each file is whole or not there. Rows that were judged by the same suites are not judged again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from assets.quality.outcomes import Outcome
from pipelines.storage.files import exclusive, write_durably
from pipelines.storage.store import partition_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of holding `content` (a hash) against expectations (`judged_by`, a hash of them)."""

    content: str
    judged_by: str
    outcomes: tuple[Outcome, ...]

    def is_of(self, content: str, judged_by: str) -> bool:
        """Whether it is the judgement of that content by those expectations."""
        return (self.content, self.judged_by) == (content, judged_by)


@dataclass(frozen=True, slots=True)
class Entry:
    """A partition of a dataset: the rows accepted last, and the rows refused since."""

    accepted: Judgement | None = None
    refused: Judgement | None = None

    @property
    def latest(self) -> Judgement | None:
        """The judgement of the last attempt."""
        return self.refused or self.accepted

    def known(self, content: str, judged_by: str) -> Judgement | None:
        """The judgement of that content by those expectations, where it was made."""
        held = (self.accepted, self.refused)
        return next((each for each in held if each and each.is_of(content, judged_by)), None)


class QualityLog:
    """The log under `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def gate(self, dataset: str, year: int | None) -> Entry:
        """What is known of a partition; an empty entry when it was never judged."""
        record = _read(self._gate_path(dataset, year))
        return Entry(_judgement(record.get("accepted")), _judgement(record.get("refused")))

    def accept(self, dataset: str, year: int | None, judgement: Judgement) -> None:
        """The rows may be stored; what was refused before them is past."""
        with self._held():
            self._write_gate(dataset, year, Entry(accepted=judgement))

    def refuse(self, dataset: str, year: int | None, judgement: Judgement) -> None:
        """The rows may not be stored; what was accepted before them stays."""
        with self._held():
            self._write_gate(dataset, year, replace(self.gate(dataset, year), refused=judgement))

    def watch(
        self, year: int, content: str, judged_by: str, judge: Callable[[], list[Outcome]]
    ) -> list[Outcome]:
        """The outcomes of the stored rows of `year`; judged now unless they were by the same expectations."""
        path = self._folder / "watch" / f"{year}.json"
        held = _judgement(_read(path).get("judged"))
        if held is None or not held.is_of(content, judged_by):
            held = Judgement(content, judged_by, tuple(judge()))
            _write(path, {"judged": asdict(held)})
        return list(held.outcomes)

    def _held(self) -> AbstractContextManager[None]:
        """Only one writer at a time, across processes."""
        return exclusive(self._folder / "log.lock")

    def _gate_path(self, dataset: str, year: int | None) -> Path:
        return self._folder / "gate" / dataset / f"{partition_of(year)}.json"

    def _write_gate(self, dataset: str, year: int | None, entry: Entry) -> None:
        _write(self._gate_path(dataset, year), asdict(entry))


def _judgement(record: dict[str, Any] | None) -> Judgement | None:
    if record is None:
        return None
    outcomes = (Outcome(**{**told, "examples": tuple(told["examples"])}) for told in record["outcomes"])
    return Judgement(record["content"], record["judged_by"], tuple(outcomes))


def _read(path: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return record


def _write(path: Path, record: dict[str, Any]) -> None:
    write_durably(path, json.dumps(record, ensure_ascii=False, indent=1).encode())
