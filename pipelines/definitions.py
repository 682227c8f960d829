"""The code location Dagster loads: the graph for the settings of the environment."""

from __future__ import annotations

from pipelines.connections import Connections
from pipelines.graph import build_definitions
from pipelines.settings import Settings

_settings = Settings.from_environment()
defs = build_definitions(_settings, Connections(_settings))
