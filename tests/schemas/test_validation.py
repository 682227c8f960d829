"""Contracts: what breaks them is shown, what holds them has one hash however it arrives."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.contracts import Contract
from schemas.fields import FIELDS
from schemas.klass import MUNICIPALITIES
from schemas.kostra import ACCOUNTS, POPULATION
from schemas.registry import Datasets, UnknownDatasetError
from schemas.statbank import table_contract
from schemas.validation import ContractViolation, validate
from tests.storage.facts import accounts

GOOD = {"242": 10.0, "243": None, "281": -3.5}


def refused(contract: Contract, frame: pd.DataFrame, year: int | None = 2024) -> str:
    with pytest.raises(ContractViolation) as caught:
        validate(contract, frame, year)
    assert caught.value.total >= 1
    return str(caught.value)


def test_rows_that_hold_are_sorted_and_typed() -> None:
    table = validate(ACCOUNTS, accounts(2024, {"281": 1.0, "242": 2.0}), 2024).arrow

    assert table.column("function").to_pylist() == ["242", "281"]
    assert table.schema.field("year").type == "int64"
    assert not table.schema.field("function").nullable


def test_offending_rows_are_shown() -> None:
    frame = accounts(2024, GOOD)
    frame.loc[0, "scope"] = "Q"
    said = refused(ACCOUNTS, frame)

    assert "kostra/accounts, year 2024" in said
    assert "is one of A, B" in said
    assert "value Q" in said
    assert "function=242" in said


@pytest.mark.parametrize(
    ("breach", "rule"),
    [
        (lambda f: f.assign(status="ok"), "filled exactly when `status` is ok"),
        (lambda f: f.assign(amount=0.0, status="ok"), "filled and not 0"),
        (lambda f: f.assign(amount=np.nan, status="missing"), "filled and not 0"),
        (lambda f: pd.concat([f, f]), "is unique"),
        (lambda f: f.assign(year=2023), "every row is of year 2024"),
        (lambda f: f.drop(columns="concept"), "the column is there; column concept"),
        (lambda f: f.assign(comment="x"), "the contract knows the column; column comment"),
        (lambda f: f.head(0), "at least 1 row"),
        (lambda f: f.assign(amount="12"), "holds numbers; column amount"),
        (lambda f: f.assign(year="2024"), "every row is of year 2024|holds whole numbers"),
        (lambda f: f.assign(function=242), "holds text; column function"),
        (lambda f: f.assign(municipality=pd.Series([None] * len(f), dtype="str")), "municipality"),
    ],
)
def test_each_breach_is_named(breach, rule: str) -> None:
    with pytest.raises(ContractViolation, match=rule):
        validate(ACCOUNTS, breach(accounts(2024, GOOD)), 2024)


def test_population_cannot_be_negative_nor_its_band_reversed() -> None:
    frame = pd.DataFrame(
        {
            "year": [2024],
            "municipality": ["baerum"],
            "region_kind": ["municipality"],
            "age_from": [66],
            "age_to": [18],
            "inhabitants": [-1.0],
            "unit": ["persons"],
            "status": ["ok"],
            "vintage_status": ["final"],
            "source": ["sample"],
            "vintage_id": ["07459@x#y"],
        }
    )
    said = refused(POPULATION, frame)

    assert "is at least 0; column inhabitants; value -1.0" in said
    assert "`age_from` is not above `age_to`" in said


def test_validity_must_not_end_before_it_starts() -> None:
    frame = pd.DataFrame(
        {
            "slug": ["baerum"],
            "code": ["3201"],
            "name": ["Bærum"],
            "valid_from": [datetime.date(2024, 1, 1)],
            "valid_to": [datetime.date(2023, 1, 1)],
        }
    )
    assert "`valid_to` is later than `valid_from`" in refused(MUNICIPALITIES, frame, None)
    good = frame.assign(valid_to=None)
    assert validate(MUNICIPALITIES, good).arrow.column("valid_to").to_pylist() == [None]


def test_a_count_of_persons_is_not_negative_but_an_amount_may_be() -> None:
    roles = ("region", "sex", "age", "contents", "period")
    cell = {"region": "3201", "sex": "1", "age": "018", "contents": "Personer1", "period": "2025"}
    rest = {"year": 2024, "value": -5.0, "status": "ok", "symbol": "", "unit": "persons"}
    edition = {"vintage_status": "final", "source": "sample", "vintage_id": "07459@x#y"}
    frame = pd.DataFrame([{**cell, **rest, **edition}])

    assert "not negative" in refused(table_contract("07459", "Befolkning", roles), frame)
    accounts_frame = frame.drop(columns="sex").rename(columns={"age": "function"})
    contract = table_contract("12367", "Regnskap", ("region", "function", "contents", "period"))
    assert validate(contract, accounts_frame, 2024).arrow.num_rows == 1


@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(st.sampled_from(list("ABCDEFGH")), st.floats(-1e6, 1e6).filter(bool), min_size=1),
    st.randoms(),
)
def test_the_hash_does_not_depend_on_how_rows_arrive(amounts: dict[str, float], random) -> None:
    frame = accounts(2024, amounts)
    shuffled = frame.iloc[random.sample(range(len(frame)), len(frame))].assign(
        function=lambda f: f["function"].astype("category"), vintage_id="another edition"
    )[[*reversed(frame.columns)]]

    assert validate(ACCOUNTS, frame, 2024).content_sha256 == validate(ACCOUNTS, shuffled, 2024).content_sha256


def test_the_hash_sees_content_and_not_the_sign_of_zero() -> None:
    base = validate(ACCOUNTS, accounts(2024, {"242": 1.0, "243": 0.0}), 2024).content_sha256

    assert validate(ACCOUNTS, accounts(2024, {"242": 1.0, "243": -0.0}), 2024).content_sha256 == base
    assert validate(ACCOUNTS, accounts(2024, {"242": 1.0, "243": 1e-9}), 2024).content_sha256 != base
    assert validate(ACCOUNTS, accounts(2024, {"242": 1.0, "243": None}), 2024).content_sha256 != base


def test_every_column_has_a_description_and_figures_a_unit() -> None:
    assert all(len(field.description) > 10 for field in FIELDS.values())
    assert all(field.unit for field in FIELDS.values() if field.kind == "number")


def test_datasets_are_known_by_name() -> None:
    datasets = Datasets([table_contract("12367", "Regnskap", ("region", "period"))], "asker")

    assert datasets["asker/service_profile"].dataset == "asker/service_profile"
    assert datasets["baerum/service_profile"].dataset == "baerum/service_profile"
    assert set(datasets) >= {"statbank/t12367", "kostra/accounts", "asss/aggregates"}
    with pytest.raises(UnknownDatasetError, match="did you mean kostra/accounts"):
        datasets["kostra/account"]
