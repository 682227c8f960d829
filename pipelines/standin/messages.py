"""What goes in and out of the stand-in: a request as sent, an answer before it is put on the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

JSON_TYPE = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One call as it arrived; ``path`` and ``query`` are still percent-encoded, header names lower-case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def address(self) -> str:
        """Path and query as sent."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def segments(self) -> tuple[str, ...]:
        """Decoded parts of the path, without empty ones."""
        return tuple(unquote(part) for part in self.path.split("/") if part)

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Decoded query keys and values in the order sent."""
        return tuple(parse_qsl(self.query, keep_blank_values=True))

    @property
    def cache_key(self) -> tuple[str, str, bytes]:
        """What the real server's cache tells requests apart by."""
        return self.method, self.address, self.body

    def parameter(self, name: str) -> str | None:
        """Value of a query key, ignoring case; repeated keys are joined with a comma."""
        found = [value for key, value in self.parameters if key.lower() == name.lower()]
        return ",".join(found) if found else None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; ``content_type`` None sends no such header."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(document: object) -> bytes:
    """Compact JSON in UTF-8, with Norwegian letters as they are."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def json_answer(
    document: object,
    *,
    status: int = 200,
    content_type: str = JSON_TYPE,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, as_json(document), content_type, headers or {})
