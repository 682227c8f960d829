"""Small ledgers and account files in every format, and ways to hand them in."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

HEADER = ("year", "responsibility_centre", "function", "art", "amount")
Row = tuple[object, ...]

#: Two years, several centres, decimals, income; every line in place.
ROWS: tuple[Row, ...] = (
    (2023, "1001", "254", "010", "1000,50"),
    (2023, "1001", "254", "710", "-100,25"),
    (2023, "1002", "254", "330", "250"),
    (2024, "1001", "257", "010", "1100,00"),
    (2024, "1001", "257", "710", "-90,5"),
    (2024, "1002", "258", "099", "150,75"),
    (2024, "2001", "253", "120", "80"),
    (2024, "2001", "253", "600", "-20,10"),
    (2024, "5601", "253", "590", "33,33"),
)
AMOUNTS = [1000.5, -100.25, 250.0, 1100.0, -90.5, 150.75, 80.0, -20.1, 33.33]

HIERARCHY = """centre,parent,valid_from_year,valid_to_year,name,director_area
A42,,,,Aldring og mestring,A 42 Aldring og mestring
A30,,,,Helse og Velferd,A 30 Helse og Velferd
A56,,,,Bymiljø og eiendom,A 56 Bymiljø og eiendom
100,A42,,,Hjemmetjenester,
200,A30,,,Institusjoner,
1001,100,,,Sone øst,
1002,100,,,Sone vest,
2001,200,,,Sykehjem,
2001,100,2024,,Sykehjem,
5601,A56,,,Drift,
"""


def table(rows: Iterable[Sequence[object]] = ROWS, header: Sequence[str] = HEADER, sep: str = ";") -> str:
    """Rows as CSV text."""
    return "".join(sep.join(map(str, line)) + "\n" for line in (header, *rows))


def with_cell(row: int, column: str, value: object) -> tuple[Row, ...]:
    """The good rows with one other value; `row` counts from 0."""
    at = HEADER.index(column)
    changed = [list(each) for each in ROWS]
    changed[row][at] = value
    return tuple(map(tuple, changed))


def workbook(rows: Iterable[Sequence[object]], header: Sequence[object] = HEADER) -> bytes:
    """Rows as the only sheet of an XLSX workbook."""
    book = openpyxl.Workbook()
    for line in (header, *rows):
        book.active.append(list(line))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def numeric_rows() -> list[Row]:
    """The good rows with numbers where a spreadsheet has numbers."""
    return [
        (year, int(str(centre)), int(str(function)), int(str(art)), amount)
        for (year, centre, function, art, _), amount in zip(ROWS, AMOUNTS, strict=True)
    ]


def parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), out)
    return out.getvalue()


def good_frame() -> pd.DataFrame:
    """The good rows with typed columns."""
    frame = pd.DataFrame([row[:4] for row in ROWS], columns=list(HEADER[:4]))
    return frame.assign(amount=AMOUNTS)


def record(
    function: str,
    art: str,
    amount: int | str,
    *,
    account_class: str = "1",
    form: str = "0A",
    year: int | str = 2024,
    quarter: str = " ",
    region: str = "320100",
    organisation: str = "",
) -> str:
    """One record of a KOSTRA account file."""
    return f"{form}{year}{quarter}{region}{organisation:<18}{account_class}{function:<4}{art}{amount!s:>9}"


#: Annual accounts that balance, with depreciation and its counter-entry.
RECORDS = (
    record("253", "010", 1000),
    record("253", "590", 40),
    record("253", "600", -120),
    record("258", "099", 300),
    record("258", "710", -30),
    record("800", "870", -1190),
    record("860", "990", -40),
    record("840", "800", -100),
    record("880", "540", 140),
)


def accounts(records: Iterable[str] = RECORDS) -> bytes:
    return "".join(line + "\n" for line in records).encode("latin-1")


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
