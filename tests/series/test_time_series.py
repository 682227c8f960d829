"""Time series: what is applied, where lines break, what is missing and why."""

import pandas as pd
import pytest
from pydantic import ValidationError

from assets.baerum.time_series import time_series
from assets.errors import DataError
from schemas.catalogue import Catalogue, Published, Series
from schemas.series import time_series_contract
from schemas.validation import validate
from tests.algebra.facts import S2
from tests.series.frames import SHARE, beside, catalogue, indicators, register

FLAT = {(year, name): 10.0 for year in (2023, 2024) for name in ("asker", "baerum", "bergen")}


def series(**changes: object) -> Series:
    given = {"id": "s", "title": "Serie", "indicator": S2, "entities": ("focal",)} | changes
    return Series.model_validate(given)


def rows(
    frame: pd.DataFrame,
    read_by: Catalogue,
    imported: pd.DataFrame | None = None,
    municipality: str = "baerum",
) -> pd.DataFrame:
    """The rows of the catalogue's series, after each year of them has held its contract."""
    found = time_series(
        frame,
        beside(frame, read_by),
        register({}) if imported is None else imported,
        read_by,
        municipality,
        "trio",
    )
    for year in found["year"].unique():
        validate(time_series_contract("baerum"), found[(found["year"] == year).to_numpy()], int(year))
    return found.set_index(["entity", "year"])


def test_a_series_has_a_row_per_entity_and_year_and_says_nothing_was_applied() -> None:
    found = rows(indicators(FLAT), catalogue(series(entities=("focal", "network_mean", "asker", "baerum"))))
    assert list(dict.fromkeys(found.index.get_level_values("entity"))) == ["baerum", "trio_mean", "asker"]
    assert found["value"].to_list() == [10.0] * 6
    assert set(found["adjustment"]) == {"none"}
    assert found["base_year"].isna().all()
    assert set(found["origin"]) == {"computed"}


def test_another_focal_municipality_is_one_argument() -> None:
    found = rows(indicators(FLAT), catalogue(series()), municipality="asker")
    assert list(found.index) == [("asker", 2023), ("asker", 2024)]


def test_deflating_is_in_the_row_with_its_factor_and_base_year() -> None:
    deflated = series(
        adjust=("deflate",), deflator="municipal", base_year=2024, entities=("focal", "network_mean", "EAK")
    )
    found = rows(indicators({**FLAT, (2023, "EAK"): 20.0, (2024, "EAK"): 20.0}), catalogue(deflated))
    for entity, value in (("baerum", 10), ("trio_mean", 10), ("EAK", 20)):
        assert found.loc[(entity, 2023), "value"] == pytest.approx(value * 1.05)
        assert found.loc[(entity, 2024), "value"] == value
    assert set(found.loc[[("baerum", 2023)], "adjustment"]) == {"deflate: municipal 2023→2024 ×1.05000"}
    assert set(found["base_year"]) == {2024}


def test_without_a_need_index_of_the_year_the_value_is_missing_with_the_reason() -> None:
    needed = series(adjust=("need",), entities=("focal", "network_mean", "EAK"))
    found = rows(indicators({**FLAT, (2024, "EAK"): 20.0}), catalogue(needed, needs={"baerum": 0.9}))
    assert found["value"].isna().all()
    assert set(found["status"]) == {"missing"}
    assert (
        found.loc[("baerum", 2024), "reason"] == "ingen behovsindeks (social) er lagt inn for baerum i 2024"
    )
    assert "for asker i 2024" in found.loc[("trio_mean", 2024), "reason"]
    assert "for EAK i 2024" in found.loc[("EAK", 2024), "reason"]


def test_need_is_taken_member_by_member_in_a_mean() -> None:
    figures = {(2025, "asker"): 10.0, (2025, "baerum"): 20.0, (2025, "bergen"): 60.0}
    needed = series(adjust=("need",), entities=("focal", "network_mean"))
    indices = {"asker": 0.5, "baerum": 0.8, "bergen": 1.25}
    found = rows(indicators(figures), catalogue(needed, needs=indices))
    assert found.loc[("baerum", 2025), "value"] == pytest.approx(20 / 0.8)
    assert found.loc[("trio_mean", 2025), "value"] == pytest.approx(1000 * 90 / (1000 * (0.5 + 0.8 + 1.25)))
    assert found.loc[("trio_mean", 2025), "adjustment"] == "need: per member (Grønt hefte 2025)"
    part = rows(indicators(figures), catalogue(needed, needs={"asker": 0.5, "baerum": 0.8}))
    assert part.loc[("trio_mean", 2025), "reason"].endswith("for bergen i 2025")


def test_new_need_keys_break_every_series_that_is_corrected_for_need() -> None:
    figures = {(2025, name): 10.0 for name in ("asker", "baerum", "bergen")}
    needed = series(adjust=("need",), entities=("focal", "network_mean"))
    indices = dict.fromkeys(("asker", "baerum", "bergen"), 1.0)
    found = rows(indicators(figures), catalogue(needed, needs=indices))
    assert found["break_before"].all()
    assert found["break_reason"].str.contains("Nye delkostnadsnøkler").all()
    plain = rows(indicators(figures), catalogue(series(), needs=indices))
    assert not plain["break_before"].any()


def test_a_group_never_goes_back_past_the_new_numbering() -> None:
    figures = {(year, name): 5.0 for year in (2018, 2019, 2020, 2021) for name in ("EKG12", "baerum", "EAK")}
    found = rows(
        indicators(figures, SHARE), catalogue(series(indicator=SHARE, entities=("EKG12", "focal", "EAK")))
    )
    assert [year for entity, year in found.index if entity == "EKG12"] == [2020, 2021]
    assert [year for entity, year in found.index if entity == "EAK"] == [2018, 2019, 2020, 2021]
    assert found.loc[("EKG12", 2020), "break_before"]


def test_breaks_are_marked_where_they_concern_the_line() -> None:
    figures = {
        (year, name): 5.0 for year in range(2019, 2025) for name in ("asker", "baerum", "bergen", "EKG12")
    }
    lines = series(indicator=SHARE, entities=("baerum", "asker", "network_mean", "EKG12"))
    found = rows(indicators(figures, SHARE), catalogue(lines))
    broken = {entity: [] for entity in ("baerum", "asker", "trio_mean", "EKG12")}
    for entity, year in found.index[found["break_before"].to_numpy()]:
        broken[entity].append(year)
    assert broken == {
        "baerum": [2022],
        "asker": [2020, 2022],
        "trio_mean": [2020, 2022],
        "EKG12": [2020, 2022],
    }
    assert "Kommunesammenslåing" in found.loc[("asker", 2020), "break_reason"]
    assert "14019" in found.loc[("baerum", 2022), "break_reason"]


def test_the_split_of_home_services_is_a_break() -> None:
    home = "plo_home_net_expenditure_per_inhabitant_0_66"
    figures = {(year, name): 5.0 for year in (2023, 2024) for name in ("asker", "baerum", "bergen")}
    found = rows(
        indicators(figures, home), catalogue(series(indicator=home, entities=("focal", "network_mean")))
    )
    assert found["break_before"].to_list() == [False, True, False, True]
    assert found.loc[("baerum", 2024), "break_reason"] == "Funksjon 254 ble delt i 257 og 258"


def test_a_mean_breaks_when_the_network_gets_other_members() -> None:
    eras = {2015: ("asker", "baerum", "bergen"), 2024: ("baerum", "bergen", "oslo")}
    figures = {**FLAT, (2023, "oslo"): 40.0, (2024, "oslo"): 40.0}
    found = rows(indicators(figures), catalogue(series(entities=("network_mean",)), members=eras))
    assert found["value"].to_list() == [10.0, 20.0]
    assert found["break_before"].to_list() == [False, True]
    assert (
        found.loc[("trio_mean", 2024), "break_reason"]
        == "Trioen fikk andre medlemmer: med oslo og uten asker"
    )


PUBLISHED = Published(indicator=S2, first_year=2023, last_year=2023, note="as printed")


def test_published_figures_are_taken_as_they_are_and_labelled() -> None:
    told = series(entities=("focal", "network_mean", "bergen"), published=PUBLISHED)
    imported = register(
        {
            (2023, S2, "baerum", "NOK"): 99.0,
            (2023, S2, "trio_mean", "NOK"): 88.0,
            (2023, S2, "baerum", "percent"): 1,
        }
    )
    found = rows(indicators(FLAT), catalogue(told), imported)
    assert found.loc[("baerum", 2023), "value"] == 99
    assert found.loc[("trio_mean", 2023), "value"] == 88
    assert set(found.xs(2023, level="year")["origin"]) == {"register"}
    assert set(found.xs(2023, level="year")["source"]) == {"register"}
    assert set(found.xs(2023, level="year")["adjustment"]) == {"as published: as printed"}
    assert found.loc[("bergen", 2023), "reason"] == "ikke publisert for bergen"
    assert set(found.xs(2024, level="year")["origin"]) == {"computed"}


def test_where_published_and_computed_figures_meet_the_line_breaks() -> None:
    told = series(published=PUBLISHED)
    found = rows(indicators({**FLAT, (2022, "baerum"): 1.0}), catalogue(told))
    assert found["break_before"].to_list() == [False, True, True]
    assert found.loc[("baerum", 2024), "break_reason"] == "publiserte tall og egen beregning møtes her"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("missing", "tallet mangler i kilden"),
        ("suppressed", "skjermet av hensyn til personvern"),
        ("not_yet", "ikke publisert ennå"),
        ("not_applicable", "ikke definert for året"),
    ],
)
def test_a_missing_value_keeps_its_status_and_says_why(status: str, reason: str) -> None:
    deflated = series(adjust=("deflate",), deflator="cpi", base_year=2024)
    found = rows(indicators({(2023, "baerum"): status, (2024, "baerum"): 1.0}), catalogue(deflated))
    row = found.loc[("baerum", 2023)]
    assert (row["status"], row["reason"]) == (status, reason)
    assert pd.isna(row["value"])


def test_too_few_members_and_strangers_are_said() -> None:
    told = series(entities=("network_mean", "oslo"))
    found = rows(indicators({(2024, "baerum"): 1.0, (2024, "asker"): 1.0}), catalogue(told))
    assert found.loc[("trio_mean", 2024), "reason"] == "færre enn tre medlemmer har tall"
    assert found.loc[("oslo", 2024), "reason"] == "ingen tall for oslo i 2024"


def test_an_unknown_network_is_an_error() -> None:
    frame, read_by = indicators(FLAT), catalogue(series())
    with pytest.raises(DataError, match=r"unknown network `tri`; nearest: trio"):
        time_series(frame, beside(frame, read_by), register({}), read_by, "baerum", "tri")


@pytest.mark.parametrize(
    "changes",
    [
        {"adjust": ("deflate",)},
        {"deflator": "cpi", "base_year": 2024},
        {"adjust": ("deflate",), "deflator": "cpi"},
        {"entities": ("Bærum",)},
        {"entities": ()},
    ],
)
def test_a_series_that_does_not_say_what_it_is_cannot_be_made(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        series(**changes)
