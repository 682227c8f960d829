"""`kostra diff`: the cells that differ between two versions of a dataset."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.cli import output
from pipelines.cli.common import (
    datasets,
    format_options,
    home_option,
    plain_errors,
    source_option,
    store,
    stored_settings,
    talk,
)
from pipelines.settings import Settings, SourceKind
from pipelines.storage.difference import Difference, difference
from pipelines.storage.store import StoreError
from pipelines.storage.versions import version, versions
from pipelines.years import parse_years


@click.command()
@click.argument("dataset")
@click.option("--from", "first", type=int, help="Version to start from.  [default: the one before --to]")
@click.option("--to", "last", type=int, help="Version to compare with it.  [default: the newest]")
@click.option("--year", help="One year, a range (2022-2024) or a list; all years by default.")
@format_options
@source_option
@home_option
@plain_errors
def diff(
    dataset: str,
    first: int | None,
    last: int | None,
    year: str | None,
    as_csv: bool,
    as_json: bool,
    source: SourceKind | None,
    home: Path | None,
) -> None:
    """List every cell of DATASET that differs between two versions (see `kostra history`).

    A row that came or went has a line per column. Columns that only tell where a row comes from are not
    compared.
    """
    settings = stored_settings(home, source)
    found, compared = between(settings, dataset, first, last, parse_years(year) if year else None)
    if as_csv:
        output.print_csv(found.cells)
    elif as_json:
        output.print_json(found.cells)
    elif len(found.cells):
        output.print_table(found.cells, f"{dataset}, {compared} · source: {settings.source}")
    talk.print(f"{dataset}, {compared}: {counts(found)}")


def between(
    settings: Settings, dataset: str, first: int | None, last: int | None, years: list[int] | None
) -> tuple[Difference, str]:
    """What differs between two versions of a dataset, and which were compared.

    Raises:
        StoreError: there is no such version, or only one.
    """
    contract, warehouse = datasets(settings)[dataset], store(settings)
    known = versions(warehouse, contract.dataset)
    if not known:
        raise StoreError(f"nothing is stored of {dataset} in {settings.warehouse}; run `kostra run` first")
    last = len(known) if last is None else last
    first = last - 1 if first is None else first
    if first < 1 <= last:
        raise StoreError(f"{dataset} has no version before version {last} to compare it with")
    new, old = (version(warehouse, contract.dataset, number).delta_version for number in (last, first))
    wanted = years if contract.partitioned else None
    tables = [warehouse.read(contract, wanted, delta_version=number) for number in (old, new)]
    return difference(contract, *tables), f"version {first} → {last}"


def counts(found: Difference) -> str:
    """How many rows changed, came and went."""
    words = (("changed", found.changed), ("added", found.added), ("removed", found.removed))
    return ", ".join(f"{count} row(s) {word}" for word, count in words)
