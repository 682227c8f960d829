"""The sample is calibrated to the published report: its figures must come out of the algebra as printed."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from assets.rounding import round_half_away
from tests.algebra.facts import COMPUTED
from tests.algebra.sample_world import computed

SLUGS = {"Bærum": "baerum", "Asker": "asker", "KG12": "EKG12", "KG13": "EKG13"}
#: Series the report adjusts for prices and need: another part of the product follows them.
ADJUSTED = {"sos_net_expenditure_per_inhabitant_adjusted", "sos_recipients_share_18_66"}


@pytest.fixture(scope="module")
def values() -> pd.Series:
    _, indicators, _ = computed()
    return indicators.astype({"municipality": "str", "indicator": "str"}).set_index(
        ["indicator", "year", "municipality"]
    )["value"]


@pytest.fixture(scope="module")
def network() -> pd.DataFrame:
    _, _, beside = computed()
    return beside.astype({"indicator": "str"}).set_index(["indicator", "year"])


def published(recorded: Path, name: str) -> list[dict[str, str]]:
    with (recorded / "published" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["value"]]
    known = COMPUTED.indicators.keys() - ADJUSTED
    return [row for row in rows if row["indicator_id"] in known]


@pytest.mark.recorded
@pytest.mark.parametrize(("name", "rows"), [("service_profile", 84), ("time_series", 56)])
def test_every_published_figure_comes_out_at_its_printed_decimals(
    recorded: Path, values: pd.Series, network: pd.DataFrame, name: str, rows: int
) -> None:
    wrong, found = [], published(recorded, name)
    for row in found:
        key = row["indicator_id"], int(row["year"])
        kind = row["entity"].removeprefix("ASSS ")
        value = values[(*key, SLUGS[row["entity"]])] if row["entity"] in SLUGS else network.loc[key, kind]
        decimals = COMPUTED.indicators[row["indicator_id"]].decimals
        if float(round_half_away(value, decimals)) != float(row["value"]):
            wrong.append((row["indicator_id"], row["year"], row["entity"], row["value"], value))
    assert wrong == []
    assert len(found) == rows


@pytest.mark.parametrize(
    ("indicator", "year", "municipality", "percent", "tolerance"),
    [
        ("plo_institution_gross_expenditure_per_place", 2024, "baerum", -6, 0.5),
        ("plo_institution_gross_expenditure_per_place", 2024, "asker", 1, 0.5),
        ("plo_home_net_expenditure_per_inhabitant_0_66", 2024, "baerum", 14, 0.5),
        ("plo_home_net_expenditure_per_inhabitant_0_66", 2024, "asker", 17, 0.5),
        ("plo_home_net_expenditure_per_recipient_0_66", 2024, "baerum", -7, 0.5),
        ("plo_home_net_expenditure_per_recipient_0_66", 2023, "baerum", 1.6, 0.05),
        ("plo_home_net_expenditure_per_recipient_0_66", 2024, "asker", -1, 0.5),
        ("plo_home_users_share_0_66", 2024, "baerum", 24, 0.5),
        ("plo_home_users_share_0_66", 2024, "asker", 18, 0.5),
        ("plo_institution_or_staffed_housing_share_80_plus", 2024, "baerum", 8, 0.5),
    ],
)
def test_distances_to_the_network_mean_that_the_prose_claims(
    values: pd.Series,
    network: pd.DataFrame,
    indicator: str,
    year: int,
    municipality: str,
    percent: float,
    tolerance: float,
) -> None:
    mean = network.loc[(indicator, year), "mean"]
    assert 100 * (values[(indicator, year, municipality)] / mean - 1) == pytest.approx(percent, abs=tolerance)


@pytest.mark.parametrize(
    ("indicator", "who", "points"),
    [
        ("plo_trained_staff_share", "baerum", 0.5),
        ("plo_trained_staff_share", "asker", 0.3),
        ("plo_home_users_share_67_plus", "baerum", -1.3),
    ],
)
def test_changes_from_2023_in_percentage_points(
    values: pd.Series, indicator: str, who: str, points: float
) -> None:
    change = values[(indicator, 2024, who)] - values[(indicator, 2023, who)]
    assert change == pytest.approx(points, abs=0.05)


def test_the_network_s_trained_staff_falls_by_1_1_points(network: pd.DataFrame) -> None:
    means = network.loc["plo_trained_staff_share", "mean"]
    assert means[2024] - means[2023] == pytest.approx(-1.1, abs=0.05)


@pytest.mark.parametrize("per", ["inhabitant", "recipient"])
def test_baerum_spends_most_on_home_services_67_plus(network: pd.DataFrame, per: str) -> None:
    assert network.loc[(f"plo_home_net_expenditure_per_{per}_67_plus", 2024), "max_holder"] == "baerum"


def test_cover_80_plus_falls_by_1_3_percent(values: pd.Series) -> None:
    share = values["plo_home_users_share_80_plus"]
    assert 100 * (share[(2024, "baerum")] / share[(2023, "baerum")] - 1) == pytest.approx(-1.3, abs=0.05)


def test_home_services_by_age_add_up_to_the_whole(values: pd.Series) -> None:
    _, indicators, _ = computed()
    split = indicators[
        indicators["indicator"].astype("str").str.contains("home_net_expenditure_per_inhabitant")
    ]
    parts = split.groupby(["year", "municipality"], observed=True)["numerator"].sum(min_count=2).dropna()
    whole = values["plo_home_net_expenditure_by_director_area"].loc[parts.index] * 1000
    assert parts.to_numpy() == pytest.approx(whole.to_numpy(), rel=1e-12)
    assert len(parts) == 12 * 4


def test_per_inhabitant_is_per_recipient_times_cover(values: pd.Series) -> None:
    for age in ("0_66", "67_plus"):
        identity = (
            values[f"plo_home_net_expenditure_per_recipient_{age}"]
            * values[f"plo_home_users_share_{age}"]
            / 100
        ).dropna()
        own = values[f"plo_home_net_expenditure_per_inhabitant_{age}"].loc[identity.index]
        pd.testing.assert_series_equal(identity, own, check_names=False, rtol=1e-12)


def test_cost_per_place_with_and_without_the_places_not_in_use(values: pd.Series) -> None:
    plain = values["plo_institution_gross_expenditure_per_place"]
    adjusted = values["plo_institution_gross_expenditure_per_place_adjusted"]
    _, indicators, _ = computed()
    places = indicators.set_index(["indicator", "year", "municipality"])["denominator"]
    key = (2024, "baerum")
    before, after = (places[(name, *key)] for name in (
        "plo_institution_gross_expenditure_per_place", "plo_institution_gross_expenditure_per_place_adjusted"
    ))  # fmt: skip
    assert after == before - 30
    assert adjusted[key] / plain[key] == pytest.approx(before / after)
    others = plain.drop(index=[key])
    pd.testing.assert_series_equal(others, adjusted.drop(index=[key]), check_names=False)


def test_groups_take_what_ssb_serves_ready_and_ratios_where_it_serves_both_parts(values: pd.Series) -> None:
    per_1000 = values["sos_qualification_recipients_per_1000_18_66"]
    _, indicators, _ = computed()
    rows = indicators.set_index(["indicator", "year", "municipality"])
    ready = rows.loc[("sos_qualification_recipients_per_1000_18_66", 2024, "EKG12")]
    assert (per_1000[(2024, "EKG12")], per_1000[(2024, "EKG13")]) == (3.8, 4.4)
    assert pd.isna(ready["numerator"])
    assert ready["method"].startswith("som levert av SSB")
    group = rows.loc[("sos_net_expenditure_per_inhabitant_18_66", 2024, "EKG13")]
    oslo = rows.loc[("sos_net_expenditure_per_inhabitant_18_66", 2024, "oslo")]
    assert group["value"] == pytest.approx(oslo["value"])
    assert pd.isna(values[("plo_home_users_share_67_plus", 2024, "EKG12")])


def test_the_splice_of_the_social_tables_is_flagged_and_names_its_table() -> None:
    statistics, indicators, _ = computed()
    own = statistics[
        (statistics["municipality"] == "baerum") & (statistics["measure"] == "social_assistance_cases")
    ]
    assert dict(zip(own["year"], own["table"], strict=True)) == {
        2021: "12210", 2022: "14019", 2023: "14019", 2024: "14019",
    }  # fmt: skip
    series = indicators[
        (indicators["indicator"] == "sos_benefit_per_recipient") & (indicators["municipality"] == "baerum")
    ]
    assert series["break_before"].tolist() == [False, True, False, False]
    assert series["value"].notna().all()
