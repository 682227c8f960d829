"""Good register files: any encoding, delimiter and decimal mark gives the same figures."""

import datetime

import numpy as np
import pandas as pd
import pytest

from assets.register.register_file import LINE
from schemas.register import FIGURES
from schemas.validation import validate
from tests.register.files import P7A, P13E, ROWS, S1, S19, read, row, table, workbook

NUMBERS = [8.01, 8.6, 9.46, 10.74, 8.01, 1835374.0, -1.0]
WITH_COMMA = [tuple(cell.replace(".", ",") if i == 3 else cell for i, cell in enumerate(r)) for r in ROWS]
TYPED = [(name, year, *rest[:1], float(rest[1]), *rest[2:]) for name, year, *rest in ROWS]


@pytest.mark.parametrize(
    "content",
    [
        table().encode(),
        b"\xef\xbb\xbf" + table().encode(),
        table().encode("latin-1"),
        table(WITH_COMMA, sep=";").encode("cp1252"),
        table(WITH_COMMA, sep="\t").encode(),
        table(sep="|").encode(),
        table().replace("\n", "\r\n").encode(),
        (table() + ",,,,,,,,\n\n").encode(),
        table(
            header=[name.upper() for name in ("indicator_id", "year")]
            + list(table().split("\n")[0].split(",")[2:])
        ).encode(),
        workbook(),
        workbook(TYPED),
    ],
    ids=[
        "utf-8",
        "bom",
        "latin-1",
        "semicolon",
        "tab",
        "pipe",
        "crlf",
        "blank rows",
        "capitals",
        "xlsx",
        "numbers",
    ],
)
def test_a_file_gives_the_same_figures_however_it_is_written(content: bytes) -> None:
    file = read(content)

    assert file.findings.told() == []
    assert file.figures["value"].tolist() == NUMBERS
    assert file.figures["entity"].tolist()[:4] == ["baerum", "baerum", "asss_mean", "asss_max"]
    assert file.figures[LINE].tolist() == [2, 3, 4, 5, 6, 7, 8]


def test_the_rows_hold_the_contract_of_the_dataset() -> None:
    figures = read(table()).figures.drop(columns=LINE)
    of_year = figures[figures["year"] == 2024]

    stored = validate(FIGURES, of_year, 2024).arrow.to_pylist()

    assert len(stored) == 6
    first = next(each for each in stored if each["indicator"] == S19 and each["entity"] == "asss_mean")
    assert first["provider"] == "Bærum kommune, HR"
    assert first["provider_date"] == datetime.date(2025, 6, 15)
    assert first["note"] == "snitt; vektet"
    assert first["source"] == "register"
    assert first["vintage_id"] == f"register@2025-06-15#{first['file_sha256'][:12]}"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("57522", 57522.0),
        ("57 522", 57522.0),
        ("57\u00a0522", 57522.0),
        ("57 522.5", 57522.5),
        ("-12.25", -12.25),
        ("\u221212.25", -12.25),
        ("-0", 0.0),
        ("2519999", 2519999.0),
    ],
)
def test_numbers_are_read_as_people_write_them(written: str, value: float) -> None:
    [read_value] = read(table([row(P13E, value=written, unit="NOK")])).figures["value"]

    assert read_value == value
    assert str(read_value) != "-0.0"


def test_three_decimals_of_an_index_are_decimals() -> None:
    figures = read(table([row(S1, value="1.243", unit="index")])).figures

    assert figures["value"].tolist() == [1.243]


@pytest.mark.parametrize(
    ("written", "status"),
    [("", "missing"), ("..", "missing"), (":", "suppressed"), (".", "not_applicable"), ("...", "not_yet")],
)
def test_a_figure_that_is_not_there_says_why_and_is_never_zero(written: str, status: str) -> None:
    figures = read(table([row(value=written)])).figures

    assert figures["status"].tolist() == [status]
    assert np.isnan(figures["value"].tolist()).all()
    assert figures["suppression_reason"].isna().all()


@pytest.mark.parametrize(
    ("written", "entity"),
    [
        ("baerum", "baerum"),
        ("BÆRUM", "baerum"),
        ("Bærum kommune", "baerum"),
        ("Tromsø", "tromso"),
        ("ASSS mean", "asss_mean"),
        ("asss_max", "asss_max"),
        ("ASSS lavest", "asss_min"),
        ("ASSS-nettverket snitt", "asss_mean"),
        ("EKG12", "EKG12"),
        ("KG13", "EKG13"),
        ("Kostragruppe 12", "EKG12"),
        ("EAK", "EAK"),
        ("Landet uten Oslo", "EAKUO"),
    ],
)
def test_entities_are_found_by_slug_name_and_code(written: str, entity: str) -> None:
    assert read(table([row(entity=written)])).figures["entity"].tolist() == [entity]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-06-15", datetime.date(2025, 6, 15)),
        ("2025-02", datetime.date(2025, 2, 28)),
        ("2025", datetime.date(2025, 12, 31)),
    ],
)
def test_a_date_known_only_to_the_month_or_year_counts_from_its_last_day(
    written: str, day: datetime.date
) -> None:
    assert read(table([row(source_date=written)])).figures["provider_date"].tolist() == [day]


def test_a_date_cell_of_a_spreadsheet_is_a_date() -> None:
    content = workbook([row(source_date=datetime.datetime(2025, 6, 15))])

    assert read(content).figures["provider_date"].tolist() == [datetime.date(2025, 6, 15)]


def test_figures_may_be_distances_and_changes() -> None:
    rows = [
        row(P7A, value="-1", unit="percent_above_mean"),
        row(S19, value="-6,3", unit="percentage_points_above_mean"),
        row(S19, value="0,26", unit="percentage_points_change"),
        row(S19, entity="ASSS mean", value="0,33", unit="percentage_points_change"),
    ]

    figures = read(table(rows, sep=";")).figures

    assert figures["unit"].tolist() == [r[4] for r in rows]
    assert figures["value"].tolist() == [-1.0, -6.3, 0.26, 0.33]


def test_text_like_a_formula_stays_text() -> None:
    note = "=HYPERLINK(1)"

    assert read(table([row(note=note)])).figures["note"].tolist() == [note]


def test_what_is_read_does_not_depend_on_the_order_of_the_columns() -> None:
    header = list(table().splitlines()[0].split(","))
    turned = table([tuple(reversed(each)) for each in ROWS], header=list(reversed(header)))
    columns = ["year", "indicator", "entity", "unit", "value", "status"]

    pd.testing.assert_frame_equal(read(turned).figures[columns], read(table()).figures[columns])
