"""The readers once more, in plain loops: what a file says, or None where it says nothing certain.

Shares nothing with the product but the data of valid codes, which it reads by itself.
"""

import csv
import io
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq

DATA = Path(__file__).resolve().parents[2] / "assets" / "catalogue" / "ledger"
NAMES = ("year", "responsibility_centre", "function", "art", "amount")
COMMA = re.compile(r"-?(\d{1,15}|\d{1,3}([ \u00a0\u2009\u202f]\d{3})+|\d{1,3}(\.\d{3})+)(,\d\d?)?", re.ASCII)
POINT = re.compile(r"-?(\d{1,15}|\d{1,3}([ \u00a0\u2009\u202f]\d{3})+|\d{1,3}(,\d{3})+)(\.\d\d?)?", re.ASCII)

Rows = list[tuple[int, str, str, str, float]]


@cache
def valid(
    kind: str, code: str, year: int, account: str = "O", quarterly: bool = False, form: str = "0A"
) -> bool:
    with (DATA / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            within = int(row["first_year"] or 0) <= year <= int(row["last_year"] or 9999)
            old = account == "I" and year < 2021 and row["annual"] != ""
            where = row["quarterly"] if quarterly or old else row["annual"]
            if (
                row["code"] == code
                and within
                and account in where
                and form in row["forms"]
                and not row["region"]
            ):
                return True
    return False


def text_of(content: bytes) -> str | None:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    body = content[3:] if content[:3] == b"\xef\xbb\xbf" else content
    if any((byte < 32 and byte not in (9, 10, 13)) or byte == 127 for byte in body):
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = body.decode("cp1252")
        except UnicodeDecodeError:
            return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def csv_rows(content: bytes) -> Rows | None:
    """The rows of a CSV ledger with the default layout."""
    text = text_of(content)
    if text is None:
        return None
    lines = text.split("\n")
    for delimiter in ";,\t|":
        header = [cell.strip().casefold() for cell in next(csv.reader([lines[0]], delimiter=delimiter), [])]
        if all(header.count(name) == 1 for name in NAMES):
            return _from_lines(lines[1:], delimiter, header)
    return None


def _from_lines(lines: list[str], delimiter: str, header: list[str]) -> Rows | None:
    cells: list[list[str]] = []
    for line in lines:
        row = next(csv.reader([line], delimiter=delimiter), [])
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            return None
        cells.append([row[header.index(name)] for name in NAMES])
    numbers = amounts([row[4] for row in cells])
    if numbers is None:
        return None
    return checked([(*row[:4], number) for row, number in zip(cells, numbers, strict=True)])


def amounts(texts: list[str]) -> list[float] | None:
    plain = [text.strip(" \u00a0\u2009\u202f\t").replace("\u2212", "-") for text in texts]
    comma = any(COMMA.fullmatch(text) and not POINT.fullmatch(text) for text in plain)
    point = any(POINT.fullmatch(text) and not COMMA.fullmatch(text) for text in plain)
    pattern, mark, group = (POINT, ".", ",") if point and not comma else (COMMA, ",", ".")
    found: list[float] = []
    for text in plain:
        if not pattern.fullmatch(text) or re.fullmatch(r"-?\d{1,3}[.,]\d{3}", text):
            return None
        bare = re.sub(rf"[ \u00a0\u2009\u202f{group}]", "", text)
        found.append(float(bare.replace(mark, ".")))
    return found


def checked(rows: Iterable[tuple[object, ...]]) -> Rows | None:
    """The rows, when each is right and none comes twice."""
    found: Rows = []
    seen: set[tuple[object, ...]] = set()
    for year, centre, function, art, amount in rows:
        if str(year) not in [str(each) for each in range(2015, 2027)]:
            return None
        key = (str(year), centre, function, art)
        if key in seen or not centre or centre != str(centre).strip() or str(centre)[0] in "=+-@":
            return None
        if not valid("functions", str(function), int(str(year))) or not valid(
            "arts", str(art), int(str(year))
        ):
            return None
        if not isinstance(amount, float) or abs(amount) >= 1e12 or abs(amount - round(amount, 2)) > 1e-3:
            return None
        seen.add(key)
        found.append((int(str(year)), str(centre), str(function), str(art), round(amount, 2)))
    return found or None


def parquet_rows(content: bytes) -> Rows | None:
    """The rows of a Parquet ledger of text, whole numbers and floats."""
    try:
        table = pq.read_table(io.BytesIO(content))
        names = [name.strip().casefold() for name in table.column_names]
        rows = table.rename_columns(names).to_pylist()
    except (OSError, ValueError):
        return None
    return checked(tuple(_text(row[name]) for name in NAMES) for row in rows)


def _text(value: object) -> object:
    return value.decode() if isinstance(value, bytes) else value


def xlsx_rows(content: bytes) -> Rows | None:
    """The rows of a workbook of texts and numbers."""
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    except Exception:  # noqa: BLE001 - a damaged workbook makes openpyxl raise almost anything
        return None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    place = {str(name).strip().casefold(): at for at, name in enumerate(rows[0])}
    typed = [[row[place[name]] for name in NAMES] for row in rows[1:] if any(row)]
    return checked(
        (str(y), str(c), str(f), f"{a:03d}" if isinstance(a, int) else a, float(x)) for y, c, f, a, x in typed
    )


def account_records(content: bytes) -> list[tuple[str, str, str, int]] | None:
    """Class, function, art and amount of each record of an annual 0A file."""
    found: list[tuple[str, str, str, int]] = []
    body = content[3:] if content[:3] == b"\xef\xbb\xbf" else content
    lines = body.replace(b"\r\n", b"\n").split(b"\n")
    for line in lines[:-1] if lines[-1] == b"" else lines:
        if not re.fullmatch(rb"0A\d{4}[ 1-4]\d{6} {18}[01]\d{3} \d{3} *-?\d+", line) or len(line) != 48:
            return None
        text = line.decode("ascii")
        if text[:13] != lines[0].decode("ascii", "replace")[:13]:
            return None
        account = "O" if text[31] == "1" else "I"
        year, quarterly = int(text[2:6]), text[6] != " "
        for kind, code in (("functions", text[32:35]), ("arts", text[36:39])):
            if not valid(kind, code, year, account, quarterly):
                return None
        found.append((text[31], text[32:35], text[36:39], int(text[39:])))
    return found if len({row[:3] for row in found}) == len(found) else None
