"""One violation per expectation: valid rows made wrong in just the way it is there to find."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from schemas.catalogue import Catalogue
from schemas.expectations.declared import Subject
from tests.quality.valid import OWN

Violation = Callable[[Subject], Subject]
Mask = Callable[[pd.DataFrame], "pd.Series[bool]"]


def first(frame: pd.DataFrame) -> "pd.Series[bool]":
    return pd.Series(np.arange(len(frame)) == 0, index=frame.index)


def filled(frame: pd.DataFrame, column: str = "value") -> "pd.Series[bool]":
    """The first row with a figure."""
    rows = frame[column].notna()
    return rows & (rows.cumsum() == 1)


def where(**wanted: object) -> Mask:
    return lambda frame: pd.Series(
        np.logical_and.reduce(
            [(frame[name].astype("str") == str(value)).to_numpy() for name, value in wanted.items()]
        ),
        index=frame.index,
    )


def set_to(column: str, value: Any, rows: Mask = first) -> Violation:
    """Put `value`, or what it makes of the column, in some rows."""

    def violate(subject: Subject) -> Subject:
        frame = subject.frame.reset_index(drop=True)
        chosen = rows(frame).to_numpy()
        assert chosen.any(), f"{subject.dataset}: no row to make wrong"
        changed = frame[column].astype("object")
        changed[chosen] = value(frame.loc[chosen, column]) if callable(value) else value
        kept = frame[column].dtype
        restored = changed.astype("str") if isinstance(kept, pd.CategoricalDtype) else changed.astype(kept)
        return replace(subject, frame=frame.assign(**{column: restored}))

    return violate


def figure(value: float, column: str = "value", rows: Mask | None = None) -> Violation:
    return set_to(column, value, rows or (lambda frame: filled(frame, column)))


def times(factor: float, column: str = "value", rows: Mask | None = None) -> Violation:
    return set_to(column, lambda old: old * factor, rows or (lambda frame: filled(frame, column)))


def without(rows: Mask) -> Violation:
    """Leave rows out."""

    def violate(subject: Subject) -> Subject:
        gone = rows(subject.frame).to_numpy()
        assert gone.any(), f"{subject.dataset}: no row to leave out"
        return replace(subject, frame=subject.frame[~gone])

    return violate


def twice(**changes: object) -> Violation:
    """The first row once more, otherwise."""

    def violate(subject: Subject) -> Subject:
        again = subject.frame.head(1).assign(**changes)
        return replace(
            subject, frame=pd.concat([subject.frame.astype(again.dtypes), again], ignore_index=True)
        )

    return violate


def no_figures(column: str, rows: Mask) -> Violation:
    return lambda subject: set_to("status", "missing", rows)(set_to(column, np.nan, rows)(subject))


def other(dataset: str, violate: Violation) -> Violation:
    """The violation in another dataset of the year."""

    def in_other(subject: Subject) -> Subject:
        changed = violate(replace(subject, frame=subject.others[dataset]))
        return replace(subject, others={**subject.others, dataset: changed.frame})

    return in_other


def in_catalogue(change: Callable[[Catalogue], Catalogue]) -> Violation:
    return lambda subject: replace(subject, catalogue=change(subject.catalogue))


def _required_code(subject: Subject) -> Subject:
    table = subject.catalogue.tables[subject.dataset.removeprefix("statbank/t")]
    role, code = next((role, d.codes[0]) for role, d in table.dimensions.items() if d.codes)
    return without(where(**{role: code}))(subject)


def _first_contents(frame: pd.DataFrame) -> "pd.Series[bool]":
    return (frame["contents"] == frame["contents"].iloc[0]) & (frame["status"] != "not_applicable")


def _ended(catalogue: Catalogue) -> Catalogue:
    name, entry = next((n, e) for n, e in catalogue.indicators.items() if not e.imported)
    ended = entry.model_copy(update={"last_year": 2020})
    return replace(catalogue, indicators=MappingProxyType({**catalogue.indicators, name: ended}))


OF_TABLES: dict[str, Violation] = {
    "rows_per_year": without(first),
    "possible_values": figure(5e13),
    "known_symbols": set_to("symbol", "§"),
    "figures_present": no_figures("value", _first_contents),
    "codes_as_asked": _required_code,
}
_INDEX = figure(5000.0, "index", lambda frame: filled(frame, "index"))
_MEASURE = where(measure="home_service_users_share_80_plus", municipality=OWN)
_EVERYBODY = where(municipality=OWN, age_from=0, age_to=200)
_OWN_NET = where(municipality=OWN, scope="A", function="243", concept="net_expenditure")
_S3 = "sos_subsistence_net_expenditure_per_inhabitant_18_66"
_OWN_S3 = where(municipality=OWN, indicator=_S3)
_LEDGER = where(function="120", art="010")

#: Dataset (`own/…` of the focal municipality, `statbank/t…` of every table) → expectation → violation.
VIOLATIONS: dict[str, dict[str, Violation]] = {
    "statbank/t…": OF_TABLES,
    "statbank/updates": {
        "known_tables": set_to("table", "99999"),
        "expected_tables": without(where(table="12367")),
        "updated_before_asked": set_to("updated", pd.Timestamp(datetime(2030, 1, 1, tzinfo=UTC))),
        "periods_in_order": set_to("first_period", "2030"),
    },
    "statbank/metadata": {
        "every_table_looked_up": without(where(table="12367")),
        "everything_found": set_to("problem", "no label fits"),
    },
    "klass/municipalities": {
        "one_code_at_a_time": twice(code="3299", valid_from=date(2020, 1, 1), valid_to=None),
        "one_municipality_per_code": twice(slug="somewhere_else"),
        "municipality_and_network_known": without(where(slug=OWN)),
    },
    "klass/kostra_groups": {
        "one_group_at_a_time": twice(group="EKG11", group_name="KOSTRA-gruppe 11"),
        "one_name_per_group": set_to("group_name", "noe annet", where(slug=OWN)),
        "members_are_municipalities": set_to("code", "9999"),
    },
    "kostra/accounts": {
        "rows_per_year": without(first),
        "known_functions": set_to("function", "999"),
        "known_concepts": set_to("concept", "something_new"),
        "possible_values": figure(5e13, "amount"),
        "no_figures_of_ended_functions": figure(7.0, "amount", where(municipality=OWN, function="254")),
        "gross_expenditure_not_negative": times(
            -1, "amount", where(municipality=OWN, concept="gross_expenditure")
        ),
        "members_present": no_figures("amount", where(municipality=OWN)),
        "sums_as_table_12367": times(1.01, "amount", _OWN_NET),
        "per_inhabitant_in_band": times(1000, "amount", _OWN_NET),
        "year_on_year": times(30, "amount", _OWN_NET),
        "municipalities_as_before": no_figures("amount", where(municipality=OWN)),
    },
    "kostra/population": {
        "rows_per_year": without(first),
        "bands_used": without(where(age_from=18, age_to=66)),
        "possible_values": figure(2e7, "inhabitants"),
        "bands_within_all_ages": times(50, "inhabitants", where(municipality=OWN, age_from=80)),
        "bands_add_up": times(1.1, "inhabitants", where(municipality=OWN, age_from=0, age_to=17)),
        "members_present": no_figures("inhabitants", where(municipality=OWN)),
        "sums_as_table_07459": times(1.01, "inhabitants", _EVERYBODY),
        "year_on_year": times(2, "inhabitants", _EVERYBODY),
    },
    "kostra/service_statistics": {
        "measures_of_year": without(where(measure="institution_places")),
        "units_as_catalogue": set_to("unit", "NOK"),
        "possible_values": figure(5e13),
        "values_in_band": figure(99.0, rows=_MEASURE),
        "municipalities_per_measure": without(_MEASURE),
        "figures_present": no_figures("value", where(measure="institution_places")),
        "year_on_year": times(2, rows=where(measure="institution_places", municipality=OWN)),
        "municipalities_as_before": no_figures("value", where(municipality=OWN)),
    },
    "register/figures": {
        "known_indicators": set_to("indicator", "something_unknown"),
        "possible_values": figure(5e13, rows=where(unit="percent")),
        "published_after_the_year": set_to("provider_date", date(2020, 1, 1)),
        "one_own_unit": lambda subject: set_to("unit", "NOK")(twice(unit="percent")(subject)),
        "known_entities": set_to("entity", "Bærum kommune"),
    },
    "asss/indicators": {
        "value_follows_from_parts": times(1.01, rows=_OWN_S3),
        "indicators_of_catalogue": without(where(indicator=_S3)),
        "rows_per_year": without(first),
        "units_as_catalogue": set_to("unit", "months"),
        "possible_values": figure(5e13, rows=_OWN_S3),
        "values_in_band": figure(30_000.0, rows=_OWN_S3),
        "nothing_outside_its_years": in_catalogue(_ended),
        "own_figures_present": no_figures("value", _OWN_S3),
        "members_present": no_figures("value", where(municipality=OWN)),
        "year_on_year": times(2, rows=_OWN_S3),
        "municipalities_as_before": no_figures("value", where(municipality=OWN)),
    },
    "asss/aggregates": {
        "networks_of_catalogue": set_to("network", "somebody"),
        "indicators_of_catalogue": without(where(indicator=_S3)),
        "rows_per_year": without(first),
        "members_accounted_for": set_to("members_with_data", 3, where(network="asss", indicator=_S3)),
        "holders_are_members": set_to("max_holder", "halden", where(network="asss", indicator=_S3)),
        "members_as_indicators": set_to("members_with_data", 3, where(network="asss", indicator=_S3)),
        "extremes_as_indicators": times(1.01, "max", where(network="asss", indicator=_S3)),
        "year_on_year": times(2, "mean", where(network="asss", indicator=_S3)),
    },
    "ledger/entries": {
        "one_file_a_year": set_to("file_sha256", "cd" * 32),
        "possible_amounts": figure(5e10, "amount"),
        "known_director_areas": set_to("director_area", "A 99 Noe nytt"),
        "expenses_positive": times(-1, "amount", _LEDGER),
        "every_director_area": without(where(director_area="A 80 Finansiering")),
    },
    "ledger/account_records": {
        "one_region": twice(region="030100"),
        "annual_files": set_to("quarter", 3),
        "expenses_positive": times(-1, "amount"),
    },
    "own/service_profile": {
        "rows_as_declared": without(first),
        "order_as_declared": set_to("indicator", "something_else"),
        "index_in_band": _INDEX,
        "own_values_present": no_figures("value", where(indicator=_S3)),
        "values_as_indicators": times(1.01, rows=where(indicator=_S3)),
        "means_as_aggregates": times(1.01, "mean", where(indicator=_S3)),
    },
    "own/time_series": {
        "series_of_year": set_to("series", "something_else"),
        "own_line_once": without(where(series="sos_recipients_share_18_24", entity=OWN)),
        "values_in_band": figure(95.0, rows=where(series="sos_recipients_share_18_24", entity=OWN)),
        "values_as_indicators": times(1.01, rows=where(series="sos_recipients_share_18_24", entity=OWN)),
        "year_on_year": times(2, rows=where(series="sos_recipients_share_18_24", entity=OWN)),
    },
    "own/efficiency": {
        "areas_as_declared": without(first),
        "indices_in_band": figure(5000.0, "expenditure_index"),
        "resource_use_as_indicators": times(1.01, "resource_use_index", where(area="sos", origin="register")),
    },
    "own/director_area_costs": {
        "services_as_declared": set_to("service", "something_else"),
        "one_total_per_service": without(where(director_area="Totalt", service="institution")),
        "shares_in_band": figure(9.0, "share"),
        "totals_as_control_totals": times(
            1.01, "amount", where(director_area="Totalt", service="institution")
        ),
        "year_on_year": times(2, "amount", where(director_area="Totalt", service="institution")),
    },
    "own/control_totals": {
        "controls_as_declared": without(first),
        "same_ledger_as_ssb": figure(9000.0, "difference"),
        "ssb_totals_as_accounts": times(1.01, "ssb_total"),
    },
    "quality/expectations": {
        "told_in_words": set_to("advice", " "),
        "judged_before_the_write": set_to("suite", "watch"),
        "one_source": twice(source="ssb"),
    },
    "quality/revisions": {
        "known_tables": set_to("tables", "99999"),
        "revised_within_reason": set_to("new", 5000.0),
    },
    "quality/reconciliation": {
        "figures_compared": set_to("verdict", "not_comparable"),
        "no_figure_of_a_later_year": set_to("figure_year", 2030),
        "everything_explained": lambda subject: set_to("explanation", " ")(
            set_to("verdict", "mismatch")(subject)
        ),
    },
}


def kind_of(dataset: str) -> str:
    """What `VIOLATIONS` calls a dataset."""
    if dataset.startswith("statbank/t"):
        return "statbank/t…"
    return dataset.replace(f"{OWN}/", "own/")
