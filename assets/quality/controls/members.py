"""Controls of networks: who is in a mean, and that everybody's figure lies between lowest and highest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from assets.quality.controls.control import OWN, Control, Finding, Frames, listed, number, own_frame, told
from assets.statuses import Figures
from schemas.catalogue import Catalogue

INDICATORS = "asss/indicators"
AGGREGATES = "asss/aggregates"
PROFILE = f"{OWN}/service_profile"

#: Figures that are the same differ by no more of their size than arithmetic in another order gives.
_ARITHMETIC = 1e-9


def members_complete(frames: Frames, catalogue: Catalogue, year: int) -> Finding:
    """Every member of every network has data in each computed mean.

    Who got new boundaries on the day after the year has no population of it, and is not missed.
    """
    frame = frames[AGGREGATES]
    computed = [
        name for name, entry in catalogue.indicators.items() if entry.covers(year) and not entry.imported
    ]
    judged = frame[
        (frame["indicator"].isin(computed) & (frame["origin"] == "computed")).to_numpy()
        & (frame["status"] != "not_applicable").to_numpy()
    ]
    redrawn = {name for name, changed in catalogue.boundary_changes() if changed == year}
    texts = judged["members_missing"].fillna("").astype("str")
    missing = [", ".join(sorted({*text.split(", ")} - {""} - redrawn)) for text in texts]
    found = judged[["network", "indicator"]].astype("str").assign(missing=missing)
    lacking = found[(found["missing"] != "").to_numpy()]
    left = [f"{listed(sorted(redrawn))}, som fikk nye grenser dagen etter"] if redrawn else []
    return told(len(found), "snitt", _lacking(lacking), left, broken_count=len(lacking))


def _lacking(rows: pd.DataFrame) -> list[str]:
    """Means that lack the same members together, the most first."""
    grouped = rows.groupby(["network", "missing"])["indicator"].agg(list).reset_index()
    told_of = zip(grouped["network"], grouped["missing"], grouped["indicator"], strict=True)
    lines = []
    for network, names, indicators in sorted(told_of, key=lambda each: -len(each[2])):
        lines.append(f"{network} uten {names}: {listed(indicators, 3)}")
    return lines


def members_within_range(frames: Frames, catalogue: Catalogue, year: int) -> Finding:
    """Every member's value lies between the lowest and the highest of its network."""
    keys = ["network", "indicator"]
    ranges = frames[AGGREGATES][[*keys, "min", "max", "origin"]].dropna(subset=["min", "max"])
    names = [(name, member) for name, net in catalogue.networks.items() for member in net.members_in(year)]
    members = pd.DataFrame(names, columns=["network", "municipality"], dtype="str")
    values = frames[INDICATORS][["municipality", "indicator", "value"]].dropna()
    values = values.astype({"municipality": "str", "indicator": "str"})
    found = members.merge(values, on="municipality").merge(ranges.astype(dict.fromkeys(keys, "str")), on=keys)
    off = _outside(found, catalogue)
    broken = found.assign(off=off)[off > 0].sort_values("off", ascending=False)
    lines = [
        f"{row['network']}, {row['indicator']}: {row['municipality']} har {_shown(row['value'])}, "
        f"utenfor {_shown(row['min'])}–{_shown(row['max'])}"
        for _, row in broken.iterrows()
    ]
    return told(len(found), "verdier i nettverkene", lines)


def focal_as_indicator(frames: Frames, catalogue: Catalogue, _: int) -> Finding:
    """The profile prints the focal municipality's indicator, inside the range printed beside it."""
    slug, profile = own_frame(PROFILE, frames)
    indicators = frames[INDICATORS]
    own = indicators.loc[(indicators["municipality"] == slug).to_numpy(), ["indicator", "value", "status"]]
    rows = profile[["profile", "row", "indicator", "value", "min", "max", "origin", "status"]]
    both = rows.astype({"indicator": "str"}).merge(
        own.astype({"indicator": "str"}), on="indicator", how="left", suffixes=("", "_of_indicator")
    )
    other = both["value_of_indicator"]
    apart = (both["value"] - other).abs() > _ARITHMETIC * other.abs()
    apart |= both["value"].notna() != other.notna()
    outside = _outside(both, catalogue) > 0
    lines = [
        f"{row['profile']} rad {row['row']}, {row['indicator']}: {_shown(row['value'])} i profilen, "
        + (
            f"{_shown(row['value_of_indicator'])} i indikatoren"
            if is_apart
            else f"utenfor {_shown(row['min'])}–{_shown(row['max'])}"
        )
        for (_, row), is_apart, is_outside in zip(both.iterrows(), apart, outside, strict=True)
        if is_apart or is_outside
    ]
    return told(len(both), f"rader i profilen for {slug}", lines)


def _outside(frame: pd.DataFrame, catalogue: Catalogue) -> Figures:
    """How far values lie outside `min` and `max`; figures that others give are rounded."""
    decimals = frame["indicator"].map({name: entry.decimals for name, entry in catalogue.indicators.items()})
    given = (frame["origin"] == "register").to_numpy()
    slack = np.where(given, 10.0 ** -decimals.astype("float64"), _ARITHMETIC * frame["value"].abs())
    value, lowest, highest = (frame[name].to_numpy(dtype=np.float64) for name in ("value", "min", "max"))
    off: Figures = np.fmax(lowest - value, value - highest) - slack
    return np.maximum(np.nan_to_num(off), 0.0)


def _shown(value: float) -> str:
    size = abs(value)
    return number(value, 0 if size >= 1000 else 1 if size >= 100 else 3)


CONTROLS = (
    Control(
        "members_complete",
        AGGREGATES,
        "Alle medlemmer i hvert nettverk har tall i hvert snitt",
        "Snittet er av de andre medlemmene. Se med `kostra explain` hvorfor kommunen mangler; har den ikke "
        "levert, nevnes det ved figuren.",
        "warning",
        (AGGREGATES,),
        members_complete,
    ),
    Control(
        "members_within_range",
        AGGREGATES,
        "Alle medlemmers verdier ligger mellom laveste og høyeste i nettverket",
        "Indikatorene og snittene er fra hver sin utregning: kjør året på nytt. Er høyeste og laveste "
        "importert, er de eldre enn kommunens tall: be om nye.",
        "error",
        (AGGREGATES, INDICATORS),
        members_within_range,
    ),
    Control(
        "focal_as_indicator",
        PROFILE,
        "Kommunens verdi i tjenesteprofilen er indikatoren, og ligger mellom laveste og høyeste i profilen",
        "Profilen og indikatorene er fra hver sin utregning: kjør året på nytt, og se `kostra status`.",
        "error",
        (PROFILE, INDICATORS),
        focal_as_indicator,
    ),
)
