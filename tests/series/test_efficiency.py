"""Resource use, production and efficiency: the identity, the report's own figures, and our estimate."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assets.baerum.efficiency import consistency, efficiency
from schemas.series import efficiency_contract
from schemas.validation import validate
from tests.series.frames import MEMBERS, catalogue, indicators, register

OWN_NET = "sos_net_expenditure_less_depreciation_per_inhabitant"
OWN_GROSS = "sos_gross_expenditure_per_inhabitant"
INDICES = ("sos_gross_expenditure_index", "sos_production_index", "sos_efficiency_index")
NAN = float("nan")


@pytest.mark.parametrize(
    ("expenditure", "production", "stated", "verdict", "residual"),
    [
        (97.8, 112.5, 144, "inconsistent", 28.97),
        (78, 112.5, 144, "consistent", 0.23),
        (109.5, 100.5, 99.918, "inconsistent", 8.137),
        (109.5, 100.5, 91.8, "consistent", 0.019),
        (100, 100, 100, "consistent", 0),
        (100, NAN, 100, "not_checked", NAN),
        (NAN, 100, 100, "not_checked", NAN),
        (0, 100, 100, "not_checked", NAN),
    ],
)
def test_efficiency_is_production_over_expenditure(
    expenditure: float, production: float, stated: float, verdict: str, residual: float
) -> None:
    found = consistency(expenditure, production, stated)
    assert found.verdict == verdict
    assert found.residual == pytest.approx(residual, abs=0.01, nan_ok=True)


@settings(deadline=None, max_examples=100)
@given(st.floats(20, 300), st.floats(20, 300), st.integers(0, 2))
def test_rounding_alone_is_never_called_inconsistent(
    expenditure: float, production: float, decimals: int
) -> None:
    rounded = [
        round(number, decimals) for number in (expenditure, production, 100 * production / expenditure)
    ]
    assert consistency(*rounded).verdict == "consistent"


@settings(deadline=None, max_examples=50)
@given(st.integers(501, 1999), st.integers(501, 1999), st.integers(21, 500))
def test_a_point_beyond_the_rounding_is_found(expenditure: int, production: int, off: int) -> None:
    tenths = [expenditure, production, round(1000 * production / expenditure) + off]
    assume(all(number % 10 for number in tenths))
    found = consistency(*(number / 10 for number in tenths))
    assert found.verdict == "inconsistent"
    assert found.tolerance < 1 < found.residual


def frame(year: int = 2024, **values: float) -> pd.DataFrame:
    """`asss/indicators` of Bærum's imported indices, and what our own estimates are made from."""
    own = {"asker": 20.0, "baerum": 10.0, "bergen": 30.0}
    figures = {(year, name): value for name, value in own.items()}
    rows = [indicators(figures, OWN_NET), indicators({k: v + 10 for k, v in figures.items()}, OWN_GROSS)]
    for name, value in values.items():
        imported = indicators({(year, "baerum"): value}, name)
        rows.append(
            imported.assign(value=value, origin="register", source="register", vintage_id="register@x")
        )
    return pd.concat(rows, ignore_index=True)


def rows(
    indicators_frame: pd.DataFrame, imported: pd.DataFrame | None = None, **needs: float
) -> pd.DataFrame:
    read_by = catalogue(needs=needs)
    imported = register({}) if imported is None else imported
    found = efficiency(indicators_frame, imported, read_by, "baerum", "trio")
    validate(efficiency_contract("baerum"), found, int(found["year"].iloc[0]))
    return found.set_index(["area", "origin"])


def test_the_report_s_own_figures_do_not_hold_together() -> None:
    changes = dict(zip(INDICES, (-5.3, 3.0, 12.0), strict=True))
    imported = register(
        {(2024, name, "baerum", "percentage_points_change"): value for name, value in changes.items()}
    )
    found = rows(frame(**dict(zip(INDICES, (97.8, 112.5, 144.0), strict=True))), imported)
    row = found.loc[("sos", "register")]
    assert (row["verdict"], row["status"], row["reason"]) == (
        "inconsistent",
        "ok",
        "produksjon / utgifter gir 115,0",
    )
    assert row["residual"] == pytest.approx(144 - 115.03, abs=0.01)
    assert row["change_residual"] == pytest.approx(12 - 8.82, abs=0.01)
    assert row["source"] == "register"


def test_an_area_nothing_is_known_of_is_a_row_that_says_so() -> None:
    row = rows(frame()).loc[("plo", "register")]
    assert (row["status"], row["verdict"], row["reason"]) == (
        "missing",
        "not_checked",
        "ingen tall er importert",
    )
    own = rows(frame()).loc[("plo", "own_estimate")]
    assert (own["status"], own["reason"]) == ("missing", "for få medlemmer har tall")


def test_our_own_estimate_is_labelled_and_not_corrected_where_no_index_is_held() -> None:
    row = rows(frame()).loc[("sos", "own_estimate")]
    assert row["resource_use_index"] == pytest.approx(10 / 20)
    assert row["expenditure_index"] == pytest.approx(100 * 20 / 30)
    assert row["adjustment"] == "none"
    assert "ikke korrigert for utgiftsbehov" in row["method"]
    assert row["reason"] == "ingen behovsindeks (social) er lagt inn for asker i 2024"
    assert np.isnan(row["production_index"])
    assert row["source"] == "sample"


def test_with_all_indices_of_the_year_the_estimate_is_corrected() -> None:
    row = rows(frame(2025), asker=0.5, baerum=0.8, bergen=1.0).loc[("sos", "own_estimate")]
    corrected = {"asker": 20 / 0.5, "baerum": 10 / 0.8, "bergen": 30.0}
    assert row["resource_use_index"] == pytest.approx(corrected["baerum"] / (sum(corrected.values()) / 3))
    assert row["adjustment"] == "need: per member (Grønt hefte 2025)"
    assert row["reason"] is None or pd.isna(row["reason"])


def test_an_index_for_some_members_only_corrects_nobody() -> None:
    row = rows(frame(2025), asker=0.5, baerum=0.8).loc[("sos", "own_estimate")]
    assert row["resource_use_index"] == pytest.approx(0.5)
    assert row["adjustment"] == "none"


def test_the_mean_over_the_members_is_one_by_construction() -> None:
    read_by = catalogue()
    found = [efficiency(frame(), register({}), read_by, name, "trio") for name in MEMBERS]
    own = [one[((one["area"] == "sos") & (one["origin"] == "own_estimate")).to_numpy()] for one in found]
    assert np.mean([one["resource_use_index"].iloc[0] for one in own]) == pytest.approx(1)
