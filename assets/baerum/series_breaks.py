"""Where a line of a time series is broken (brudd), and why."""

from __future__ import annotations

from collections.abc import Iterator

from assets.baerum.series_figures import Line
from schemas.catalogue import Break, Catalogue, Network, Series


def has_begun(line: Line, year: int, catalogue: Catalogue) -> bool:
    """Whether the line exists in `year`: a code that named something else before has no earlier line."""
    return all(
        year >= change.before
        for change in catalogue.breaks.values()
        if change.new_identity and change.concerns(line.entity, line.kind)
    )


def breaks(series: Series, line: Line, year: int, catalogue: Catalogue, network: Network) -> Iterator[str]:
    """Why the line is broken between the year before and `year`; nothing where it is not."""
    declared = catalogue.indicators[series.indicator]
    for change in catalogue.breaks.values():
        named = change.id in declared.breaks or change.adjustment in series.adjust
        if change.before == year and named and _concerns(change, line, year, network):
            yield change.reason
    if line.kind == "network_mean":
        yield from _other_members(network, year)
    published = series.published
    if published and year in (published.first_year, published.last_year + 1) and series.covers(year - 1):
        yield "publiserte tall og egen beregning møtes her"


def _concerns(change: Break, line: Line, year: int, network: Network) -> bool:
    """A mean is broken where any of its members is."""
    if line.kind == "network_mean":
        return any(change.concerns(member) for member in network.members_in(year))
    return change.concerns(line.entity, line.kind)


def _other_members(network: Network, year: int) -> Iterator[str]:
    before, now = set(network.members_in(year - 1)), set(network.members_in(year))
    if not before or before == now:
        return
    joined, left = ", ".join(sorted(now - before)), ", ".join(sorted(before - now))
    said = [f"med {joined}"] * bool(joined) + [f"uten {left}"] * bool(left)
    yield f"{network.name} fikk andre medlemmer: {' og '.join(said)}"
