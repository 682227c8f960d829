"""Tables outside KOSTRA: disability pension, labour status and consumer prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np

from pipelines.standin.model.build import closed, contents, mark, plain_region, table, years
from pipelines.standin.model.data import rows
from pipelines.standin.model.entities import plain_regions
from pipelines.standin.model.services import evaluate
from pipelines.standin.model.tables_services import ratio
from pipelines.standin.table import StandinDimension, StandinPathItem, StandinTable, Values

_STATUSES_13563 = {
    "TOT": ("I alt", "ages:20_66"),
    "A.01": ("Sysselsatte", "employed"),
    "A.09": ("Registrerte arbeidsledige", "unemployed"),
    "U.01": ("Deltakere på arbeidsmarkedstiltak", "in_measures"),
    "U.03": ("Under ordinær utdanning", "in_education"),
    "U.04-U.05": ("Mottakere av arbeidsavklaringspenger og uføretrygd", "on_benefits"),
    "U.06-U.07": ("Mottakere av AFP og alderspensjon", "pensioners"),
    "U.90": (
        "Andre",
        "ages:20_66-employed-unemployed-in_measures-in_education-on_benefits-pensioners",
    ),
}
_DISABILITY = {"UforetygdPers": "Uføretrygdede (personer)", "UforetrygdPros": "Uføretrygdede (prosent)"}
_DISABILITY_UNITS = {"UforetygdPers": ("personer", 0), "UforetrygdPros": ("prosent", 1)}
_WELFARE = (
    StandinPathItem("sk", "Sosiale forhold og kriminalitet"),
    StandinPathItem("sk03", "Trygd og stønad"),
    StandinPathItem("ufore", "Uføretrygdede"),
)
_WORK = (
    StandinPathItem("al", "Arbeid og lønn"),
    StandinPathItem("al03", "Sysselsetting"),
    StandinPathItem("arbstatus", "Tilknytning til arbeid, utdanning og velferdsordninger"),
)
_PRICES = (
    StandinPathItem("pp", "Priser og prisindekser"),
    StandinPathItem("pp04", "Konsumpriser"),
    StandinPathItem("kpi", "Konsumprisindeksen"),
)


def table_13563() -> StandinTable:
    """Residents by prioritised labour status: region, status, age, immigrant category, contents, year."""
    regions = plain_regions()
    stack = [regions.fold(evaluate(expression)) for _, expression in _STATUSES_13563.values()]
    values: Values = np.stack(stack, axis=1)[:, :, None, None, None, :].astype(np.float64)
    symbols = mark(values, ~regions.valid[:, None, None, None, None, :], ".")
    dimensions = (
        plain_region(regions),
        closed(
            "HovArbStyrkStatus",
            "prioritert arbeidsstyrkestatus",
            {code: label for code, (label, _) in _STATUSES_13563.items()},
        ),
        closed("Alder", "alder", {"20-66": "20-66 år"}),
        closed("InnvandrKat", "innvandringskategori", {"A-G": "Alle"}),
        contents({"Bosatte": "Bosatte"}, {"Bosatte": ("personer", 0)}),
        years(),
    )
    return table(
        "13563",
        "Befolkningen 15 år og eldre",
        dimensions,
        values,
        symbols,
        updated=datetime(2025, 3, 13, 7, 0, tzinfo=UTC),
        paths=(_WORK,),
        subject_code="al",
    )


def _disability(number: str, dimension: StandinDimension, parts: dict[str, tuple[str, str]]) -> StandinTable:
    """Disability pensioners by age or sex; ``parts`` is (persons, inhabitants) per code."""
    regions = plain_regions()
    persons = np.stack([regions.fold(evaluate(expression)) for expression, _ in parts.values()], axis=1)
    base = np.stack([regions.fold(evaluate(expression)) for _, expression in parts.values()], axis=1)
    values: Values = np.stack([persons.astype(np.float64), ratio(persons, base, Fraction(100), 1)], axis=2)
    symbols = mark(values, ~regions.valid[:, None, None, :], ".")
    dimensions = (plain_region(regions), dimension, contents(_DISABILITY, _DISABILITY_UNITS), years())
    return table(
        number,
        "Uføretrygdede",
        dimensions,
        values,
        symbols,
        updated=datetime(2025, 3, 27, 7, 0, tzinfo=UTC),
        paths=(_WELFARE,),
        subject_code="sk",
    )


def table_11715() -> StandinTable:
    """Disability pensioners: region, age, contents, year."""
    dimension = closed("Alder", "alder", {"18-67": "18-67 år", "18-44": "18-44 år", "45-67": "45-67 år"})
    return _disability(
        "11715",
        dimension,
        {
            "18-67": ("disability", "ages:18_67"),
            "18-44": ("disability_18_44", "ages:18_44"),
            "45-67": ("disability-disability_18_44", "ages:45_67"),
        },
    )


def table_11695() -> StandinTable:
    """Disability pensioners: region, sex, contents, year."""
    dimension = StandinDimension(
        "Kjonn",
        "kjønn",
        ("0", "2", "1"),
        ("Begge kjønn", "Kvinner", "Menn"),
        elimination=True,
        elimination_code="0",
    )
    return _disability(
        "11695",
        dimension,
        {
            "0": ("disability", "ages:18_67"),
            "2": ("disability_women", "women:18_67"),
            "1": ("disability-disability_women", "ages:18_67-women:18_67"),
        },
    )


def table_03014() -> StandinTable:
    """Consumer price index, yearly: contents, year."""
    listed = rows("consumer_prices")
    values: Values = np.array([[float(row["index"]) for row in listed]])
    dimensions = (
        contents({"KpiAar": "Konsumprisindeks (2015=100)"}, {"KpiAar": ("2015=100", 1)}),
        years(int(row["year"]) for row in listed),
    )
    return table(
        "03014",
        "Konsumprisindeks, årstall",
        dimensions,
        values,
        {},
        updated=datetime(2025, 1, 10, 7, 0, tzinfo=UTC),
        paths=(_PRICES,),
        subject_code="pp",
    )


SOCIETY_TABLES: Mapping[str, Callable[[], StandinTable]] = {
    "03014": table_03014,
    "11695": table_11695,
    "11715": table_11715,
    "13563": table_13563,
}
