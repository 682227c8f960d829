"""Suites of `statbank/t…`: a table as SSB served it, before it is stored."""

from __future__ import annotations

import pandas as pd

from schemas.catalogue import Table
from schemas.expectations.declared import Expectation, Subject, fixed, holds, inside, row_count
from schemas.expectations.views import complete, factors, figures_per, possible

_WORDS = {
    "region": "regioner",
    "scope": "omfang",
    "function": "funksjoner",
    "art": "arter",
    "sex": "kjønn",
    "age": "aldere",
    "service": "tjenester",
    "position": "stillinger",
    "education": "utdanninger",
    "contents": "statistikkvariabler",
    "period": "perioder",
}
SYMBOLS = ("", ".", "..", ":", "...", "-")
"""Symbols SSB has beside its figures."""


def table_suite(table: Table) -> tuple[Expectation, ...]:
    """The suite of one SSB table."""
    required = [f"{role}={code}" for role, dimension in table.dimensions.items() for code in dimension.codes]
    suite = (
        inside(
            "possible_values",
            "Tallene er mulige i sin enhet",
            "Se etter feil enhet (kroner mot 1000 kroner) hos SSB, eller rett grensen i limits.yaml.",
            possible("contents"),
            tell="{contents} ({unit}): fra {min} til {max}, mulig er {lowest} til {highest}",
            noun="statistikkvariabler",
        ),
        holds(
            "known_symbols",
            "Symbolene ved tallene er blant dem SSB forklarer",
            "Slå opp symbolet hos SSB; et tall med ukjent symbol regnes som manglende.",
            _symbols,
            severity="warning",
            tell="symbolet «{symbol}» ved {rows} celler",
            noun="symboler",
        ),
        inside(
            "figures_present",
            "Minst halvparten av cellene som gjelder, har tall",
            "Se på tabellen hos SSB: er tallene ikke lagt ut ennå, eller holdes de tilbake?",
            figures_per("contents", "value"),
            severity="warning",
            tell="{contents}: {share} prosent av cellene mangler tall",
            noun="statistikkvariabler",
        ),
    )
    counted = (_row_count(table),) if _divided(table) else ()
    return (*counted, *suite, *([_required(required)] if required else []))


def _divided(table: Table) -> bool:
    """Whether the cells stand in more than one direction: in a plain list no hole can be seen."""
    lists = (
        len(d.wanted) + len(d.values) + len({(m.code, m.likely_code, m.label) for m in d.measures})
        for d in table.dimensions.values()
        if not (d.municipalities or d.pattern)
    )
    open_ended = sum(1 for d in table.dimensions.values() if d.municipalities or d.pattern)
    return open_ended + sum(1 for size in lists if size > 1) > 1


def _row_count(table: Table) -> Expectation:
    return row_count(
        "rows_per_year",
        "Tabellen har én celle for hver kombinasjon av kodene det ble spurt om",
        "Spør på nytt med `kostra run --refetch`. Er tallet fortsatt galt, har SSB endret tabellen.",
        complete(*table.roles),
        why=factors({role: _WORDS[role] for role in table.roles}),
    )


def _required(codes: list[str]) -> Expectation:
    return Expectation(
        "codes_as_asked",
        "Alle kodene katalogen krever, er i tabellen",
        "Kjør `kostra sources check`: SSB har fjernet eller endret en kode.",
        lambda subject: _codes(subject, codes),
        "ExpectColumnDistinctValuesToContainSet",
        fixed(column="value", value_set=codes),
        noun="koder",
    )


def _codes(subject: Subject, wanted: list[str]) -> pd.DataFrame:
    roles = dict.fromkeys(code.partition("=")[0] for code in wanted)
    found = [f"{role}={code}" for role in roles for code in subject.frame[role].unique()]
    return pd.DataFrame({"value": found})


def _symbols(subject: Subject) -> pd.DataFrame:
    counted = subject.frame["symbol"].astype("str").value_counts()
    found = counted.rename_axis("symbol").reset_index(name="rows")
    return found[found["rows"] > 0].assign(holds=lambda f: f["symbol"].isin(SYMBOLS))
