"""Numbers and names in the Norwegian sentences of a reconciliation."""

from __future__ import annotations

from assets.quality.reconciliation.report import PublishedReport
from assets.quality.reconciliation.rules.printed import name_of
from assets.quality.reconciliation.words import MEAN, OTHERS, OWN
from assets.rounding import norwegian
from schemas.catalogue import UNIT_NAMES

_WORDS = {OWN: "tidligere år", OTHERS: "andre kommuner", MEAN: "gjennomsnittet"}
_NO_SPACE = "\u00a0"


def shown(value: float, decimals: int, unit: str = "") -> str:
    """A figure with its unit: `1 930,6 mill. kr`, `2,6 prosent`, `0,877`."""
    name = "" if unit in ("", "index", "count") else f"{_NO_SPACE}{UNIT_NAMES.get(unit, unit)}"
    return f"{_minus(norwegian(value, decimals))}{name}"


def signed(value: float, decimals: int) -> str:
    """A difference with its sign: `+0,073`, `−1,853`, `0`."""
    text = norwegian(abs(value), decimals)
    if not any(digit in text for digit in "123456789"):
        return "0"
    return f"{'+' if value > 0 else '−'}{text}"


def called(entity: str, report: PublishedReport | None = None) -> str:
    """The entity as readers know it: as the report prints it, or by its own name."""
    if entity in _WORDS:
        return _WORDS[entity]
    printed = _label(entity, report) if report else None
    return name_of(entity, printed or entity.replace("_", " ").title())


def _label(entity: str, report: PublishedReport) -> str | None:
    """How the report prints an entity first."""
    for frame in (report.figures, report.statements):
        labels = frame["label"][(frame["entity"] == entity).to_numpy(dtype=bool)]
        if len(labels):
            return str(labels.iloc[0])
    return None


def labels_of(report: PublishedReport) -> dict[str, str]:
    """How each entity is printed first."""
    rows = [*report.figures[["entity", "label"]].itertuples(index=False, name=None)]
    rows += [*report.statements[["entity", "label"]].itertuples(index=False, name=None)]
    found: dict[str, str] = {}
    for entity, label in rows:
        found.setdefault(str(entity), str(label))
    return found


def _minus(text: str) -> str:
    return text.replace("-", "−") if text != "-" else text
