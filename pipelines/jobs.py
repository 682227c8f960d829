"""Jobs: the whole graph for one accounting year."""

from __future__ import annotations

import dagster as dg

NIGHTLY = "nightly"

nightly_job = dg.define_asset_job(
    NIGHTLY,
    selection=dg.AssetSelection.all(),
    description="Ask SSB what has changed, fetch that, recompute the year, and store what differs.",
)
