"""`ledger.yaml`: how a municipality's ledger export is to be read."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from schemas.catalogue.entries import Code, Entry, Text
from schemas.file_layout import FileLayout

Role = Literal["year", "responsibility_centre", "function", "art", "amount", "director_area"]
ROLES: tuple[Role, ...] = get_args(Role)
#: What every ledger must have; a year for the whole file can stand in the layout instead.
REQUIRED: tuple[Role, ...] = ("year", "responsibility_centre", "function", "art", "amount")


class LedgerLayout(FileLayout):
    """The layout of a ledger file; everything has a default.

    `columns` gives the file's own name for a role. `sign` is the sign of expenses in the file. `duplicates`
    says what several lines on one year, centre, function and art mean. `whole` declares that the file is the
    whole operating accounts, so that they must balance. `ignore_columns` are left unread, also those that
    look personal.
    """

    columns: dict[Role, Text] = Field(default_factory=dict)
    year: int | None = None
    unit: Literal["NOK"] = "NOK"
    sign: Literal["expenses_positive", "expenses_negative"] = "expenses_positive"
    decimal: Literal["auto", "comma", "point"] = "auto"
    duplicates: Literal["refuse", "sum"] = "refuse"
    whole: bool = False
    ignore_columns: tuple[Text, ...] = ()
    hierarchy: Text | None = None

    @model_validator(mode="after")
    def _one_role_per_column(self) -> Self:
        names = [name.casefold() for name in self.columns.values()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"one column cannot have two roles: {', '.join(twice)}")
        if self.year is not None and "year" in self.columns:
            raise ValueError("give either `year` or a column for it, not both")
        return self

    def column_of(self, role: Role) -> str:
        """The file's name of a role; the role's own name by default."""
        return self.columns.get(role, role)

    @property
    def required(self) -> tuple[Role, ...]:
        """The roles the file must have a column for."""
        return REQUIRED if self.year is None else REQUIRED[1:]


class Centre(Entry):
    """A responsibility centre (ansvar) placed in the hierarchy from one year to another, both included.

    `director_area` (direktørområde) stands on the top entries, which have no parent, and only there.
    """

    centre: Code
    parent: Code | None = None
    name: Text | None = None
    valid_from_year: int | None = None
    valid_to_year: int | None = None
    director_area: Text | None = None

    @model_validator(mode="after")
    def _is_placed(self) -> Self:
        if (self.parent is None) == (self.director_area is None):
            raise ValueError("give a `parent`, or on the top of the hierarchy a `director_area`")
        first, last = self.valid_from_year, self.valid_to_year
        if first is not None and last is not None and first > last:
            raise ValueError(f"valid_from_year {first} is after valid_to_year {last}")
        return self

    def covers(self, year: int) -> bool:
        """Whether the entry may hold in `year`."""
        first, last = self.valid_from_year, self.valid_to_year
        return (first is None or first <= year) and (last is None or year <= last)
