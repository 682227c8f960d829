"""`kostra statbank`: json-stat to CSV, and one-off questions with all guards."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from pipelines.cli.common import home_option, plain_errors, talk
from pipelines.connections import Connections
from pipelines.settings import Settings
from pipelines.statbank.csv_export import to_csv
from pipelines.statbank.jsonstat import parse as parse_body
from pipelines.statbank.selection import ELIMINATE, Choice


@click.group()
def statbank() -> None:
    """SSB's StatBank without the pipeline around it."""


@statbank.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@plain_errors
def parse(file: Path) -> None:
    """Print a json-stat2 FILE as CSV: codes, labels, value, symbol and unit of every cell."""
    click.echo(to_csv(parse_body(file.read_bytes())), nl=False)


@statbank.command()
@click.argument("table")
@click.option(
    "-s",
    "--select",
    "selected",
    multiple=True,
    metavar="VARIABLE=VALUES",
    help="Codes and expressions, comma-separated: Tid=top(3), KOKfunksjon0000=253,254, Region=*.",
)
@click.option("--codelist", multiple=True, metavar="VARIABLE=ID", help="Read the values in this codelist.")
@click.option("--eliminate", multiple=True, metavar="VARIABLE", help="Leave out; SSB's total over it.")
@click.option("--source", type=click.Choice(["sample", "ssb"]), help="[default: $KOSTRA_SOURCE or sample]")
@click.option("--statbank-url", help="PxWebApi v2 address, up to and including /v2.")
@click.option("--v0", is_flag=True, help="Read through the older API, for a closed table v2 does not offer.")
@click.option("--v0-url", help="Address of the older API, up to and including the language.")
@click.option("--quiet-hours", type=click.Choice(["auto", "on", "off"]), help="See `kostra run`.")
@home_option
@plain_errors
def get(
    table: str,
    selected: tuple[str, ...],
    codelist: tuple[str, ...],
    eliminate: tuple[str, ...],
    v0: bool,
    home: Path | None,
    **options: object,
) -> None:
    """Ask TABLE once and print the answer as CSV. Every variable must be selected or eliminated."""
    settings = Settings.from_environment().but(home=home, **options)
    lists = dict(_pair(text) for text in codelist)
    selection = {
        variable: Choice(split_values(values), lists.get(variable))
        for variable, values in map(_pair, selected)
    }
    selection |= dict.fromkeys(eliminate, ELIMINATE)
    with closing(Connections(settings)) as connections:
        client = (connections.v0 if v0 else connections.statbank)(f"table {table}")
        fetch = client.fetch(table, selection)
    talk.print(f"{fetch.dataset.label}: {len(fetch.dataset.frame)} cells, {len(fetch.responses)} call(s)")
    click.echo(to_csv(fetch.dataset), nl=False)


def split_values(text: str) -> tuple[str, ...]:
    """Split at commas that are not inside brackets: `2015,top(2,1)` is two items."""
    items, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            items.append(text[start:position])
            start = position + 1
    return tuple(item.strip() for item in (*items, text[start:]) if item.strip())


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(f"write VARIABLE=VALUE, not {text!r}")
    return name, value
