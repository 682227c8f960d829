"""What counts as a revision, which indicators a cell feeds, and what an effect is an effect of."""

from collections.abc import Mapping

import pandas as pd
import pytest

from assets.asss.algebra import evaluate
from assets.quality.revisions.feeds import fed_by, feeds
from assets.quality.revisions.figures import (
    FIGURE_KEY,
    Step,
    changed_cells,
    changed_figures,
    effects,
    indicator_figures,
    of_the_same,
    printed_change,
)
from assets.quality.revisions.net import net_effects
from assets.quality.revisions.rows import Words, effect_rows, no_rows, told
from schemas.quality import REVISIONS
from schemas.validation import validate
from tests.algebra.facts import CATALOGUE, S2, S3, S4, WHOLE, Figure, accounts_facts, population_facts

ROLES = ["region", "function"]
OLD, NEW, NEWER = (
    f"12367@2025-0{month}-15T06:00:00Z#{name}" for month, name in ((3, "a"), (6, "b"), (7, "c"))
)


def edition(figures: Mapping[tuple[str, str], Figure], vintage_id: str, symbol: str = "") -> pd.DataFrame:
    """A table of one year from (region, function) → figure or status."""
    rows = [
        (region, function, *((float("nan"), f) if isinstance(f, str) else (float(f), "ok")))
        for (region, function), f in figures.items()
    ]
    return pd.DataFrame(rows, columns=[*ROLES, "value", "status"]).assign(
        unit="NOK_thousand", symbol=symbol, vintage_status="final", source="ssb", vintage_id=vintage_id
    )


def changed(
    old: Mapping[tuple[str, str], Figure],
    new: Mapping[tuple[str, str], Figure],
    functions: tuple[str, ...] = ("281",),
) -> pd.DataFrame:
    codes = {"region": ["3201", "0301"], "function": functions}
    return changed_cells(edition(old, OLD), edition(new, NEW, "*"), ROLES, lambda _: codes)


BOTH = {("3201", "281"): 10.0, ("0301", "281"): 20.0}


def test_equal_figures_are_no_revision_whatever_symbol_stands_beside_them() -> None:
    assert changed(BOTH, BOTH).empty
    assert changed({("3201", "281"): "missing"}, {("3201", "281"): "missing"}).empty


@pytest.mark.parametrize(
    ("old", "new", "statuses"),
    [
        (10.0, 11.0, ("ok", "ok")),
        (10.0, "suppressed", ("ok", "suppressed")),
        ("missing", 0.0, ("missing", "ok")),
        ("missing", "suppressed", ("missing", "suppressed")),
    ],
)
def test_a_changed_value_or_status_is_one(old: Figure, new: Figure, statuses: tuple[str, str]) -> None:
    [row] = changed(BOTH | {("3201", "281"): old}, BOTH | {("3201", "281"): new}).to_dict(orient="records")

    assert (row["region"], row["old_status"], row["new_status"]) == ("3201", *statuses)
    assert (row["old_vintage"], row["new_vintage"]) == (OLD, NEW)


def test_a_cell_that_comes_or_goes_is_one_only_when_ssb_s_offer_changed() -> None:
    more = BOTH | {("3201", "273"): 5.0}
    [came] = changed(BOTH, more).to_dict(orient="records")
    [gone] = changed(more, BOTH).to_dict(orient="records")

    assert (came["old_status"], came["new"], came["old_vintage"]) == ("absent", 5.0, OLD)
    assert (gone["new_status"], gone["old"], gone["new_vintage"]) == ("absent", 5.0, NEW)
    # Offered in both editions: the catalogue asked for more, or for less.
    assert changed(BOTH, more, functions=("273", "281")).empty
    assert changed(more, BOTH, functions=("273", "281")).empty


def cells(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["region", "scope", "function", "art"])


NO_METADATA = pd.DataFrame(
    {name: pd.Series(dtype="str") for name in ("table", "wanted_label", "resolved_code", "problem")}
)


def test_a_cell_of_the_accounts_feeds_what_sums_it() -> None:
    found = fed_by(
        cells(
            ("3201", "A", "281", "AGD2"),
            ("3201", "A", "243", "AGD2"),
            ("3201", "B", "281", "AGD2"),
            ("3201", "A", "281", "AGD10"),
            ("EKG12", "A", "281", "AGD2"),
        ),
        "12367",
        feeds(CATALOGUE, 2024, NO_METADATA),
    )

    assert [set(names) for names in found] == [{S2, S3}, {S2, S4}, set(), set(), {S2, S3}]
    assert fed_by(cells(("3201", "A", "281", "AGD2")), "12362", feeds(CATALOGUE, 2024, NO_METADATA)) == [
        frozenset()
    ]


def test_an_age_feeds_the_bands_it_is_in() -> None:
    ages = pd.DataFrame({"region": "3201", "sex": ["1", "2", "1", "0"], "age": ["018", "066", "067", "018"]})
    found = fed_by(ages, "07459", feeds(CATALOGUE, 2024, NO_METADATA))

    assert [bool(names) for names in found] == [True, True, False, False]
    assert found[0] == {S2, S3, S4}


def test_a_measure_feeds_by_the_code_it_was_found_under_and_by_way_of_other_indicators() -> None:
    measures = {name: sources for name, sources in WHOLE.measures().items() if sources[0].table.id == "14019"}
    recorded = pd.DataFrame(
        [("14019", s[0].measure.wanted, f"code_{name}", None) for name, s in measures.items()],
        columns=["table", "wanted_label", "resolved_code", "problem"],
    )
    row = pd.DataFrame({"region": ["3201"], "contents": ["code_social_assistance_cases"]})
    [found] = fed_by(row, "14019", feeds(WHOLE, 2024, recorded))
    direct = {i.id for i in WHOLE.indicators.values() if "social_assistance_cases" in i.measures}
    using = {i.id for i in WHOLE.indicators_using(["social_assistance_cases"]) if i.covers(2024)}

    assert direct & using <= found
    assert found == using


STEPS = [
    Step("12367", 2024, OLD, NEW, frozenset({S2, S3})),
    Step("12367", 2024, NEW, NEWER, frozenset({S4})),
]
PEOPLE = "07459@2025-02-25T07:00:00Z#p"


def moved(old: str, new: str, *indicators: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("baerum", name, "value", 1.0, 2.0, f"{PEOPLE} + {old}", f"{PEOPLE} + {new}")
            for name in indicators
        ],
        columns=[*FIGURE_KEY, "old", "new", "old_vintage", "new_vintage"],
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [(OLD, NEW, {S2, S3}), (NEW, NEWER, {S4}), (OLD, NEWER, {S2, S3, S4}), (OLD, OLD, set())],
)
def test_effects_are_those_of_cells_revised_between_the_editions_behind_them(
    old: str, new: str, expected: set[str]
) -> None:
    found = effects(moved(old, new, S2, S3, S4), STEPS)

    assert set(found["indicator"]) == expected
    assert set(found["tables"]) <= {"12367"}
    assert set(found["new_vintage"]) <= {new}
    assert set(found["old_vintage"]) <= {old}


def test_an_indicator_that_only_one_side_has_is_the_catalogue_s_doing() -> None:
    people = population_facts({(2024, name): 1000.0 for name in ("oslo", "bergen")})
    accounts = accounts_facts(
        {(2024, n, f): 10.0 for n in ("oslo", "bergen") for f in ("242", "243", "273", "276", "281")}
    )
    figures = indicator_figures(evaluate(CATALOGUE, accounts, people))
    fewer = figures[(figures["indicator"] != S4).to_numpy()]

    assert changed_figures(*of_the_same(fewer, figures), FIGURE_KEY).empty
    assert set(changed_figures(fewer, figures, FIGURE_KEY)["indicator"]) == {S4}


def test_printed_decimals_decide() -> None:
    frame = pd.DataFrame(
        {
            "indicator": [S2, S2, S2, S2, S2],
            "cell": ["value", "value", "sos index", "value", "value"],
            "old": [5881.4, 5881.4, 99.94, 1.0, float("nan")],
            "new": [5881.49, 5881.5, 99.95, float("nan"), float("nan")],
        }
    )
    assert printed_change(frame, {S2: 0}).tolist() == [False, True, True, True, False]


def test_several_revisions_as_one_leave_out_what_is_back_where_it_was() -> None:
    words = Words(
        2024,
        pd.DataFrame(
            {
                "code": ["3201"],
                "slug": ["baerum"],
                "name": ["Bærum"],
                "valid_from": [pd.Timestamp("2024-01-01").date()],
            }
        ),
        pd.DataFrame({"table": [], "resolved_code": [], "label": []}),
        CATALOGUE,
    )
    base = {"tables": "12367", "unit": "NOK", "source": "ssb", "cell": "value", "municipality": "baerum"}
    base |= {
        "old_status": "ok",
        "new_status": "ok",
        "old_vintage_status": "preliminary",
        "new_vintage_status": "final",
    }
    first = [
        {**base, "indicator": S2, "old": 1.0, "new": 2.0},
        {**base, "indicator": S3, "old": 5.0, "new": 6.0},
    ]
    second = [
        {**base, "indicator": S2, "old": 2.0, "new": 4.0},
        {**base, "indicator": S3, "old": 6.0, "new": 5.0},
    ]
    rows = [
        effect_rows(
            pd.DataFrame(changes).assign(old_vintage=old, new_vintage=new), "indicator", 2024, number, words
        )
        for number, changes, old, new in ((2, first, OLD, NEW), (3, second, NEW, NEWER))
    ]
    [net] = net_effects(pd.concat(rows), {S2: 0}).to_dict(orient="records")

    assert (net["indicators"], net["old"], net["new"], net["difference"]) == (S2, 1.0, 4.0, 3.0)
    assert net["printed_change"]
    validate(REVISIONS, pd.concat(rows), 2024)
    validate(REVISIONS, no_rows(), 2024)
    assert told(pd.concat(rows), 2024, words) == []
