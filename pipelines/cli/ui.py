"""`kostra ui`: Dagster's web interface on this workspace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from pipelines.cli.common import SAMPLE_NOTICE, home_option, plain_errors, talk
from pipelines.instance import configure
from pipelines.settings import PROJECT, Settings


@click.command()
@click.option("--source", type=click.Choice(["sample", "ssb"]), help="[default: $KOSTRA_SOURCE or sample]")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=3000, show_default=True, help="Port to listen on.")
@click.option("--statbank-url", help="PxWebApi v2 address, up to and including /v2.")
@click.option("--klass-url", help="KLASS address, up to and including /v1.")
@click.option("--municipality", help="Slug of the focal municipality.")
@home_option
@plain_errors
def ui(host: str, port: int, home: Path | None, **options: object) -> None:
    """Serve lineage, runs, backfills and the nightly schedule until Ctrl-C."""
    settings = Settings.from_environment().but(home=home, **options)
    if settings.source == "sample":
        talk.print(f"[yellow]{SAMPLE_NOTICE}[/]")
    talk.print(f"http://{host}:{port} · home {settings.home.resolve()} · source {settings.source}")
    environment = {**os.environ, **settings.environment(), "DAGSTER_HOME": str(configure(settings))}
    command = [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml", "-h", host, "-p", str(port)]
    try:
        finished = subprocess.run(command, cwd=PROJECT, env=environment, check=False)  # noqa: S603 - no shell
    except KeyboardInterrupt:
        return
    raise click.exceptions.Exit(finished.returncode)
