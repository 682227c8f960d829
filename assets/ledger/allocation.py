"""Costs that are kept central, distributed to functions by declared keys: to the øre, nothing lost."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from assets.errors import DataError
from schemas.catalogue import AllocationKey
from schemas.catalogue.breakdowns import Lines, arts_of

_log = logging.getLogger(__name__)

Ore = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
#: Shares have at most nine decimals, so a share and a remainder multiply without overflow.
_SCALE = 10**9
#: Columns that tell where a distributed share comes from; empty for a line that stands whole.
PROVENANCE = ("share", "allocation_key", "origin_line", "origin_function")


def to_ore(amounts: pd.Series) -> Ore:
    """Kroner as whole øre; amounts have two decimals at most."""
    ore: Ore = np.rint(amounts.to_numpy(dtype=np.float64) * 100).astype(np.int64)
    return ore


def largest_remainder(ore: Ore, shares: Sequence[Decimal]) -> Ore:
    """Divide amounts by shares that add up to 1; each row adds up to its amount.

    Every part is the exact share rounded towards zero, and the øre that are left go to the parts that lost
    most; of equal losses, to the first.

    Args:
        ore: amounts in whole øre, of any sign.
        shares: at most nine decimals each.

    Returns:
        One row per amount, one column per share.
    """
    scaled = np.array([int(share * _SCALE) for share in shares], dtype=np.int64)
    if scaled.sum() != _SCALE:
        raise ValueError(f"the shares add up to {sum(shares)}, not to 1")
    whole, rest = np.divmod(np.abs(ore), _SCALE)
    exact = rest[:, None] * scaled
    parts: Ore = whole[:, None] * scaled + exact // _SCALE
    left = np.abs(ore) - parts.sum(axis=1)
    order = np.argsort(-(exact % _SCALE), axis=1, kind="stable")
    parts += np.argsort(order, axis=1) < left[:, None]
    return parts * np.sign(ore)[:, None]


def distribute(entries: pd.DataFrame, keys: Iterable[AllocationKey]) -> pd.DataFrame:
    """Lines that fit a key become one line per share; the others stand whole.

    Args:
        entries: rows of one year with `year`, `line`, `responsibility_centre`, `director_area`, `function`,
            `art`, `amount`.
        keys: those that hold in the year.

    Returns:
        The rows with `share` (0, or the number of the share by function code), `allocation_key`,
        `origin_line` and `origin_function`. Sums over any set of centres and arts are as before, to the øre.

    Raises:
        DataError: a line fits several keys.
    """
    keys = tuple(keys)
    of_line = _key_of_line(entries, keys)
    whole = entries[of_line < 0].assign(
        share=0,
        allocation_key=pd.Series(pd.NA, index=entries.index[of_line < 0], dtype="str"),
        origin_line=pd.Series(pd.NA, index=entries.index[of_line < 0], dtype="Int64"),
        origin_function=pd.Series(pd.NA, index=entries.index[of_line < 0], dtype="str"),
    )
    shares = [_shares(entries[of_line == at], key) for at, key in enumerate(keys) if (of_line == at).any()]
    if not shares:
        return whole
    frame = pd.concat([whole.astype({"function": "str"}), *shares], ignore_index=True)
    return frame.astype({"function": "category", "origin_function": "category"})


def in_area(names: pd.Series, codes: Iterable[str]) -> Mask:
    """Whether each director area has one of the codes: is it, or begins with it and a space."""
    wanted = tuple(codes)
    inside = {name for name in names.unique() if any(f"{name} ".startswith(f"{code} ") for code in wanted)}
    return names.isin(inside).to_numpy(dtype=bool)


def in_ranges(arts: pd.Series, ranges: tuple[str, ...]) -> Mask:
    """Whether each art is in one of the ranges (`300`, `300-370`)."""
    pairs = arts_of(ranges)
    inside = {art for art in arts.unique() if any(first <= art <= last for first, last in pairs)}
    return arts.isin(inside).to_numpy(dtype=bool)


def _key_of_line(entries: pd.DataFrame, keys: Sequence[AllocationKey]) -> npt.NDArray[np.int64]:
    """Position of the key that each line fits; -1 for a line that fits none."""
    found = np.full(len(entries), -1, dtype=np.int64)
    for at, key in enumerate(keys):
        fits = _fits(entries, key.lines)
        if not fits.any():
            _log.warning("allocation key %s fits no line of the ledger", key.id)
        twice = np.flatnonzero(fits & (found >= 0))
        if len(twice):
            line, other = entries["line"].iloc[twice[0]], keys[found[twice[0]]].id
            raise DataError(
                f"line {line} of the ledger fits two allocation keys, {other} and {key.id} "
                f"({len(twice)} line(s) do): make `lines` of one of them narrower in allocation_keys.yaml"
            )
        found[fits] = at
    return found


def _fits(entries: pd.DataFrame, lines: Lines) -> Mask:
    fits = np.ones(len(entries), dtype=bool)
    if lines.functions:
        fits &= entries["function"].isin(lines.functions).to_numpy(dtype=bool)
    if lines.arts:
        fits &= in_ranges(entries["art"], lines.arts)
    if lines.director_areas:
        fits &= in_area(entries["director_area"], lines.director_areas)
    if lines.responsibility_centres:
        fits &= entries["responsibility_centre"].isin(lines.responsibility_centres).to_numpy(dtype=bool)
    return fits


def _shares(lines: pd.DataFrame, key: AllocationKey) -> pd.DataFrame:
    """One row per line and share, in the order of function codes."""
    shares = sorted(key.shares, key=lambda share: share.function)
    count = len(shares)
    parts = largest_remainder(to_ore(lines["amount"]), [share.share for share in shares])
    origin = lines["function"].astype("str").repeat(count).to_numpy()
    repeated = lines.loc[lines.index.repeat(count)].reset_index(drop=True)
    return repeated.assign(
        function=pd.Series(np.tile([share.function for share in shares], len(lines)), dtype="str"),
        amount=parts.ravel() / 100,
        share=np.tile(np.arange(1, count + 1), len(lines)),
        allocation_key=pd.Series(key.id, index=repeated.index, dtype="str"),
        origin_line=repeated["line"].astype("Int64"),
        origin_function=pd.Series(origin, dtype="str"),
    )
