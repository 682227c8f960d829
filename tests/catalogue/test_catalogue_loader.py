"""The catalogue as delivered: it loads, and says what the domain reference says."""

import csv
import dataclasses
from pathlib import Path

import pytest

from assets.catalogue.loader import load_catalogue
from schemas.catalogue import AccountsTerm, Catalogue, PopulationTerm
from tests.catalogue.folders import append, copied, edit

TEN = {
    "baerum",
    "bergen",
    "drammen",
    "fredrikstad",
    "kristiansand",
    "oslo",
    "sandnes",
    "stavanger",
    "tromso",
    "trondheim",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_the_delivered_catalogue_loads_and_is_frozen(catalogue: Catalogue) -> None:
    assert {"12367", "07459", "12362", "14019", "13995", "12210", "13138", "11875", "03014"} <= set(
        catalogue.tables
    )
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalogue.sha256 = ""  # type: ignore[misc]
    with pytest.raises(TypeError):
        catalogue.indicators["x"] = next(iter(catalogue.indicators.values()))  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "year", "functions"),
    [
        ("sos_asss", 2015, "242 243 273 276 281"),
        ("sos_asss", 2024, "242 243 273 276 281"),
        ("home_services", 2023, "254"),
        ("home_services", 2024, "257 258"),
        ("plo_baerum", 2023, "234 253 254 256 261"),
        ("plo_baerum", 2024, "234 253 256 257 258 261"),
        ("health_and_care", 2023, "232 233 234 241 253 254 256 261"),
        ("health_and_care", 2024, "232 233 234 241 253 256 257 258 261"),
    ],
)
def test_function_sets_follow_the_year(catalogue: Catalogue, name: str, year: int, functions: str) -> None:
    assert catalogue.functions_in(name, year) == tuple(functions.split())


def test_single_functions_are_left_out_in_years_they_are_not_in_use(catalogue: Catalogue) -> None:
    home = ("254", "257", "258")
    assert catalogue.functions_in(home, 2023) == ("254",)
    assert catalogue.functions_in(home, 2024) == ("257", "258")


def test_the_network_has_ten_members_to_2021_and_twelve_from_2022(catalogue: Catalogue) -> None:
    asss = catalogue.networks["asss"]
    assert set(asss.members_in(2020)) == set(asss.members_in(2021)) == TEN
    assert set(asss.members_in(2022)) == set(asss.members_in(2024)) == TEN | {"asker", "lillestrom"}
    constant = catalogue.networks["asss_constant_12"]
    assert set(constant.members_in(2015)) == set(asss.members_in(2024))


def test_merged_members_have_new_boundaries_from_2020(catalogue: Catalogue) -> None:
    merged = {"asker", "drammen", "kristiansand", "lillestrom", "sandnes", "stavanger", "trondheim"}
    assert catalogue.boundary_changes() == {(municipality, 2019) for municipality in merged}


@pytest.mark.parametrize(
    ("name", "functions"),
    [
        ("sos_net_expenditure_per_inhabitant_18_66", "sos_asss"),
        ("sos_subsistence_net_expenditure_per_inhabitant_18_66", ("281",)),
        ("sos_substance_abuse_net_expenditure_per_inhabitant_18_66", ("243",)),
    ],
)
def test_s2_to_s4_are_net_expenditure_per_inhabitant_18_to_66(
    catalogue: Catalogue, name: str, functions: str | tuple[str, ...]
) -> None:
    indicator = catalogue.indicators[name]
    [above], [below] = indicator.numerator, indicator.denominator
    assert isinstance(above, AccountsTerm)
    assert isinstance(below, PopulationTerm)
    assert (above.concept, above.functions, above.scope) == ("net_expenditure", functions, "A")
    assert (below.age_from, below.age_to) == (18, 66)
    assert (indicator.scale, indicator.unit, indicator.decimals, indicator.mean) == (
        1000,
        "NOK",
        0,
        "weighted",
    )


@pytest.mark.recorded
def test_titles_are_exactly_as_published(catalogue: Catalogue, recorded: Path) -> None:
    with (recorded / "published" / "service_profile.csv").open(encoding="utf-8", newline="") as file:
        published = {row["indicator_id"]: row["indicator_title"] for row in csv.DictReader(file)}
    ours = {name: indicator.title for name, indicator in catalogue.indicators.items() if name in published}
    assert ours == {name: published[name] for name in ours}
    assert len(ours) >= 14
    order = [name for name in published if name.startswith("sos") and name in ours]
    assert list(catalogue.profiles["sos"].rows) == order


def test_the_hash_is_of_the_content_not_of_comments_or_line_ends(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "networks.yaml"
    path.write_bytes(b"# another comment\r\n" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_catalogue(folder).sha256 == load_catalogue().sha256
    edit(folder, "networks.yaml", "name: ASSS-nettverket\n", "name: ASSS\n")
    assert load_catalogue(folder).sha256 != load_catalogue().sha256


def test_the_hash_covers_the_files_read_elsewhere(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    append(folder, "municipalities.yaml", "more: {}\n")
    assert load_catalogue(folder).sha256 != load_catalogue().sha256


def test_an_indicator_is_added_by_an_entry_alone(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "indicators" / "more.yaml").write_text(
        """
indicators:
  - id: plo_home_net_expenditure_share
    number: X1
    title: Hjemmetjenester som andel av pleie og omsorg (prosent)
    area: plo
    unit: percent
    decimals: 1
    scale: 100
    numerator:
      - {kind: accounts, concept: net_expenditure, functions: home_services}
    denominator:
      - {kind: accounts, concept: net_expenditure, functions: plo_baerum}
      - {kind: accounts, concept: net_expenditure, functions: 241, coefficient: -0.5, scope: B}
    mean: weighted
    direction: neither
    source: SSB 12367
    confidence: assumption
""",
        encoding="utf-8",
    )
    added = load_catalogue(folder).indicators["plo_home_net_expenditure_share"]
    assert isinstance(added.denominator[1], AccountsTerm)
    assert added.denominator[1].functions == ("241",)
    assert added.denominator[1].coefficient == -0.5
