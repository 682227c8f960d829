"""A small Norway: municipality codes, live metadata and table frames to turn into facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from assets.catalogue.loader import load_catalogue
from assets.statuses import OF_SYMBOL
from pipelines.statbank.jsonstat_model import Unit
from pipelines.statbank.metadata import TableMetadata, VariableMetadata

CATALOGUE = load_catalogue()

Figure = float | str
"""A number, or one of SSB's symbols."""

REFORM, RENUMBERING = date(2020, 1, 1), date(2024, 1, 1)
MUNICIPALITIES = pd.DataFrame(
    [
        ("oslo", "0301", "Oslo", date(2013, 1, 1), None),
        ("baerum", "0219", "Bærum", date(2013, 1, 1), REFORM),
        ("baerum", "3024", "Bærum", REFORM, RENUMBERING),
        ("baerum", "3201", "Bærum", RENUMBERING, None),
        ("asker", "0220", "Asker", date(2013, 1, 1), REFORM),
        ("asker", "3025", "Asker", REFORM, RENUMBERING),
        ("asker", "3203", "Asker", RENUMBERING, None),
        ("royken", "0627", "Røyken", date(2013, 1, 1), REFORM),
        ("haram", "1580", "Haram", RENUMBERING, None),
    ],
    columns=["slug", "code", "name", "valid_from", "valid_to"],
)


def variable(code: str, values: Mapping[str, str], **more: object) -> VariableMetadata:
    """One live dimension with label by code."""
    return VariableMetadata(code, code.lower(), tuple(values), tuple(values.values()), **more)  # type: ignore[arg-type]


def accounts_metadata() -> TableMetadata:
    """Table 12367 with the required codes only, dimensions and codes in another order than the catalogue."""
    functions = {code: f"Funksjon {code}" for code in ("281", "276", "273", "243", "242", "100")}
    return TableMetadata(
        "12367",
        "12367: Detaljerte regnskapstall driftsregnskapet, etter region, regnskapsomfang, funksjon og art",
        None,
        (
            variable("Tid", {str(year): str(year) for year in range(2014, 2025)}),
            variable(
                "ContentsCode",
                {"KOSbelop0000": "Beløp (1000 kr)"},
                units={"KOSbelop0000": Unit("1000 kr", 0)},
            ),
            variable("KOKart0000", {"AGD2": "Netto driftsutgifter på funksjon/tjenesteområde"}),
            variable("KOKfunksjon0000", functions),
            variable("KOKregnskapsomfa0000", {"A": "Konsern"}),
            variable("KOKkommuneregion0000", {"3201": "Bærum", "0301": "Oslo", "3024": "Bærum (-2023)"}),
        ),
    )


def changed(metadata: TableMetadata, dimension: str, **changes: object) -> TableMetadata:
    """The metadata with one dimension changed."""
    dimensions = (replace(d, **changes) if d.code == dimension else d for d in metadata.dimensions)  # type: ignore[arg-type]
    return replace(metadata, dimensions=tuple(dimensions))


def accounts_table(
    amounts: Mapping[tuple[int, str, str], Figure], *, art: str = "AGD2", scope: str = "A"
) -> pd.DataFrame:
    """`statbank/t12367` from (year, region, function) → amount or symbol."""
    rows = [
        (year, region, scope, function, art, "KOSbelop0000", str(year), *_cell(figure), "NOK_thousand")
        for (year, region, function), figure in amounts.items()
    ]
    roles = ["region", "scope", "function", "art", "contents", "period"]
    return _frame(rows, roles, "12367")


def population_table(
    people: Mapping[tuple[int, str], Mapping[str, Figure]], sexes: Iterable[str] = "12"
) -> pd.DataFrame:
    """`statbank/t07459` from (accounting year, region) → age code → persons of each sex, or a symbol."""
    rows = [
        (year, region, sex, age, "Personer1", str(year + 1), *_cell(figure), "persons")
        for (year, region), ages in people.items()
        for age, figure in ages.items()
        for sex in sexes
    ]
    return _frame(rows, ["region", "sex", "age", "contents", "period"], "07459")


def ages(figure: Figure = 1, **others: Figure) -> dict[str, Figure]:
    """Age code → persons, 000 to 105+; `others` such as `a066=".."` differ."""
    codes = [f"{age:03d}" for age in range(105)] + ["105+"]
    return {code: others.get(f"a{code.rstrip('+')}", figure) for code in codes}


def rows(frame: pd.DataFrame) -> list[Any]:
    """The rows as named tuples."""
    return list(frame.itertuples(index=False))


def shown(figure: float) -> float | None:
    """The figure, or None where there is none."""
    return None if pd.isna(figure) else figure


def _cell(figure: Figure) -> tuple[float, str, str]:
    if isinstance(figure, str):
        return float("nan"), OF_SYMBOL.get(figure, "missing"), figure
    return float(figure), "ok", ""


def _frame(rows: Sequence[tuple[object, ...]], roles: list[str], table: str) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["year", *roles, "value", "status", "symbol", "unit"])
    frame = frame.assign(
        vintage_status="final", source="sample", vintage_id=f"{table}@2025-06-16T06:00:00Z#0123456789ab"
    )
    return frame.astype(
        dict.fromkeys(
            [*roles, "status", "symbol", "unit", "vintage_status", "source", "vintage_id"], "category"
        )
    )
