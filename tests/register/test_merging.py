"""Several files as one: the newest counts, changes are seen, and a network's figures are in order."""

import pandas as pd
import pytest

from assets.register.figures import differing, newest, refuse_differing
from assets.register.order import check_order
from assets.tabular.problems import Findings
from tests.register.files import P7A, S1, S19, catalogue, read, row, table


def figures(*rows: tuple[object, ...], name: str = "tall.csv") -> pd.DataFrame:
    file = read(table(rows), name)
    assert file.findings.told() == []
    return file.figures


def test_the_newest_of_each_figure_counts() -> None:
    old = figures(row(), row(year=2023, value="8.6"), name="gammel.csv")
    new = figures(row(value="8.1"), row(entity="Asker", value="7.0"), name="ny.csv")

    merged = newest([old, new]).set_index(["year", "entity"]).sort_index()

    assert merged["value"].to_dict() == {(2023, "baerum"): 8.6, (2024, "asker"): 7.0, (2024, "baerum"): 8.1}
    assert merged["file_name"].to_dict()[2024, "baerum"] == "ny.csv"


def test_nothing_held_is_no_figures() -> None:
    assert newest([]).empty
    assert differing(figures(row()), newest([])).empty


@pytest.mark.parametrize(
    ("now", "changes"),
    [("8.01", False), ("8.010", False), ("8.02", True), ("", True), (":", True)],
)
def test_a_figure_differs_by_value_or_status(now: str, changes: bool) -> None:
    assert differing(figures(row(value=now)), figures(row())).empty is not changes


def test_a_level_and_a_distance_are_two_figures() -> None:
    held = figures(row(P7A, value="-1", unit="percent_above_mean"))

    assert differing(figures(row(P7A, value="2.31", unit="score")), held).empty


def test_a_change_without_a_reason_is_told_with_both_values() -> None:
    held = figures(row(), name="gammel.csv")
    findings = Findings("ny.csv")

    refuse_differing(differing(figures(row(year=2022), row(value="9.5")), held), findings)

    [told] = findings.told()
    assert told.startswith("ny.csv:3: value: '9.5' – 8.01, as held from gammel.csv")
    assert f"({S19} 2024 baerum)" in told
    assert "--replace REASON" in told


def in_order(new: list[tuple[object, ...]], held: list[tuple[object, ...]]) -> list[str]:
    findings = Findings("ny.csv")
    before = figures(*held) if held else newest([])
    check_order(figures(*new), before, catalogue().indicators, catalogue().networks, findings)
    return findings.told()


MEAN, MAX, MIN = (
    row(entity=f"ASSS {figure}", value=value)
    for figure, value in [("mean", "9.46"), ("max", "10.74"), ("min", "8.01")]
)


def test_figures_in_order_pass() -> None:
    assert in_order([row(), MEAN, MAX, MIN], []) == []
    assert in_order([row(value="8.006"), MEAN, MAX, MIN], []) == []  # prints as the lowest does


@pytest.mark.parametrize(
    ("new", "held", "told"),
    [
        ([row(value="8.00"), MEAN, MAX, MIN], [], "ny.csv:2: value: '8' – baerum within asss_min 8.01"),
        (
            [row(entity="Oslo", value="10.75"), MAX],
            [],
            "ny.csv:2: value: '10.75' – oslo within asss_max 10.74",
        ),
        ([row(entity="ASSS mean", value="11"), MAX], [], "ny.csv:2: value: '11' – asss_mean within asss_max"),
        ([row(value="7")], [MIN], "ny.csv:2: value: '7' – baerum within asss_min 8.01"),
        ([MIN], [row(value="7")], "ny.csv:2: value: '7' – baerum within asss_min 8.01"),
    ],
)
def test_figures_out_of_order_are_told(
    new: list[tuple[object, ...]], held: list[tuple[object, ...]], told: str
) -> None:
    [line] = in_order(new, held)

    assert line.startswith(told)


def test_who_is_no_member_that_year_may_lie_outside() -> None:
    lowest = row(year=2021, entity="ASSS min", value="8.01")

    assert in_order([row(year=2021, entity="Asker", value="7"), lowest], []) == []


def test_distances_are_in_no_order_with_values() -> None:
    assert (
        in_order(
            [
                row(P7A, value="-1", unit="percent_above_mean"),
                row(P7A, entity="ASSS min", value="2", unit="score"),
            ],
            [],
        )
        == []
    )


def test_the_order_is_held_at_the_decimals_of_the_indicator() -> None:
    index = [row(S1, value="0.7349", unit="index"), row(S1, entity="ASSS min", value="0.735", unit="index")]

    assert in_order(index, []) == []
    assert len(in_order([row(S1, value="0.734", unit="index"), index[1]], [])) == 1
