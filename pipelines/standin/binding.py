"""Query parameters and POST bodies of PxWebApi v2, bound as the server binds them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.standin import errors
from pipelines.standin.messages import Request

LANGUAGES = ("no", "en")
FORMATS = frozenset({"json-stat2", "csv", "px", "xlsx", "html", "json-px", "parquet"})
SERVED_FORMAT = "json-stat2"
FORMAT_PARAMETERS = frozenset(
    {
        "usecodes",
        "usetexts",
        "usecodesandtexts",
        "includetitle",
        "separatortab",
        "separatorspace",
        "separatorsemicolon",
    }
)
OUTSIDE_BRACKETS = re.compile(r",(?=[^\]]*(?:\[|$))")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One variable of a selection as asked for; ``values`` are codes and expressions."""

    variable: str
    values: tuple[str, ...]
    codelist: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A selection in request order, with the placement of its variables."""

    wanted: tuple[Wanted, ...]
    heading: tuple[str, ...] = ()
    stub: tuple[str, ...] = ()


def language(request: Request) -> str:
    """The answer's language, ``no`` unless asked otherwise."""
    asked = (request.parameter("lang") or LANGUAGES[0]).lower()
    if asked not in LANGUAGES:
        raise errors.problem(errors.UNSUPPORTED_LANGUAGE)
    return asked


def integer(request: Request, name: str) -> int | None:
    """A whole number, or None when the key is absent or empty."""
    text = request.parameter(name)
    if not text:
        return None
    try:
        return int(text)
    except ValueError as exc:
        raise errors.validation({name: f"The value '{text}' is not valid."}) from exc


def boolean(request: Request, name: str) -> bool:
    """True or false; absent is false."""
    text = (request.parameter(name) or "false").lower()
    if text not in {"true", "false"}:
        raise errors.validation({name: f"The value '{text}' is not valid."})
    return text == "true"


def check_output_format(request: Request) -> None:
    """Refuse formats that do not exist (validation) and those not served here (problem)."""
    asked = (request.parameter("outputFormat") or SERVED_FORMAT).lower()
    parameters = split_list(request.parameter("outputFormatParams") or "")
    if asked not in FORMATS:
        raise errors.validation({"outputFormat": "The input was not valid."})
    if not {parameter.lower() for parameter in parameters} <= FORMAT_PARAMETERS:
        raise errors.validation({"outputFormatParams": "The input was not valid."})
    if asked != SERVED_FORMAT or parameters:
        raise errors.problem(errors.UNSUPPORTED_FORMAT)


def split_list(text: str) -> tuple[str, ...]:
    """Items of a comma-separated value; commas inside [...] do not split, and full brackets are dropped."""
    if not text:
        return ()
    items = (item.strip() for item in OUTSIDE_BRACKETS.split(text))
    return tuple(item[1:-1] if item.startswith("[") and item.endswith("]") else item for item in items)


def bracketed(request: Request, name: str) -> Mapping[str, str]:
    """Values of ``name[VARIABLE]`` keys by variable; repeated keys are joined with a comma."""
    found: dict[str, str] = {}
    for key, value in request.parameters:
        if not key.lower().startswith(name.lower()):
            continue
        if not (
            key.lower().startswith(f"{name.lower()}[") and key.endswith("]") and len(key) > len(name) + 2
        ):
            raise errors.validation({name: f"The parameter {key} must be written {name}[<variable>]."})
        variable = key[len(name) + 1 : -1]
        same = next((known for known in found if known.lower() == variable.lower()), None)
        found[same or variable] = f"{found[same]},{value}" if same else value
    return found


def query_from_address(request: Request) -> Query:
    """The selection of a GET; a codelist without value codes is dropped without a word."""
    codelists = {key.lower(): value for key, value in bracketed(request, "codelist").items()}
    wanted = tuple(
        Wanted(variable, split_list(text), codelists.get(variable.lower()))
        for variable, text in bracketed(request, "valuecodes").items()
    )
    return Query(
        wanted,
        heading=split_list(request.parameter("heading") or ""),
        stub=split_list(request.parameter("stub") or ""),
    )


def query_from_body(request: Request) -> Query:
    """The selection of a POST; unknown members are ignored, member names in any case."""
    body = _json_object(request.body)
    selection = _member(body, "selection")
    if not isinstance(selection, list):
        raise errors.validation({"Selection": "The Selection field is required."})
    placement = _member(body, "placement") or {}
    return Query(
        tuple(_wanted(item, number) for number, item in enumerate(selection)),
        heading=_strings(_member(placement, "heading"), "placement.heading"),
        stub=_strings(_member(placement, "stub"), "placement.stub"),
    )


def check_json_content(request: Request) -> None:
    """Refuse a POST whose content type is not JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/json", "text/json"} and not kind.endswith("+json"):
        raise errors.unsupported_media_type()


def _json_object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        raise errors.validation({"": "A non-empty request body is required."})
    try:
        document = json.loads(body)
    except ValueError as exc:
        raise errors.validation({"": f"The request body is not JSON: {exc}"}) from exc
    if not isinstance(document, dict):
        raise errors.validation({"": "The request body must be a JSON object."})
    return document


def _member(document: object, name: str) -> object:
    if not isinstance(document, dict):
        return None
    return next((value for key, value in document.items() if key.lower() == name.lower()), None)


def _wanted(item: object, number: int) -> Wanted:
    variable = _member(item, "variableCode")
    if not isinstance(variable, str):
        raise errors.validation({f"Selection[{number}].VariableCode": "The VariableCode field is required."})
    codelist = _member(item, "codelist")
    values = _strings(_member(item, "valueCodes"), f"Selection[{number}].ValueCodes")
    return Wanted(variable, values, codelist if isinstance(codelist, str) else None)


def _strings(value: object, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise errors.validation({name: "The value must be a list of strings."})
    return tuple(value)
