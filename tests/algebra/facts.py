"""Small tidy facts, and catalogues with other indicators over them."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from pydantic import TypeAdapter

from assets.catalogue.loader import load_catalogue
from schemas.catalogue import Catalogue, Indicator, Term, leaves

WHOLE = load_catalogue()
S2 = "sos_net_expenditure_per_inhabitant_18_66"
S3 = "sos_subsistence_net_expenditure_per_inhabitant_18_66"
S4 = "sos_substance_abuse_net_expenditure_per_inhabitant_18_66"
CATALOGUE = replace(
    WHOLE,
    indicators={name: WHOLE.indicators[name] for name in (S2, S3, S4)},
    profiles={"sos": WHOLE.profiles["sos"].model_copy(update={"rows": (S2, S3, S4)})},
)
"""The catalogue with three indicators, which need accounts and population alone."""
COMPUTED = replace(
    WHOLE,
    indicators={
        name: entry
        for name, entry in WHOLE.indicators.items()
        if all(term.kind not in {"register", "indicator"} for term in leaves(entry.terms))
    },
    profiles={},
)
"""The catalogue with the indicators that are computed from SSB's tables."""
FUNCTIONS = ("242", "243", "273", "276", "281")

Figure = float | str
"""A number, or the status of one that is not there."""

TERM: TypeAdapter[Term] = TypeAdapter(Term)


def accounts_facts(
    amounts: Mapping[tuple[int, str, str], Figure],
    *,
    concept: str = "net_expenditure",
    scope: str = "A",
    region_kind: str = "municipality",
    vintage_id: str = "12367@2025-06-16T06:00:00Z#aaaaaaaaaaaa",
) -> pd.DataFrame:
    """`kostra/accounts` from (year, municipality, function) → amount or status."""
    rows = [
        (year, name, region_kind, scope, function, concept, *_figure(figure))
        for (year, name, function), figure in amounts.items()
    ]
    columns = ["year", "municipality", "region_kind", "scope", "function", "concept", "amount", "status"]
    return pd.DataFrame(rows, columns=columns).assign(
        unit="NOK_thousand", vintage_status="final", source="sample", vintage_id=vintage_id
    )


def population_facts(
    inhabitants: Mapping[tuple[int, str], Figure],
    *,
    band: tuple[int, int] = (18, 66),
    vintage_id: str = "07459@2025-02-25T07:00:00Z#bbbbbbbbbbbb",
) -> pd.DataFrame:
    """`kostra/population` from (year, municipality) → inhabitants of one band, or status."""
    rows = [
        (year, name, "municipality", *band, *_figure(figure)) for (year, name), figure in inhabitants.items()
    ]
    columns = ["year", "municipality", "region_kind", "age_from", "age_to", "inhabitants", "status"]
    return pd.DataFrame(rows, columns=columns).assign(
        unit="persons", vintage_status="final", source="sample", vintage_id=vintage_id
    )


def measure_facts(
    figures: Mapping[tuple[int, str, str], Figure],
    *,
    region_kind: str = "municipality",
    vintage_id: str = "14019@2025-06-16T06:00:00Z#cccccccccccc",
) -> pd.DataFrame:
    """`kostra/service_statistics` from (year, municipality, measure) → figure or status."""
    rows = [
        (year, name, region_kind, measure, *_figure(figure))
        for (year, name, measure), figure in figures.items()
    ]
    columns = ["year", "municipality", "region_kind", "measure", "value", "status"]
    return pd.DataFrame(rows, columns=columns).assign(
        unit="persons",
        table="14019",
        vintage_status="final",
        source="sample",
        vintage_id=vintage_id,
        problem=None,
    )


def _figure(figure: Figure) -> tuple[float, str]:
    return (float("nan"), figure) if isinstance(figure, str) else (float(figure), "ok")


def indicator(name: str, **changes: object) -> Indicator:
    """S3 under another name, with changes; terms may be given as plain dictionaries."""
    for part in ("numerator", "denominator"):
        if part in changes:
            changes[part] = tuple(TERM.validate_python(term) for term in changes[part])  # type: ignore[attr-defined]
    return CATALOGUE.indicators[S3].model_copy(update={"id": name, **changes})


def with_indicators(*indicators: Indicator) -> Catalogue:
    """The catalogue with these indicators and no profile."""
    return replace(CATALOGUE, indicators={entry.id: entry for entry in indicators}, profiles={})
