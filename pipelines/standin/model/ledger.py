"""The lines of the sample ledger: targets spread over centres and arts, in whole øre."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from pipelines.standin.model.allocation import proportional
from pipelines.standin.model.data import jitter, rows
from pipelines.standin.model.ledger_centres import Centre, centres
from pipelines.standin.model.ledger_targets import Target, purchases, targets, weights

#: Centre, function, art.
Account = tuple[str, str, str]

_PLACEMENTS = "placements"
_HOME = ("254", "257", "258")
_RARE = 200  # arts of less weight, in 10 000, are used by every second centre


def ledger(year: int) -> dict[Account, int]:
    """Øre by centre, function and art; expenses positive, income negative. No account is 0."""
    posted: defaultdict[Account, int] = defaultdict(int)
    for target in targets(year):
        _post_gross(posted, target, year)
        _post_income(posted, target, year)
    for function, ore in purchases(year).items():
        _post(posted, function, ore, _weights(_buyers(function), function, year))
    return {account: posted[account] for account in sorted(posted) if posted[account]}


def _post_gross(posted: defaultdict[Account, int], target: Target, year: int) -> None:
    _post(posted, target.function, target.gross, _weights(_runners(target, year), target.function, year))


def _post_income(posted: defaultdict[Account, int], target: Target, year: int) -> None:
    spread = {
        (centre.code, art): centre.weight(target.function) * weight * _varied(centre, art, year)
        for centre in _runners(target, year)
        for art, weight in target.income_arts
    }
    _post(posted, target.function, -target.income, spread)


def _runners(target: Target, year: int) -> list[Centre]:
    """The centres of a director area that run a function."""
    return [
        centre
        for centre in centres()
        if centre.area_in(year) == target.area
        and centre.weight(target.function)
        and not (target.function in _HOME and centre.profile == _PLACEMENTS)
    ]


def _buyers(function: str) -> list[Centre]:
    """The centres that buy places of a home service function."""
    return [c for c in centres() if c.profile == _PLACEMENTS and c.weight(function)]


def _weights(chosen: list[Centre], function: str, year: int) -> dict[tuple[str, str], int]:
    """Weight by centre and art: the centre's part of the function times its profile."""
    return {
        (centre.code, art): centre.weight(function) * weight * _varied(centre, art, year)
        for centre in chosen
        for art, weight in _profile(centre.profile).items()
        if abs(weight) >= _RARE or jitter(f"ledger/rare/{centre.code}/{art}", 100) < -10
    }


def _varied(centre: Centre, art: str, year: int) -> int:
    """1000, give or take: by the size of the centre, its mix, and the year."""
    size, mix = jitter(f"ledger/size/{centre.code}", 300), jitter(f"ledger/mix/{centre.code}/{art}", 120)
    return 1000 + size + mix + jitter(f"ledger/year/{centre.code}/{art}/{year}", 60)


@cache
def _profile(name: str) -> dict[str, int]:
    [found] = [row["arts"] for row in rows("ledger_profiles") if row["profile"] == name]
    return weights(found)


def _post(
    posted: defaultdict[Account, int], function: str, ore: int, spread: dict[tuple[str, str], int]
) -> None:
    """Spread an amount in proportion; it adds up exactly."""
    if not ore:
        return
    if not spread:
        raise ValueError(f"no centre takes the {ore} øre of function {function}")
    for (centre, art), part in zip(spread, proportional(ore, list(spread.values())), strict=True):
        posted[centre, function, art] += part
