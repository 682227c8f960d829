"""`kostra/accounts`: named concepts, stable municipalities, nothing dropped."""

import pandas as pd
import pytest

from assets.errors import DataError
from assets.kostra.accounts import accounts
from schemas.kostra import ACCOUNTS
from schemas.validation import validate
from tests.facts.worlds import CATALOGUE, MUNICIPALITIES, Figure, accounts_table, rows, shown


def made(table: pd.DataFrame) -> pd.DataFrame:
    return accounts(table, MUNICIPALITIES, CATALOGUE)


def test_rows_hold_the_contract_and_name_the_concept() -> None:
    amounts: dict[tuple[int, str, str], Figure] = {
        (2024, "3201", "281"): 179380,
        (2024, "3024", "281"): ".",
        (2024, "3201", "243"): ":",
    }
    net, gross = accounts_table(amounts), accounts_table({(2024, "3201", "FGK12"): 620115}, art="AGD10")
    frame = made(pd.concat([net, gross]).astype({"art": "category"}))
    assert validate(ACCOUNTS, frame, 2024).arrow.num_rows == 3
    assert {
        (row.function, row.concept): (row.municipality, shown(row.amount), row.status) for row in rows(frame)
    } == {
        ("281", "net_expenditure"): ("baerum", 179380, "ok"),
        ("FGK12", "gross_expenditure"): ("baerum", 620115, "ok"),
        ("243", "net_expenditure"): ("baerum", None, "suppressed"),
    }


def test_the_function_that_ended_is_not_applicable_and_stays() -> None:
    frame = made(accounts_table({(2024, "3201", "254"): ".", (2024, "3201", "257"): 1272506}))
    assert dict(zip(frame["function"], frame["status"], strict=True)) == {
        "254": "not_applicable",
        "257": "ok",
    }


def test_several_years_at_once_equal_each_year_by_itself() -> None:
    amounts = {(year, "3024", "281"): year for year in (2021, 2022, 2023)}
    together = made(accounts_table(amounts))
    apart = [made(accounts_table({key: figure})) for key, figure in amounts.items()]
    pd.testing.assert_frame_equal(together, pd.concat(apart, ignore_index=True), check_categorical=False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"function": "282"}, "table 12367: function 282 is not in the catalogue; nearest: 2"),
        ({"art": "AGD3"}, "table 12367: art AGD3 is not in the catalogue; nearest: AGD13, AG34, AGD2"),
        ({"unit": "NOK"}, "table 12367: unit NOK is not in the catalogue; nearest: NOK_thousand"),
    ],
)
def test_what_the_catalogue_does_not_know_stops_the_run(changes: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        made(accounts_table({(2024, "3201", "281"): 1}).assign(**changes))


def test_one_kind_of_amount_only() -> None:
    table = accounts_table({(2024, "3201", "281"): 1})
    other = table.assign(contents="KOSbelopinnbygge0000")
    with pytest.raises(DataError, match="one amount per cell is needed"):
        made(pd.concat([table, other]))
