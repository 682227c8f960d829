"""`kostra series`: an indicator over the years, adjusted as asked where that is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import click
import pandas as pd

from assets.baerum.time_series import time_series
from assets.errors import DataError, look_up
from pipelines.cli import output
from pipelines.cli.common import format_options, home_option, plain_errors, source_option, stored_settings
from pipelines.cli.series_view import print_series
from pipelines.settings import SourceKind
from pipelines.stored import Stored
from pipelines.years import UsageError, parse_years
from schemas.catalogue import DEFLATORS, FOCAL, NETWORK_MEAN, AdjustmentName, Indicator, Series
from schemas.nearest import nearest_text

ADJUSTMENTS: dict[str, tuple[AdjustmentName, ...]] = {
    **{name: (name,) for name in get_args(AdjustmentName)},
    "both": get_args(AdjustmentName),
}


@click.command()
@click.argument("indicator")
@click.option(
    "--entity",
    "entities",
    multiple=True,
    help="A municipality (slug), KOSTRA group (EKG12) or country (EAK, "
    "EAKUO), `focal` or `network_mean`; may be repeated.  [default: focal, network_mean]",
)
@click.option(
    "--adjust",
    type=click.Choice(list(ADJUSTMENTS)),
    help="What to adjust for; only where the indicator allows it.",
)
@click.option("--deflator", type=click.Choice(DEFLATORS), help="Prices to deflate by.  [default: municipal]")
@click.option("--base-year", type=int, help="Year whose prices the values are in.  [default: the last year]")
@click.option("--years", help="2015-2024 or a list.  [default: all that are stored]")
@click.option("--municipality", help="Focal municipality.  [default: the settings']")
@click.option("--network", help="Network or KOSTRA group whose mean is shown.  [default: the settings']")
@format_options
@source_option
@home_option
@plain_errors
def series(
    indicator: str,
    entities: tuple[str, ...],
    adjust: str | None,
    deflator: str | None,
    base_year: int | None,
    years: str | None,
    municipality: str | None,
    network: str | None,
    as_csv: bool,
    as_json: bool,
    source: SourceKind | None,
    home: Path | None,
) -> None:
    """Print the time series of INDICATOR, a row per entity and year, with its breaks and what was applied."""
    settings = stored_settings(home, source, municipality=municipality)
    stored = Stored(settings)
    catalogue, compared = stored.compared(network)
    declared = look_up("indicator", indicator, catalogue.indicators)
    wanted = parse_years(years) if years else stored.years("asss/indicators")
    indicators = stored.rows("asss/indicators", *wanted)
    asked = _asked(declared, entities, adjust, deflator, base_year or (wanted or [0])[-1])
    _refuse_strangers(asked.entities, indicators)
    frame = time_series(
        indicators,
        stored.rows("asss/aggregates", *wanted),
        stored.rows("register/figures", *wanted),
        catalogue,
        settings.municipality,
        compared,
        [asked],
    )
    if as_csv:
        output.print_csv(frame)
    elif as_json:
        output.print_json(frame)
    else:
        print_series(frame, settings)


def _asked(
    declared: Indicator, entities: Sequence[str], adjust: str | None, deflator: str | None, base_year: int
) -> Series:
    """The series that was asked for.

    Raises:
        UsageError: an adjustment the indicator does not allow, or a deflator where nothing is deflated.
    """
    names = ADJUSTMENTS[adjust] if adjust else ()
    refused = [name for name in names if name not in declared.adjustments]
    if refused:
        allowed = ", ".join(declared.adjustments) or "none, it is no amount per inhabitant"
        raise UsageError(f"{declared.id} may not be adjusted by {' and '.join(refused)}; allowed: {allowed}")
    deflates = "deflate" in names
    if deflator and not deflates:
        raise UsageError("--deflator needs --adjust deflate or --adjust both")
    return Series(
        id="asked",
        title=declared.title,
        indicator=declared.id,
        entities=tuple(entities) or (FOCAL, NETWORK_MEAN),
        adjust=names,
        deflator=(deflator or "municipal") if deflates else None,
        base_year=base_year if deflates else None,
    )


def _refuse_strangers(entities: Sequence[str], indicators: pd.DataFrame) -> None:
    known = {*indicators["municipality"].astype("str").unique(), FOCAL, NETWORK_MEAN}
    strangers = [name for name in entities if name not in known]
    if strangers:
        raise DataError(f"no figures of `{strangers[0]}`; {nearest_text(strangers[0], known)}")
