"""`kostra release`: freeze a report year, verify a release, compare two, list those there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pandas as pd

from pipelines.cli import output
from pipelines.cli.common import (
    escaped,
    format_options,
    home_option,
    plain_errors,
    source_option,
    stored_settings,
    talk,
)
from pipelines.lock import read_lock
from pipelines.releases.compare import compare as compared
from pipelines.releases.manifest import Manifest, ReleaseError, read_manifest
from pipelines.releases.verify import problems_of
from pipelines.settings import Settings, SourceKind
from pipelines.years import YEARS

if TYPE_CHECKING:
    from pipelines.releases.writer import Made

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_YEAR = click.IntRange(YEARS[0], YEARS[-1])


@click.group(invoke_without_command=True)
@click.option("--year", type=_YEAR, help="The report year.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Where to put the release.")
@click.option(
    "--lock",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Of what this inputs.lock.json names, replayed first where that was not done yet.",
)
@click.option("--with-imported", is_flag=True, help="Also ledger lines, and the files that were handed in.")
@click.option("--municipality", help="Focal municipality.  [default: $KOSTRA_MUNICIPALITY or baerum]")
@click.option("--network", help="Network to compare with.  [default: $KOSTRA_NETWORK or asss]")
@source_option
@home_option
@click.pass_context
@plain_errors
def release(
    context: click.Context,
    year: int | None,
    out: Path | None,
    lock: Path | None,
    with_imported: bool,
    municipality: str | None,
    network: str | None,
    source: SourceKind | None,
    home: Path | None,
) -> None:
    """Freeze a report year: figures, report, inputs and manifest in one folder that can be verified."""
    if context.invoked_subcommand:
        return
    if year is None:
        raise click.UsageError("which report year? kostra release --year 2024")
    settings = stored_settings(home, source or _source_of(lock), municipality=municipality, network=network)
    made = _make(settings, year, out, lock, with_imported)
    told = "" if made.new else "already there, and the same: "
    size = sum(file.bytes for file in made.manifest.files) / 1e6
    talk.print(
        f"{told}{len(made.manifest.datasets)} datasets, {len(made.manifest.files)} files, {size:.1f} MB; "
        f"content {made.manifest.content_sha256[:12]}; check it with `kostra release verify`"
    )
    click.echo(made.folder)


def _source_of(lock: Path | None) -> SourceKind | None:
    return read_lock(lock).source if lock else None  # type: ignore[return-value]


def _make(settings: Settings, year: int, out: Path | None, lock: Path | None, with_imported: bool) -> Made:
    from pipelines.instance import open_instance  # noqa: PLC0415 - Dagster costs a second
    from pipelines.releases.replay import replayed_settings  # noqa: PLC0415
    from pipelines.releases.writer import make_release  # noqa: PLC0415

    def say(line: str) -> None:
        talk.print(f"[dim]{escaped(line)}[/]")

    settings = replayed_settings(settings, lock, say) if lock else settings
    with open_instance(settings) as instance:
        return make_release(settings, year, instance, out=out, with_imported=with_imported, say=say)


@release.command()
@click.argument("folder", type=_FOLDER)
@click.option("--figure", help="Compute this indicator once more, and no other figure.")
@click.option("--municipality", help="Of --figure.  [default: the release's]")
@click.option("--year", type=_YEAR, help="Of --figure.  [default: the release's]")
@click.option("--hashes-only", is_flag=True, help="Compute nothing once more.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@plain_errors
def verify(
    folder: Path,
    figure: str | None,
    municipality: str | None,
    year: int | None,
    hashes_only: bool,
    as_json: bool,
) -> None:
    """Check every file of the release in FOLDER, and compute its figures once more from its own inputs.

    Without --figure the service profiles of the report year, and everything they rest on, are computed.
    """
    if not figure and (municipality or year):
        raise click.UsageError("--municipality and --year say which figure: add --figure INDICATOR")
    if figure and hashes_only:
        raise click.UsageError("--hashes-only computes no figure: leave out one of the two")
    problems, done = _verified(folder, figure, municipality, year, hashes_only)
    if as_json:
        click.echo(json.dumps({"problems": problems, "done": done}, ensure_ascii=False, indent=1))
    else:
        for line in problems or done:
            click.echo(line)
    if problems:
        talk.print(f"[bold red]not as it was released[/]: {len(problems)} problem(s)")
        raise click.exceptions.Exit(1)
    talk.print("[green]verified[/]")


def _verified(
    folder: Path, figure: str | None, municipality: str | None, year: int | None, hashes_only: bool
) -> tuple[list[str], list[str]]:
    """What is amiss, and what was checked."""
    try:
        manifest = read_manifest(folder)
    except ReleaseError as error:
        return str(error).splitlines(), []
    if manifest.source == "sample":
        talk.print("[yellow]EKSEMPELTALL: modelled figures, not SSB's[/]")
    problems = problems_of(folder, manifest)
    done = [f"{len(manifest.files)} files and {_parts(manifest)} contents of {manifest.name}: as released"]
    if problems or hashes_only:
        return problems, done
    # Dagster costs a second.
    from pipelines.releases.recompute import Figure, recompute  # noqa: PLC0415

    wanted = Figure(figure, municipality or manifest.municipality, year or manifest.year) if figure else None
    outcome = recompute(folder, manifest, wanted)
    return list(outcome.problems), [*done, outcome.done]


def _parts(manifest: Manifest) -> int:
    return sum(len(entry.parts) for entry in manifest.datasets)


@release.command()
@click.argument("old", type=_FOLDER)
@click.argument("new", type=_FOLDER)
@format_options
@plain_errors
def compare(old: Path, new: Path, as_csv: bool, as_json: bool) -> None:
    """What differs between two releases: figures, inputs, code and catalogue."""
    frame = compared(old, new)
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    elif frame.empty:
        click.echo("equal: the same figures, inputs, code and pages")
    else:
        output.print_table(frame, f"{old.name} → {new.name}")
        counts = frame["what"].value_counts()
        talk.print(", ".join(f"{count} {what}" for what, count in counts.items()))


@release.command(name="list")
@click.option("--out", type=_FOLDER, help="Where the releases are.  [default: the releases of the source]")
@format_options
@source_option
@home_option
@plain_errors
def list_(
    out: Path | None, as_csv: bool, as_json: bool, source: SourceKind | None, home: Path | None
) -> None:
    """The releases there are."""
    folder = out or stored_settings(home, source).folder / "releases"
    frame = pd.DataFrame([_listed(path) for path in sorted(folder.glob("*/MANIFEST.json"))], columns=_LISTED)
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    else:
        output.print_table(frame, str(folder), limit=None)


_LISTED = ["release", "year", "created (UTC)", "source", "datasets", "files", "content", "state"]


def _listed(path: Path) -> list[object]:
    try:
        manifest = read_manifest(path.parent)
    except ReleaseError as error:
        return [path.parent.name, None, "", "", None, None, "", str(error)]
    return [
        path.parent.name,
        manifest.year,
        manifest.created_at[:16].replace("T", " "),
        manifest.source,
        len(manifest.datasets),
        len(manifest.files),
        manifest.content_sha256[:12],
        "whole manifest",
    ]
