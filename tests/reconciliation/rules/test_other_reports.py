"""The rules on invented reports of other municipalities: each finds what it is for, and only that."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.quality.reconciliation.contradictions import findings_of
from assets.quality.reconciliation.finding import Finding
from assets.quality.reconciliation.knowledge import Knowledge
from tests.algebra.facts import WHOLE
from tests.reconciliation.reports import claim, figure, report

KNOWLEDGE = Knowledge.of(WHOLE)
SHARE, SUPPLEMENTARY = "sos_recipients_share_18_24", "sos_supplementary_recipients_share"
MAIN_INCOME = "sos_main_income_recipients_share"
BENEFIT = "sos_benefit_per_recipient"
TITLES = {
    SHARE: "Andel sosialhjelpsmottakere 18-24 år (prosent)",
    SUPPLEMENTARY: "Andel med supplerende sosialhjelp (prosent)",
    MAIN_INCOME: "Andel med sosialhjelp som hovedinntekt (prosent)",
    BENEFIT: "Stønad per sosialhjelpsmottaker (kroner)",
}
UNITS = {BENEFIT: "NOK"}


def row(
    indicator: str, *values: str, entity: str = "Drammen", first: int = 2023, **cells: str
) -> list[dict[str, str]]:
    """The figures of consecutive years; an empty one is left out."""
    return [
        figure(
            indicator_id=indicator,
            indicator_title=TITLES[indicator],
            unit=UNITS.get(indicator, "percent"),
            entity=entity,
            year=str(first + i),
            value=value,
        )
        | cells
        for i, value in enumerate(values)
        if value
    ]


def said(number: int, **cells: str) -> dict[str, str]:
    return claim(
        **{"statement_id": f"D-{number}", "indicator_title": TITLES[SHARE], "entity": "Drammen"} | cells
    )


def about(index: str, number: int, **cells: str) -> dict[str, str]:
    """A claim on an index of an area (utgifter, produksjon, effektivitet)."""
    return said(number, indicator_id=index, indicator_title="Indeks, ASSS-snitt = 100") | cells


NETWORK = [
    *row(SHARE, "", "5.3", entity="ASSS mean"),
    *row(SHARE, "", "8.9", entity="ASSS max"),
    *row(SHARE, "", "2.3", entity="ASSS min"),
]
EFFICIENT = [
    about("sos_gross_expenditure_index", 1, direction="above", value="10"),
    about("sos_production_index", 2, direction="above", value="21"),
    about("sos_efficiency_index", 3, direction="above", value="10"),
]
WITHOUT_FAULT = [
    *row(SHARE, "4.8", "5.0"),
    *row(SUPPLEMENTARY, "61.7", "63.2"),
    *row(MAIN_INCOME, "38.3", "36.8", table="serie"),
    *row(BENEFIT, "64059", "70784"),
    *NETWORK,
    *EFFICIENT,
    said(4, direction="below", quote="ligger under ASSS-snittet"),
]


def found(*rows: dict[str, str]) -> list[Finding]:
    return findings_of(report(*rows), KNOWLEDGE)


def test_a_report_without_fault_has_no_findings() -> None:
    assert found(*WITHOUT_FAULT) == []


#: Rows, and the rules that object to them.
FAULTS = {
    "two values of one figure": (
        [*row(SHARE, "4.8"), *row(SHARE, "4.9", table="serie")],
        {"same_figure_twice"},
    ),
    "a decimal less is the same figure": ([*row(SHARE, "4.8"), *row(SHARE, "4.83", table="serie")], set()),
    "shares that do not add up": (
        [*row(SUPPLEMENTARY, "61.7"), *row(MAIN_INCOME, "39.3")],
        {"complement"},
    ),
    "shares that add up but for rounding": ([*row(SUPPLEMENTARY, "61.7"), *row(MAIN_INCOME, "38.4")], set()),
    "below the lowest": ([*row(SHARE, "", "1.9"), *NETWORK], {"outside_range"}),
    "a municipality outside the network may be below": (
        [*row(SHARE, "", "1.9", entity="EAK"), *NETWORK],
        set(),
    ),
    "a share above 100": (row(SHARE, "104.8"), {"impossible_value"}),
    "ten times the year before": (row(SHARE, "4.8", "48"), {"implausible_step"}),
    "an amount that falls": (row(BENEFIT, "70784", "57059"), {"large_fall"}),
    "down and up again": (row(SUPPLEMENTARY, "61.7", "53.2", "62.0", first=2022), {"large_fall"}),
    "down and a little up": (row(SUPPLEMENTARY, "61.7", "53.2", "55.0", first=2022), set()),
    "a caption on shares": (row(SHARE, "4.8", "5.0", adjusted="true"), {"caption_adjusted"}),
    "a caption on amounts per inhabitant": (
        [
            figure(indicator_id="sos_net_expenditure_per_inhabitant_adjusted", unit="NOK", adjusted="true")
            | {"indicator_title": "Netto driftsutgifter per innbygger", "value": value, "year": year}
            for value, year in (("4057", "2023"), ("4329", "2024"))
        ],
        set(),
    ),
    "an unknown share with a caption": (
        [figure(indicator_id="school_share", indicator_title="Andel elever", adjusted="true")],
        {"caption_adjusted"},
    ),
    "efficiency that is not production by expenditure": (
        [*EFFICIENT[:2], EFFICIENT[2] | {"value": "15"}],
        {"efficiency_identity"},
    ),
    "a change of efficiency that does not follow": (
        [
            *EFFICIENT,
            *(
                about(index, 5 + i, claim_type="change", unit="percentage_points", comparator="own 2023")
                | {"base_year": "2023", "direction": "increase", "value": value}
                for i, (index, value) in enumerate(
                    (
                        ("sos_gross_expenditure_index", "1"),
                        ("sos_production_index", "1"),
                        ("sos_efficiency_index", "7"),
                    )
                )
            ),
        ],
        {"efficiency_change"},
    ),
    "above that is below": (
        [*row(SHARE, "", "5.0"), *NETWORK, said(1, direction="above")],
        {"claim_relative"},
    ),
    "a distance in the wrong unit": (
        [*row(SHARE, "", "4.8"), *NETWORK, said(1, value="9", unit="percentage_points")],
        {"claim_relative"},
    ),
    "lowest that is not": (
        [*row(SHARE, "", "5.0"), *NETWORK, said(1, claim_type="rank", direction="lowest", comparator="ASSS")],
        {"claim_rank"},
    ),
    "highest below the mean": (
        [
            *row(SHARE, "", "5.0"),
            *row(SHARE, "", "5.3", entity="ASSS mean"),
            said(1, claim_type="rank", direction="highest", comparator="ASSS"),
        ],
        {"rank_and_mean"},
    ),
    "percentage points of kroner": (
        [said(1, indicator_id=BENEFIT, indicator_title=TITLES[BENEFIT], value="6", unit="percentage_points")],
        {"claim_unit"},
    ),
    "120 percent below": ([said(1, value="120")], {"impossible_distance"}),
    "a fraction": ([said(1, value="0.14")], {"fraction_as_percent"}),
    "a small percent": ([said(1, value="0.4")], set()),
    "a sentence that says another number": (
        [said(1, value="12", quote="21 prosent under snittet")],
        {"quote_differs"},
    ),
    "a sentence that denies": ([said(1, quote="ikke over snittet lenger")], set()),
    "a sentence about another": (
        [said(1, quote="Asker ligger lavere enn ASSS-snittet"), said(2, entity="Asker", quote="lavere")],
        {"quote_differs"},
    ),
    "two claims that disagree": ([said(1), said(2, direction="above")], {"claims_conflict"}),
    "a function that ended": (
        [figure(indicator_title="Andel mottakere 18-24 år (f254)", year="2024")],
        {"ended_function"},
    ),
    "a function nobody has": (
        [figure(indicator_title="Andel mottakere 18-24 år (f299)")],
        {"ended_function"},
    ),
    "a function that lasts": ([figure(indicator_title="Andel mottakere 18-24 år (f281)")], set()),
    "an age in parentheses": ([figure(indicator_title="Andel mottakere (18)-24 år")], {"age_labels"}),
    "headings that count an age twice": (
        [said(1, section="Innbyggere under 68 år"), said(2, section="Innbyggere over 66 år", entity="Asker")],
        {"age_gap"},
    ),
    "headings that fit": (
        [said(1, section="Innbyggere under 68 år"), said(2, section="Innbyggere over 67 år", entity="Asker")],
        set(),
    ),
    "a unit that is not the indicator's": (row(SHARE, "4.8", unit="months"), {"other_unit"}),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_rule_finds_what_it_is_for(what: str) -> None:
    rows, rules = FAULTS[what]

    assert {finding.rule for finding in found(*rows)} == rules


def test_swapped_digits_are_proposed_for_a_column() -> None:
    cells = {"indicator_id": "days", "indicator_title": "Oppholdsdøgn (antall)", "unit": "count"}
    values = {"Lindelia": "8910", "Solvik": "8400", "Totalt": "18210"}
    [finding] = found(*(figure(**cells, entity=name, value=value) for name, value in values.items()))

    assert (finding.rule, finding.verdict, finding.subject) == ("column_sum", "error", "profil")
    told = finding.explanation.replace("\u00a0", " ")
    assert "17 310, ikke 18 210" in told
    assert "Lindelia 9 810 i stedet for 8 910 (sifrene 89 byttet om)" in told


def test_what_a_stronger_rule_tells_is_told_once() -> None:
    rows = [
        *row(SHARE, "", "4.8"),
        *NETWORK,
        said(1, value="9", unit="percentage_points", quote="9 prosentpoeng under"),
    ]
    [finding] = found(
        *rows,
        *(said(i, value=str(i), quote="") | {"entity": "Asker", "year": str(2010 + i)} for i in range(2, 9)),
    )

    assert finding.rule == "claim_relative"
    assert "Trolig 9 prosent" in finding.explanation
    assert "rapporten oppgir ellers" in finding.arithmetic


_NUMBERS = st.sampled_from(["", "-", "0", "0.0", "-3.2", "4.8", "100", "99999999", "0.001", "12"])
_INDICATORS = st.sampled_from(
    [
        *TITLES,
        "sos_recipients_share_18_67",
        "sos_recipients_share_18_66",
        "plo_efficiency_index",
        "nobody_knows",
    ]
)


@given(
    st.lists(
        st.tuples(
            _INDICATORS,
            st.sampled_from(["Drammen", "Asker", "ASSS mean", "ASSS max", "KG12"]),
            st.integers(2020, 2024),
            _NUMBERS,
            st.booleans(),
        ),
        max_size=25,
        unique_by=lambda cells: cells[:3],
    ),
    st.lists(
        st.tuples(
            _INDICATORS,
            st.sampled_from(
                [
                    ("level", "high"),
                    ("change", "unchanged"),
                    ("change", "decrease"),
                    ("relative", "above"),
                    ("rank", "among lowest"),
                ]
            ),
            st.sampled_from(["", "0", "3", "0.05", "250"]),
            st.sampled_from(["percent", "percentage_points", "NOK"]),
            st.text("0123456789,% afk", max_size=12),
        ),
        min_size=1,
        max_size=6,
    ),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_report_is_too_odd(
    cells: list[tuple[str, str, int, str, bool]], claims: list[tuple[str, tuple[str, str], str, str, str]]
) -> None:
    rows = [
        figure(
            indicator_id=i,
            entity=e,
            year=str(y),
            value=v,
            adjusted=str(a).lower(),
            indicator_title="Andel 18-24 år",
        )
        for i, e, y, v, a in cells
    ] + [
        said(n, indicator_id=i, claim_type=kind, direction=way, value=v, unit=u, quote=q)
        for n, (i, (kind, way), v, u, q) in enumerate(claims)
    ]
    for finding in found(*rows):
        assert finding.places
        assert all([finding.rule, finding.subject, finding.printed, finding.arithmetic, finding.explanation])
