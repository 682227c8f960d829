"""What every catalogue entry shares: strict keys, codes that stay text, and years it holds for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    model_validator,
)

from schemas.fields import SLUG


def _as_text(value: object) -> object:
    """A code written without quotes (`243`) reads as a number in YAML; it is text all the same."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _distinct(items: tuple[str, ...]) -> tuple[str, ...]:
    repeated = sorted({item for item in items if items.count(item) > 1})
    if repeated:
        raise ValueError(f"given more than once: {', '.join(repeated)}")
    return items


Slug = Annotated[str, StringConstraints(pattern=f"^{SLUG}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Code = Annotated[Text, BeforeValidator(_as_text)]
Codes = Annotated[tuple[Code, ...], AfterValidator(_distinct)]
Slugs = Annotated[tuple[Slug, ...], AfterValidator(_distinct)]
Confidence = Literal["verified", "likely", "assumption"]


class Entry(BaseModel):
    """Base of all catalogue entries: unknown keys are refused and entries do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Entry):
    """An entry that holds for accounting years (regnskapsår) `first_year` to `last_year`, both included.

    Without a first year it holds from the beginning, without a last year until further notice.
    """

    first_year: int | None = None
    last_year: int | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_year is not None and self.last_year is not None and self.first_year > self.last_year:
            raise ValueError(f"first_year {self.first_year} is after last_year {self.last_year}")
        return self

    def covers(self, year: int) -> bool:
        """Whether the entry holds in `year`."""
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )

    def encloses(self, other: Dated) -> bool:
        """Whether the entry holds in every year that `other` holds in."""
        first, last = other.first_year, other.last_year
        begins = self.first_year is None or (first is not None and self.first_year <= first)
        ends = self.last_year is None or (last is not None and last <= self.last_year)
        return begins and ends

    @property
    def years(self) -> str:
        """The years in words, for messages."""
        match self.first_year, self.last_year:
            case None, None:
                return "all years"
            case None, last:
                return f"to {last}"
            case first, None:
                return f"from {first}"
            case first, last:
                return str(first) if first == last else f"{first}-{last}"


D = TypeVar("D", bound=Dated)


def in_year(versions: Iterable[D], year: int) -> D | None:
    """The version that holds in `year`, or None."""
    return next((version for version in versions if version.covers(year)), None)
