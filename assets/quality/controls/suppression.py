"""Controls of suppression (skjerming): nothing stored tells a figure that SSB or a register keeps back."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import pandas as pd

from assets.asss.cells import CellStatuses, weights
from assets.asss.protection import totals_of, withhold_revealing_totals
from assets.quality.controls.control import OWN, Control, Finding, Frames, own_name, told
from schemas.catalogue import Catalogue

ACCOUNTS = "kostra/accounts"
POPULATION = "kostra/population"
STATISTICS = "kostra/service_statistics"
INDICATORS = "asss/indicators"
AGGREGATES = "asss/aggregates"
MUNICIPALITIES = "klass/municipalities"
GROUPS = "klass/kostra_groups"
FACTS = (ACCOUNTS, POPULATION, STATISTICS, INDICATORS)
#: Where values of municipalities are shown, and the column that says whose they are; None is the focal one's.
SHOWN_IN = {f"{OWN}/service_profile": None, f"{OWN}/time_series": "entity"}

_FIGURES = ("value", "amount", "inhabitants", "numerator", "mean", "max", "min")
_KEYS = (
    "region",
    "municipality",
    "network",
    "entity",
    "function",
    "art",
    "concept",
    "measure",
    "indicator",
    "contents",
)


def nothing_beside(frames: Frames, _: Catalogue, __: int) -> Finding:
    """No dataset has a figure in a row that is suppressed."""
    judged, lines = 0, []
    for name, frame in frames.items():
        if "status" not in frame.columns:
            continue
        hidden = frame[(frame["status"] == "suppressed").to_numpy()]
        judged += len(hidden)
        figures = [column for column in _FIGURES if column in hidden.columns]
        told_all_the_same = hidden[hidden[figures].notna().any(axis=1).to_numpy()]
        lines += [f"{name}: {_named(row)}" for _, row in told_all_the_same.iterrows()]
    return told(judged, "skjermede rader", lines)


def _named(row: pd.Series) -> str:
    return " ".join(str(row[name]) for name in _KEYS if name in row.index and pd.notna(row[name]))


def nothing_derived(frames: Frames, catalogue: Catalogue, year: int) -> Finding:
    """No value of a municipality is computed from a suppressed cell, and none that is suppressed is shown."""
    indicators = frames[INDICATORS]
    cells = CellStatuses(*(frames[name] for name in FACTS)) if _any_suppressed(frames) else None
    lines = list(_derived(indicators, cells, catalogue, year)) if cells else []
    for dataset, entity in SHOWN_IN.items():
        name = own_name(dataset, frames)
        if name is not None:
            lines += _shown_all_the_same(name, frames[name], entity, indicators)
    return told(len(indicators), "verdier", lines)


def _any_suppressed(frames: Frames) -> bool:
    return any((frames[name]["status"] == "suppressed").any() for name in FACTS)


def _derived(indicators: pd.DataFrame, cells: CellStatuses, catalogue: Catalogue, year: int) -> Iterator[str]:
    """The computed values of municipalities that hold a suppressed cell."""
    own = indicators["region_kind"] == "municipality"
    there = indicators[(own & indicators["value"].notna() & indicators["numerator"].notna()).to_numpy()]
    for name, holders in there.groupby("indicator", observed=True)["municipality"]:
        declared = catalogue.indicators[str(name)]
        for key in sorted(weights(declared.terms, catalogue, year).keys, key=str):
            for municipality in sorted(cells.suppressed(key) & {str(holder) for holder in holders}):
                if not declared.imported:
                    yield f"{municipality}, {name}: bygger på {_cell(key)}"


def _cell(key: Hashable) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _shown_all_the_same(
    name: str, frame: pd.DataFrame, entity: str | None, indicators: pd.DataFrame
) -> list[str]:
    """The rows of a dataset of values that show what is suppressed in the indicators."""
    hidden = indicators[(indicators["status"] == "suppressed").to_numpy()]
    pairs = set(zip(hidden["municipality"].astype("str"), hidden["indicator"].astype("str"), strict=True))
    if not pairs:
        return []
    whose = frame[entity].astype("str") if entity else [name.partition("/")[0]] * len(frame)
    shown = zip(whose, frame["indicator"].astype("str"), frame["value"].notna(), strict=True)
    return [
        f"{name}: {who}, {indicator}" for who, indicator, held in shown if held and (who, indicator) in pairs
    ]


def nothing_recoverable(frames: Frames, catalogue: Catalogue, year: int) -> Finding:
    """No total of a KOSTRA group, the country or a network leaves a suppressed figure over."""
    indicators = frames[INDICATORS]
    totals = indicators[
        (indicators["region_kind"] != "municipality").to_numpy() & (indicators["status"] == "ok").to_numpy()
    ]
    lines = _of_regions(frames, catalogue, year) if _any_suppressed(frames) else []
    if AGGREGATES in frames:
        lines += _of_networks(frames[AGGREGATES], indicators, catalogue, year)
    return told(len(totals), "totaler", lines)


def _of_regions(frames: Frames, catalogue: Catalogue, year: int) -> list[str]:
    """SSB's totals that would have to be withheld, and are not."""
    indicators = frames[INDICATORS].reset_index(drop=True)
    regions = indicators.loc[(indicators["region_kind"] != "municipality").to_numpy(), "municipality"]
    totals = totals_of(year, regions.astype("str").unique(), frames[MUNICIPALITIES], frames[GROUPS])
    cells = CellStatuses(*(frames[name] for name in FACTS))
    safe = withhold_revealing_totals(indicators, cells, catalogue, totals)
    told_too_much = indicators["value"].notna().to_numpy() & safe["value"].isna().to_numpy()
    return [f"{row['municipality']}, {row['indicator']}" for _, row in indicators[told_too_much].iterrows()]


def _of_networks(
    aggregates: pd.DataFrame, indicators: pd.DataFrame, catalogue: Catalogue, year: int
) -> list[str]:
    """Means given by others that count one suppressed member, while all others have data."""
    given = aggregates[
        (aggregates["origin"] == "register").to_numpy() & aggregates["mean"].notna().to_numpy()
    ]
    lines = []
    for network, name in zip(given["network"].astype("str"), given["indicator"].astype("str"), strict=True):
        declared = catalogue.networks.get(network)
        members = declared.members_in(year) if declared else ()
        rows = indicators[(indicators["indicator"] == name).to_numpy()]
        statuses = dict(zip(rows["municipality"].astype("str"), rows["status"].astype("str"), strict=True))
        of_members = [statuses.get(member, "missing") for member in members]
        if of_members.count("suppressed") == 1 and of_members.count("ok") == len(of_members) - 1:
            hidden = members[of_members.index("suppressed")]
            lines.append(f"{network}, {name}: tallet til {hidden} følger av snittet")
    return lines


CONTROLS = (
    Control(
        "nothing_beside_suppressed",
        INDICATORS,
        "Ingen skjermet rad har et tall ved siden av seg, i noe datasett",
        "Ikke publiser datasettet før tallet er borte: finn ut om statusen eller tallet er galt i raden.",
        "error",
        (INDICATORS,),
        nothing_beside,
    ),
    Control(
        "nothing_derived_from_suppressed",
        INDICATORS,
        "Ingen verdi for en kommune er regnet av et skjermet tall, og ingen skjermet verdi er vist",
        "Ikke publiser verdien: er tallet blitt skjermet hos SSB etterpå, må året kjøres på nytt.",
        "error",
        FACTS,
        nothing_derived,
        beside=(*SHOWN_IN,),
    ),
    Control(
        "nothing_recoverable",
        INDICATORS,
        "Intet skjermet tall kan regnes ut av totaler for KOSTRA-grupper, landet eller nettverk",
        "Ikke publiser totalen: trekkes de andre fra, står det skjermede tallet igjen. Kjør året på nytt.",
        "error",
        (*FACTS, MUNICIPALITIES, GROUPS),
        nothing_recoverable,
        beside=(AGGREGATES,),
    ),
)
