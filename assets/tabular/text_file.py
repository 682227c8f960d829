"""Bytes of a text file as clean UTF-8 lines: encodings, byte order marks, line ends."""

from __future__ import annotations

import re

from assets.tabular.problems import Findings

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: A letter of UTF-8 read as Latin-1: Ã followed by a character no Norwegian text has there.
_MISREAD = re.compile(rb"\xc3[\x80-\xbf]")


def clean_lines(content: bytes, encoding: str, findings: Findings) -> bytes | None:
    """The content as UTF-8 with line feeds and no byte order mark; None when it is no text.

    Args:
        content: the file.
        encoding: `utf-8`, `latin-1`, or `auto` for UTF-8 where it is valid and Latin-1 (with the additions of
            Windows-1252) where it is not.
        findings: what is wrong is added here.
    """
    if content.startswith(_UTF16_BOMS):
        findings.problem("encoding", "the file is UTF-16; save it as CSV in UTF-8 or Latin-1")
        return None
    body = content.removeprefix(_UTF8_BOM)
    control = _CONTROL.search(body)
    if control:
        line = body.count(b"\n", 0, control.start()) + 1
        findings.problem(
            "characters", "text without control characters", line=line, value=control[0].decode("latin-1")
        )
        return None
    text = _decoded(body, encoding, findings)
    if text is None:
        return None
    return re.sub(r"\r\n?", "\n", text).encode() if "\r" in text else text.encode()


def _decoded(body: bytes, encoding: str, findings: Findings) -> str | None:
    if encoding != "latin-1":
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError as error:
            line = body.count(b"\n", 0, error.start) + 1
            if encoding == "utf-8" or _MISREAD.search(body):
                value = body[error.start : error.end].decode("latin-1")
                findings.problem("encoding", "one encoding in the whole file, UTF-8", line=line, value=value)
                return None
    try:
        return body.decode("cp1252")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        findings.problem("encoding", "text in UTF-8 or Latin-1", line=line, value=f"byte {body[error.start]}")
        return None
