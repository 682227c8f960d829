"""Revisions: what changed between consecutive editions of SSB's tables, and what that moved.

Only figures count: value and status. A figure's first edition revises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from assets.rounding import round_half_away

ABSENT = "absent"
"""Status of a figure that was not there at all."""
SAYS = ["unit", "status", "vintage_status", "vintage_id", "source"]
"""What is known of a figure beside its value."""
FIGURE_KEY = ["municipality", "indicator", "cell"]
SIDES = ["old", "new", "old_status", "new_status", "old_vintage_status", "new_vintage_status"]
VINTAGES = ["old_vintage", "new_vintage"]
OF_NETWORK = ("mean", "max", "min")
PRINTED: Mapping[str, tuple[str | None, int | None]] = {
    "value_y_minus_2": (None, None),
    "value_y_minus_1": (None, None),
    "value": (None, None),
    "mean": (None, None),
    "max": (None, None),
    "min": (None, None),
    "index": ("index", 1),
    "distance_percent": ("percent", 1),
    "rank": ("place", 0),
}
"""The figures a service profile prints, with unit and decimals where they are not the row's own."""


Offered = Callable[[str], Mapping[str, Collection[str]]]
"""Tells of an edition, by role, the codes SSB offered in it; nothing where that is not known any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """One table and year from one stored edition to the next, and the indicators its changed cells feed."""

    table: str
    year: int
    old: str
    new: str
    indicators: frozenset[str]


def changed_figures(old: pd.DataFrame, new: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """The figures of two editions of one dataset that differ, matched by `key`.

    Args:
        old: `key`, `value` and the columns `SAYS`.
        new: the same, later.
        key: what identifies a figure.

    Returns:
        `key`, `unit`, `source`, the columns `SIDES` and `VINTAGES`, in the order of the key. A figure that
        came or went has status `absent` on the side it is not on.
    """
    names = [*key, "value", *SAYS]
    texts = dict.fromkeys([*key, *SAYS], "str")
    before, after = (side[names].astype({**texts, "value": "float64"}) for side in (old, new))
    both = before.merge(after, on=list(key), how="outer", suffixes=("_old", "_new"))
    for side in ("old", "new"):
        both[f"status_{side}"] = both[f"status_{side}"].fillna(ABSENT)
    same = (both["value_old"] == both["value_new"]) | (both["value_old"].isna() & both["value_new"].isna())
    changed = both[~(same & (both["status_old"] == both["status_new"]))]
    columns = {
        **{name: changed[name] for name in key},
        **{name: changed[f"{name}_new"].fillna(changed[f"{name}_old"]) for name in ("unit", "source")},
        **{side: changed[f"value_{side}"] for side in ("old", "new")},
        **{f"{side}_status": changed[f"status_{side}"] for side in ("old", "new")},
        **{f"{side}_vintage_status": _said(changed, side, "vintage_status") for side in ("old", "new")},
        **{f"{side}_vintage": _said(changed, side, "vintage_id") for side in ("old", "new")},
    }
    return pd.DataFrame(columns).sort_values(list(key), ignore_index=True)


def _said(changed: pd.DataFrame, side: str, name: str) -> pd.Series:
    return changed[f"{name}_{side}"].fillna("unknown" if name == "vintage_status" else "")


def changed_cells(
    old: pd.DataFrame, new: pd.DataFrame, roles: Sequence[str], offered: Offered
) -> pd.DataFrame:
    """The cells of a table and year that SSB changed between two editions.

    Args:
        old: `statbank/t…` of one year.
        new: the same year in a later edition.
        roles: the table's dimensions.
        offered: tells of an edition, by role, the codes SSB offered in it. A cell that came is a revision
            only when SSB did not offer it before, one that went only when SSB offers it no longer: else other
            cells were asked for.
    """
    cells = _with_editions(changed_figures(old, new, roles), old, new)
    kept = np.ones(len(cells), dtype=bool)
    for side in ("old", "new"):
        absent = (cells[f"{side}_status"] == ABSENT).to_numpy()
        codes = offered(str(cells[f"{side}_vintage"].iloc[0])) if absent.any() else {}
        if codes:
            held = [cells[role].isin(list(codes[role])).to_numpy() for role in roles if role in codes]
            kept &= ~(absent & np.logical_and.reduce(held))
    return cells[kept].reset_index(drop=True)


def _with_editions(cells: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The changed cells of a table, those that were not there with the edition they were not in."""
    filled = cells.copy()
    for side, frame in (("old", old), ("new", new)):
        edition = frame[["vintage_id", "vintage_status"]].drop_duplicates().astype("str")
        if len(edition) == 1:
            gone = filled[f"{side}_status"] == ABSENT
            filled.loc[gone, f"{side}_vintage"] = edition["vintage_id"].iloc[0]
            filled.loc[gone, f"{side}_vintage_status"] = edition["vintage_status"].iloc[0]
    return filled


def indicator_figures(indicators: pd.DataFrame) -> pd.DataFrame:
    """`asss/indicators` as figures to be compared."""
    return indicators[["municipality", "indicator", "value", *SAYS]].assign(cell="value")


def network_figures(aggregates: pd.DataFrame, network: str) -> pd.DataFrame:
    """The mean, highest and lowest of one network as figures, under `<network>_mean` and so on."""
    rows = aggregates[(aggregates["network"] == network).to_numpy()]
    frames = [
        rows[["indicator", *SAYS]].assign(
            municipality=f"{network}_{name}", cell=name, value=rows[name].astype("float64")
        )
        for name in OF_NETWORK
    ]
    return _with_own_status(pd.concat(frames, ignore_index=True))


def profile_figures(profile: pd.DataFrame, municipality: str) -> pd.DataFrame:
    """What the service profiles of a municipality print, as figures; `cell` names profile and column."""
    frames = []
    for name, (unit, _) in PRINTED.items():
        frame = profile[["indicator", *SAYS]].assign(
            municipality=municipality,
            cell=profile["profile"].astype("str") + f" {name}",
            value=profile[name].astype("float64"),
        )
        frames.append(frame if unit is None else frame.assign(unit=unit))
    return _with_own_status(pd.concat(frames, ignore_index=True)).drop_duplicates(FIGURE_KEY)


def _with_own_status(frame: pd.DataFrame) -> pd.DataFrame:
    """A figure beside the row's value is there or not; why not is said by the row."""
    status, there = frame["status"].astype("str"), frame["value"].notna()
    return frame.assign(status=status.mask(there, "ok").mask(~there & (status == "ok"), "missing"))


def of_the_same(old: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two editions of figures without the indicators that only one of them has: the catalogue's doing."""
    names = [set(frame["indicator"].astype("str")) for frame in (old, new)]
    both = sorted(names[0] & names[1])
    return old[old["indicator"].isin(both).to_numpy()], new[new["indicator"].isin(both).to_numpy()]


def effects(changed: pd.DataFrame, steps: Iterable[Step]) -> pd.DataFrame:
    """The changed figures that revised cells moved.

    Args:
        changed: `changed_figures` by `FIGURE_KEY`, of indicators, aggregates or a profile.
        steps: the editions of the tables, of every year the figures are made of, oldest first.

    Returns:
        The rows whose indicator is fed by a cell that was revised between the two editions behind them, with
        `tables`; `old_vintage` and `new_vintage` name those tables' editions only. What moved by another
        cause (catalogue, register, code) is not among them.
    """
    chains = list(steps)
    pairs = list(zip(changed["old_vintage"], changed["new_vintage"], strict=True))
    movers = {pair: _movers(pair[0], pair[1], chains) for pair in dict.fromkeys(pairs)}
    behind = [
        sorted(table for table, fed in movers[pair].items() if indicator in fed)
        for pair, indicator in zip(pairs, changed["indicator"], strict=True)
    ]
    moved = changed.assign(tables=[", ".join(tables) for tables in behind])
    for name, other in (VINTAGES, VINTAGES[::-1]):
        texts = zip(changed[name], changed[other], behind, strict=True)
        moved[name] = [_of_tables(text, beside, tables) for text, beside, tables in texts]
    kept = np.array([bool(tables) for tables in behind], dtype=bool)
    return moved[kept].reset_index(drop=True)


def _movers(old: str, new: str, steps: Sequence[Step]) -> dict[str, set[str]]:
    """Table → the indicators fed by what was revised between two combined editions."""
    before, after = (frozenset(text.split(" + ")) for text in (old, new))
    found: dict[str, set[str]] = {}
    chains: dict[tuple[str, int], list[Step]] = {}
    for step in steps:
        chains.setdefault((step.table, step.year), []).append(step)
    for (table, _), chain in chains.items():
        found.setdefault(table, set()).update(_fed_between(before, after - before, chain))
    return found


def _fed_between(before: Collection[str], after: Collection[str], chain: Sequence[Step]) -> set[str]:
    """The indicators fed by the steps that lead from an edition in `before` to one in `after`."""
    reached = [place for place, step in enumerate(chain) if step.new in after]
    fed: set[str] = set()
    for step in reversed(chain[: max(reached, default=-1) + 1]):
        if step.new in before:
            break
        fed |= step.indicators
    return fed


def _of_tables(vintages: str, others: str, tables: Collection[str]) -> str:
    """The editions of some tables; those that stand on both sides only where there are no others."""
    held = [part for part in vintages.split(" + ") if part.partition("@")[0] in tables]
    own = [part for part in held if part not in others.split(" + ")]
    return " + ".join(own or held)


def printed_change(frame: pd.DataFrame, decimals: Mapping[str, int]) -> pd.Series:
    """Whether old and new differ at the decimals they are printed with.

    Args:
        frame: `old`, `new`, `indicator` and `cell`, whose last word is the column.
        decimals: decimals by indicator.
    """
    columns = [str(cell).split()[-1] for cell in frame["cell"]]
    places = [
        int(fixed) if (fixed := PRINTED.get(column, (None, None))[1]) is not None else decimals.get(name, 0)
        for column, name in zip(columns, frame["indicator"], strict=True)
    ]
    shown = [
        round_half_away(frame[side].to_numpy(dtype=np.float64), np.array(places)) for side in ("old", "new")
    ]
    same = (shown[0] == shown[1]) | (np.isnan(shown[0]) & np.isnan(shown[1]))
    return pd.Series(~same, index=frame.index, dtype="bool")
