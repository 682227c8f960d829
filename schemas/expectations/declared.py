"""What an expectation is: a view of the rows, and what Great Expectations is to find in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from schemas.catalogue import Catalogue

#: error: the rows are refused; warning: a person must look.
Severity = Literal["error", "warning"]
Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Subject:
    """Rows that are judged, and what they are held against.

    `others` and `before` are stored rows by dataset, of the same year and of the year before; before the
    write there are none. `year` is None for a dataset without years.
    """

    dataset: str
    year: int | None
    frame: pd.DataFrame
    catalogue: Catalogue
    municipality: str
    network: str
    others: Frames = field(default_factory=dict)
    before: Frames = field(default_factory=dict)

    @property
    def of_year(self) -> int:
        """The year of a dataset that has years."""
        if self.year is None:
            raise ValueError(f"{self.dataset} has no years")
        return self.year

    @property
    def members(self) -> tuple[str, ...]:
        """The focal municipality and the members of the network compared with, as the catalogue has them."""
        network = self.catalogue.networks.get(self.network)
        members = network.members_in(self.of_year) if network else ()
        return tuple(dict.fromkeys((self.municipality, *members)))

    def redrawn(self, year: int) -> frozenset[str]:
        """Municipalities that got new boundaries the day after 31 December of `year`.

        Their population of that day is counted within the new ones, so nothing is known per inhabitant.
        """
        changes = self.catalogue.boundary_changes()
        return frozenset(name for name, before in changes if before == year)


View = Callable[[Subject], pd.DataFrame]
Arguments = Callable[[Subject], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation of one dataset.

    `view` makes the frame that Great Expectations is shown, `kind` names its class there, and `arguments`
    are that class's. `title` says in Norwegian what is expected, `advice` what to look at. `tell` words an
    offending row of the view, by its column names; `noun` is what its rows are called. `why` explains a
    number of rows. An expectation that `needs` other datasets is left out where one of them is not there;
    with `before`, where the year before is not.
    """

    id: str
    title: str
    advice: str
    view: View
    kind: str
    arguments: Arguments
    severity: Severity = "error"
    tell: str = ""
    noun: str = "rader"
    why: Callable[[Subject], str] | None = None
    needs: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


def fixed(**arguments: object) -> Arguments:
    """Arguments that do not depend on the rows."""
    return lambda _: arguments


#: A column of a view: how far a row lies outside its limits. 0 inside, empty where nothing is judged.
OUTSIDE = "outside"
#: A column of a view: whether a row is as it should be.
HOLDS = "holds"

_ALL_INSIDE = fixed(column=OUTSIDE, max_value=0)
_ALL_HOLD = fixed(column=HOLDS, min_value=1)
_BY_ROW = "ExpectColumnValuesToBeBetween"


def inside(name: str, title: str, advice: str, view: View, **more: object) -> Expectation:
    """Every row of the view lies inside its limits."""
    return Expectation(name, title, advice, view, _BY_ROW, _ALL_INSIDE, **more)  # type: ignore[arg-type]


def holds(name: str, title: str, advice: str, view: View, **more: object) -> Expectation:
    """Every row of the view is as it should be."""
    return Expectation(name, title, advice, view, _BY_ROW, _ALL_HOLD, **more)  # type: ignore[arg-type]


def row_count(
    name: str, title: str, advice: str, expected: Callable[[Subject], int], **more: object
) -> Expectation:
    """There are exactly as many rows as something else says."""
    return Expectation(
        name,
        title,
        advice,
        _rows,
        "ExpectTableRowCountToEqual",
        lambda subject: {"value": expected(subject)},
        **more,  # type: ignore[arg-type]
    )


def _rows(subject: Subject) -> pd.DataFrame:
    """One column of the rows, to be counted: Great Expectations hashes whatever it is shown."""
    return subject.frame.iloc[:, :1]


def one_value(
    name: str, title: str, advice: str, column: str, noun: str, severity: Severity = "error"
) -> Expectation:
    """All rows have the same value in a column."""
    return Expectation(
        name,
        title,
        advice,
        lambda subject: subject.frame[[column]].drop_duplicates().astype("str"),
        "ExpectColumnUniqueValueCountToBeBetween",
        fixed(column=column, min_value=1, max_value=1),
        severity,
        noun=noun,
    )
