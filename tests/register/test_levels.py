"""Register figures as values: given ones, and those that follow from a distance to a fixed mean."""

import pandas as pd

from assets.register.levels import levels, of_networks, of_regions
from tests.register.files import P7A, S1, S10, catalogue, read, row, table

S21A = "sos_gross_expenditure_index"


def values(*rows: tuple[object, ...]) -> pd.DataFrame:
    return levels(read(table(rows)).figures, catalogue())


def test_a_value_is_taken_as_given() -> None:
    found = values(row(S10, value="3.1"), row(S10, entity="KG12", value="4.2"))

    assert dict(zip(found["entity"], found["value"], strict=True)) == {"baerum": 3.1, "EKG12": 4.2}


def test_a_distance_gives_a_value_only_where_the_mean_is_fixed() -> None:
    found = values(
        row(S21A, value="-2.2", unit="percent_above_mean"),
        row(S21A, value="-5.3", unit="percentage_points_change"),
        row(P7A, value="-1", unit="percent_above_mean"),
    )

    assert found["indicator"].tolist() == [S21A]
    assert found["value"].round(9).tolist() == [97.8]


def test_a_given_value_counts_more_than_one_that_follows() -> None:
    found = values(row(S1, value="12", unit="percent_above_mean"), row(S1, value="0.877", unit="index"))

    assert found["value"].tolist() == [0.877]


def test_regions_and_networks_are_told_apart() -> None:
    found = values(
        row(S10, value="3.1"),
        row(S10, entity="EKG12", value="4.2"),
        row(S10, entity="EAK", value="4.5"),
        row(S10, entity="ASSS mean", value="4.4"),
        row(S10, entity="ASSS min", value="3.1"),
    )

    regions, networks = of_regions(found), of_networks(found)

    assert dict(zip(regions["municipality"], regions["region_kind"], strict=True)) == {
        "baerum": "municipality",
        "EKG12": "kostra_group",
        "EAK": "country",
    }
    [given] = networks.to_dict("records")
    assert (given["network"], given["mean"], given["min"], given["status"]) == ("asss", 4.4, 3.1, "ok")
    assert pd.isna(given["max"])
