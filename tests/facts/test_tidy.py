"""Decoded answers as stored frames: roles, years, and what SSB's symbols mean."""

import numpy as np
import pandas as pd
import pytest

from assets.errors import DataError
from assets.statbank.resolve import ResolvedTable, resolve
from assets.statbank.tidy import tidy_table
from pipelines.statbank.jsonstat_model import Unit
from schemas.statbank import table_contract
from schemas.validation import validate
from tests.facts.worlds import CATALOGUE, MUNICIPALITIES, accounts_metadata

ENTRY = CATALOGUE.tables["12367"]
VINTAGE = "12367@2025-06-16T06:00:00Z#0123456789ab"


@pytest.fixture(scope="module")
def resolved() -> ResolvedTable:
    return resolve(ENTRY, accounts_metadata(), MUNICIPALITIES["code"])


def answer(cells: list[tuple[str, float | None, str]], **changed: list[str]) -> pd.DataFrame:
    """A decoded answer for Bærum: one row per (year, value, symbol), function 281."""
    years, values, symbols = zip(*cells, strict=True)
    columns: dict[str, object] = {
        "Tid": list(years),
        "ContentsCode": "KOSbelop0000",
        "KOKart0000": "AGD2",
        "KOKfunksjon0000": "281",
        "KOKregnskapsomfa0000": "A",
        "KOKkommuneregion0000": "3201",
    }
    frame = pd.DataFrame({**columns, **changed}, index=range(len(cells))).astype("category")
    return frame.assign(value=np.array(values, dtype=float), symbol=pd.Categorical(symbols))


def tidy(frame: pd.DataFrame, resolved: ResolvedTable, **more: object) -> pd.DataFrame:
    return tidy_table(ENTRY, frame, resolved, source="sample", vintage_id=VINTAGE, **more)  # type: ignore[arg-type]


def test_columns_by_role_hold_the_contract(resolved: ResolvedTable) -> None:
    frame = tidy(answer([("2023", 5.0, ""), ("2024", None, ":")]), resolved)
    contract = table_contract("12367", ENTRY.title, ENTRY.roles)
    assert tuple(frame.columns) == contract.columns
    assert validate(contract, frame).arrow.num_rows == 2
    assert frame["year"].tolist() == [2023, 2024]
    assert frame["unit"].tolist() == ["NOK_thousand"] * 2
    assert set(frame["vintage_id"]) == {VINTAGE}


@pytest.mark.parametrize(
    ("value", "symbol", "kept", "status"),
    [
        (12.0, "", 12.0, "ok"),
        (0.0, "", 0.0, "ok"),
        (None, "", None, "missing"),
        (None, ".", None, "not_applicable"),
        (None, "..", None, "missing"),
        (None, "...", None, "not_yet"),
        (None, ":", None, "suppressed"),
        (None, "-", 0.0, "ok"),
        (None, "?", None, "missing"),
        (12.0, "*", 12.0, "ok"),
        (0.0, ":", None, "suppressed"),
        (7.0, "..", None, "missing"),
    ],
)
def test_what_a_symbol_means(
    resolved: ResolvedTable, value: float | None, symbol: str, kept: float | None, status: str
) -> None:
    row = tidy(answer([("2024", value, symbol)]), resolved).iloc[0]
    assert (None if np.isnan(row["value"]) else row["value"], row["status"]) == (kept, status)
    assert row["symbol"] == symbol


def test_population_counts_for_the_day_before() -> None:
    entry = CATALOGUE.tables["07459"]
    assert entry.year(2025) == 2024


def test_an_answer_that_is_not_what_was_asked_for(resolved: ResolvedTable) -> None:
    frame = answer([("2024", 1.0, "")])
    with pytest.raises(DataError, match=r"12367: the answer lacks \['KOKart0000'\]"):
        tidy(frame.drop(columns="KOKart0000"), resolved)
    with pytest.raises(DataError, match=r"has \['KOKkjoenn0000'\] that was not asked for"):
        tidy(frame.assign(KOKkjoenn0000="1"), resolved)
    with pytest.raises(DataError, match=r"holds function 282, not asked for; nearest: 242, 281"):
        tidy(answer([("2024", 1.0, "")], KOKfunksjon0000=["282"]), resolved)


def test_a_unit_that_differs_between_metadata_and_answer(resolved: ResolvedTable) -> None:
    frame = answer([("2024", 1.0, "")])
    assert len(tidy(frame, resolved, units={"KOSbelop0000": Unit("1000 kr", 0)})) == 1
    with pytest.raises(DataError, match="gives contents KOSbelop0000 in 'kr', the metadata in '1000 kr'"):
        tidy(frame, resolved, units={"KOSbelop0000": Unit("kr", 0)})
