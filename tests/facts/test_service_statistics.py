"""Measures gathered from tables: one source a year, sums over values, and two tables that must agree."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import pytest

from assets.kostra.statistics.measures import HeldTable, service_statistics
from assets.statbank.resolve import ResolvedTable
from assets.statuses import OF_SYMBOL
from schemas.catalogue import Catalogue, Measure, Table
from schemas.kostra import SERVICE_STATISTICS
from schemas.validation import validate
from tests.facts.worlds import CATALOGUE, MUNICIPALITIES, Figure

REGION = {"code": "Region", "municipalities": True}


def table(number: str, measures: Sequence[Mapping[str, object]], **more: object) -> Table:
    """A table with region, age, contents and period."""
    age = {"code": "Alder", "values": {"young": "0-66 år", "old": "67 år og over"}}
    dimensions = {
        "region": REGION,
        "age": age,
        "contents": {"code": "ContentsCode", "measures": measures},
        "period": {"code": "Tid"},
    }
    return Table.model_validate(
        {"id": number, "title": "T", "first_year": 2015, "dimensions": dimensions, **more}
    )


def measure(name: str = "users", **more: object) -> dict[str, object]:
    return {"id": name, "label": "Brukere", "unit": "persons", "at": {"age": ["young", "old"]}, **more}


def catalogue(*tables: Table) -> Catalogue:
    return replace(CATALOGUE, tables={entry.id: entry for entry in tables}, indicators={}, profiles={})


def held(
    entry: Table, figures: Mapping[tuple[str, str], Figure], *, lost: Mapping[str, str] | None = None
) -> HeldTable:
    """The table of 2024 from (region, age code) → figure or symbol; ages are Y and O."""
    rows = [
        (2024, region, age, "X", "2024", *(_cell(figure)), "persons", "final", "sample", f"{entry.id}@x#1")
        for (region, age), figure in figures.items()
    ]
    columns = [
        "year",
        "region",
        "age",
        "contents",
        "period",
        "value",
        "status",
        "unit",
        "vintage_status",
        "source",
        "vintage_id",
    ]
    known = {m.id: "X" for m in entry.measures if m.id not in (lost or {})}
    resolved = ResolvedTable(
        table=entry.id,
        dimensions={},
        codes={},
        members={"age": {"young": "Y", "old": "O"}},
        measures=known,
        unresolved=dict(lost or {}),
        units={"X": "persons"},
        ssb_units={},
        periods={2024: "2024"},
        absent={},
        eliminated=(),
        rows=pd.DataFrame(),
        warnings=(),
    )
    frame = pd.DataFrame(rows, columns=columns)
    return HeldTable(
        resolved, frame.astype(dict.fromkeys(["region", "age", "contents", "status"], "category"))
    )


def _cell(figure: Figure) -> tuple[float, str]:
    if isinstance(figure, str):
        return float("nan"), OF_SYMBOL[figure]
    return float(figure), "ok"


def gathered(
    entries: Sequence[Table], tables: Mapping[str, HeldTable], unusable: Mapping[str, str] | None = None
):
    return service_statistics(catalogue(*entries), 2024, tables, unusable or {}, MUNICIPALITIES, "sample")


def rows(frame: pd.DataFrame) -> dict[str, tuple[float | None, str, str]]:
    """Municipality → figure, status and table."""
    return {
        row.municipality: (None if pd.isna(row.value) else row.value, row.status, row.table)
        for row in frame.itertuples()
    }


def test_values_of_a_dimension_are_added_up_and_the_rows_hold_their_contract() -> None:
    entry = table("10001", [measure()])
    figures = {("0301", "Y"): 7, ("0301", "O"): 3, ("3201", "Y"): 5, ("3201", "O"): ":", ("EKG12", "Y"): 2}
    found = gathered([entry], {"10001": held(entry, figures)})
    assert rows(found.frame) == {
        "EKG12": (None, "missing", "10001"),
        "baerum": (None, "suppressed", "10001"),
        "oslo": (10, "ok", "10001"),
    }
    assert found.problems == ()
    assert validate(SERVICE_STATISTICS, found.frame, 2024).arrow.num_rows == 3


def test_a_table_that_cannot_be_used_gives_rows_that_say_why() -> None:
    one, two = table("10001", [measure()]), table("10002", [measure("places")])
    found = gathered(
        [one, two], {"10002": held(two, {("0301", "Y"): 1, ("0301", "O"): 1})}, {"10001": "gone"}
    )
    lost = found.frame[found.frame["measure"] == "users"]
    assert set(lost["municipality"]) == {"oslo", "baerum", "asker", "haram"}, "those that exist in 2024"
    assert set(lost["problem"]) == {"gone"}
    assert set(lost["status"]) == {"missing"}
    assert rows(found.frame[found.frame["measure"] == "places"]) == {"oslo": (2, "ok", "10002")}
    assert validate(SERVICE_STATISTICS, found.frame, 2024).arrow.num_rows == 5


def test_a_measure_that_is_not_found_leaves_the_others_of_its_table() -> None:
    entry = table("10001", [measure(), measure("more", label="Andre")])
    part = held(entry, {("0301", "Y"): 1, ("0301", "O"): 1}, lost={"more": "0 contents are labelled 'Andre'"})
    found = gathered([entry], {"10001": part}).frame.set_index(["measure", "municipality"])
    assert found.loc[("users", "oslo"), "value"] == 2
    assert found.loc[("more", "oslo"), "problem"] == "table 10001: 0 contents are labelled 'Andre'"


def test_a_year_outside_a_source_has_no_rows() -> None:
    entry = table("10001", [measure()], last_year=2021)
    assert gathered([entry], {}).frame.empty


@pytest.mark.parametrize(("other", "agrees"), [(1009, True), (1011, False), (":", True)])
def test_two_tables_with_the_same_figure_must_agree_within_one_percent(
    other: Figure, *, agrees: bool
) -> None:
    main, check = table("10001", [measure()]), table("10002", [measure(cross_check=True)])
    tables = {
        "10001": held(main, {("0301", "Y"): 1000, ("0301", "O"): 0, ("3201", "Y"): 4, ("3201", "O"): 0}),
        "10002": held(check, {("0301", "Y"): other, ("0301", "O"): 0, ("3201", "Y"): 4, ("3201", "O"): 0}),
    }
    found = gathered([main, check], tables)
    assert rows(found.frame)["baerum"] == (4, "ok", "10001")
    assert rows(found.frame)["oslo"] == ((1000, "ok", "10001") if agrees else (None, "missing", "10001"))
    assert bool(found.problems) != agrees
    if not agrees:
        assert "tables 10001 and 10002 differ by more than 1%" in found.problems[0]
        assert "first oslo (1000 and 1011)" in found.problems[0]


def test_a_known_difference_is_no_error() -> None:
    known = [{"year": 2024, "reason": "Rettet i den ene tabellen"}]
    main, check = table("10001", [measure()]), table("10002", [measure(cross_check=True, differs=known)])
    tables = {
        "10001": held(main, {("0301", "Y"): 10, ("0301", "O"): 0}),
        "10002": held(check, {("0301", "Y"): 20, ("0301", "O"): 0}),
    }
    assert gathered([main, check], tables).problems == ()


def test_the_order_of_the_cells_does_not_matter() -> None:
    entry = table("10001", [measure()])
    figures = {("0301", "Y"): 7, ("3201", "O"): 1, ("0301", "O"): 3, ("3201", "Y"): 5}
    one = gathered([entry], {"10001": held(entry, figures)}).frame
    other = gathered([entry], {"10001": held(entry, dict(reversed(figures.items())))}).frame
    pd.testing.assert_frame_equal(one, other)


def test_every_measure_of_the_catalogue_has_a_source_in_every_year_of_its_indicators() -> None:
    sources = CATALOGUE.measures()
    for entry in CATALOGUE.indicators.values():
        for name in entry.measures:
            covered = [any(s.covers(year) for s in sources[name]) for year in range(2015, 2025)]
            assert all(covered), (entry.id, name)
    assert all(isinstance(s.measure, Measure) for held_in in sources.values() for s in held_in)
