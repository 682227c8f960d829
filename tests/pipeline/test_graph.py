"""The graph as Dagster sees it: a change of keys, dependencies, partitions or schedules is a reviewed one.

After an intended change: `KOSTRA_WRITE_SNAPSHOT=1 pytest tests/pipeline/test_graph.py`; read what differs.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from assets.quality.controls import CONTROLS
from assets.quality.controls.control import OWN
from pipelines.connections import Connections
from pipelines.graph import build_definitions
from pipelines.settings import Settings

SNAPSHOT = Path(__file__).with_name("graph.json")


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    settings = Settings()
    return build_definitions(settings, Connections(settings))


def described(definitions: dg.Definitions) -> dict[str, object]:
    graph = definitions.resolve_asset_graph()
    assets = {
        key.to_user_string(): {
            "after": sorted(parent.to_user_string() for parent in graph.get(key).parent_keys),
            "by_year": graph.get(key).is_partitioned,
            "group": graph.get(key).group_name,
        }
        for key in sorted(graph.get_all_asset_keys())
    }
    return {
        "assets": assets,
        "checks": sorted(check.to_user_string() for check in graph.asset_check_keys),
        "jobs": sorted(job.name for job in definitions.jobs or []),
        "schedules": {s.name: [s.cron_schedule, s.execution_timezone] for s in definitions.schedules or []},
    }


def test_the_graph_is_the_reviewed_one(definitions: dg.Definitions) -> None:
    found = described(definitions)
    if os.environ.get("KOSTRA_WRITE_SNAPSHOT"):
        SNAPSHOT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    assert found == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_lineage_runs_from_ssb_s_tables_to_the_profile(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    profile = dg.AssetSelection.assets(dg.AssetKey(["baerum", "service_profile"]))
    upstream = {key.to_user_string() for key in profile.upstream().resolve(graph)}

    assert {"statbank/t12367", "statbank/t07459", "klass/municipalities", "statbank/updates"} <= upstream


def test_every_asset_says_what_it_is(definitions: dg.Definitions) -> None:
    for spec in definitions.resolve_all_asset_specs():
        assert spec.description, spec.key
        assert spec.owners, spec.key
        assert spec.metadata["title_no"], spec.key
        columns = spec.metadata["dagster/column_schema"].columns
        assert all(column.description for column in columns), spec.key


def test_controls_that_are_told_elsewhere_are_told_by_a_check_there_is(definitions: dg.Definitions) -> None:
    checks = {check.to_user_string() for check in definitions.resolve_asset_graph().asset_check_keys}
    told = {f"{c.dataset.replace(OWN, 'baerum')}:{c.told_by}" for c in CONTROLS if c.told_by}

    assert told
    assert told <= checks


def test_another_municipality_names_its_own_group() -> None:
    settings = Settings(municipality="asker")
    keys = {
        spec.key.to_user_string()
        for spec in build_definitions(settings, Connections(settings)).resolve_all_asset_specs()
    }

    assert "asker/service_profile" in keys
    assert not any(key.startswith("baerum/") for key in keys)


def test_importing_the_code_location_is_light_and_clean() -> None:
    probe = (
        "import sys, pipelines.definitions, pipelines.cli.main, pipelines.cli.run, pipelines.cli.quality; "
        "print('great_expectations' in sys.modules, 'pipelines.standin.sample' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", probe], capture_output=True, text=True, check=True
    )

    assert found.stdout.split() == ["False", "False"]
