"""YAML as plain values that remember the line they stand on.

Only what analysts need is read as other than text: numbers without leading zeros, true, false and null.
So `0301` and `no` stay text, where YAML 1.1 would make them 193 and false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from assets.catalogue.problems import Problem

Place = tuple[str | int, ...]
"""The keys and list positions that lead to a value."""


class _Reader(yaml.CSafeLoader):
    """Composes nodes only: nothing in the file can construct an object."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - the name and type are PyYAML's


def _composed(text: str) -> yaml.Node | None:
    """The root node; None of an empty file. Aliases are refused: a small file could stand for a huge one."""
    for event in yaml.parse(text, Loader=_Reader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="aliases (*name) are not used here",
                problem_mark=event.start_mark,  # type: ignore[arg-type] # the parser in C has marks of its own
            )
    return yaml.compose(text, Loader=_Reader)


_WORDS = {"~": None, "null": None, "": None, "true": True, "false": False}
_SCALARS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "!word": ("~|null|true|false|", _WORDS.__getitem__),
    "!integer": ("-?(?:0|[1-9][0-9]*)", int),
    "!decimal": (r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e-?[0-9]+)?", float),
}
"""Tag, pattern and reading of everything unquoted that is not text."""

for _tag, (_pattern, _) in _SCALARS.items():
    _Reader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), None)


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its plain value, and the line of every key and list item in it."""

    file: str
    value: object
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of a value, or of the nearest value around it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)


def read(path: Path, name: str) -> tuple[Document, list[Problem]]:
    """Read one file, called `name` in messages; a file that is no YAML gives an empty document."""
    return parse(path.read_bytes(), name)


def parse(content: bytes, name: str) -> tuple[Document, list[Problem]]:
    """Read the content of one file, called `name` in messages."""
    try:
        node = _composed(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Document(name, None, {}), [Problem(name, 0, "", f"not UTF-8 text: {error.reason}")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        return Document(name, None, {}), [Problem(name, line, "", f"not valid YAML: {problem}")]
    lines: dict[Place, int] = {}
    problems: list[Problem] = []
    value = _plain(node, (), lines, problems, name) if node is not None else None
    return Document(name, value, lines), problems


def _plain(
    node: yaml.Node, place: Place, lines: dict[Place, int], problems: list[Problem], file: str
) -> object:
    """The node's value; lines and mistakes are added to `lines` and `problems` on the way."""
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, i), lines, problems, file) for i, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        _, read_scalar = _SCALARS.get(node.tag, ("", str))
        return read_scalar(node.value)
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in found:
            problems.append(Problem(file, line, "", f"`{key}` is given twice; keep one of them"))
        lines[(*place, key)] = line
        found[key] = _plain(value_node, (*place, key), lines, problems, file)
    return found
