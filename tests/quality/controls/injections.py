"""Violations of each control: stored rows made wrong in the ways the control is there to find."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from assets.quality.controls import Frames
from tests.quality.valid import OWN, frames

YEAR = 2024

Injection = Callable[[Frames], Frames]

ACCOUNTS, POPULATION, STATISTICS = "kostra/accounts", "kostra/population", "kostra/service_statistics"
INDICATORS, AGGREGATES, REGISTER = "asss/indicators", "asss/aggregates", "register/figures"
PROFILE, SERIES, TOTALS = f"{OWN}/service_profile", f"{OWN}/time_series", f"{OWN}/control_totals"
EFFICIENCY = f"{OWN}/efficiency"

S2, S3, S4 = (
    "sos_net_expenditure_per_inhabitant_18_66",
    "sos_subsistence_net_expenditure_per_inhabitant_18_66",
    "sos_substance_abuse_net_expenditure_per_inhabitant_18_66",
)
CHILDREN = "sos_recipients_with_children_share"


def stored(year: int = YEAR) -> Frames:
    """The sample's rows of a year; the published efficiency of 2024 is made to agree with itself."""
    held = dict(frames(year))
    whole = held[EFFICIENCY]
    agreed = whole["verdict"].astype("str").mask(whole["verdict"] == "inconsistent", "consistent")
    return {**held, EFFICIENCY: whole.assign(verdict=agreed)}


def put(dataset: str, column: str, value: object, **at: object) -> Injection:
    """Put `value`, or what it makes of what stands there, in `column` of the rows that `at` names."""

    def inject(rows: Frames) -> Frames:
        frame = rows[dataset].reset_index(drop=True)
        masks = [(frame[name].astype("str") == str(wanted)).to_numpy() for name, wanted in at.items()]
        where = np.logical_and.reduce(masks) if masks else np.arange(len(frame)) == 0
        assert where.any(), f"{dataset}: no row {at}"
        changed = frame[column].astype("object")
        changed[where] = value(frame.loc[where, column]) if callable(value) else value
        kept = frame[column].dtype
        restored = changed.astype("str" if isinstance(kept, pd.CategoricalDtype) else kept)
        return {**rows, dataset: frame.assign(**{column: restored})}

    return inject


def plus(amount: float) -> Callable[[pd.Series], pd.Series]:
    return lambda old: old + amount


def times(factor: float) -> Callable[[pd.Series], pd.Series]:
    return lambda old: old * factor


def both(*injections: Injection) -> Injection:
    def inject(rows: Frames) -> Frames:
        for each in injections:
            rows = each(rows)
        return rows

    return inject


def account(value: object, function: str, concept: str, scope: str = "B", name: str = OWN) -> Injection:
    at = {"municipality": name, "function": function, "concept": concept, "scope": scope}
    return put(ACCOUNTS, "amount", value, **at)


def hidden(dataset: str, column: str, **at: object) -> Injection:
    """Suppressed cells, without figures."""
    return both(put(dataset, column, np.nan, **at), put(dataset, "status", "suppressed", **at))


def indicator(value: object, name: str, municipality: str = OWN, column: str = "value") -> Injection:
    return put(INDICATORS, column, value, municipality=municipality, indicator=name)


def suppressed_indicator(name: str, municipality: str) -> Injection:
    at = {"municipality": municipality, "indicator": name}
    return both(
        hidden(INDICATORS, "value", **at),
        *(put(INDICATORS, c, np.nan, **at) for c in ("numerator", "denominator")),
    )


def hidden_function(name: str) -> Injection:
    """Net expenditure on 243 of one municipality suppressed, with everything of its own made from it."""
    cell = {"municipality": name, "function": "243", "concept": "net_expenditure", "scope": "A"}
    made = (
        S2,
        S4,
        "sos_net_expenditure_per_inhabitant_adjusted",
        "sos_net_expenditure_less_depreciation_per_inhabitant",
    )
    return both(hidden(ACCOUNTS, "amount", **cell), *(suppressed_indicator(each, name) for each in made))


def given_mean(name: str, network: str = "asss") -> Injection:
    """The mean of a network as others give it."""
    return put(AGGREGATES, "origin", "register", network=network, indicator=name)


PER_INHABITANT = {"region": "3201", "function": "253", "art": "AGD10", "unit": "NOK"}

INJECTIONS: Mapping[str, Mapping[str, Injection]] = {
    "net_is_gross_less_income": {
        "another income": account(plus(10), "253", "gross_income"),
        "a refund with the other sign": account(times(-1), "253", "sick_pay_refund"),
        "another net": account(plus(-4), "281", "net_expenditure"),
    },
    "gross_is_own_production_and_purchases": {
        "other purchases": account(plus(7), "253", "purchased_services"),
        "another gross": account(plus(7), "242", "gross_expenditure", name="oslo"),
    },
    "function_groups_are_sums": {
        "another function": account(plus(40), "275", "net_expenditure", "A"),
        "another group": account(plus(-40), "FGK9", "gross_expenditure", "A", "asker"),
        "institutions": account(plus(40), "FGK11b", "net_expenditure"),
        "social services": account(plus(40), "FGK12b", "net_expenditure", "A", "tromso"),
    },
    "groups_reveal_no_function": {
        "one function is suppressed": hidden(
            ACCOUNTS, "amount", municipality="tromso", function="243", concept="net_expenditure", scope="A"
        ),
    },
    "equals_12367": {
        "another amount": put(
            "statbank/t12362",
            "value",
            plus(5),
            region="3201",
            function="281",
            art="AGD2",
            unit="NOK_thousand",
        ),
        "another edition of 12367": put("statbank/t12367", "value", times(1.01), scope="A", art="AGD2"),
    },
    "equals_07459": {
        "other inhabitants in 11805": put(
            STATISTICS, "value", plus(3), municipality="oslo", measure="inhabitants_18_66"
        ),
        "other inhabitants in 07459": put(
            POPULATION, "inhabitants", plus(-3), municipality="asker", age_from=0, age_to=17
        ),
    },
    "per_inhabitant_implies_population": {
        "another population": put(
            POPULATION, "inhabitants", plus(40), municipality=OWN, age_from=0, age_to=200
        ),
        "another amount per inhabitant": put("statbank/t12362", "value", plus(3), **PER_INHABITANT),
        "another amount": put(
            "statbank/t12362", "value", times(1.002), **{**PER_INHABITANT, "unit": "NOK_thousand"}
        ),
    },
    "published_implies_population": {
        "another denominator": both(
            *(indicator(plus(100), each, column="denominator") for each in (S2, S3, S4))
        ),
        "one printed figure": put(REGISTER, "value", plus(5), indicator=S2, entity=OWN),
    },
    "members_complete": {
        "one is missing": both(
            put(AGGREGATES, "members_missing", "tromso", network="asss", indicator=S2),
            put(AGGREGATES, "members_with_data", 11, network="asss", indicator=S2),
        ),
        "in the other network": put(
            AGGREGATES, "members_missing", "asker, oslo", network="asss_constant_12", indicator=CHILDREN
        ),
    },
    "members_within_range": {
        "a value above the highest": indicator(times(9), CHILDREN, "asker"),
        "a lower highest": put(AGGREGATES, "max", times(0.9), network="asss", indicator=S2),
        "above a highest that others give": both(
            given_mean(S4), put(AGGREGATES, "max", times(0.9), network="asss", indicator=S4)
        ),
    },
    "focal_as_indicator": {
        "another value in the profile": put(PROFILE, "value", plus(1), indicator=S2),
        "no value in the profile": put(PROFILE, "value", np.nan, indicator=S2),
        "outside the range beside it": put(PROFILE, "min", times(1.5), indicator=S2),
    },
    "shares_add_up": {
        "another share": indicator(plus(0.5), "sos_supplementary_recipients_share"),
        "of a group": indicator(plus(-0.5), "sos_main_income_recipients_share", "asker"),
    },
    "parts_within_whole": {
        "more long-term recipients than recipients": indicator(99.0, "sos_long_term_main_income_share"),
        "two functions above five": indicator(times(9), S3, "oslo"),
    },
    "per_inhabitant_is_per_recipient_times_coverage": {
        "another coverage": indicator(plus(0.1), "plo_home_users_share_0_66"),
        "other expenditure": indicator(
            times(1.01), "plo_home_net_expenditure_per_recipient_67_plus", "asker"
        ),
    },
    "ledger_closes": {"a service fails": put(TOTALS, "verdict", "fail", service="institution", scope="A")},
    "ledger_exact": {
        "a service of another edition": put(TOTALS, "verdict", "warning", service="home_services", scope="B")
    },
    "efficiency_is_production_by_expenditure": {
        "an index that is no quotient": put(
            EFFICIENCY, "verdict", "inconsistent", area="sos", origin="register"
        )
    },
    "nothing_beside_suppressed": {
        "an amount": put(
            ACCOUNTS, "status", "suppressed", municipality=OWN, function="243", concept="wages", scope="A"
        ),
        "a numerator": put(INDICATORS, "status", "suppressed", municipality="oslo", indicator=S3),
        "a mean": put(AGGREGATES, "status", "suppressed", network="asss", indicator=S3),
    },
    "nothing_derived_from_suppressed": {
        "a share of suppressed recipients": hidden(
            STATISTICS, "value", municipality="tromso", measure="social_assistance_cases_with_children"
        ),
        "an amount per inhabitant": hidden(
            ACCOUNTS, "amount", municipality="asker", function="281", concept="net_expenditure", scope="A"
        ),
        "shown in the profile": suppressed_indicator(S3, OWN),
        "shown in a series": suppressed_indicator("sos_recipients_share_18_24", "asker"),
    },
    "nothing_recoverable": {
        "the country less the others": hidden_function("tromso"),
        "a given mean less the others": both(given_mean(CHILDREN), suppressed_indicator(CHILDREN, "tromso")),
    },
}
"""Control id → what is wrong → how."""
