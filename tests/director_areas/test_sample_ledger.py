"""The sample ledger: a real file, of a real size, that gives the published breakdowns and SSB's totals."""

import csv
import hashlib
import io
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from pipelines.standin.ledger import sample_ledger_files, write_sample_ledger
from tests.standin.sampled import cell, code

YEARS = range(2021, 2025)
AREAS = {"A20", "A30", "A42", "A56", "A68", "A70", "A80"}
PURCHASED = {"300", "330", "350", "370"}
INCOME = {str(art) for art in range(600, 900)}
NOT_GROSS = INCOME - {"710", "729"}


@cache
def lines(year: int) -> list[tuple[str, str, str, Decimal]]:
    """Centre, function, art, kroner; read by the standard library alone."""
    reader = csv.reader(io.StringIO(sample_ledger_files()[f"sample-ledger-{year}.csv"]), delimiter=";")
    assert next(reader) == ["year", "responsibility_centre", "function", "art", "amount"]
    rows = list(reader)
    assert {row[0] for row in rows} == {str(year)}
    return [
        (centre, function, art, Decimal(text.replace(",", "."))) for _, centre, function, art, text in rows
    ]


@cache
def hierarchy() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sample_ledger_files()["sample-hierarchy.csv"])))


@cache
def tops(year: int) -> dict[str, tuple[str, int]]:
    """Centre → its director area, and how many levels up that is."""
    parents: dict[str, str] = {}
    for row in sorted(hierarchy(), key=lambda row: int(row["valid_from_year"] or 0)):
        if int(row["valid_from_year"] or 0) <= year:
            parents[row["centre"]] = row["parent"]
    found = {}
    for centre in parents:
        at, levels = centre, 0
        while parents[at]:
            at, levels = parents[at], levels + 1
        found[centre] = at, levels
    return found


@cache
def posted(year: int) -> dict[tuple[str, str, str], Decimal]:
    """Kroner by area, function and art."""
    found: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for centre, function, art, amount in lines(year):
        found[tops(year)[centre][0], function, art] += amount
    return found


def sums(year: int, functions: set[str], *, net: bool) -> dict[str, Decimal]:
    """Kroner by area; purchases apart in the net table of home services."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (area, function, art), amount in posted(year).items():
        if function in functions and (net or art not in NOT_GROSS):
            found["purchased" if net and art in PURCHASED else area] += amount
    return found


@pytest.mark.parametrize("year", YEARS)
def test_it_is_of_a_real_size(year: int) -> None:
    places = [tops(year)[centre] for centre, *_ in lines(year)]

    assert 18_000 <= len(lines(year)) <= 23_000
    assert len({line[:3] for line in lines(year)}) == len(lines(year))
    assert {area for area, _ in places} == AREAS
    assert {levels for _, levels in places} == {3}
    assert len({function for _, function, *_ in lines(year)}) > 20
    assert all(amount != 0 for *_, amount in lines(year))


def test_there_is_a_ledger_for_every_year_and_all_are_labelled_sample() -> None:
    names = set(sample_ledger_files())

    assert names == {"ledger.yaml", "sample-hierarchy.csv", *(f"sample-ledger-{year}.csv" for year in YEARS)}
    assert "eksempeltall" in sample_ledger_files()["ledger.yaml"]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.recorded
def test_every_published_cell_comes_out_at_its_printed_decimal(year: int, recorded: Path) -> None:
    with (recorded / "published" / "director_area.csv").open(encoding="utf-8") as file:
        printed = [row for row in csv.DictReader(file) if int(row["year"]) == year]
    tables = {
        "director_area_home_net": sums(year, {"254", "257", "258"}, net=True),
        "director_area_institution_gross": sums(year, {"253", "261"}, net=False),
    }
    labels = {"A ": lambda row: row["entity"][:4].replace(" ", ""), "Kj": lambda _: "purchased"}

    assert len(printed) == 17
    for row in printed:
        held = tables[row["table"]]
        label = labels.get(row["entity"][:2])
        amount = held[label(row)] if label else sum(held.values())
        # Inside the limits of rounding, so that no rule for halves matters.
        assert abs(amount - Decimal(row["value"]) * 10**6) < 50_000, row


@pytest.mark.parametrize(
    ("functions", "art", "year", "difference"),
    [
        ("254", "AGD2", 2021, 0),
        ("254", "AGD2", 2022, 0),
        ("254", "AGD2", 2023, 34),
        ("257 258", "AGD2", 2024, -1853),
        ("253 261", "AGD10", 2021, -6),
        ("253 261", "AGD10", 2022, 0),
        ("253 261", "AGD10", 2023, 0),
        ("253 261", "AGD10", 2024, -477),
    ],
)
def test_totals_are_as_far_from_ssb_s_as_the_published_ones(
    functions: str, art: str, year: int, difference: int
) -> None:
    own = sum(sums(year, set(functions.split()), net=art == "AGD2").values())
    for scope in "AB":
        region = code("baerum", year)
        ssb = sum(
            cell("12367", region, scope, function, art, "KOSbelop0000", str(year))
            for function in functions.split()
        )
        assert round(own / 1000 - Decimal(ssb)) == difference


@pytest.mark.parametrize("function", ["234", "242", "256", "265", "281", "120"])
@pytest.mark.parametrize("art", ["AGD2", "AGD10"])
def test_other_functions_close_to_table_12367(function: str, art: str) -> None:
    own = sum(sums(2024, {function}, net=art == "AGD2").values())
    if function == "120":  # not asked for by the pipeline, but posted in every director area
        assert set(sums(2024, {function}, net=False)) == AREAS
    assert (
        own == Decimal(cell("12367", code("baerum", 2024), "B", function, art, "KOSbelop0000", "2024")) * 1000
    )


def test_one_centre_is_moved_by_one_dated_entry() -> None:
    dated = [row for row in hierarchy() if row["valid_from_year"]]

    assert [(row["centre"], row["parent"], row["valid_from_year"]) for row in dated] == [
        ("308", "A42", "2023")
    ]
    assert tops(2022)["308101"][0] == "A30"
    assert tops(2023)["308101"][0] == "A42"


def test_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    paths = write_sample_ledger(tmp_path)

    assert [path.name for path in paths] == [f"sample-ledger-{year}.csv" for year in YEARS]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
    assert digest[:16] == "690b0def6b3d8443"
