"""SSB tables: their dimensions by role, and what is asked for in each."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from schemas.catalogue.entries import Code, Codes, Entry, Slug, Text

ACCOUNTS_TABLE = "12367"
"""Detailed operating accounts (driftsregnskap), the source of `kostra/accounts`."""
POPULATION_TABLE = "07459"
"""Population (befolkning) on 1 January, the source of `kostra/population`."""

Role = Literal["region", "scope", "function", "art", "sex", "age", "contents", "period"]


def _as_wordings(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Wordings = Annotated[tuple[Text, ...], BeforeValidator(_as_wordings), Field(min_length=1)]


class Measure(Entry):
    """One contents value (statistikkvariabel), by code with its recorded label, or by label alone.

    `label` is one or several accepted wordings. `ssb_unit` is the unit as SSB writes it; `unit` is the same
    unit in the catalogue's vocabulary.
    """

    id: Slug
    code: Code | None = None
    label: Wordings
    ssb_unit: Text
    unit: Text


class Dimension(Entry):
    """One dimension of a table and what is asked for in it.

    `codes` must exist, `optional` codes are asked for where they exist, `pattern` takes every code that
    matches it whole, and `municipalities` every municipality code known to KLASS. `labels` are the recorded
    labels of codes whose meaning must not change unnoticed.
    """

    code: Text
    codes: Codes = ()
    optional: Codes = ()
    pattern: Annotated[Text, AfterValidator(_compiles)] | None = None
    municipalities: bool = False
    measures: tuple[Measure, ...] = ()
    labels: dict[Code, Wordings] = Field(default_factory=dict)

    @property
    def wanted(self) -> tuple[str, ...]:
        """All codes named one by one."""
        return self.codes + self.optional

    @property
    def selects(self) -> bool:
        """Whether the entry says what to ask for."""
        return bool(self.wanted or self.pattern or self.municipalities)

    @model_validator(mode="after")
    def _names_a_code_once(self) -> Self:
        both = sorted(set(self.codes) & set(self.optional))
        if both:
            raise ValueError(f"both required and optional: {', '.join(both)}")
        strangers = sorted(set(self.labels) - set(self.wanted))
        if strangers:
            raise ValueError(f"a label is recorded for codes that are not asked for: {', '.join(strangers)}")
        return self


class Table(Entry):
    """One SSB table.

    The accounting year is the period plus `period_offset` with the sign turned: period = year + offset
    (population on 1 January of Y + 1 counts for 31 December of Y, so its offset is 1). `dimensions` stand in
    the order of the stored columns. Dimensions in `eliminate` are left to SSB to sum; any other dimension
    the live table has and the entry does not name is an error.
    """

    id: Annotated[Code, StringConstraints(pattern=r"^\d{5}$")]
    title: Text
    first_year: int
    period_offset: int = 0
    closed: bool = False
    dimensions: dict[Role, Dimension]
    eliminate: Codes = ()

    @model_validator(mode="after")
    def _every_dimension_says_what_it_wants(self) -> Self:
        contents, period = self.dimensions.get("contents"), self.dimensions.get("period")
        if contents is None or not contents.measures or contents.selects:
            raise ValueError("the dimension `contents` is needed, with `measures` and no other selection")
        if period is None or period.selects or period.measures:
            raise ValueError("the dimension `period` is needed, without a selection: the years decide")
        for role, dimension in self.dimensions.items():
            if role not in ("contents", "period") and (dimension.measures or not dimension.selects):
                raise ValueError(f"dimension `{role}` must say which codes to ask for")
        return self

    @property
    def roles(self) -> tuple[str, ...]:
        """The dimensions' roles in the order of the stored columns."""
        return tuple(self.dimensions)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What the table measures."""
        return self.dimensions["contents"].measures

    def year(self, period: int) -> int:
        """The accounting year that a period counts for."""
        return period - self.period_offset
