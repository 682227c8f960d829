"""`kostra run`: the main job, with progress."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click
from rich.logging import RichHandler

from pipelines.cli.common import (
    SAMPLE_NOTICE,
    datasets,
    escaped,
    home_option,
    plain_errors,
    store,
    talk,
)
from pipelines.cli.profile_view import print_profile
from pipelines.lock import read_lock, settings_of
from pipelines.settings import Settings, SettingsError, SourceKind, sources_in
from pipelines.storage.frames import as_frame
from pipelines.years import parse_years, shown_years


@click.command()
@click.option(
    "--source",
    type=click.Choice(["sample", "ssb", "archive"]),
    help="sample: modelled figures from a stand-in on this machine; ssb: live; archive: what is archived "
    "already, no network.  [default: $KOSTRA_SOURCE or sample]",
)
@click.option("--years", help="2024, 2022-2024 or a list.  [default: every year SSB offers]")
@click.option("--select", multiple=True, help="Only this dataset; +NAME with upstream, NAME+ downstream.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="What was known then (archive).")
@click.option(
    "--lock",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Repeat the run that wrote this inputs.lock.json, and hold what is made against it (archive).",
)
@click.option("--lock-anyway", is_flag=True, help="Also where catalogue or code differ from the lock's.")
@click.option("--refetch", is_flag=True, help="Fetch again even what SSB says is unchanged.")
@click.option("--statbank-url", help="PxWebApi v2 address, up to and including /v2.")
@click.option("--klass-url", help="KLASS address, up to and including /v1.")
@click.option("--municipality", help="Focal municipality.  [default: $KOSTRA_MUNICIPALITY or baerum]")
@click.option("--network", help="Network to compare with.  [default: $KOSTRA_NETWORK or asss]")
@click.option(
    "--quiet-hours",
    type=click.Choice(["auto", "on", "off"]),
    help="Refuse what is fetched 05:00-08:15 Oslo time; auto: from servers that are not on this machine.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every call and warning.")
@home_option
@plain_errors
def run(
    source: str | None,
    years: str | None,
    select: tuple[str, ...],
    as_of: datetime | None,
    verbose: bool,
    home: Path | None,
    **options: object,
) -> None:
    """Fetch what changed at SSB, recompute, and store what differs; then print the service profile."""
    started = time.monotonic()
    settings = _settings(source, as_of, home, options)
    if settings.lock is not None and (years or select):
        raise click.UsageError("the lock says which years and datasets: leave out --years and --select")
    wanted = parse_years(years) if years else None
    _log_to_stderr(verbose)
    if settings.source == "sample":
        talk.print(f"[yellow]{SAMPLE_NOTICE}[/]")
    # Dagster costs a second; the other commands do without it.
    from pipelines.run import run_pipeline  # noqa: PLC0415

    # What was imported stays; looking through it for garbage, again and again, costs a twentieth of a run.
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)

    report = run_pipeline(settings, wanted, select, say=lambda line: talk.print(f"[dim]{escaped(line)}[/]"))
    _tell_made(report.written, report.unchanged, report.left_out)
    for line in report.revised:
        talk.print(f"revised at SSB: {escaped(line)}")
    # What could be made is shown, and then what could not.
    _print_last_profile(settings, report.made(f"{settings.municipality}/service_profile"))
    _tell_not_offered([(told.dataset, told.message) for told in report.not_offered])
    _tell_each("[bold red]error[/]", [(e.dataset, e.year, e.message) for e in report.errors])
    _tell_each("[yellow]warning[/]", [(w.dataset, w.year, w.message) for w in report.warnings])
    _tell_not_held([(n.dataset, n.year, n.message) for n in report.not_held])
    if report.errors or report.warnings or report.not_held:
        talk.print("`kostra quality` tells what was found and what to look at")
    _tell_failures([(f.dataset, f.year, f.message) for f in report.failures])
    if report.replay_of and report.succeeded:
        talk.print(f"replay of {report.replay_of}: every content hash is the lock's")
    if not report.succeeded:
        raise click.exceptions.Exit(1)
    talk.print(f"done in {time.monotonic() - started:.1f} s")


def _settings(
    source: str | None, as_of: datetime | None, home: Path | None, options: dict[str, object]
) -> Settings:
    settings = Settings.from_environment().but(home=home, **options)
    for name, given in (("--as-of", as_of), ("--lock", settings.lock)):
        if given is not None and source != "archive":
            raise click.UsageError(f"{name} works from what is archived: add --source archive")
    if as_of is not None and settings.lock is not None:
        raise click.UsageError("a lock says what was known: leave out --as-of")
    if source != "archive":
        return settings.but(source=source)
    if settings.lock is not None:
        return settings_of(read_lock(settings.lock), settings)
    return settings.but(
        source=_archived_source(settings), offline=True, as_of=as_of.date() if as_of else None
    )


def _archived_source(settings: Settings) -> SourceKind:
    held = sources_in(settings.home)
    if not held:
        raise SettingsError(f"{settings.home} holds no archive yet; run `kostra run --source ssb` first")
    return held[0]


def _log_to_stderr(verbose: bool) -> None:
    handler = RichHandler(console=talk, show_path=False, show_time=False, markup=False)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], format="%(message)s", force=True)
    for package in ("pipelines", "assets"):
        logging.getLogger(package).setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("dagster").setLevel(logging.ERROR)


def _tell_made(written: list[str], unchanged: list[str], left_out: list[str]) -> None:
    talk.print(f"new versions: {len(written)} partition(s); unchanged: {len(unchanged)}")
    for years, datasets_of_years in _by_years(written):
        talk.print(f"  {years + ': ' if years else ''}{', '.join(datasets_of_years)}")
    for dataset, years_left_out in _by_dataset(left_out):
        talk.print(f"[yellow]left out[/] {dataset} {shown_years(years_left_out)}: something it needs failed")


def _by_years(names: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The datasets of which the same years were made, together."""
    grouped: dict[str, list[str]] = {}
    for dataset, years in _by_dataset(names):
        grouped.setdefault(shown_years(years), []).append(dataset)
    return list(grouped.items())


def _by_dataset(names: Iterable[str]) -> list[tuple[str, list[int]]]:
    grouped: dict[str, list[int]] = {}
    for name in names:
        dataset, _, year = name.partition(" ")
        grouped.setdefault(dataset, []).extend([int(year)] if year else [])
    return list(grouped.items())


def _tell_not_offered(told: list[tuple[str, str]]) -> None:
    """Tables this StatBank never offered: their names, and where the rest is told."""
    names = sorted({dataset for dataset, _ in told})
    if names:
        talk.print(
            f"[yellow]not offered by this StatBank[/]: {', '.join(names)}; the indicators that need them "
            "have no figures (`kostra sources check` tells which)"
        )


def _tell_each(word: str, told: list[tuple[str, int | None, str]]) -> None:
    """Each distinct message once, with the years it concerns."""
    for dataset, message, years in _grouped(told):
        talk.print(f"{word} {dataset} {shown_years(years)}\n{escaped(message)}")


def _grouped(told: list[tuple[str, int | None, str]]) -> list[tuple[str, str, list[int]]]:
    grouped: dict[tuple[str, str], list[int]] = {}
    for dataset, year, message in told:
        grouped.setdefault((dataset, message), []).extend([year] if year is not None else [])
    return [(dataset, message, years) for (dataset, message), years in grouped.items()]


def _tell_not_held(told: list[tuple[str, int | None, str]]) -> None:
    """Expectations and controls that do not hold, a line each; what was found is told elsewhere."""
    for dataset, message, years in _grouped(told):
        talk.print(f"[yellow]does not hold[/] {dataset} {shown_years(years)}: {escaped(message)}")


def _tell_failures(failures: list[tuple[str, int | None, str]]) -> None:
    _tell_each("[bold red]failed[/]", failures)
    if failures:
        talk.print("Stored tables are as they were before the failure.")


def _print_last_profile(settings: Settings, years: list[int]) -> None:
    dataset = f"{settings.municipality}/service_profile"
    warehouse = store(settings)
    if years:
        contract = datasets(settings)[dataset]
        print_profile(as_frame(contract, warehouse.read(contract, years[-1:])), settings)
        talk.print(
            f"tables: {settings.warehouse} (Delta; read with `kostra show`, deltalake, DuckDB, Spark …)"
        )
        talk.print(f"archive: {settings.archive}")
