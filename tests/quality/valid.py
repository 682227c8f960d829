"""Valid rows of every dataset, of two years, made by the product's own functions where it has them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache

import pandas as pd

from assets.asss.aggregates import aggregates
from assets.asss.algebra import evaluate
from assets.baerum.control_totals import control_totals
from assets.baerum.director_area_costs import director_area_costs
from assets.baerum.efficiency import efficiency
from assets.baerum.service_profile import service_profile
from assets.baerum.time_series import time_series
from assets.kostra.accounts import accounts
from assets.kostra.population import population
from assets.kostra.statistics.measures import service_statistics
from assets.quality.outcomes import Outcome, expectation_rows
from pipelines.register_files import RegisterFiles
from pipelines.settings import Settings
from schemas.catalogue import ACCOUNTS_TABLE, POPULATION_TABLE
from schemas.contracts import Contract
from schemas.expectations.declared import Subject
from schemas.fields import Field
from schemas.registry import datasets_of
from tests.algebra.facts import WHOLE
from tests.algebra.sample_world import held, municipalities
from tests.director_areas.ledgers import entries

YEARS = (2023, 2024)
OWN = "baerum"
DATASETS = datasets_of(WHOLE, OWN)
AREAS = ("A 20 Oppvekst", "A 30 Helse og Velferd", "A 42 Aldring og mestring", "A 56 Bymiljø og eiendom",
         "A 68 Organisasjon", "A 70 Overordnet ledelse", "A 80 Finansiering")  # fmt: skip


def subject(dataset: str) -> Subject:
    """The rows of the last year a dataset has, with everything they are held against."""
    table = WHOLE.tables.get(dataset.removeprefix("statbank/t"))
    year = min(YEARS[-1], table.last_year or YEARS[-1]) if table else YEARS[-1]
    rows = table_rows(dataset, year) if table else frames(year)[dataset]
    dated = year if DATASETS[dataset].partitioned else None
    others, before = (frames(each) if year in YEARS else {} for each in (year, year - 1))
    return Subject(dataset, dated, rows, WHOLE, OWN, "asss", others, before)


@cache
def table_rows(dataset: str, year: int) -> pd.DataFrame:
    entry = WHOLE.tables[dataset.removeprefix("statbank/t")]
    return held(entry, [year])[year].cells.reset_index(drop=True)


@cache
def frames(year: int) -> Mapping[str, pd.DataFrame]:
    """Dataset → rows of `year`, or all rows of one without years."""
    places, groups = municipalities(), kostra_groups()
    tables = {name: held(entry, [year]) for name, entry in WHOLE.tables.items()}
    use = {name: by_year[year] for name, by_year in tables.items() if year in by_year}
    statistics = service_statistics(WHOLE, year, use, {}, places, "sample").frame
    money = accounts(use[ACCOUNTS_TABLE].cells, places, WHOLE)
    people = population(use[POPULATION_TABLE].cells, places, WHOLE)
    register = RegisterFiles(Settings(), WHOLE).figures(year, places).frame
    indicators = evaluate(WHOLE, money, people, statistics, register)
    network = aggregates(indicators, WHOLE, register=register)
    ledger = _ledger(money, year)
    return {
        **{f"statbank/t{name}": table.cells.reset_index(drop=True) for name, table in use.items()},
        "statbank/updates": _updates(),
        "statbank/metadata": _metadata(),
        "klass/municipalities": places,
        "klass/kostra_groups": groups,
        "kostra/accounts": money,
        "kostra/population": people,
        "kostra/service_statistics": statistics,
        "register/figures": register,
        "asss/indicators": indicators,
        "asss/aggregates": network,
        "ledger/entries": ledger,
        "ledger/account_records": _account_records(year),
        f"{OWN}/service_profile": service_profile(
            indicators, network, WHOLE, OWN, "asss", year, register=register
        ),
        f"{OWN}/time_series": time_series(indicators, network, register, WHOLE, OWN, "asss"),
        f"{OWN}/efficiency": efficiency(indicators, register, WHOLE, OWN, "asss"),
        f"{OWN}/director_area_costs": director_area_costs(ledger, WHOLE, year),
        f"{OWN}/control_totals": control_totals(ledger, money, WHOLE, OWN, year),
        "quality/expectations": expectation_rows([OUTCOME], year, "sample"),
        "quality/revisions": _revisions(year),
        "quality/reconciliation": _reconciliation(year),
    }


OUTCOME = Outcome(
    2024, "kostra/accounts", "gate", "rows_per_year", "Alt er der", "error", True, "alt", "Se etter"
)


def kostra_groups() -> pd.DataFrame:
    places = municipalities()
    group = places["slug"].map(lambda slug: "EKG13" if slug == "oslo" else "EKG12")
    return places.assign(group=group, group_name="KOSTRA-gruppe " + group.str[-2:])[
        ["group", "group_name", "slug", "code", "valid_from", "valid_to"]
    ]


@cache
def _metadata() -> pd.DataFrame:
    """What the catalogue asks for in every table, found in the last year each has."""
    last = {name: min(YEARS[-1], entry.last_year or YEARS[-1]) for name, entry in WHOLE.tables.items()}
    found = [held(WHOLE.tables[name], [year])[year].resolved.rows for name, year in last.items()]
    return pd.concat(found, ignore_index=True)


def _updates() -> pd.DataFrame:
    names = sorted(WHOLE.tables)
    day = datetime(2025, 6, 16, 6, tzinfo=UTC)
    return pd.DataFrame(
        {
            "table": pd.Series(names, dtype="str"),
            "updated": pd.Series([day] * len(names), dtype="datetime64[us, UTC]"),
            "first_period": "2015",
            "last_period": "2024",
            "discontinued": False,
            "checked_at": pd.Series(
                [datetime(2026, 1, 1, tzinfo=UTC)] * len(names), dtype="datetime64[us, UTC]"
            ),
        }
    )


def _ledger(money: pd.DataFrame, year: int) -> pd.DataFrame:
    """A line per director area, and on each function of a breakdown what SSB has of it."""
    own = money[((money["municipality"] == OWN) & (money["scope"] == "A")).to_numpy()]
    amounts = own.set_index(["function", "concept"])["amount"]
    posts = [(area, "120", "010", 1000.0) for area in AREAS]
    told = {(code, breakdown.concept) for breakdown, codes in WHOLE.breakdowns_in(year) for code in codes}
    posts += [(AREAS[2], code, "010", 1000 * float(amounts[code, concept])) for code, concept in sorted(told)]
    return entries(posts, WHOLE, year).assign(source="sample")


def _account_records(year: int) -> pd.DataFrame:
    record = {"year": year, "file_sha256": "ab" * 32, "form": "0A", "quarter": 0, "region": "320100",
              "account_class": "1", "function": "253", "art": "010", "source": "sample"}  # fmt: skip
    return filled(DATASETS["ledger/account_records"], record)


def _revisions(year: int) -> pd.DataFrame:
    cell = {"year": year, "level": "cell", "tables": "12367", "municipality": OWN, "old": 10.0, "new": 11.0,
            "difference": 1.0, "label": "Netto driftsutgifter", "source": "sample"}  # fmt: skip
    return filled(DATASETS["quality/revisions"], cell)


def _reconciliation(year: int) -> pd.DataFrame:
    figure = {"year": year, "report": "Rapport", "place": "SOS-01", "figure_year": year, "kind": "figure",
              "published": 10.0, "computed": 10.0, "difference": 0.0, "verdict": "match", "source": "sample",
              "unit": "NOK"}  # fmt: skip
    return filled(DATASETS["quality/reconciliation"], figure)


def filled(contract: Contract, *records: Mapping[str, object]) -> pd.DataFrame:
    """Rows of a contract, with something valid in every column that is not given."""
    rows = [
        {field.name: record.get(field.name, _something(field)) for field in contract.fields}
        for record in records
    ]
    return pd.DataFrame(rows)


def _something(field: Field) -> object:
    if field.nullable:
        return None
    kinds: dict[str, object] = {
        "category": (field.allowed or ("x",))[0],
        "text": "x",
        "integer": int(field.minimum or 1),
        "number": 1.0,
        "boolean": False,
        "date": date(2025, 1, 1),
    }
    return kinds[field.kind]
