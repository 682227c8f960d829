"""Small StatBanks for end-to-end tests: the sample tables, cut down, reordered or altered."""

import atexit
import shutil
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import dagster as dg
import numpy as np

from assets.catalogue.loader import load_catalogue
from pipelines.run import run_pipeline
from pipelines.run_report import Report
from pipelines.settings import Settings
from pipelines.standin.sample import sample_klass, sample_table
from pipelines.standin.server import StandinServer
from pipelines.standin.table import StandinDimension, StandinTable
from schemas.catalogue import ACCOUNTS_TABLE, POPULATION_TABLE, Catalogue

REGION, SCOPE, FUNCTION = "KOKkommuneregion0000", "KOKregnskapsomfa0000", "KOKfunksjon0000"
ART, CONTENTS, PERIOD = "KOKart0000", "ContentsCode", "Tid"
NET_OF_2024 = {SCOPE: "A", ART: "AGD2", CONTENTS: "KOSbelop0000", PERIOD: "2024"}
LATER = datetime(2025, 9, 1, 6, tzinfo=UTC)
SOCIAL = ("242", "243", "273", "276", "281")


def cut(
    table: StandinTable, kept: Mapping[str, Sequence[str]], order: Sequence[int] | None = None
) -> StandinTable:
    """`table` with only the codes of `kept`, in that order, and its dimensions in the order given."""
    places = [[d.codes.index(code) for code in kept.get(d.code, d.codes)] for d in table.dimensions]
    at = np.ix_(*places)
    axes = list(order or range(len(places)))
    dimensions = [_only(d, place) for d, place in zip(table.dimensions, places, strict=True)]
    marks = table.marks[at].transpose(axes).ravel()
    return replace(
        table,
        dimensions=tuple(dimensions[axis] for axis in axes),
        values=np.ascontiguousarray(table.values[at].transpose(axes)),
        symbols={int(flat): table.alphabet[marks[flat]] for flat in np.flatnonzero(marks)},
    )


def _only(dimension: StandinDimension, places: Sequence[int]) -> StandinDimension:
    codes = tuple(dimension.codes[place] for place in places)
    return replace(
        dimension,
        codes=codes,
        labels=tuple(dimension.labels[place] for place in places),
        units={code: unit for code, unit in dimension.units.items() if code in codes},
        category_notes={code: note for code, note in dimension.category_notes.items() if code in codes},
        codelists=(),
        elimination_code=dimension.elimination_code if dimension.elimination_code in codes else None,
    )


def small_catalogue() -> Catalogue:
    """The catalogue with the two main tables, and the three indicators that need no other."""
    whole = load_catalogue()
    indicators = {
        name: entry for name, entry in whole.indicators.items() if entry.number in {"S2", "S3", "S4"}
    }
    profile = whole.profiles["sos"].model_copy(update={"rows": tuple(indicators)})
    tables = {name: whole.tables[name] for name in (ACCOUNTS_TABLE, POPULATION_TABLE)}
    return replace(
        whole,
        tables=tables,
        indicators=indicators,
        profiles={"sos": profile},
        series={},
        efficiency_areas={},
        registers={},
        reports={},
    )


def small_accounts() -> StandinTable:
    """12367 with what the three indicators need."""
    return cut(sample_table("12367"), {SCOPE: ["A"], FUNCTION: SOCIAL, ART: ["AGD2"]})


def small_tables() -> list[StandinTable]:
    """The two tables the indicators come from, cut down."""
    return [small_accounts(), sample_table("07459")]


@contextmanager
def standin(*tables: StandinTable):
    """A running stand-in that serves `tables`, the small ones by default."""
    with StandinServer(tables or small_tables(), sample_klass(), rate_limit=10_000) as server:
        yield server


def settings_for(server: StandinServer, home: Path, **others: object) -> Settings:
    """Settings of a run against `server` as if it were SSB."""
    return Settings().but(
        home=home, source="ssb", statbank_url=server.statbank_url, klass_url=server.klass_url, **others
    )


def run(
    server: StandinServer, home: Path, *years: int, catalogue: Catalogue | None = None, **others: object
) -> Report:
    """One run against `server`, by the small catalogue unless told otherwise."""
    with dg.DagsterInstance.ephemeral() as instance:
        settings = settings_for(server, home, **others)
        return run_pipeline(
            settings, list(years) or None, instance=instance, catalogue=catalogue or small_catalogue()
        )


@cache
def _made_once() -> Path:
    """A home that one run of 2023 and 2024 against the small stand-in has filled."""
    home = Path(mkdtemp(prefix="kostra-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    with standin() as server:
        assert run(server, home, 2023, 2024).succeeded
    return home


def filled(home: Path) -> None:
    """Make `home` what a run of 2023 and 2024 against the small stand-in leaves behind."""
    shutil.copytree(_made_once(), home, dirs_exist_ok=True)


def asked(server: StandinServer, since: int = 0) -> list[tuple[str, str]]:
    """Method and path (without query) of the requests to the StatBank since request number `since`."""
    return [
        (request.method, request.path.partition("?")[0].partition("/v2")[2])
        for request in server.requests[since:]
        if "/pxwebapi/" in request.path
    ]
