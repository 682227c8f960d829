"""SSB tables: their dimensions by role, and what is asked for in each."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from schemas.catalogue.entries import Code, Codes, Dated, Entry, Slug, Text

ACCOUNTS_TABLE = "12367"
"""Detailed operating accounts (driftsregnskap), the source of `kostra/accounts`."""
POPULATION_TABLE = "07459"
"""Population (befolkning) on 1 January, the source of `kostra/population`."""

Role = Literal[
    "region",
    "scope",
    "function",
    "art",
    "sex",
    "age",
    "service",
    "position",
    "education",
    "contents",
    "period",
]


def _as_wordings(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _as_labelled(value: object) -> object:
    """A text, or a list of texts, is the wordings of a label."""
    return {"label": value} if isinstance(value, (str, list)) else value


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Wordings = Annotated[tuple[Text, ...], BeforeValidator(_as_wordings)]


class Wanted(Entry):
    """Something to be found in live metadata, by code or by label.

    A `code` must exist. A `likely_code` is taken where it exists and its label fits; else the label decides.
    The live label of a code must be one of the wordings in `label`, or begin with one; without a code it
    must be equal to one, and exactly one live label may be. `words` stand for a label whose exact wording
    has not been seen: each must be part of it.
    """

    code: Code | None = None
    likely_code: Code | None = None
    label: Wordings = ()
    words: Wordings = ()

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.code is None and self.likely_code is None and not self.label:
            raise ValueError("give a `code`, or a `label` to look for")
        if self.code is not None and self.likely_code is not None:
            raise ValueError("give `code` or `likely_code`, not both")
        return self

    @property
    def name(self) -> str:
        """What is looked for, for messages and records."""
        return next(name for name in (*self.label, self.code, self.likely_code) if name is not None)


class Value(Wanted):
    """One value of a dimension, under a name of the catalogue's own."""


class Difference(Entry):
    """A known difference between two tables in a year, which is not an error."""

    year: int
    reason: Text


class Measure(Wanted, Dated):
    """One quantity a table holds: a contents value (statistikkvariabel), narrowed by `at`.

    `at` names, per other dimension, the values it is taken at; several are added up. `title` says in
    Norwegian what it is, where the label does not. `unit` is its unit in the catalogue's vocabulary;
    `ssb_unit` lists how SSB may write it, where the unit rule does not say so. An `optional` measure may be
    absent. Several tables may hold the same measure: in different years, or in the same years as a
    `cross_check`, which is compared and not used; `differs` lists the differences that are known. `band`
    (first and last age) marks inhabitants of KOSTRA groups and country, which kostra/population lacks.
    """

    id: Slug
    unit: Text
    title: Text | None = None
    ssb_unit: Wordings = ()
    at: dict[Role, Codes] = Field(default_factory=dict)
    optional: bool = False
    cross_check: bool = False
    differs: tuple[Difference, ...] = ()
    band: tuple[int, int] | None = None

    @property
    def wanted(self) -> str:
        """What is looked for, with the values of other dimensions that narrow it, as the records name it."""
        at = "; ".join(f"{role} {' + '.join(names)}" for role, names in self.at.items())
        return f"{self.name} [{at}]" if at else self.name

    @model_validator(mode="before")
    @classmethod
    def _lists_of_one(cls, given: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
        if isinstance(given, dict) and isinstance(at := given.get("at"), dict):
            listed = {role: value if isinstance(value, list) else [value] for role, value in at.items()}
            return {**given, "at": listed}
        return given


class Dimension(Wanted):
    """One dimension of a table and what is asked for in it; the dimension itself is found by code or label.

    `codes` must exist, `optional` codes are asked for where they exist, `values` are found one by one,
    `pattern` takes every code that matches it whole, and `municipalities` every municipality code known to
    KLASS. `labels` are the recorded labels of codes whose meaning must not change unnoticed.
    """

    codes: Codes = ()
    optional: Codes = ()
    values: dict[Slug, Annotated[Value, BeforeValidator(_as_labelled)]] = Field(default_factory=dict)
    pattern: Annotated[Text, AfterValidator(_compiles)] | None = None
    municipalities: bool = False
    measures: tuple[Measure, ...] = ()
    labels: dict[Code, Annotated[Wordings, Field(min_length=1)]] = Field(default_factory=dict)

    @property
    def wanted(self) -> tuple[str, ...]:
        """All codes named one by one."""
        return self.codes + self.optional

    @property
    def selects(self) -> bool:
        """Whether the entry says what to ask for."""
        return bool(self.wanted or self.values or self.pattern or self.municipalities)

    @model_validator(mode="after")
    def _names_a_code_once(self) -> Self:
        both = sorted(set(self.codes) & set(self.optional))
        if both:
            raise ValueError(f"both required and optional: {', '.join(both)}")
        strangers = sorted(set(self.labels) - set(self.wanted))
        if strangers:
            raise ValueError(f"a label is recorded for codes that are not asked for: {', '.join(strangers)}")
        return self


class Table(Dated):
    """One SSB table, and the accounting years it is used for.

    The accounting year is the period plus `period_offset` with the sign turned: period = year + offset
    (population on 1 January of Y + 1 counts for 31 December of Y, so its offset is 1). `dimensions` stand in
    the order of the stored columns. Dimensions in `eliminate` are left to SSB to sum; any other dimension
    the live table has and the entry does not name is an error. An `optional` table may be absent.
    `final_when_published`: no KOSTRA table, whose figures of March are preliminary (foreløpige).
    """

    id: Annotated[Code, StringConstraints(pattern=r"^\d{5}$")]
    title: Text
    first_year: int
    period_offset: int = 0
    closed: bool = False
    optional: bool = False
    final_when_published: bool = False
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
    def narrowed(self) -> frozenset[str]:
        """The roles a measure must be narrowed in to be one figure per region and year."""
        return frozenset(self.dimensions) - {"region", "contents", "period"}

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What the table measures."""
        return self.dimensions["contents"].measures

    @property
    def service_measures(self) -> tuple[Measure, ...]:
        """The measures that are one figure per region and year."""
        by_region = "region" in self.dimensions
        return tuple(m for m in self.measures if by_region and set(m.at) == self.narrowed)

    def year(self, period: int) -> int:
        """The accounting year that a period counts for."""
        return period - self.period_offset

    def span_of(self, measure: Measure) -> Dated:
        """The years a measure is taken from this table."""
        first = max(self.first_year, measure.first_year or self.first_year)
        ends = [year for year in (self.last_year, measure.last_year) if year is not None]
        return Dated(first_year=first, last_year=min(ends) if ends else None)
