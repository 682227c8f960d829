"""`kostra explain`: how a figure came about, down to the cells."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from assets.asss.explain.explain import explain as explain_figure
from assets.asss.explain.place import Place
from pipelines.cli.common import home_option, plain_errors, source_option, stored_settings
from pipelines.cli.explain_view import print_explanation
from pipelines.settings import SourceKind
from pipelines.stored import Stored
from pipelines.years import parse_years


@click.command()
@click.argument("indicator")
@click.option("--year", required=True, help="Accounting year.")
@click.option(
    "--municipality", help="Slug, or SSB's code of a KOSTRA group or the country.  [default: the settings']"
)
@click.option("--network", help="Network or KOSTRA group to compare with.  [default: the settings']")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@source_option
@home_option
@plain_errors
def explain(
    indicator: str,
    year: str,
    municipality: str | None,
    network: str | None,
    as_json: bool,
    source: SourceKind | None,
    home: Path | None,
) -> None:
    """Print how INDICATOR came about: formula with numbers, cells, editions, and the network's mean.

    The figure is computed again from the stored cells; one that differs from what is stored is an error.
    """
    settings = stored_settings(home, source)
    [wanted] = single(parse_years(year))
    stored = Stored(settings)
    catalogue, compared = stored.compared(network)
    place = Place(catalogue, stored.reader(wanted), wanted, municipality or settings.municipality)
    explained = explain_figure(indicator, place, compared)
    if as_json:
        click.echo(
            json.dumps({**asdict(explained), "figures_from": settings.source}, ensure_ascii=False, indent=1)
        )
    else:
        print_explanation(explained, settings)


def single(years: list[int]) -> list[int]:
    """The years, if they are one.

    Raises:
        click.UsageError: they are several.
    """
    if len(years) != 1:
        raise click.UsageError("--year takes one year")
    return years
