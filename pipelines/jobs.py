"""Jobs: the graph for one accounting year, and what is found of it."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

NIGHTLY = "nightly"
QUALITY = "quality"
CHECKS = "expectation_checks"


def jobs(judged: dg.AssetKey, checks: Sequence[dg.AssetCheckKey]) -> list[UnresolvedAssetJobDefinition]:
    """The jobs: everything but what judges it, the judging, and the checks alone.

    What judges is apart because Dagster skips whatever is below something that failed or had nothing to make,
    and a year of which a part failed is judged all the same. `judged` is the asset that does it, `checks` are
    made of it.
    """
    asset, shown = dg.AssetSelection.assets(judged), dg.AssetSelection.checks(*checks)
    return [
        dg.define_asset_job(
            NIGHTLY,
            selection=dg.AssetSelection.all() - asset - shown,
            description="Ask SSB what has changed, fetch that, recompute the year, and store what differs.",
        ),
        dg.define_asset_job(
            QUALITY,
            selection=asset | shown,
            description="Hold what is stored of the year against its expectations and the domain's controls.",
        ),
        dg.define_asset_job(
            CHECKS,
            selection=shown,
            description="Show on every asset what was found of it, in all years.",
        ),
    ]
