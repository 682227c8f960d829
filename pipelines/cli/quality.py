"""`kostra quality`: what does not hold of what the figures are held against, and what to look at."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from assets.quality.page import broken, quality_page
from pipelines.cli import output
from pipelines.cli.common import (
    datasets,
    format_options,
    home_option,
    plain_errors,
    source_option,
    stored_settings,
    talk,
)
from pipelines.cli.profile_view import SAMPLE_MARK, newest_names
from pipelines.settings import Settings, SourceKind
from pipelines.storage.files import write_durably
from pipelines.stored import Stored
from pipelines.years import parse_years, shown_years
from schemas.quality import EXPECTATIONS

#: What a file with sample figures is called after.
_SAMPLE = "EKSEMPELTALL"
_HEADERS = [("År", False), ("Datasett", False), ("Grad", False), ("Forventet", False), ("Funnet", False)]


@click.command()
@click.option("--year", help="2024, 2022-2024 or a list.  [default: every year that is held]")
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the quality page to FILE."
)
@click.option(
    "--data-docs",
    "docs",
    type=click.Path(path_type=Path, file_okay=False),
    help="Build Great Expectations' Data Docs in DIR, judging the stored rows again.",
)
@click.option("--municipality", help="Focal municipality.  [default: the settings']")
@format_options
@source_option
@home_option
@plain_errors
def quality(
    year: str | None,
    html: Path | None,
    docs: Path | None,
    municipality: str | None,
    as_csv: bool,
    as_json: bool,
    source: SourceKind | None,
    home: Path | None,
) -> None:
    """Print what does not hold of what the figures are held against, with what was found and what to look at.

    --csv and --json print every expectation and control, also those that hold.
    """
    settings = stored_settings(home, source, municipality=municipality)
    stored = Stored(settings)
    years = parse_years(year) if year else stored.years(EXPECTATIONS.dataset)
    rows = stored.rows(EXPECTATIONS.dataset, *years)
    if html is not None:
        _write_page(html, rows, stored)
    if docs is not None:
        _write_docs(docs, stored, years)
    if as_csv:
        output.print_csv(rows)
    elif as_json:
        output.print_json(rows)
    elif html is None and docs is None:
        print_quality(rows, settings)


def print_quality(rows: pd.DataFrame, settings: Settings) -> None:
    """How much holds, and what does not."""
    left = broken(rows)
    good = int(rows["success"].sum())
    years = shown_years(sorted(int(year) for year in rows["year"].unique()))
    mark = f" – {SAMPLE_MARK}" if settings.source == "sample" else ""
    count = f"{output.norwegian(good)} av {output.norwegian(len(rows))} forventninger og kontroller holder"
    title = f"Kvalitet {years}: {count}{mark}"
    lines = [
        [
            str(found.year),
            each.dataset,
            each.grade,
            f"{each.title} ({each.when})",
            _told(found.observed, found.examples),
        ]
        for each in left
        for found in each.found
    ]
    output.print_columns(_HEADERS, lines, title)
    for advice in dict.fromkeys(f"{each.title}: {each.advice}" for each in left):
        click.echo(f"Se på: {advice}")


def _told(observed: str, examples: tuple[str, ...]) -> str:
    return "\n".join((observed, *(f"· {example}" for example in examples)))


def _write_page(path: Path, rows: pd.DataFrame, stored: Stored) -> None:
    settings, slug = stored.settings, stored.settings.municipality
    titles = {name: contract.title for name, contract in datasets(settings).items()}
    names = newest_names(stored.rows("klass/municipalities"))
    labelled = _labelled(path, settings)
    page = quality_page(rows, titles, names.get(slug, slug), sample=settings.source == "sample")
    write_durably(labelled, page.encode())
    talk.print(f"page: {labelled}")


def _write_docs(folder: Path, stored: Stored, years: list[int]) -> None:
    from pipelines.data_docs import build_data_docs  # noqa: PLC0415 - Great Expectations takes seconds

    talk.print(f"Data Docs: {build_data_docs(_labelled(folder, stored.settings), stored, years)}")


def _labelled(path: Path, settings: Settings) -> Path:
    """A file or folder with sample figures says so by its name."""
    if settings.source != "sample" or _SAMPLE in path.name:
        return path
    return path.with_name(f"{path.stem}-{_SAMPLE}{path.suffix}")
