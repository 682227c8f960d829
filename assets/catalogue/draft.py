"""The catalogue before it is checked as a whole: each entry by itself, with the place it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assets.catalogue.problems import Problem
from assets.catalogue.source import Document, Place
from schemas.catalogue import (
    AllocationKey,
    Band,
    Break,
    Breakdown,
    Concept,
    DirectorArea,
    Drift,
    EfficiencyArea,
    Entry,
    Function,
    FunctionSet,
    Indicator,
    NeedIndex,
    Network,
    PlaceAdjustment,
    PriceStep,
    Profile,
    Series,
    Table,
)
from schemas.nearest import nearest_text

SECTIONS: Mapping[str, type[Entry]] = {
    "tables": Table,
    "functions": Function,
    "function_sets": FunctionSet,
    "concepts": Concept,
    "networks": Network,
    "breaks": Break,
    "place_adjustments": PlaceAdjustment,
    "indicators": Indicator,
    "profiles": Profile,
    "price_steps": PriceStep,
    "need_indices": NeedIndex,
    "series": Series,
    "efficiency_areas": EfficiencyArea,
    "breakdowns": Breakdown,
    "director_areas": DirectorArea,
    "allocation_keys": AllocationKey,
    "value_bands": Band,
    "drifts": Drift,
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A valid entry, its document and where in the document it begins."""

    entry: Any
    document: Document
    place: Place

    def problem(self, message: str, *within: str | int) -> Problem:
        """A mistake in this entry; `within` leads from the entry to the value concerned."""
        return Problem(self.document.file, self.document.line((*self.place, *within)), self.entry.id, message)


@dataclass(slots=True)
class Draft:
    """All entries that are valid by themselves, by section and id.

    `names` also holds the ids of entries that are not valid, so that one mistake is not told twice.
    """

    entries: dict[str, dict[str, Placed]] = field(default_factory=lambda: {name: {} for name in SECTIONS})
    names: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in SECTIONS})

    def placed(self, section: str) -> Iterator[Placed]:
        """The valid entries of a section."""
        yield from self.entries[section].values()

    def entry(self, section: str, name: str) -> Any:  # noqa: ANN401 - the section decides the model
        """The valid entry of that name, or None."""
        found = self.entries[section].get(name)
        return found.entry if found else None

    def unknown(self, section: str, name: str) -> str | None:
        """What to say about a name that is not in the section; None when it is."""
        names = self.names[section]
        kind = section.removesuffix("s").replace("_", " ")
        return None if name in names else f"unknown {kind} `{name}`; {nearest_text(name, names)}"

    def take(self, document: Document, sections: tuple[str, ...]) -> Iterator[Problem]:
        """Add the entries of a document that may hold `sections`; yields the mistakes met."""
        content = {} if document.value is None else document.value
        if not isinstance(content, dict):
            yield Problem(document.file, 1, "", f"must hold the lists {', '.join(sections)}")
            return
        for key, items in content.items():
            if key not in sections:
                message = f"unknown key `{key}`; {nearest_text(key, sections)}"
                yield Problem(document.file, document.line((key,)), "", message)
            elif not isinstance(items, list):
                yield Problem(document.file, document.line((key,)), "", f"`{key}` must be a list of entries")
            else:
                for position, item in enumerate(items):
                    yield from self._add(document, key, position, item)

    def _add(self, document: Document, section: str, position: int, item: object) -> Iterator[Problem]:
        place = (section, position)
        name = str(item.get("id", "")) if isinstance(item, dict) else ""
        if name in self.names[section]:
            first = self.entries[section].get(name)
            where = f" (first in {first.document.file}:{first.document.line(first.place)})" if first else ""
            yield Problem(document.file, document.line(place), name, f"the id is used twice{where}")
            return
        if name:
            self.names[section].add(name)
        try:
            entry = SECTIONS[section].model_validate(item)
        except ValidationError as error:
            label = name or f"{section}[{position}]"
            yield from _model_problems(error, document, place, label)
        else:
            self.entries[section][name] = Placed(entry, document, place)


def _model_problems(
    error: ValidationError, document: Document, place: Place, label: str
) -> Iterator[Problem]:
    """Pydantic's findings, one problem per place: alternatives of a union are told together."""
    told: dict[Place, list[str]] = {}
    found = error.errors()
    for item in found:
        if item["type"] == "too_short" and any(_is_within(other["loc"], item["loc"]) for other in found):
            continue  # the items were there, but broken, which is told for each
        within = _in_document(item["loc"], document, place)
        said = told.setdefault(within, [])
        message = _message(item)
        if message not in said:
            said.append(message)
    for within, messages in told.items():
        named = ".".join(str(part) for part in within)
        text = " or ".join(messages)
        yield Problem(
            document.file, document.line((*place, *within)), label, f"`{named}`: {text}" if named else text
        )


def _is_within(loc: Place, outer: Place) -> bool:
    return len(loc) > len(outer) and loc[: len(outer)] == outer


def _in_document(loc: Place, document: Document, place: Place) -> Place:
    """`loc` without the parts that are pydantic's own (union members, tags) and not in the file."""
    within: Place = ()
    for part in loc:
        if (*place, *within, part) in document.lines:
            within = (*within, part)
    return within


def _message(item: ErrorDetails) -> str:
    last = str(item["loc"][-1]) if item["loc"] else ""
    if item["type"] == "missing":
        return f"`{last}` is missing"
    if item["type"] == "extra_forbidden":
        return f"unknown key; {nearest_text(last, _all_keys())}"
    return item["msg"].removeprefix("Value error, ")


def _all_keys(model: type[Entry] = Entry) -> set[str]:
    """Every key of every catalogue model."""
    return set(model.model_fields).union(*(_all_keys(child) for child in model.__subclasses__()))
