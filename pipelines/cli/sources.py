"""`kostra sources`: the catalogue against what SSB has now."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
import numpy as np
import pandas as pd

from assets.catalogue.loader import load_catalogue
from assets.catalogue.municipalities import load_municipalities
from pipelines.cli import output
from pipelines.cli.common import SAMPLE_NOTICE, format_options, home_option, plain_errors, talk
from pipelines.connections import Connections
from pipelines.editions import Editions
from pipelines.klass_editions import KlassEditions
from pipelines.settings import Settings
from pipelines.storage.archive import Archive


@click.group()
def sources() -> None:
    """SSB's tables and codes as the catalogue uses them."""


@sources.command()
@click.option("--source", type=click.Choice(["sample", "ssb"]), help="[default: $KOSTRA_SOURCE or sample]")
@click.option("--statbank-url", help="PxWebApi v2 address, up to and including /v2.")
@click.option("--klass-url", help="KLASS address, up to and including /v1.")
@click.option("--quiet-hours", type=click.Choice(["auto", "on", "off"]), help="See `kostra run`.")
@format_options
@home_option
@plain_errors
def check(as_csv: bool, as_json: bool, home: Path | None, **options: object) -> None:
    """Look up every catalogue entry in live metadata; exit 1 when one does not resolve."""
    settings = Settings.from_environment().but(home=home, refetch=True, **options)
    if settings.source == "sample":
        talk.print(f"[yellow]{SAMPLE_NOTICE}[/]")
    frame = live_entries(settings)
    problems = int((frame["state"] == "PROBLEM").sum())
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    else:
        shown = frame.drop(columns=["metadata_sha256"])
        output.print_table(shown, "Catalogue entries in live metadata", limit=None)
    talk.print(f"{len(frame)} entries, {problems} problem(s)")
    if problems:
        raise click.exceptions.Exit(1)


def live_entries(settings: Settings) -> pd.DataFrame:
    """The rows of `statbank/metadata` from metadata fetched now, each with its state.

    A table that is not listed and need not be is `absent`.
    """
    catalogue, archive = load_catalogue(), Archive(settings.archive)
    with closing(Connections(settings)) as connections:
        editions = Editions(settings, connections, archive)
        municipalities, _ = KlassEditions(
            settings, connections, archive, load_municipalities()
        ).municipalities()
        listed = editions.listing(tuple(catalogue.tables), datetime.now(UTC))
        frame = editions.resolved(catalogue, listed, sorted(municipalities["code"].unique()))
    needed = frame["table"].isin([*listed.tables, *catalogue.expected_tables(listed.tables)])
    state = np.select([frame["problem"].isna(), needed], ["ok", "PROBLEM"], default="absent")
    return frame.assign(state=state)
