"""The ledger against SSB: pass, warning, failure, not comparable."""

import numpy as np
import pandas as pd
import pytest

from assets.baerum.control_totals import control_totals, not_passed
from assets.errors import DataError
from schemas.director_areas import control_totals_contract
from schemas.validation import validate
from tests.director_areas.ledgers import CARE, SUPPORT, Post, but, catalogue, entries, key

CONTRACT = control_totals_contract("baerum")
#: One service, so that every row is about it.
ONLY = {"institution": catalogue().breakdowns["institution"]}
SSB_THOUSAND = 2_000_000.0


def accounts(amounts: dict[str, float], source: str = "ssb", **status: str) -> pd.DataFrame:
    """`kostra/accounts`: gross of each function in both scopes, and another municipality."""
    rows = [
        {
            "municipality": municipality,
            "scope": scope,
            "function": function,
            "concept": "gross_expenditure",
            "amount": amount if function not in status else np.nan,
            "status": status.get(function, "ok"),
            "source": source,
            "vintage_id": "12367@2025-06-16T06:00:00Z#abc",
        }
        for municipality in ("baerum", "oslo")
        for scope in "AB"
        for function, amount in amounts.items()
    ]
    return pd.DataFrame(rows)


def totals(posts: list[Post], held: pd.DataFrame, **sections: dict[str, object]) -> pd.DataFrame:
    chosen = but(breakdowns=ONLY, **sections)
    frame = control_totals(entries(posts, chosen), held, chosen, "baerum", 2024)
    validate(CONTRACT, frame, 2024)
    return frame


def off_by(million: float) -> pd.DataFrame:
    """The ledger is off SSB's 2 000 million by so much."""
    kroner = round(SSB_THOUSAND * 1000 + million * 1e6, 2)
    held = accounts({"253": SSB_THOUSAND - 500, "261": 500.0})
    return totals([(CARE, "253", "010", kroner - 300.25), (SUPPORT, "261", "590", 300.25)], held)


@pytest.mark.parametrize(
    ("million", "verdict"),
    [
        (0.0, "pass"),
        (0.1, "pass"),
        (-0.1, "pass"),
        (0.10000001, "warning"),
        (-1.853, "warning"),
        (5.0, "warning"),
        (-5.0, "warning"),
        (5.00000001, "fail"),
        (-2000.0, "fail"),
    ],
)
def test_verdicts_at_their_limits(million: float, verdict: str) -> None:
    frame = off_by(million)

    assert frame["verdict"].tolist() == [verdict, verdict]
    assert frame["scope"].tolist() == ["B", "A"]
    assert frame["difference"].tolist() == [million, million]
    assert frame["ssb_total"].tolist() == [2000.0, 2000.0]


def test_a_verdict_is_explained_in_words() -> None:
    assert off_by(0.05)["explanation"].iloc[0] == "innenfor 0,1 mill. kr"
    assert (
        off_by(-1.853)["explanation"]
        .iloc[0]
        .startswith("avviker −1,853 mill. kr (0,09 %) fra SSB, inntil 0,25 %")
    )
    assert off_by(9)["explanation"].iloc[0] == "avviker 9,000 mill. kr (0,45 %) fra SSB, mer enn 0,25 %"


def test_people_are_told_what_does_not_pass_once_for_both_scopes() -> None:
    [line] = not_passed(off_by(9), catalogue())
    [unnamed] = not_passed(off_by(9).assign(service="closed"), catalogue())

    assert line.startswith(
        "Brutto driftsutgifter til institusjon (institution), omfang A og B: fail: avviker 9,000"
    )
    assert unnamed.startswith("closed, omfang A og B: fail")
    assert not_passed(off_by(0), catalogue()) == []


@pytest.mark.parametrize("status", ["missing", "suppressed", "not_yet", "not_applicable"])
def test_a_figure_ssb_does_not_have_is_no_zero(status: str) -> None:
    frame = totals([(CARE, "253", "010", 10.0)], accounts({"253": 1.0, "261": 1.0}, **{"261": status}))

    assert set(frame["verdict"]) == {"not_comparable"}
    assert frame[["ssb_total", "difference"]].isna().all().all()
    assert frame["explanation"].iloc[0] == (
        f"SSB har ikke tall i tabell 12367, omfang B (kommunekasse): f261: {status}"
    )


def test_a_function_nobody_asked_for_is_said() -> None:
    frame = totals([(CARE, "253", "010", 10.0)], accounts({"253": 1.0}))

    assert frame["explanation"].iloc[0].endswith("f261: ikke hentet")


def test_a_ledger_without_the_service_is_not_compared() -> None:
    frame = totals([(CARE, "258", "010", 10.0)], accounts({"253": 1.0, "261": 1.0}))

    assert set(frame["verdict"]) == {"not_comparable"}
    assert frame["ledger_total"].isna().all()


def test_scopes_and_tolerances_are_configured() -> None:
    control = ONLY["institution"].control.model_copy(
        update={"scopes": ("A",), "tolerance": 2.0, "warning_percent": 50.0}
    )
    held = but(breakdowns={"i": ONLY["institution"].model_copy(update={"control": control})})
    posts = [(CARE, "253", "010", 6_000_000.0)]

    for ssb, verdict in ((7500.0, "pass"), (9000.0, "warning"), (13000.0, "fail")):
        frame = control_totals(entries(posts, held), accounts({"253": ssb, "261": 0.0}), held, "baerum", 2024)
        assert frame[["scope", "tolerance", "verdict"]].values.tolist() == [["A", 2.0, verdict]]


@pytest.mark.parametrize(("reported", "ledger"), [("at_origin", 1e-5), ("distributed", 6e-5)])
def test_what_keys_distribute_counts_where_ssb_has_it(reported: str, ledger: float) -> None:
    keys = {"k": key({"functions": ["120"]}, {"253": "0.5", "120": "0.5"}, reported_to_ssb=reported, id="k")}
    posts = [(CARE, "120", "010", 100.0), (CARE, "253", "010", 10.0)]

    frame = totals(posts, accounts({"253": 1.0, "261": 1.0}), allocation_keys=keys)

    assert frame["ledger_total"].tolist() == [ledger, ledger]


def test_a_sample_ledger_never_meets_real_accounts() -> None:
    with pytest.raises(
        DataError, match="a ledger of source `ledger` cannot be held against accounts of source `sample`"
    ):
        totals([(CARE, "253", "010", 1.0)], accounts({"253": 1.0, "261": 1.0}, source="sample"))
