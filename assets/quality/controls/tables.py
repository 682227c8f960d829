"""Controls of SSB's tables against each other: those that repeat figures or imply populations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from assets.kostra.regions import to_municipalities
from assets.quality.controls.control import Control, Finding, Frames, listed, number, told
from schemas.catalogue import ACCOUNTS_TABLE, OPEN_AGE, POPULATION_TABLE, Catalogue

DETAILED = f"statbank/t{ACCOUNTS_TABLE}"
BY_SERVICE = "statbank/t12362"
OF_AGES = "statbank/t11805"
POPULATION = "kostra/population"
STATISTICS = "kostra/service_statistics"
MUNICIPALITIES = "klass/municipalities"

_SLACK = 1.0
"""Two tables may be rounded differently: one unit (1000 kr, one person) is no difference."""


def same_accounts(frames: Frames, _: Catalogue, __: int) -> Finding:
    """12362 (municipal group only) has the amounts of 12367 in scope A."""
    keys = ["region", "function", "art"]
    detailed, other = frames[DETAILED], frames[BY_SERVICE]
    amounts = _texts(other[(other["unit"] == "NOK_thousand").to_numpy()], keys)
    group = (detailed["scope"] == "A").to_numpy()
    for name in ("function", "art"):
        group = group & detailed[name].isin(amounts[name].unique()).to_numpy()
    return _same(
        _texts(detailed[group], keys),
        amounts,
        keys,
        "beløp",
        lambda row: (
            f"region {row['region']}, f{row['function']} {row['art']}: {number(row['value_x'])} i 12367, "
            f"{number(row['value_y'])} i 12362"
        ),
    )


def same_population(frames: Frames, catalogue: Catalogue, _: int) -> Finding:
    """11805 has the inhabitants of each age band that the single ages of 07459 add up to."""
    bands = catalogue.bands()
    keys = ["municipality", "age_from", "age_to"]
    population, statistics = frames[POPULATION], frames[STATISTICS]
    own = population[(population["region_kind"] == "municipality").to_numpy()]
    named = statistics[statistics["measure"].isin(list(bands)).to_numpy()]
    ages = [bands[name] for name in named["measure"].astype("str")]
    served = named.assign(age_from=[first for first, _ in ages], age_to=[last for _, last in ages])
    return _same(
        _texts(own.rename(columns={"inhabitants": "value"}), keys[:1]),
        _texts(served, keys[:1]),
        keys,
        "aldersgrupper i kommunene",
        lambda row: (
            f"{row['municipality']} {row['age_from']}–{row['age_to']} år: {number(row['value_x'])} i "
            f"{POPULATION_TABLE}, {number(row['value_y'])} i 11805"
        ),
    )


def _texts(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame.astype(dict.fromkeys(columns, "str"))


def _same(
    one: pd.DataFrame, other: pd.DataFrame, keys: list[str], noun: str, line: Callable[[pd.Series], str]
) -> Finding:
    """Whether two tables have the same `value`, where both have one."""
    both = one[[*keys, "value"]].merge(other[[*keys, "value"]], on=keys)
    held = both.dropna()
    distance = (held["value_x"] - held["value_y"]).abs()
    apart = held.assign(distance=distance)[(distance > _SLACK).to_numpy()]
    lines = [line(row) for _, row in apart.sort_values("distance", ascending=False).iterrows()]
    lonely = int((both["value_x"].isna() != both["value_y"].isna()).sum())
    return told(
        len(held), noun, lines, [f"{number(lonely)} {noun} som bare den ene tabellen har"] if lonely else []
    )


def implied_population(frames: Frames, _: Catalogue, __: int) -> Finding:
    """Amounts and amounts per inhabitant of 12362 imply one population, and it is that of 07459."""
    rows = _per_inhabitant(to_municipalities(frames[BY_SERVICE], frames[MUNICIPALITIES]))
    if rows.empty:
        return told(0, "kommuner", (), ["tabell 12362 har ikke beløp per innbygger"])
    rows = rows.join(_everybody(frames[POPULATION]), on="municipality")
    inside = (rows["lowest"] <= rows["inhabitants"]) & (rows["inhabitants"] <= rows["highest"])
    known = rows["inhabitants"].notna()
    grouped = rows.assign(off=known & ~inside).groupby("municipality")
    lines = [_population_line(str(name), own) for name, own in grouped if own["off"].any()]
    unknown = sorted(rows.loc[(~known).to_numpy(), "municipality"].unique())
    left = [f"{listed(unknown)}, uten folketall 31.12."] if unknown else []
    return told(grouped.ngroups - len(unknown), "kommuner", lines, left)


def _per_inhabitant(cells: pd.DataFrame) -> pd.DataFrame:
    """The inhabitants that each pair of amounts implies: `lowest` and `highest`.

    Both amounts are rounded, so they imply an interval; one person is added at either end, since SSB rounds
    after other steps than ours. A pair below 1 krone per inhabitant implies nothing.
    """
    keys = ["municipality", "function", "art"]
    own = _texts(cells[(cells["region_kind"] == "municipality").to_numpy()], keys)
    amounts, rates = (
        own.loc[(own["unit"] == unit).to_numpy(), [*keys, "value"]].dropna()
        for unit in ("NOK_thousand", "NOK")
    )
    pairs = amounts.merge(rates, on=keys, suffixes=("", "_each"))
    total, each = pairs["value"].abs(), pairs["value_each"].abs()
    pairs = pairs.assign(
        lowest=(total - 0.5) * 1000 / (each + 0.5) - 1, highest=(total + 0.5) * 1000 / (each - 0.5) + 1
    )
    return pairs[(each >= 1).to_numpy()]


def _everybody(population: pd.DataFrame) -> pd.Series:
    every = ((population["age_from"] == 0) & (population["age_to"] == OPEN_AGE)).to_numpy()
    rows = population.loc[every, ["municipality", "inhabitants"]].astype({"municipality": "str"})
    return rows.set_index("municipality")["inhabitants"]


def _population_line(name: str, rows: pd.DataFrame) -> str:
    """What the rows of a municipality imply together; where they imply no one population, the odd row."""
    people = number(rows["inhabitants"].iloc[0])
    lowest, highest = rows["lowest"].max(), rows["highest"].min()
    if lowest <= highest:
        span = f"{number(np.ceil(lowest))}–{number(np.floor(highest))}"
        implied = f"alle {len(rows)} rader i 12362 tilsier {span} innbyggere"
        return f"{name}: {implied}, {POPULATION_TABLE} har {people}"
    odd = rows[rows["off"].to_numpy()].iloc[0]
    span = f"{number(np.ceil(odd['lowest']))}–{number(np.floor(odd['highest']))}"
    where = f"{name} f{odd['function']} {odd['art']}"
    each = f"{number(odd['value'])} tusen kr og {number(odd['value_each'])} kr per innbygger"
    return f"{where}: {each} tilsier {span} innbyggere, {POPULATION_TABLE} har {people}"


CONTROLS = (
    Control(
        "equals_12367",
        BY_SERVICE,
        "Beløpene i tabell 12362 er de samme som i 12367 (konsern)",
        "En av tabellene er fra en annen utgave: se `kostra status`, og hent dem på nytt (`kostra run "
        "--refetch`). Indikatorene bruker 12367.",
        "warning",
        (DETAILED, BY_SERVICE),
        same_accounts,
    ),
    Control(
        "equals_07459",
        OF_AGES,
        "Innbyggerne i tabell 11805 er de samme som i 07459",
        "Er 11805 for samme dato og med samme grenser som 07459 (31.12., Tid = året etter)? "
        "Indikatorene bruker 07459.",
        "warning",
        (POPULATION, STATISTICS, OF_AGES),
        same_population,
    ),
    Control(
        "per_inhabitant_implies_population",
        BY_SERVICE,
        "Beløp og beløp per innbygger i tabell 12362 tilsier folketallet 31.12. i tabell 07459",
        "Er 07459 hentet for riktig år (Tid = året etter), og med riktige koder for kommunen? Gjelder det én "
        "rad, er beløpet rettet hos SSB etter at beløpet per innbygger ble regnet ut.",
        "warning",
        (BY_SERVICE, POPULATION, MUNICIPALITIES),
        implied_population,
    ),
)
