"""Contracts of `quality/…`: what is known of all the other datasets."""

from __future__ import annotations

import pandas as pd

from schemas.contracts import Contract, Rule, columns, taken_from
from schemas.fields import ANY_SOURCE, CATALOGUE, FIELDS, HISTORY, REPORT, STATBANK, SUITES


def _told_where_broken(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["success"] | (frame["observed"].str.len() > 0)


EXPECTATIONS = Contract(
    dataset="quality/expectations",
    title="Forventninger og kontroller",
    one_row_per="dataset × suite × expectation",
    fields=columns(
        "year",
        "dataset",
        "suite",
        "expectation",
        FIELDS["title"].but(description="What is expected, as a Norwegian sentence.", source=SUITES),
        "severity",
        "success",
        "observed",
        "advice",
        "examples",
        "refused",
        FIELDS["source"].but(
            description="Source of the figures judged; `sample` figures are modelled examples."
        ),
    ),
    key=("year", "dataset", "suite", "expectation"),
    rules=(Rule("what does not hold says what was observed", _told_where_broken),),
)

FIGURE_VERDICTS = ("match", "rounding", "vintage", "method", "mismatch", "not_comparable")
"""Verdicts on printed figures and claims."""
FINDING_VERDICTS = ("error", "probable_error", "rounding", "comparability", "note")
"""Verdicts on what is wrong or not comparable in a report."""


def _verdict_of_its_kind(frame: pd.DataFrame) -> pd.Series[bool]:
    of_finding = frame["kind"] == "finding"
    return frame["verdict"].isin(FINDING_VERDICTS) & of_finding | (
        frame["verdict"].isin(FIGURE_VERDICTS) & ~of_finding
    )


def _computed_where_compared(frame: pd.DataFrame) -> pd.Series[bool]:
    compared = frame["computed"].notna() == (frame["verdict"] != "not_comparable")
    return compared | (frame["kind"] != "figure")


def _difference_adds_up(frame: pd.DataFrame) -> pd.Series[bool]:
    apart = (frame["published"] - frame["computed"] - frame["difference"]).abs()
    return (apart <= 1e-9 * (1 + frame["published"].abs())) | (frame["kind"] != "figure") | apart.isna()


RECONCILIATION = Contract(
    dataset="quality/reconciliation",
    title="Avstemming av publisert rapport",
    one_row_per="printed figure, claim or finding of a report",
    fields=columns(
        FIELDS["year"].but(description="Newest accounting year the report is on.", source=REPORT),
        "report",
        "place",
        "statement",
        FIELDS["indicator"].but(
            description="Indicator, or the table a finding is about.", pattern=None, source=REPORT
        ),
        "figure_year",
        FIELDS["entity"].but(
            description="Municipality, group, figure of a network, or row of a table by director area.",
            nullable=True,
            source=REPORT,
        ),
        "kind",
        FIELDS["unit"].but(nullable=True, source=REPORT),
        "published",
        "computed",
        "difference",
        FIELDS["tolerance"].but(
            description="Difference that rounding, or another edition of the figures, explains.",
            unit="see `unit`",
            nullable=True,
        ),
        FIELDS["verdict"].but(
            allowed=(*FIGURE_VERDICTS, *(v for v in FINDING_VERDICTS if v not in FIGURE_VERDICTS)),
            description="What came of the comparison, or how sure a finding is.",
        ),
        "erratum",
        "arithmetic",
        "explanation",
        FIELDS["source"].but(description="Source of what it is held against; `sample` is modelled examples."),
        "vintage_id",
    ),
    key=("year", "report", "place"),
    rules=(
        Rule("findings have the verdicts of findings, figures and claims theirs", _verdict_of_its_kind),
        Rule("a figure has a computed one beside it exactly when it was compared", _computed_where_compared),
        Rule("`difference` of a figure is published less computed", _difference_adds_up),
    ),
)


def _something_changed(frame: pd.DataFrame) -> pd.Series[bool]:
    same = (frame["old"] == frame["new"]) | (frame["old"].isna() & frame["new"].isna())
    return ~same | (frame["old_status"].astype("str") != frame["new_status"].astype("str"))


def _new_less_old(frame: pd.DataFrame) -> pd.Series[bool]:
    apart = frame["new"] - frame["old"]
    return (apart == frame["difference"]) | (apart.isna() & frame["difference"].isna())


REVISIONS = Contract(
    dataset="quality/revisions",
    title="Revisjoner av tallene hos SSB",
    one_row_per="changed cell of a table, and figure it moved, between two consecutive editions",
    fields=columns(
        "year",
        "level",
        "tables",
        "revision",
        FIELDS["municipality"].but(
            description="Slug of the municipality, SSB's code of a group or country, or `<network>_mean`, "
            "`_max` or `_min`; empty for a table without regions.",
            source=HISTORY,
        ),
        "cell",
        FIELDS["label"].but(
            description="The cell or figure in words, in Norwegian.",
            nullable=False,
            source=STATBANK + CATALOGUE,
        ),
        "indicators",
        *taken_from(HISTORY, "unit"),
        "old",
        "new",
        FIELDS["difference"].but(description="New less old."),
        "old_status",
        "new_status",
        "old_vintage_status",
        "new_vintage_status",
        "old_vintage",
        "new_vintage",
        "printed_change",
        FIELDS["source"].but(allowed=ANY_SOURCE),
    ),
    key=("year", "level", "tables", "municipality", "indicators", "cell", "revision"),
    min_rows=0,
    rules=(
        Rule("a figure or its status has changed", _something_changed),
        Rule("`difference` is new less old", _new_less_old),
    ),
)
