"""A KOSTRA group as network: dated members, from the year its code began to name it."""

from datetime import date

import pandas as pd
import pytest

from assets.asss.aggregates import aggregates
from assets.asss.networks import network_id, with_network
from assets.baerum.service_profile import service_profile
from assets.errors import DataError
from schemas.asss import AGGREGATES
from schemas.validation import validate
from tests.algebra.facts import CATALOGUE, S2
from tests.series.frames import indicators

SPANS = [
    ("EKG12", "asker", date(2020, 1, 1), None),
    ("EKG12", "baerum", date(2020, 1, 1), date(2024, 1, 1)),
    ("EKG12", "baerum", date(2024, 1, 1), None),
    ("EKG12", "bergen", date(2016, 1, 1), date(2023, 1, 1)),
    ("EKG12", "drammen", date(2022, 12, 31), None),
    ("EKG13", "oslo", date(2020, 1, 1), None),
]
GROUPS = pd.DataFrame(SPANS, columns=["group", "slug", "valid_from", "valid_to"]).assign(
    group_name="KOSTRA-gruppe", code="0000"
)


@pytest.mark.parametrize(
    ("written", "found"),
    [("EKG12", "ekg12"), ("ekg12", "ekg12"), ("KG 7", "ekg07"), ("asss", "asss")],
)
def test_a_group_is_named_in_several_ways(written: str, found: str) -> None:
    assert network_id(written, CATALOGUE) == found


def test_an_unknown_network_and_an_unknown_group_get_the_nearest() -> None:
    with pytest.raises(DataError, match=r"unknown network `asssk`; nearest: asss"):
        network_id("asssk", CATALOGUE)
    with pytest.raises(DataError, match=r"no group EKG14; nearest: EKG1"):
        with_network(CATALOGUE, "ekg14", GROUPS)


def test_members_are_those_of_31_december_and_none_before_the_new_numbering() -> None:
    network = with_network(CATALOGUE, "ekg12", GROUPS).networks["ekg12"]
    assert network.members_in(2019) == ()
    assert network.members_in(2021) == ("asker", "baerum", "bergen")
    assert network.members_in(2022) == ("asker", "baerum", "bergen", "drammen")
    assert network.members_in(2024) == ("asker", "baerum", "drammen")


def test_a_network_of_the_catalogue_needs_no_groups() -> None:
    assert with_network(CATALOGUE, "asss", GROUPS.head(0)) is CATALOGUE


def test_the_profile_beside_a_group_is_complete() -> None:
    read_by = with_network(CATALOGUE, "ekg12", GROUPS)
    names = ("asker", "baerum", "bergen", "drammen")
    figures = {(year, name): 10.0 for year in (2022, 2023, 2024) for name in names}
    frame = pd.concat([indicators(figures, name) for name in read_by.indicators], ignore_index=True)
    beside = aggregates(frame, read_by)
    profile = service_profile(frame, beside, read_by, "baerum", "ekg12", 2024)
    assert profile["index"].to_list() == [100] * 3
    assert profile["members_with_data"].to_list() == [3] * 3


def test_before_the_group_had_its_code_its_figures_are_not_applicable() -> None:
    read_by = with_network(CATALOGUE, "ekg12", GROUPS)
    frame = indicators({(2019, "asker"): 1.0, (2019, "baerum"): 2.0})
    beside = aggregates(frame, read_by, ["ekg12", "asss"])
    validate(AGGREGATES, beside, 2019)
    mine = beside[((beside["network"] == "ekg12") & (beside["indicator"] == S2)).to_numpy()].iloc[0]
    assert (mine["status"], mine["members_with_data"], mine["members_missing"]) == ("not_applicable", 0, "")
