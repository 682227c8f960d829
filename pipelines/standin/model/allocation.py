"""Spreads a total over members in proportion to weights, within bounds, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipelines.standin.model.data import half_up


def allocate(
    total: int, weights: Sequence[int], low: Sequence[int], high: Sequence[int], what: str
) -> list[int]:
    """Whole numbers that add up to ``total``, proportional to ``weights`` except where a bound holds.

    Raises:
        ValueError: the bounds cannot hold together with the total; ``what`` names the measure.
    """
    if not sum(low) <= total <= sum(high):
        raise ValueError(f"{what}: {total} lies outside the bounds {sum(low)} to {sum(high)}")
    fixed: dict[int, int] = {}
    while True:
        free = [at for at in range(len(weights)) if at not in fixed]
        shares = proportional(total - sum(fixed.values()), [weights[at] for at in free])
        under = {at: low[at] for at, share in zip(free, shares, strict=True) if share < low[at]}
        over = {at: high[at] for at, share in zip(free, shares, strict=True) if share > high[at]}
        if not under and not over:
            found = {**fixed, **dict(zip(free, shares, strict=True))}
            return [found[at] for at in range(len(weights))]
        wanted = dict(zip(free, shares, strict=True))
        missing = sum(bound - wanted[at] for at, bound in under.items())
        excess = sum(wanted[at] - bound for at, bound in over.items())
        fixed |= under if missing >= excess else over


def proportional(total: int, weights: Sequence[int]) -> list[int]:
    """Cumulative rounding: every prefix is within half a unit of its exact share.

    Weights may be negative as long as they add up to more than nothing.
    """
    everything = sum(weights)
    edges, running = [0], 0
    for weight in weights:
        running += weight
        edges.append(half_up(total * running, everything))
    return [later - earlier for earlier, later in pairwise(edges)]
