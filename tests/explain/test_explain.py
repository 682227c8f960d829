"""Every indicator explained: the numbers add up from the cells to what is stored, or it is an error."""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, replace

import pandas as pd
import pytest

from assets.asss.explain.explain import explain
from assets.asss.explain.model import Explanation, Part
from assets.asss.explain.place import Place
from assets.asss.protection import WITHHELD
from assets.errors import DataError
from tests.algebra.facts import S2, WHOLE
from tests.explain.sample_year import YEAR, stored

HOME_0_66 = "plo_home_net_expenditure_per_inhabitant_0_66"


def place(municipality: str = "baerum", year: int = YEAR, **changed: pd.DataFrame | None) -> Place:
    """A place that reads the sample, with some datasets replaced or taken away."""
    datasets = {**stored(), **{name.replace("__", "/"): frame for name, frame in changed.items()}}
    return Place(WHOLE, datasets.get, year, municipality)


def every_part(explained: Explanation) -> Iterator[Part]:
    stack = [*explained.numerator, *explained.denominator]
    while stack:
        part = stack.pop()
        yield part
        stack.extend(part.parts)


@pytest.mark.parametrize(("municipality", "with_value"), [("baerum", 45), ("EKG12", 20)])
def test_every_indicator_is_explained_and_recomputes(municipality: str, with_value: int) -> None:
    shared, frame = place(municipality), stored()["asss/indicators"]
    mine = frame[(frame["municipality"] == municipality).to_numpy()].set_index("indicator")
    found = [explain(name, shared, "asss") for name in WHOLE.indicators]
    for one in found:
        value = mine["value"][one.indicator]
        assert one.status == mine["status"][one.indicator]
        assert [one.value, one.recomputed] == (
            [None, None] if pd.isna(value) else [value, pytest.approx(value)]
        )
        assert json.loads(json.dumps(asdict(one)))["indicator"] == one.indicator
    known = [one for one in found if one.value is not None]
    assert len(known) >= with_value
    for one in known:
        assert any(part.cells or part.register for part in every_part(one)), one.indicator


def test_an_amount_is_followed_to_its_cells() -> None:
    explained = explain(S2, place(), "asss")
    [amount] = explained.numerator
    codes = [part.cells[0].codes for part in amount.parts]

    assert [code["function"] for code in codes] == ["242", "243", "273", "276", "281"]
    assert codes[0] == {
        "region": "3201",
        "scope": "A",
        "function": "242",
        "art": "AGD2",
        "contents": "KOSbelop0000",
        "period": "2024",
    }
    assert [part.value for part in amount.parts] == [116788, 59184, 75572, 47958, 179380]
    assert explained.calculation == "1\u00a0000 × 478\u00a0882 / 81\u00a0428 = 5\u00a0881,048288"
    assert explained.vintages == ("07459@sample", "12367@sample")


def test_inhabitants_are_men_and_women_of_every_age() -> None:
    [people] = explain(S2, place(), "asss").denominator
    assert len(people.cells) == 2 * (66 - 18 + 1)
    assert {cell.codes["sex"] for cell in people.cells} == {"1", "2"}
    assert (people.cells[0].codes["age"], people.cells[0].codes["period"]) == ("018", "2025")
    assert math.fsum(cell.value or 0 for cell in people.cells) == people.value == 81428


def test_a_share_of_a_quantity_shows_its_factors() -> None:
    explained = explain(HOME_0_66, place(), "asss")
    [part] = explained.numerator
    of, by, per = part.parts
    assert (of.kind, by.kind, per.kind) == ("accounts", "measure", "per")
    assert part.value == pytest.approx(of.value * by.value / per.value, rel=1e-12)
    assert [cell.codes["age"] for cell in by.cells] == ["00-17", "18-49", "50-66"]


def test_an_imported_figure_shows_provider_date_and_file() -> None:
    explained = explain("sos_gross_expenditure_index", place(), "asss")
    [part] = explained.numerator
    row = part.register[0]
    assert explained.origin == "register"
    assert (row.value, row.unit, explained.value) == (-2.2, "percent_above_mean", 97.8)
    assert row.provider.startswith("Bærum kommune")
    assert len(row.file_sha256) == 64
    assert row.provider_date.startswith("2025")


def test_the_mean_names_its_members_and_who_is_left_out() -> None:
    shared = stored()["asss/indicators"]
    hit = ((shared["municipality"] == "oslo") & (shared["indicator"] == S2)).to_numpy()
    hidden = shared.assign(
        value=shared["value"].mask(hit),
        numerator=shared["numerator"].mask(hit),
        status=shared["status"].astype("str").mask(hit, "suppressed"),
    )
    beside = stored()["asss/aggregates"]
    others = hidden[((hidden["indicator"] == S2) & (hidden["status"] == "ok")).to_numpy()]
    others = others[(others["region_kind"] == "municipality").to_numpy()]
    mean = 1000 * others["numerator"].sum() / others["denominator"].sum()
    beside = beside.assign(mean=beside["mean"].mask((beside["indicator"] == S2).to_numpy(), mean))
    network = explain(S2, place(asss__indicators=hidden, asss__aggregates=beside), "asss").network

    [oslo] = [member for member in network.members if member.municipality == "oslo"]
    assert (oslo.counted, oslo.why_not) == (False, "tallet er skjermet")
    assert sum(member.counted for member in network.members) == 11
    assert network.recomputed == pytest.approx(mean)


def changed(dataset: str, column: str, value: float, **key: object) -> pd.DataFrame:
    frame = stored()[dataset]
    hit = pd.Series(True, index=frame.index)
    for name, wanted in {"municipality": "baerum", **key}.items():
        hit &= frame[name] == wanted
    assert hit.sum() == 1
    return frame.assign(**{column: frame[column].mask(hit, value)})


@pytest.mark.parametrize(
    ("dataset", "frame", "told"),
    [
        (
            "kostra__accounts",
            lambda: changed(
                "kostra/accounts", "amount", 1, scope="A", function="281", concept="net_expenditure"
            ),
            "cells of table 12367 add up to 179380",
        ),
        (
            "kostra__population",
            lambda: changed("kostra/population", "inhabitants", 1, age_from=18, age_to=66),
            "cells of table 07459 add up to 81428",
        ),
        (
            "asss__indicators",
            lambda: changed("asss/indicators", "value", 1, indicator=S2),
            "stored is 1.0",
        ),
        (
            "asss__aggregates",
            lambda: stored()["asss/aggregates"].assign(mean=1.0),
            "mean of asss is stored as 1.0",
        ),
    ],
)
def test_a_stored_figure_that_does_not_follow_from_its_parts_is_an_error(dataset, frame, told: str) -> None:
    with pytest.raises(DataError, match=told):
        explain(S2, place(**{dataset: frame()}), "asss")


def test_what_is_not_there_is_said_with_the_nearest() -> None:
    with pytest.raises(DataError, match=f"unknown indicator.*nearest: {S2}"):
        explain(S2[:-1], place(), "asss")
    with pytest.raises(DataError, match=r"no figures of `barum` in 2024; nearest: baerum"):
        explain(S2, place("barum"), "asss")
    with pytest.raises(DataError, match=r"unknown network `ass`; nearest: asss"):
        explain(S2, place(), "ass")
    with pytest.raises(DataError, match="nothing is stored of asss/indicators for 2024"):
        explain(S2, place(asss__indicators=None), "asss")


def test_a_year_the_indicator_does_not_hold_in_is_refused() -> None:
    later = WHOLE.indicators[S2].model_copy(update={"first_year": 2025})
    catalogue = replace(WHOLE, indicators={**WHOLE.indicators, S2: later})
    with pytest.raises(DataError, match="holds from 2025, not in 2024"):
        explain(S2, Place(catalogue, stored().get, YEAR, "baerum"), "asss")


def test_a_table_that_is_not_held_leaves_the_fact_without_cells() -> None:
    explained = explain(S2, place(statbank__t12367=None), "asss")
    assert explained.value is not None
    assert [part.cells for part in explained.numerator[0].parts] == [()] * 5


def test_of_a_total_that_is_withheld_nothing_is_shown() -> None:
    frame = stored()["asss/indicators"]
    hit = ((frame["municipality"] == "EKG12") & (frame["indicator"] == S2)).to_numpy()
    withheld = frame.assign(
        value=frame["value"].mask(hit),
        status=frame["status"].astype("str").mask(hit, "suppressed"),
        method=frame["method"].astype("str").mask(hit, f"formel; {WITHHELD}"),
    )
    explained = explain(S2, place("EKG12", asss__indicators=withheld), "asss")

    assert (explained.value, explained.status) == (None, "suppressed")
    assert (explained.numerator, explained.denominator) == ((), ())
    assert explained.formula.endswith(WITHHELD)
