"""What is known of published reports: how their figures hang together, and the errata of each."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat, PositiveFloat, StringConstraints, model_validator

from schemas.catalogue.entries import Entry, Slug, Slugs, Text

Verdict = Literal["error", "probable_error", "rounding", "comparability", "note"]
Several = Annotated[Slugs, Field(min_length=2)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
PrintedNumber = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$")]
"""A number with the decimals it is printed with."""


class Thresholds(Entry):
    """How far a figure may be from what others imply before a person should look at it.

    Percent unless the name says otherwise. `rounding_million` and `vintage_percent` are the distances of a
    printed total from Statistics Norway's that count as rounding, and as an earlier vintage.
    """

    rounding_million: PositiveFloat
    vintage_percent: PositiveFloat
    large_step_percent: PositiveFloat
    large_step_million: PositiveFloat
    large_fall: PositiveFloat
    reversal_points: PositiveFloat
    index_swing_points: PositiveFloat
    implausible_ratio: PositiveFloat
    highest_to_mean: PositiveFloat
    mean_to_lowest: PositiveFloat
    unlike_other_years: PositiveFloat
    unchanged: PositiveFloat
    among_highest_part: PositiveFloat
    largest_distance: PositiveFloat
    fraction_below: PositiveFloat
    fraction_decimals: int
    fraction_points_below: PositiveFloat
    price_step_points: PositiveFloat


class SameConcept(Entry):
    """Indicators that are one concept on nearly the same age base; `tolerance` (percent) is what ages may do.

    With `cases` (a measure), the readings of a contradiction are worked out in cases; `need_index_from` is
    an indicator that is printed need-adjusted and whose own value is computed unadjusted.
    """

    id: Slug
    name: Text
    indicators: Several
    tolerance: PositiveFloat
    cases: Slug | None = None
    need_index_from: Slug | None = None


class Complement(Entry):
    """Shares that make up a whole: their sum is `total`."""

    id: Slug
    indicators: Several
    total: PositiveFloat


class AtMost(Entry):
    """Parts of a whole: none, nor their sum, may be above it."""

    id: Slug
    parts: Annotated[Slugs, Field(min_length=1)]
    whole: Slug


class Product(Entry):
    """An indicator that is the product of others, so that distances from the mean multiply too."""

    id: Slug
    product: Slug
    factors: Several


class Ratio(Entry):
    """An indicator implied by two others, `scale × numerator / denominator`, within `tolerance` percent."""

    id: Slug
    value: Slug
    numerator: Slug
    denominator: Slug
    scale: PositiveFloat
    tolerance: PositiveFloat
    explanation: Text


class Family(Entry):
    """Several measures of one thing, which should move the same way.

    With `relative`, it is the distance from the network mean that is followed.
    """

    id: Slug
    name: Text
    members: Several
    relative: bool = False


class Related(Entry):
    """Indicators so near each other that a figure of one may have been printed for the other.

    `most_points` is the largest plausible distance from the mean (or change in a year) in percentage points,
    `most_times` how many times that of a sister it may be.
    """

    id: Slug
    name: Text
    members: Several
    most_points: PositiveFloat | None = None
    most_times: PositiveFloat | None = None


class Qualifier(Entry):
    """Words that say what a concept covers; sister indicators should have them or lack them alike."""

    id: Slug
    name: Text
    indicators: Several
    words: Texts


class BaseWords(Entry):
    """What an indicator is a share of or per (`base`), and words that name another base (`others`)."""

    id: Slug
    indicators: Annotated[Slugs, Field(min_length=1)]
    others: Texts
    base: tuple[Text, ...] = ()
    explanation: Text


class Fact(Entry):
    """A figure reports mention in passing, by the id they print it under."""

    id: Slug
    value: FiniteFloat
    source: Text


class MeanBetween(Entry):
    """A network whose members are exactly those of some KOSTRA groups: its mean lies between theirs."""

    id: Slug
    network: Slug
    groups: Annotated[tuple[Text, ...], Field(min_length=2)]
    first_year: int


class ReportRules(Entry):
    """Parameters and relations of the rules that look for contradictions in published reports.

    `uncomputed` are ids that reports print and the catalogue has no indicator of.
    """

    thresholds: Thresholds
    uncomputed: Slugs = ()
    concepts: tuple[SameConcept, ...] = ()
    complements: tuple[Complement, ...] = ()
    bounds: tuple[AtMost, ...] = ()
    products: tuple[Product, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    families: tuple[Family, ...] = ()
    related: tuple[Related, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()
    base_words: tuple[BaseWords, ...] = ()
    facts: tuple[Fact, ...] = ()
    means_between: tuple[MeanBetween, ...] = ()


class Covered(Entry):
    """Findings that an erratum is about, by what found them and what they are of.

    `years`, `entities` and `texts` (as the finding prints it) narrow it down; empty means any. `printed` is
    the figures it holds for, by place, a claim's with its sign: other figures at the same place are something
    new, and so is another verdict than the erratum's, or the one given here.
    """

    rule: Slug
    subject: Text
    years: tuple[int, ...] = ()
    entities: tuple[Text, ...] = ()
    texts: tuple[Text, ...] = ()
    printed: dict[Text, PrintedNumber] = Field(default_factory=dict)
    verdict: Verdict | None = None


class Erratum(Entry):
    """One known erratum of a report, `id` is its number.

    Without `covers` it is a note that no rule can find: `subject` is then what it is about, `places` where
    that is printed, and `arithmetic` the proof where there is one.
    """

    id: Text
    verdict: Verdict
    title: Text
    explanation: Text
    covers: tuple[Covered, ...] = ()
    subject: Text = ""
    places: tuple[Text, ...] = ()
    arithmetic: str = ""

    @model_validator(mode="after")
    def _found_or_placed(self) -> Self:
        if not self.covers and (not self.subject or self.verdict != "note"):
            raise ValueError("give `covers`, or `subject` and the verdict `note`")
        return self


class Errata(Entry):
    """The known errata of one report, by its name as printed in the files."""

    report: Text
    errata: tuple[Erratum, ...] = ()
