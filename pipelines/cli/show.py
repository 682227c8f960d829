"""`kostra show`: print a dataset."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from pipelines.cli import output
from pipelines.cli.common import (
    datasets,
    format_options,
    home_option,
    plain_errors,
    source_option,
    store,
    stored_settings,
)
from pipelines.cli.director_areas_view import print_control_totals, print_director_areas
from pipelines.cli.efficiency_view import print_efficiency
from pipelines.cli.profile_view import print_profile
from pipelines.cli.reconciliation_view import print_reconciliation
from pipelines.cli.revisions import print_revisions
from pipelines.cli.series_view import print_series
from pipelines.settings import Settings, SourceKind
from pipelines.storage.frames import as_frame
from pipelines.storage.versions import version
from pipelines.years import parse_years

#: How people read the datasets of the municipality, by the name after its slug, and those on a report.
_VIEWS = {
    "service_profile": print_profile,
    "time_series": print_series,
    "efficiency": print_efficiency,
    "director_area_costs": print_director_areas,
    "control_totals": print_control_totals,
    "reconciliation": print_reconciliation,
    "revisions": print_revisions,
}


@click.command()
@click.argument("dataset")
@click.option("--year", help="One year, a range (2022-2024) or a list; all years by default.")
@click.option("--version", "number", type=int, help="As this version left it (see `kostra history`).")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="What a run with the same --as-of made.")
@click.option(
    "--lock", type=click.Path(path_type=Path, dir_okay=False), help="What a replay of this lock made."
)
@format_options
@source_option
@home_option
@plain_errors
def show(
    dataset: str,
    year: str | None,
    number: int | None,
    as_of: pd.Timestamp | None,
    lock: Path | None,
    as_csv: bool,
    as_json: bool,
    source: SourceKind | None,
    home: Path | None,
) -> None:
    """Print DATASET, for example baerum/service_profile or kostra/accounts."""
    settings = stored_settings(home, source, as_of=as_of.date() if as_of else None, lock=lock)
    frame = stored_frame(settings, dataset, year, number)
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    elif view := _VIEWS.get(dataset.partition("/")[2]):
        # The dataset says whose it is, whatever municipality is set.
        view(frame, settings.but(municipality=dataset.partition("/")[0]))
    else:
        output.print_table(frame, f"{dataset} · source: {settings.source}")


def stored_frame(settings: Settings, dataset: str, year: str | None, number: int | None) -> pd.DataFrame:
    """The stored rows of `dataset`, for the years and the version asked for."""
    contract, warehouse = datasets(settings)[dataset], store(settings)
    years = parse_years(year) if year and contract.partitioned else None
    delta_version = version(warehouse, dataset, number).delta_version if number else None
    return as_frame(contract, warehouse.read(contract, years, delta_version=delta_version))
