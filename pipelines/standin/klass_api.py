"""KLASS answers for municipalities (131) and KOSTRA groups (112): XML unless JSON is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

from pipelines.standin.errors import RefusalError
from pipelines.standin.klass import KOSTRA_GROUPS, MUNICIPALITIES, Code, Correspondence
from pipelines.standin.messages import Answer, Request, json_answer
from pipelines.standin.site import Site

LANGUAGES = ("nb", "nn", "en")
NAMES = {MUNICIPALITIES: "Kommuneinndeling", KOSTRA_GROUPS: "Gruppering av kommuner (KOSTRA)"}
Rows = list[dict[str, Any]]


def answer(site: Site, request: Request, classification: str, action: str | None) -> Answer:
    """One call below ``classifications/``.

    Raises:
        RefusalError: a problem body with ``title``, ``status`` and ``detail``.
    """
    if (request.parameter("language") or LANGUAGES[0]) not in LANGUAGES:
        raise _problem(400, "language must be nb, nn or en")
    number = _held(site, classification)
    if action is None:
        return _serialised(request, "classification", "version", _versions(site, request, number))
    handler = ACTIONS.get(action.lower())
    if handler is None:
        raise _problem(404, f"No such resource: {action}")
    root, member, element, rows = handler(site, request, number)
    return _serialised(request, root, element, {member: rows})


def _held(site: Site, classification: str) -> int:
    known = {str(number): number for number in site.klass.classifications()}
    if classification not in known:
        raise _problem(404, f"Classification not found with id = {classification}")
    return known[classification]


def _versions(site: Site, request: Request, number: int) -> dict[str, Any]:
    starts = site.klass.boundaries(number)
    periods = [*pairwise(starts), (starts[-1], None)] if starts else []
    address = f"{site.address}/api/klass/v1"
    versions = [
        {
            "name": f"{NAMES[number]} {start.year}",
            "validFrom": start.isoformat(),
            "validTo": None if end is None else end.isoformat(),
            "_links": {"self": {"href": f"{address}/versions/{number}{start:%Y%m%d}"}},
        }
        for start, end in reversed(periods)
    ]
    name = {"name": NAMES[number], "classificationType": "Klassifikasjon"}
    return name | {"versions": versions, "_links": {"self": {"href": f"{site.address}{request.path}"}}}


def _codes(site: Site, request: Request, number: int) -> tuple[str, str, str, Rows]:
    start, end = _range(request)
    rows = [
        _code(row)
        | {"validFromInRequestedRange": row.start.isoformat(), "validToInRequestedRange": _day(row.end)}
        for row in site.klass.codes(number, start, end)
    ]
    return "codeList", "codes", "codeItem", rows


def _codes_at(site: Site, request: Request, number: int) -> tuple[str, str, str, Rows]:
    start, end = _one_day(request)
    return "codeList", "codes", "codeItem", [_code(row) for row in site.klass.codes(number, start, end)]


def _changes(site: Site, request: Request, number: int) -> tuple[str, str, str, Rows]:
    start, end = _range(request)
    changes = site.klass.changes(start, end) if number == MUNICIPALITIES else ()
    rows = [
        _named("old", change.old)
        | _named("new", change.new)
        | {"changeOccurred": change.occurred.isoformat()}
        for change in changes
    ]
    return "codeChangeList", "codeChanges", "codeChangeItem", rows


def _corresponds(site: Site, request: Request, number: int) -> tuple[str, str, str, Rows]:
    start, end = _range(request)
    found = _correspondences(site, request, number, start, end)
    rows = [
        _pair(row.source, row.target) | {"validFrom": row.start.isoformat(), "validTo": _day(row.end)}
        for row in found
    ]
    return "correspondenceItemList", "correspondenceItems", "correspondenceItem", rows


def _corresponds_at(site: Site, request: Request, number: int) -> tuple[str, str, str, Rows]:
    start, end = _one_day(request)
    inverted = (request.parameter("inverted") or "false").lower() == "true"
    found = _correspondences(site, request, number, start, end, inverted=inverted)
    pairs = [(row.target, row.source) if inverted else (row.source, row.target) for row in found]
    rows = [_pair(source, target) for source, target in sorted(pairs, key=lambda pair: pair[0].code)]
    return "correspondenceItemList", "correspondenceItems", "correspondenceItem", rows


def _correspondences(
    site: Site, request: Request, number: int, start: date, end: date | None, *, inverted: bool = False
) -> tuple[Correspondence, ...]:
    target = request.parameter("targetClassificationId")
    if target is None:
        raise _problem(400, "Required parameter 'targetClassificationId' is not present.")
    asked = (target, str(number)) if inverted else (str(number), target)
    found = None
    if asked == (str(KOSTRA_GROUPS), str(MUNICIPALITIES)):
        found = site.klass.correspondences(start, end)
    if found is None:
        period = f"{start} - {end or 'open'}"
        raise _problem(404, f"No correspondence table from {number} to {target} covers {period}")
    return found


ACTIONS: Mapping[str, Callable[[Site, Request, int], tuple[str, str, str, Rows]]] = {
    "codes": _codes,
    "codesat": _codes_at,
    "changes": _changes,
    "corresponds": _corresponds,
    "correspondsat": _corresponds_at,
}


def _range(request: Request) -> tuple[date, date | None]:
    end = request.parameter("to")
    return _date(request, "from"), _date(request, "to") if end else None


def _one_day(request: Request) -> tuple[date, date]:
    day = _date(request, "date")
    return day, day + timedelta(days=1)


def _date(request: Request, name: str) -> date:
    text = request.parameter(name)
    if not text:
        raise _problem(400, f"Required parameter '{name}' is not present.")
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise _problem(400, f"'{name}' must be a date yyyy-mm-dd, not '{text}'") from exc


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _code(row: Code) -> dict[str, Any]:
    return {
        "code": row.code,
        "parentCode": None,
        "level": "1",
        "name": row.name,
        "shortName": "",
        "presentationName": "",
        "validFrom": None,
        "validTo": None,
        "notes": "",
    }


def _named(side: str, code: Code | None) -> dict[str, Any]:
    return {
        f"{side}Code": code and code.code,
        f"{side}Name": code and code.name,
        f"{side}ShortName": code and "",
    }


def _pair(source: Code, target: Code) -> dict[str, Any]:
    return _named("source", source) | _named("target", target)


def _problem(status: int, detail: str) -> RefusalError:
    title = {400: "Bad Request", 404: "Not Found"}[status]
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return RefusalError(json_answer(body, status=status, content_type="application/problem+json"))


def _serialised(request: Request, root: str, element: str, document: Mapping[str, Any]) -> Answer:
    if "json" in request.headers.get("accept", ""):
        return json_answer(document, content_type="application/json")
    tree = ET.Element(root)
    for name, value in document.items():
        if isinstance(value, list):
            for row in value:
                _append(ET.SubElement(tree, element), row)
        elif isinstance(value, str):
            ET.SubElement(tree, name).text = value
    return Answer(
        200, ET.tostring(tree, encoding="utf-8", xml_declaration=True), "application/xml;charset=UTF-8"
    )


def _append(parent: ET.Element, row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        if not isinstance(value, Mapping):
            ET.SubElement(parent, name).text = value
