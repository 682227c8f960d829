"""What every command shares: options, settings, datasets, and how errors end."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from assets.catalogue.loader import load_catalogue
from assets.errors import DataError
from pipelines.settings import Settings, SettingsError, SourceKind, sources_in
from pipelines.statbank.errors import StatbankError
from pipelines.storage.archive import ArchiveError
from pipelines.storage.store import Store, StoreError
from pipelines.years import UsageError
from schemas.registry import Datasets, UnknownDatasetError, datasets_of

Command = TypeVar("Command", bound=Callable[..., Any])

#: Talk goes to stderr; stdout is data.
talk = Console(stderr=True, highlight=False, soft_wrap=True)

_EXPECTED = (StatbankError, DataError, ArchiveError, StoreError, SettingsError, UnknownDatasetError)

SAMPLE_NOTICE = "SAMPLE DATA (eksempeltall): modelled figures, not SSB's. Never use them as facts."


def home_option(command: Command) -> Command:
    """`--home DIR`."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder everything is kept in.  [default: $KOSTRA_HOME or ./data]",
    )(command)


def source_option(command: Command) -> Command:
    """`--source` of a command that reads what an earlier run stored."""
    return click.option(
        "--source",
        type=click.Choice(["sample", "ssb"]),
        help="Which source's tables to read.  [default: the one run last in this home]",
    )(command)


def format_options(command: Command) -> Command:
    """`--csv` and `--json`."""
    command = click.option("--json", "as_json", is_flag=True, help="Print JSON records.")(command)
    return click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header.")(command)


def plain_errors(command: Command) -> Command:
    """Expected errors end with their message and exit code 1, without a traceback."""

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes on whatever the command takes
        try:
            return command(*args, **kwargs)
        except UsageError as error:
            raise click.UsageError(str(error)) from error
        except _EXPECTED as error:
            talk.print(f"[bold red]error[/]: {escaped(str(error))}")
            raise click.exceptions.Exit(1) from error

    return guarded  # type: ignore[return-value]


def stored_settings(home: Path | None, source: SourceKind | None, **others: object) -> Settings:
    """Settings of a command that reads: the source asked for, or the one run last in the home."""
    settings = Settings.from_environment().but(home=home, source=source, **others)
    if source is None:
        held = sources_in(settings.home)
        settings = settings.but(source=held[0]) if held else settings
    if settings.source == "sample":
        talk.print(f"[yellow]{SAMPLE_NOTICE}[/]")
    return settings


def datasets(settings: Settings) -> Datasets:
    """Every dataset of the warehouse, by the catalogue."""
    return datasets_of(load_catalogue(), settings.municipality)


def store(settings: Settings) -> Store:
    """The warehouse of the settings."""
    return Store(settings.warehouse)


def escaped(text: str) -> str:
    """Text that Rich prints as it stands."""
    return text.replace("[", r"\[")
