"""The described part of a JSON-stat 2 body: members, dimensions, notes. Data and metadata answers share it.

Source of the format: JSON-stat 2.0 as PxWebApi emits it (v2 and v0). Members are read by name, never by
order, and positions only from `category.index`. Contacts are personal data and are never read.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain

from pipelines.statbank.errors import BodyError
from pipelines.statbank.jsonstat_model import Dimension, Note, Role, Unit

Members = dict[str, object]

_ROLES: tuple[Role, ...] = ("time", "geo", "metric")
# What SSB always calls them; used where a body states no role.
_USUAL_CODES: tuple[tuple[Role, str], ...] = (("time", "Tid"), ("metric", "ContentsCode"))
_TABLE_ID = re.compile(r"\d{5}(?!\d)")


def read_document(body: bytes | str) -> Members:
    """The members of a JSON-stat 2 dataset, data or metadata.

    Raises:
        BodyError: not UTF-8, not whole JSON, NaN or Infinity, a name repeated in an object, or not a
            JSON-stat 2 dataset.
    """
    constants: list[str] = []

    def note_constant(token: str) -> str:
        constants.append(token)
        return token

    try:
        text = body if isinstance(body, str) else body.decode("utf-8-sig")
        document = json.loads(text, parse_constant=note_constant)
        if isinstance(document, dict) and _literals_in(text) != _literals_of(document):
            json.loads(text, object_pairs_hook=_refuse_repeated_names)
    except UnicodeDecodeError as error:
        raise BodyError(f"the body is not UTF-8 text: {error}") from error
    except (ValueError, RecursionError) as error:
        raise BodyError(f"the body is not whole JSON: {error}") from error
    if not isinstance(document, dict):
        raise BodyError(f"the body is {kind(document)}, not a JSON-stat dataset")
    if constants:
        raise BodyError(f"{_constant_place(document, constants[0])}; that is not JSON")
    _check_class(document)
    return document


def read_table_id(document: Members) -> str | None:
    """Five-digit table number (tabellnummer): `extension.px.tableid`, else the head of the label."""
    extension = document.get("extension")
    px = extension.get("px") if isinstance(extension, dict) else None
    stated = px.get("tableid") if isinstance(px, dict) else None
    if isinstance(stated, str) and stated and stated.isascii():
        return stated
    label = document.get("label")
    found = _TABLE_ID.match(label) if isinstance(label, str) else None
    return found.group() if found else None


def read_updated(document: Members) -> datetime | None:
    """Time of publication in UTC; None when the body does not say. A bare date is midnight UTC."""
    stated = get_text(document, "updated", "the body")
    if not stated:
        return None
    try:
        moment = datetime.fromisoformat(stated)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BodyError(f"updated is not a time: {stated!r}") from error


def read_decimals(document: Members) -> int | None:
    """Presentation decimals of the table, `extension.px.decimals`."""
    extension = get_object(document, "extension", "the body")
    return _decimals(get_object(extension, "px", "extension"), "extension.px")


def read_dimensions(document: Members) -> tuple[Dimension, ...]:
    """All dimensions, in the order of `id`.

    Raises:
        BodyError: `id`, `size`, `dimension` and the categories do not agree; the dimension is named.
    """
    codes = _texts(document.get("id"), "id")
    if not codes:
        raise BodyError("id is empty or absent: the body has no dimensions")
    _refuse_duplicates(codes, "id")
    sizes = document.get("size")
    if not isinstance(sizes, list) or len(sizes) != len(codes):
        raise BodyError(f"id lists {len(codes)} dimensions, but size is {_summary(sizes)}")
    described = get_object(document, "dimension", "the body")
    roles = _roles(document, codes)
    return tuple(
        _dimension(code, size, described, roles.get(code)) for code, size in zip(codes, sizes, strict=True)
    )


def read_notes(document: Members) -> tuple[Note, ...]:
    """The notes of all levels: table first, then each variable followed by its values."""
    mandatory = get_object(get_object(document, "extension", "the body"), "noteMandatory", "extension")
    described = get_object(document, "dimension", "the body")
    of_variables = (
        _variable_notes(code, get_object(described, code, "dimension"))
        for code in _texts(document.get("id"), "id")
    )
    return (*_notes(document.get("note"), mandatory, None, None), *chain.from_iterable(of_variables))


def get_object(holder: Mapping[str, object], name: str, where: str) -> Members:
    """The object `name` of `holder`; empty when absent or null."""
    found = holder.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BodyError(f"{where}: {name} is {kind(found)}, not an object")
    return found


def get_text(holder: Mapping[str, object], name: str, where: str) -> str:
    """The text `name` of `holder`; empty when absent or null."""
    found = holder.get(name)
    return "" if found is None else as_text(found, f"{where}: {name}")


def as_text(found: object, what: str) -> str:
    """`found` as text that can be stored: a string without half a surrogate pair."""
    if not isinstance(found, str):
        raise BodyError(f"{what} is {kind(found)}, not a text")
    if not found.isascii() and any("\ud800" <= character <= "\udfff" for character in found):
        raise BodyError(f"{what} holds half a character: {found!a}")
    return found


def kind(found: object) -> str:
    """What a JSON value is, in words for a message."""
    if found is None:
        return "null"
    if isinstance(found, bool):
        return f"the boolean {str(found).lower()}"
    if isinstance(found, int | float):
        return "a number"
    if isinstance(found, str):
        return f"the string {found[:40]!a}"
    return "an array" if isinstance(found, list) else "an object"


def _summary(found: object) -> str:
    return f"an array of {len(found)}" if isinstance(found, list) else kind(found)


def _constant_place(document: Members, token: str) -> str:
    values = document.get("value")
    if isinstance(values, list) and token in values:
        return f"value[{values.index(token)}] is {token}"
    return f"the body contains {token}"


def _literals_in(text: str) -> int:
    """How many string literals the JSON text has: half its quotation marks, escaped ones left out."""
    if "\\" in text:
        text = text.replace("\\\\", "").replace('\\"', "")
    return text.count('"') // 2


def _literals_of(document: Members) -> int:
    """How many string literals the decoded document accounts for; fewer means that a name was repeated.

    The cells are counted in bulk: visiting each would cost as much as decoding them. A string among the
    values is not counted, so it only sends the body to the slow and exact check.
    """
    values, status = document.get("value"), document.get("status")
    count = len(document)
    count += len(values) if isinstance(values, dict) else 0
    if isinstance(status, dict):
        count += 2 * len(status) - list(status.values()).count(None)
    elif isinstance(status, list):
        count += len(status) - status.count(None)
    elif isinstance(status, str):
        count += 1
    pending = [member for name, member in document.items() if name not in ("value", "status")]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            count += 1
        elif isinstance(node, dict):
            count += len(node)
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return count


def _refuse_repeated_names(pairs: list[tuple[str, object]]) -> Members:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BodyError(
            f"an object in the body has the name {_most_repeated(name for name, _ in pairs)!r} twice"
        )
    return members


def _most_repeated(names: Iterable[str]) -> str:
    return Counter(names).most_common(1)[0][0]


def _check_class(document: Members) -> None:
    stated = document.get("class")
    if stated == "dataset":
        return
    if stated in ("collection", "bundle"):
        raise BodyError(
            f"the body is a JSON-stat {stated}, a wrapper of datasets; ask for one dataset as json-stat2"
        )
    if any(isinstance(member, dict) and "dimension" in member for member in document.values()):
        raise BodyError("the body is a bundle in JSON-stat 1; ask for one dataset as json-stat2")
    members = ", ".join(sorted(document)[:6]) or "none"
    raise BodyError(f"class is {kind(stated)}, not 'dataset'; members of the body: {members}")


def _roles(document: Members, codes: list[str]) -> dict[str, Role]:
    """Role of each dimension that has one; a role on a dimension that is not in the answer is ignored."""
    stated = get_object(document, "role", "the body")
    roles: dict[str, Role] = {}
    for role in _ROLES:
        for code in _texts(stated.get(role) or [], f"role.{role}"):
            if code in codes:
                roles.setdefault(code, role)
    for role, code in _USUAL_CODES:
        if code in codes and role not in roles.values():
            roles.setdefault(code, role)
    return roles


def _dimension(code: str, size: object, described: Members, role: Role | None) -> Dimension:
    where = f"dimension {code!r}"
    if described.get(code) is None:
        raise BodyError(f"id lists {code!r}, but dimension has no such member")
    members = get_object(described, code, "dimension")
    category = get_object(members, "category", where)
    labels = {
        name: as_text(label, f"{where}: the label of {name!r}")
        for name, label in get_object(category, "label", where).items()
    }
    codes = _category_codes(category, labels, where)
    if type(size) is not int or size != len(codes):
        stated = size if type(size) is int else kind(size)
        raise BodyError(f"{where}: size is {stated}, but it has {len(codes)} categories")
    notes: dict[str, tuple[str, ...]] = {}
    for note in _variable_notes(code, members):
        if note.code is not None:
            notes[note.code] = (*notes.get(note.code, ()), note.text)
    return Dimension(
        code=code,
        label=get_text(members, "label", where) or code,
        codes=codes,
        labels=tuple(labels.get(value, value) for value in codes),
        role=role,
        units=_units(category, where),
        notes=notes,
    )


def _category_codes(category: Members, labels: Mapping[str, str], where: str) -> tuple[str, ...]:
    """The codes in order; a single category may, in JSON-stat, have a label and no index."""
    index = category.get("index")
    if index is None:
        if len(labels) != 1:
            raise BodyError(
                f"{where}: no category.index, and {len(labels)} labels where one would do without it"
            )
        index = list(labels)
    codes = _in_order(index, where) if isinstance(index, dict) else _texts(index, f"{where}: category.index")
    if not codes:
        raise BodyError(f"{where} has no categories")
    _refuse_duplicates(codes, f"{where}: category.index")
    return tuple(codes)


def _in_order(index: Members, where: str) -> list[str]:
    """The codes by the positions the index states: key order means nothing, many tools change it."""
    by_position: dict[int, str] = {}
    for code, position in index.items():
        if type(position) is not int:
            raise BodyError(f"{where}: the position of {code!r} is {kind(position)}, not a whole number")
        if position in by_position:
            raise BodyError(f"{where}: {by_position[position]!r} and {code!r} both have position {position}")
        by_position[position] = as_text(code, f"{where}: a code")
    gap = next((place for place in range(len(by_position)) if place not in by_position), None)
    if gap is not None:
        raise BodyError(f"{where}: no code has position {gap}, though {len(by_position)} codes are listed")
    return [by_position[place] for place in range(len(by_position))]


def _units(category: Members, where: str) -> dict[str, Unit]:
    units = {}
    stated = get_object(category, "unit", where)
    for code in stated:
        unit = get_object(stated, code, f"{where}: unit")
        place = f"{where}: the unit of {code!r}"
        base = get_text(unit, "base", place) or get_text(unit, "label", place)
        units[code] = Unit(base, _decimals(unit, place))
    return units


def _decimals(holder: Members, where: str) -> int | None:
    stated = holder.get("decimals")
    if stated is None:
        return None
    if type(stated) is not int:
        raise BodyError(f"{where}: decimals is {kind(stated)}, not a whole number")
    # The server has been known to say -1 for "not set"; no float shows more than 17 decimals.
    return stated if 0 <= stated <= 17 else None


def _variable_notes(code: str, members: Members) -> Iterator[Note]:
    """Notes on the variable, then those on its values."""
    where = f"dimension {code!r}"
    extension = get_object(members, "extension", where)
    yield from _notes(members.get("note"), get_object(extension, "noteMandatory", where), code, None)
    by_value = get_object(get_object(members, "category", where), "note", where)
    mandatory = get_object(extension, "categoryNoteMandatory", where)
    for value, texts in by_value.items():
        as_text(value, f"{where}: the code of a note")
        yield from _notes(texts, get_object(mandatory, value, where), code, value)


def _notes(texts: object, mandatory: Members, variable: str | None, code: str | None) -> list[Note]:
    """One level's notes; `mandatory` points into them by position, counted from 0."""
    if texts is None:
        return []
    place = " of ".join(filter(None, ("note", code and repr(code), variable and repr(variable))))
    listed = _texts([texts] if isinstance(texts, str) else texts, place)
    return [Note(text, mandatory.get(str(at)) is True, variable, code) for at, text in enumerate(listed)]


def _texts(found: object, what: str) -> list[str]:
    if not isinstance(found, list):
        raise BodyError(f"{what} is {kind(found)}, not an array of texts")
    return [as_text(item, f"{what}[{at}]") for at, item in enumerate(found)]


def _refuse_duplicates(codes: list[str], what: str) -> None:
    if len(set(codes)) != len(codes):
        raise BodyError(f"{what} lists {_most_repeated(codes)!r} more than once")
