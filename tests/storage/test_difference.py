"""What changed between two editions, counted and spelt out."""

from pipelines.storage.difference import difference
from schemas.kostra import ACCOUNTS
from schemas.validation import validate
from tests.storage.facts import accounts


def compare(old: dict[str, float | None], new: dict[str, float | None]):
    return difference(
        ACCOUNTS,
        validate(ACCOUNTS, accounts(2024, old), 2024).arrow,
        validate(ACCOUNTS, accounts(2024, new), 2024).arrow,
    )


def test_rows_that_came_went_and_changed() -> None:
    found = compare({"242": 1.0, "243": 2.0, "273": 3.0}, {"242": 1.0, "243": 2.5, "281": 4.0})

    assert (found.changed, found.added, found.removed) == (1, 1, 1)
    changed = found.cells[found.cells["function"] == "243"]
    assert changed[["column", "old", "new"]].to_numpy().tolist() == [["amount", "2", "2.5"]]


def test_a_figure_that_becomes_suppressed_is_a_change() -> None:
    found = compare({"242": 1.0, "243": 2.0}, {"242": None, "243": 2.0})

    assert found.changed == 1
    assert found.cells[["column", "old", "new"]].to_numpy().tolist() == [
        ["amount", "1", "–"],
        ["status", "ok", "suppressed"],
    ]


def test_equal_tables_do_not_differ() -> None:
    found = compare({"242": None, "243": 2.0}, {"242": None, "243": 2.0})

    assert found.cells.empty
    assert found.summary() == ""
