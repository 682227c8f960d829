"""Which columns upstream each column of a derived dataset is made from.

Shown in Dagster (column lineage and the Columns tab) and in the data dictionary. A column that is not named
is made from none: it comes from the catalogue, a setting or the partition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemas.contracts import Contract

#: Stands for the focal municipality's slug.
OWN = "<own>"
#: Stands for each of SSB's tables that measures are read from.
MEASURES = "<measures>"

#: Columns that say of a row what the figures it is made from say of theirs.
FOLLOWING = ("status", "vintage_status", "source", "vintage_id")

Origins = Mapping[str, tuple[str, ...]]

_FIGURES = (
    "kostra/accounts.amount",
    "kostra/service_statistics.value",
    "kostra/population.inhabitants",
    "register/figures.value",
)
_COMPARED = ("asss/indicators.value", "register/figures.value")
_HOLDERS = ("asss/indicators.municipality", "asss/indicators.value")


def _same(dataset: str, *names: str) -> dict[str, tuple[str, ...]]:
    """Columns carried over as they are."""
    return {name: (f"{dataset}.{name}",) for name in names}


def _place(*datasets: str) -> dict[str, tuple[str, ...]]:
    """A municipality is SSB's region code by the name KLASS lets it keep."""
    regions = tuple(f"{dataset}.region" for dataset in datasets)
    return {"municipality": (*regions, "klass/municipalities.slug"), "region_kind": regions}


LINEAGE: Mapping[str, Origins] = {
    "kostra/accounts": {
        **_same("statbank/t12367", "year", "scope", "function", "unit"),
        **_place("statbank/t12367"),
        "concept": ("statbank/t12367.art",),
        "amount": ("statbank/t12367.value",),
    },
    "kostra/population": {
        **_same("statbank/t07459", "year", "unit"),
        **_place("statbank/t07459"),
        "age_from": ("statbank/t07459.age",),
        "age_to": ("statbank/t07459.age",),
        "inhabitants": ("statbank/t07459.value",),
    },
    "kostra/service_statistics": {
        **_same(MEASURES, "year", "value"),
        **_place(MEASURES),
        "measure": (f"{MEASURES}.contents", "statbank/metadata.resolved_code"),
        **_same("statbank/metadata", "table", "problem"),
    },
    "asss/indicators": {
        "year": ("kostra/accounts.year", "kostra/population.year"),
        "municipality": (
            "kostra/accounts.municipality",
            "kostra/service_statistics.municipality",
            "kostra/population.municipality",
            "register/figures.entity",
        ),
        "region_kind": ("kostra/accounts.region_kind", "kostra/population.region_kind"),
        **dict.fromkeys(("numerator", "denominator", "value"), _FIGURES),
    },
    "asss/aggregates": {
        **_same("asss/indicators", "year", "indicator", "unit", "origin"),
        "mean": ("asss/indicators.numerator", "asss/indicators.denominator", *_COMPARED),
        "max": _COMPARED,
        "min": _COMPARED,
        "max_holder": _HOLDERS,
        "min_holder": _HOLDERS,
        "members_with_data": _HOLDERS,
        "members_missing": _HOLDERS,
    },
    f"{OWN}/service_profile": {
        **_same("asss/indicators", "year", "indicator", "unit", "origin"),
        **_same("asss/aggregates", "mean", "max", "max_holder", "min", "min_holder"),
        **_same("asss/aggregates", "members_with_data", "members_missing"),
        **dict.fromkeys(("value_y_minus_2", "value_y_minus_1", "value", "change", "rank"), _COMPARED),
        **dict.fromkeys(
            ("index", "distance_percent", "distance_points"), (*_COMPARED, "asss/aggregates.mean")
        ),
    },
    f"{OWN}/time_series": {
        **_same("asss/indicators", "year", "indicator", "unit", "origin", "break_before"),
        "entity": ("asss/indicators.municipality", "asss/aggregates.network"),
        "value": (*_COMPARED, "asss/aggregates.mean"),
    },
    f"{OWN}/efficiency": {
        "year": ("asss/indicators.year",),
        **dict.fromkeys(
            ("resource_use_index", "expenditure_index", "production_index", "efficiency_index"),
            _COMPARED,
        ),
        "residual": _COMPARED,
        "change_residual": _COMPARED,
        "verdict": _COMPARED,
    },
    f"{OWN}/director_area_costs": {
        **_same("ledger/entries", "year", "director_area", "cost_type", "amount"),
        "share": ("ledger/entries.amount",),
    },
    f"{OWN}/control_totals": {
        "year": ("ledger/entries.year",),
        "scope": ("kostra/accounts.scope",),
        "ledger_total": ("ledger/entries.amount",),
        "ssb_total": ("kostra/accounts.amount",),
        "difference": ("ledger/entries.amount", "kostra/accounts.amount"),
        "verdict": ("ledger/entries.amount", "kostra/accounts.amount"),
    },
}


def with_lineage(
    contracts: Mapping[str, Contract], municipality: str, measured: Iterable[str]
) -> dict[str, Contract]:
    """The contracts, each with the columns its own are made from.

    Args:
        contracts: every dataset of a warehouse, by name.
        municipality: slug of the focal municipality.
        measured: datasets of the tables that measures are read from.
    """
    tables = tuple(measured)
    found = dict(contracts)
    for name, declared in LINEAGE.items():
        dataset = name.replace(OWN, municipality)
        made = {column: _held(origins, tables, contracts) for column, origins in declared.items()}
        parents = dict.fromkeys(origin.rpartition(".")[0] for origins in made.values() for origin in origins)
        followed = {
            column: tuple(f"{parent}.{column}" for parent in parents if column in contracts[parent].columns)
            for column in FOLLOWING
            if column in contracts[dataset].columns
        }
        found[dataset] = contracts[dataset].made_from(made | followed)
    return found


def _held(
    origins: Iterable[str], tables: Iterable[str], contracts: Mapping[str, Contract]
) -> tuple[str, ...]:
    """The origins, table by table, that a catalogue of these datasets has."""
    spelled = (
        origin.replace(MEASURES, table)
        for origin in origins
        for table in (tables if origin.startswith(MEASURES) else ("",))
    )
    return tuple(origin for origin in spelled if origin.rpartition(".")[0] in contracts)
