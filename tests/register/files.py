"""Small register files in every format, and the vocabulary they are held against."""

import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import openpyxl

from assets.catalogue.loader import load_catalogue
from assets.register.entities import Entities
from assets.register.register_file import RegisterFile, Vocabulary, read_register
from schemas.catalogue import Catalogue
from schemas.register import FILE_COLUMNS

TODAY = datetime.date(2026, 1, 31)
S1, S10, S18, S19 = (
    "sos_resource_use_index",
    "sos_work_assessment_allowance_share_18_67",
    "sos_qualification_to_work_or_education_share",
    "sos_sickness_absence",
)
P3, P7A, P13E = (
    "plo_sickness_absence_certified",
    "plo_assistance_need_0_66",
    "plo_ttu_expenditure_per_person",
)
Row = tuple[object, ...]


def row(
    indicator: str = S19,
    year: object = 2024,
    entity: str = "Bærum",
    value: object = "8.01",
    unit: str = "percent",
    source: str = "Bærum kommune, HR",
    source_date: object = "2025-06-15",
    vintage_status: str = "final",
    note: str = "",
) -> Row:
    """One good row of a register file, with changes."""
    return indicator, year, entity, value, unit, source, source_date, vintage_status, note


ROWS: tuple[Row, ...] = (
    row(),
    row(year=2023, value="8.6"),
    row(entity="ASSS mean", value="9.46", note="snitt; vektet"),
    row(entity="ASSS max", value="10.74"),
    row(entity="ASSS min", value="8.01"),
    row(P13E, value="1835374", unit="NOK"),
    row(P7A, value="-1", unit="percent_above_mean"),
)


def table(
    rows: Iterable[Sequence[object]] = ROWS, header: Sequence[str] = FILE_COLUMNS, sep: str = ","
) -> str:
    """Rows as CSV text; a cell that holds the delimiter is quoted."""
    cells = ([f'"{cell}"' if sep in str(cell) else str(cell) for cell in line] for line in (header, *rows))
    return "".join(sep.join(line) + "\n" for line in cells)


def workbook(rows: Iterable[Sequence[object]] = ROWS, header: Sequence[object] = FILE_COLUMNS) -> bytes:
    """Rows as the only sheet of an XLSX workbook."""
    book = openpyxl.Workbook()
    for line in (header, *rows):
        book.active.append(list(line))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def vocabulary(names: Mapping[str, str] | None = None) -> Vocabulary:
    """The catalogue's indicators and networks, and today."""
    whole = catalogue()
    members = whole.networks["asss"].members_in(2024)
    entities = Entities([*members, *(names or {})], whole.networks, names)
    return Vocabulary(whole.indicators, entities, range(2015, 2025), TODAY)


def read(content: bytes | str, name: str = "tall.csv") -> RegisterFile:
    """A file read against the catalogue; text is UTF-8."""
    return read_register(content.encode() if isinstance(content, str) else content, name, vocabulary())
