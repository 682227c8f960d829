"""A table, or a label in it, that cannot be found takes its own indicators with it and no others."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from assets.catalogue.loader import load_catalogue
from pipelines.standin.sample import sample_table
from pipelines.standin.table import StandinTable
from pipelines.storage.frames import as_frame
from pipelines.storage.store import Store
from schemas.catalogue import ACCOUNTS_TABLE, POPULATION_TABLE, Catalogue
from schemas.registry import datasets_of
from tests.pipeline.worlds import LATER, PERIOD, REGION, cut, run, settings_for, small_accounts, standin

TABLES = (ACCOUNTS_TABLE, POPULATION_TABLE, "14019", "13995")
REGIONS = ["0301", "3201", "3203", "4601", "EKG12"]
CHILDREN = "Antall barn under 18 år i familier som mottok sosialhjelp"
PROVIDERS = "Sosialhjelpstilfeller som forsørger barn under 18 år"


def social_catalogue() -> Catalogue:
    """The four tables, and the indicators that need no other in 2024."""
    whole = load_catalogue()
    tables = {name: whole.tables[name] for name in TABLES}
    known = {measure.id for table in tables.values() for measure in table.measures}
    indicators = {
        name: entry
        for name, entry in whole.indicators.items()
        if entry.area == "sos" and entry.measures <= known and entry.number.startswith("S")
    }
    indicators = {name: entry for name, entry in indicators.items() if _is_computed(entry)}
    rows = tuple(name for name in whole.profiles["sos"].rows if name in indicators)
    profile = whole.profiles["sos"].model_copy(update={"rows": rows})
    return replace(
        whole,
        tables=tables,
        indicators=indicators,
        profiles={"sos": profile},
        series={},
        efficiency_areas={},
        registers={},
        reports={},
    )


def _is_computed(entry) -> bool:
    return all(term.kind in {"accounts", "population", "measure"} for term in entry.terms)


def social_tables():
    kept = {REGION: REGIONS, PERIOD: ["2024"]}
    accounts = cut(small_accounts(), kept)
    population = cut(sample_table("07459"), {"Region": REGIONS[:-1], PERIOD: ["2025"]})
    return [accounts, population, *(cut(sample_table(name), kept) for name in TABLES[2:])]


@pytest.fixture
def server():
    with standin(*social_tables()) as running:
        yield running


class World:
    """One home, run after run against one server."""

    def __init__(self, server, home: Path) -> None:
        self.server, self.home, self.catalogue = server, home, social_catalogue()
        settings = settings_for(server, home)
        self.store = Store(settings.warehouse)
        self.datasets = datasets_of(self.catalogue, settings.municipality)

    def run(self):
        return run(self.server, self.home, 2024, catalogue=self.catalogue)

    def rows(self, dataset: str, municipality: str = "baerum"):
        contract = self.datasets[dataset]
        frame = as_frame(contract, self.store.read(contract, [2024]))
        return frame[frame["municipality"] == municipality].set_index(contract.key[-1])

    def values(self) -> pd.Series:
        return self.rows("asss/indicators")["value"]

    def missing(self) -> set[str]:
        values = self.values()
        return set(values[values.isna()].index)


def relabelled(table: StandinTable, old: str, new: str) -> StandinTable:
    """The table republished with another label on one of its contents."""
    labels = tuple(new if label == old else label for label in table.metric.labels)
    dimensions = tuple(
        replace(d, labels=labels) if d.code == table.metric.code else d for d in table.dimensions
    )
    return replace(table, dimensions=dimensions, updated=LATER)


def test_a_label_lost_a_label_given_twice_and_a_table_gone_take_only_their_own_indicators(
    server, tmp_path: Path
) -> None:
    world = World(server, tmp_path)
    assert world.run().succeeded
    before = world.values()
    assert world.missing() == set()

    server.replace_table(relabelled(server.table("14019"), CHILDREN, PROVIDERS))
    server.remove_table("13995")
    report = world.run()
    labels, gone = sorted(report.failures, key=lambda failure: failure.dataset, reverse=True)
    statistics = world.rows("kostra/service_statistics")
    missing = world.missing()

    assert (labels.dataset, labels.year) == ("statbank/t14019", 2024)
    assert f"0 contents are labelled '{CHILDREN}'" in labels.message
    assert "S17 sos_children_in_recipient_families_share" in labels.message
    assert f"2 contents are labelled '{PROVIDERS}'" in labels.message
    assert statistics.loc["children_in_recipient_families", "status"] == "missing"
    assert "0 contents are labelled" in statistics.loc["children_in_recipient_families", "problem"]
    assert gone.dataset == "statbank/t13995"
    assert "table 13995: SSB does not list it" in gone.message
    assert "S15 sos_benefit_duration_main_income" in gone.message
    assert report.left_out == []
    assert report.made("baerum/service_profile") == [2024]
    assert len(world.store.commits("statbank/t14019")) == 1, "the last good version stays"
    assert missing >= {
        "sos_children_in_recipient_families_share",
        "sos_recipients_with_children_share",
        "sos_benefit_duration_main_income",
        "sos_recipients_share_18_24",
    }
    assert missing.isdisjoint({"sos_benefit_per_recipient", "sos_long_term_main_income_share"})
    lost = sorted(missing)
    pd.testing.assert_series_equal(world.values().drop(lost), before.drop(lost))
