"""Mutated files: no crash, and nothing accepted that a plain reader reads otherwise or not at all.

`KOSTRA_FUZZ=10000` asks for so many mutations instead of a few hundred.
"""

import os
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from assets.ledger.account_file import read_account_file
from assets.ledger.hierarchy import read_hierarchy
from assets.ledger.layout import LayoutError, load_layout
from assets.ledger.ledger_file import read_ledger
from assets.tabular.problems import FileError
from schemas.ledger_layout import LedgerLayout
from tests.ledger import files, oracle

MUTATIONS = int(os.environ.get("KOSTRA_FUZZ", "320"))
NASTY = [
    *(b"", b" ", b";", b",", b'"', b"\n", b"\r", b"\t", b"\x00", b"\xff", b"\xc3", b"\xe5", b"\xef\xbb\xbf"),
    *(
        b"-",
        b"+",
        b"=",
        b"@",
        b".",
        b",00",
        b"1E9",
        b"NaN",
        b"inf",
        b"#REF!",
        b"None",
        b"true",
        b"999999999999",
    ),
    *(
        b"254",
        b" 253",
        b"0253",
        b"10",
        b"2014",
        b"2027",
        b"31.12.2024",
        b"\xe2\x88\x92",
        b"\xc2\xa0",
        b"\xd9\xa1",
    ),
]


def mutated(content: bytes, rng: random.Random) -> bytes:
    """The content with one to three things done to it."""
    body = bytearray(content)
    for _ in range(rng.randint(1, 3)):
        body = bytearray(rng.choice(DOINGS)(bytes(body), rng))
    return bytes(body)


def _at(body: bytes, rng: random.Random) -> int:
    return rng.randrange(len(body) + 1)


def _flip(body: bytes, rng: random.Random) -> bytes:
    if not body:
        return body
    at = rng.randrange(len(body))
    return body[:at] + bytes([body[at] ^ (1 << rng.randrange(8))]) + body[at + 1 :]


def _insert(body: bytes, rng: random.Random) -> bytes:
    at = _at(body, rng)
    return body[:at] + rng.choice(NASTY) + body[at:]


def _cut(body: bytes, rng: random.Random) -> bytes:
    first, last = sorted((_at(body, rng), _at(body, rng)))
    return body[:first] + body[min(last, first + rng.randint(1, 30)) :]


def _truncate(body: bytes, rng: random.Random) -> bytes:
    return body[: _at(body, rng)]


def _digit(body: bytes, rng: random.Random) -> bytes:
    places = [match.start() for match in re.finditer(rb"\d", body)]
    if not places:
        return body
    at = rng.choice(places)
    return body[:at] + str(rng.randrange(10)).encode() + body[at + 1 :]


def _token(body: bytes, rng: random.Random) -> bytes:
    tokens = list(re.finditer(rb"[^;\n ]+", body))
    if not tokens:
        return body
    token = rng.choice(tokens)
    return body[: token.start()] + rng.choice(NASTY) + body[token.end() :]


def _lines(body: bytes, rng: random.Random) -> bytes:
    """A line doubled, moved or left out."""
    lines = body.splitlines(keepends=True)
    if not lines:
        return body
    line = rng.choice(lines)
    if rng.random() < 0.5:
        lines.remove(line)
    if rng.random() < 0.7:
        lines.insert(rng.randrange(len(lines) + 1), line)
    return b"".join(lines)


DOINGS: list[Callable[[bytes, random.Random], bytes]] = [
    _flip,
    _insert,
    _cut,
    _truncate,
    _digit,
    _token,
    _lines,
]

BASES: dict[str, bytes] = {
    "csv": files.table().encode(),
    "csv, quoted, Latin-1": files.table(
        [tuple(f'"{cell}"' for cell in row) for row in files.with_cell(0, "responsibility_centre", "Ås")]
    ).encode("latin-1"),
    "parquet": files.parquet(files.good_frame()),
    "xlsx": files.workbook(files.numeric_rows()),
    "account file": files.accounts(),
}
ORACLES: dict[str, Callable[[bytes], list | None]] = {
    "csv": oracle.csv_rows,
    "csv, quoted, Latin-1": oracle.csv_rows,
    "parquet": oracle.parquet_rows,
    "xlsx": oracle.xlsx_rows,
    "account file": oracle.account_records,
}


def accepted(kind: str, content: bytes) -> list | None:
    """What the product reads; None when it refuses, which it must say."""
    if kind == "account file":
        file = read_account_file(content, "a.dat")
        frame, findings = file.records, file.findings
        columns = ["account_class", "function", "art", "amount"]
    else:
        ledger = read_ledger(content, "a", LedgerLayout())
        frame, findings = ledger.entries, ledger.findings
        columns = ["year", "responsibility_centre", "function", "art", "amount"]
    told = findings.told()
    assert all(line and line.isprintable() for line in told)
    assert bool(told) == bool(findings.counts)
    return None if told else list(frame[columns].itertuples(index=False, name=None))


@pytest.mark.parametrize("kind", BASES)
def test_the_plain_reader_reads_what_was_written(kind: str) -> None:
    assert accepted(kind, BASES[kind]) == ORACLES[kind](BASES[kind]) is not None


@pytest.mark.parametrize("kind", BASES)
def test_mutated_files_are_refused_or_read_as_they_stand(kind: str) -> None:
    taken = refused = 0
    for seed in range(MUTATIONS // len(BASES)):
        content = mutated(BASES[kind], random.Random(f"{kind} {seed}"))
        found = accepted(kind, content)
        if found is None:
            refused += 1
            continue
        taken += 1
        assert found == ORACLES[kind](content), f"{kind}, seed {seed}: {content!r}"
    assert taken + refused == MUTATIONS // len(BASES)
    assert refused > taken


HIERARCHIES = {
    "h.csv": files.HIERARCHY.encode(),
    "h.yaml": b"""centres:
  - {centre: "A42", director_area: "A 42 Aldring og mestring"}
  - {centre: 100, parent: A42, valid_from_year: 2015, valid_to_year: 2026}
""",
}


@pytest.mark.parametrize("name", HIERARCHIES)
def test_mutated_hierarchies_are_refused_or_lead_somewhere(name: str) -> None:
    for seed in range(MUTATIONS // len(BASES)):
        content = mutated(HIERARCHIES[name], random.Random(f"{name} {seed}"))
        try:
            hierarchy = read_hierarchy(content, name)
        except FileError as error:
            assert error.findings.counts
        else:
            assert all(hierarchy.area_of(centre, 2024) for centre in hierarchy.centres(2024))


def test_mutated_layouts_are_refused_or_read(tmp_path: Path) -> None:
    layout = b"columns: {year: Aar, amount: Belop}\nsign: expenses_negative\ndecimal: comma\nheader_row: 2\n"
    for seed in range(MUTATIONS // len(BASES)):
        path = files.written(tmp_path, "ledger.yaml", mutated(layout, random.Random(seed)))
        try:
            assert load_layout(path).unit == "NOK"
        except LayoutError as error:
            assert "ledger.yaml" in str(error)
