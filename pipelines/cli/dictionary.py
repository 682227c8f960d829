"""`kostra dictionary`: every column of every dataset, from the contracts."""

from __future__ import annotations

import click
import pandas as pd

from assets.catalogue.loader import load_catalogue
from pipelines.cli import output
from pipelines.cli.common import format_options, plain_errors, talk
from pipelines.settings import PROJECT, Settings
from schemas.dictionary import MUNICIPALITY, dictionary, records, section
from schemas.registry import datasets_of

PAGE = PROJECT / "docs" / "data-dictionary.md"


@click.command("dictionary")
@click.argument("dataset", required=False)
@click.option("--write", is_flag=True, help=f"Write all of it to {PAGE.relative_to(PROJECT)}.")
@format_options
@plain_errors
def dictionary_(dataset: str | None, write: bool, as_csv: bool, as_json: bool) -> None:
    """Describe every column with type, unit and source, or those of one DATASET."""
    if write and (dataset or as_csv or as_json):
        raise click.UsageError("--write writes the whole page, and nothing else: leave out the rest")
    datasets = datasets_of(load_catalogue(), MUNICIPALITY)
    if as_csv or as_json:
        rows = pd.DataFrame(records([datasets[dataset]] if dataset else datasets.values()))
        (output.print_json if as_json else output.print_csv)(rows)
    elif dataset:
        click.echo(section(datasets[dataset]), nl=False)
    elif write:
        PAGE.write_text(page(), encoding="utf-8")
        talk.print(f"written: {PAGE}")
    else:
        click.echo(page(), nl=False)


def page() -> str:
    """The whole dictionary, as it is to stand in `docs/`."""
    datasets = datasets_of(load_catalogue(), MUNICIPALITY)
    return dictionary(datasets.values(), Settings().municipality)
