"""Tables with more dimensions than region, contents and year: ages, services, occupations, sexes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np

from pipelines.standin.model.build import contents, kostra_region, mark, table, years
from pipelines.standin.model.data import Counts, rows
from pipelines.standin.model.entities import Regions, kostra_regions, plain_regions
from pipelines.standin.model.services import evaluate
from pipelines.standin.model.tables_services import ratio
from pipelines.standin.table import StandinDimension, StandinPathItem, StandinTable, Values

_CARE_LIMIT = 5
_OLDEST = 105
_AGES_11805 = {
    "A00-17": ("0-17 år", 0, 17),
    "A18-24": ("18-24 år", 18, 24),
    "A25-66": ("25-66 år", 25, 66),
    "A18-66": ("18-66 år", 18, 66),
    "A67-79": ("67-79 år", 67, 79),
    "A80+": ("80 år og over", 80, _OLDEST),
    "ALLE": ("Alle aldre", 0, _OLDEST),
}
_GROUPS_12003 = ("Brukere i alt", "Hjemmetjenester", "Institusjon", "Aktiviserings- og servicetjenester")
_AGES_12003 = {
    "A00-66": ("0-66 år", "0_66", ("home_0_66", "inst_0_66", "activity_0_66")),
    "A67-79": ("67-79 år", "67_79", ("home_67-home_80", "inst_67_79", "activity_67-activity_80")),
    "A80+": ("80 år og over", "80_105", ("home_80", "inst_80", "activity_80")),
}
_SERVICES_11645 = {
    "00": ("Alle tenester", ("home_0_66+inst_0_66", "home_67-home_80+inst_67_79", "home_80+inst_80")),
    "12": ("Støttekontakt", ("activity_0_66", "activity_67-activity_80", "activity_80")),
    "15": ("Helsetenester i heimen", ("nursing_0_66", "home_67-home_80", "home_80")),
    "21": ("Langtidsopphald i institusjon", ("inst_0_66", "long_67_79", "long_80")),
}
_AGES_11645 = {"Ialt": "Alle aldrar", "00-49": "0-49 år", "50-66": "50-66 år", "67-79": "67-79 år"} | {
    "80-89": "80-89 år",
    "90+": "90 år eller eldre",
}
_EDUCATIONS_14534 = {
    "TOT": ("I alt", "fte"),
    "01": ("Sykepleiere i alt", "nurses"),
    "02": ("Annen helse- og sosialutdanning fra høyskole/universitet", "other_higher"),
    "03": ("Helsefagarbeidere", "auxiliary"),
    "99": ("Uten helse- og sosialutdanning", "fte-nurses-other_higher-auxiliary"),
}
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
_HEALTH = (
    StandinPathItem("he", "Helse"),
    StandinPathItem("he03", "Helse- og omsorgstjenester"),
    StandinPathItem("pleie", "Sjukeheimar, heimetenester og andre omsorgstenester"),
)


def _fold(expression: str, regions: Regions) -> Counts:
    return regions.fold(evaluate(expression))


def _plain_region(regions: Regions) -> StandinDimension:
    return StandinDimension("Region", "region", regions.codes, regions.labels, role="geo")


def _closed(code: str, label: str, values: Mapping[str, str]) -> StandinDimension:
    """A dimension that every question must choose from."""
    return StandinDimension(code, label, tuple(values), tuple(values.values()))


def _few(counts: Values) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((counts > 0) & (counts < _CARE_LIMIT))


def table_11805() -> StandinTable:
    """KOSTRA population at 31 December: region, age, contents, year."""
    regions = kostra_regions()
    stack = [_fold(f"ages:{first}_{last}", regions) for _, first, last in _AGES_11805.values()]
    values: Values = np.stack(stack, axis=1)[:, :, None, :].astype(np.float64)
    symbols = mark(values, ~regions.valid[:, None, None, :], ".")
    dimensions = (
        kostra_region(regions),
        _closed("KOKalder0000", "alder", {code: label for code, (label, *_) in _AGES_11805.items()}),
        contents({"KOSpersoner0000": "Personer (antall)"}, {"KOSpersoner0000": ("personer", 0)}),
        years(),
    )
    return table("11805", "Befolkning per 31.12.", dimensions, values, symbols)


def table_12003() -> StandinTable:
    """Users of care services: region, age, service group, contents, year."""
    regions = kostra_regions()
    users: list[list[Counts]] = []
    people: list[Counts] = []
    for _, ages, (home, institution, activity) in _AGES_12003.values():
        groups = [_fold(expression, regions) for expression in (home, institution, activity)]
        # One person counts once in the total and in every group that serves her.
        users.append([groups[0] + groups[1] + groups[2] // 3, *groups])
        people.append(_fold(f"ages:{ages}", regions))
    counted = np.stack([np.stack(groups, axis=1) for groups in users], axis=1)
    per_1000 = ratio(counted, np.stack(people, axis=1)[:, :, None, :], Fraction(1000), 1)
    values: Values = np.stack([counted.astype(np.float64), per_1000], axis=3)
    symbols = mark(values, _few(counted.astype(np.float64))[:, :, :, None, :], ":")
    symbols |= mark(values, ~regions.valid[:, None, None, None, :], ".")
    group_codes = ("00", "01", "02", "03")
    dimensions = (
        kostra_region(regions),
        _closed("KOKalder0000", "alder", {code: label for code, (label, *_) in _AGES_12003.items()}),
        StandinDimension(
            "KOKtjenestegrupp0000",
            "tjenestegruppe",
            group_codes,
            _GROUPS_12003,
            elimination=True,
            elimination_code="00",
        ),
        contents(
            {
                "KOSomsorgantbruk0000": "Omsorgstjenester - brukere (antall)",
                "KOSPr1000innbyge0000": "Omsorgstjenester - brukere per 1000 innbyggere",
            },
            {"KOSomsorgantbruk0000": ("antall", 0), "KOSPr1000innbyge0000": ("per 1000", 1)},
        ),
        years(),
    )
    return table("12003", "Omsorgstjenester - brukere", dimensions, values, symbols)


def table_11645() -> StandinTable:
    """Users of care services at 31 December: region, service, age, contents, year."""
    regions = plain_regions()
    per_service = []
    for _, (young, middle, old) in _SERVICES_11645.values():
        young_all, middle_all, old_all = (_fold(part, regions) for part in (young, middle, old))
        under_50, under_90 = young_all * 55 // 100, old_all * 66 // 100
        ages = [under_50, young_all - under_50, middle_all, under_90, old_all - under_90]
        per_service.append(np.stack([young_all + middle_all + old_all, *ages], axis=1))
    values: Values = np.stack(per_service, axis=1)[:, :, :, None, :].astype(np.float64)
    symbols = mark(values, _few(values), ":") | mark(values, ~regions.valid[:, None, None, None, :], ".")
    dimensions = (
        _plain_region(regions),
        _closed("TenesteType", "tenestetype", {code: label for code, (label, _) in _SERVICES_11645.items()}),
        _closed("Alder", "alder", _AGES_11645),
        contents({"Brukere1": "Brukarar"}, {"Brukere1": ("personar", 0)}),
        years(),
    )
    return table(
        "11645",
        "Brukarar av omsorgstenester per 31.12.",
        dimensions,
        values,
        symbols,
        paths=(_HEALTH,),
        subject_code="he",
    )


def table_14534() -> StandinTable:
    """Care staff: region, position, education, contents, year."""
    regions = kostra_regions()
    education = np.stack([_fold(expr, regions) for _, expr in _EDUCATIONS_14534.values()], axis=1)
    nursing = education * 88 // 100
    values: Values = np.stack([education, nursing, education - nursing], axis=1)[:, :, :, None, :].astype(
        np.float64
    )
    symbols = mark(values, ~regions.valid[:, None, None, None, :], ".")
    positions = {"TOT": "I alt", "01": "Brukerrettede stillinger", "02": "Andre stillinger"}
    dimensions = (
        kostra_region(regions),
        _closed("KOKstillingkode0000", "stilling", positions),
        _closed(
            "KOKutdanningoms0000",
            "utdanning",
            {code: label for code, (label, _) in _EDUCATIONS_14534.items()},
        ),
        contents({"KOSARBAARSVERKST0000": "Avtalte årsverk"}, {"KOSARBAARSVERKST0000": ("årsverk", 0)}),
        years(),
    )
    title = "Årsverk i omsorgstjenestene etter stillingstype og utdanning"
    return table("14534", title, dimensions, values, symbols)


def table_13563() -> StandinTable:
    """Residents by prioritised labour status: region, status, age, immigrant category, contents, year."""
    regions = plain_regions()
    stack = [_fold(expression, regions) for _, expression in _STATUSES_13563.values()]
    values: Values = np.stack(stack, axis=1)[:, :, None, None, None, :].astype(np.float64)
    symbols = mark(values, ~regions.valid[:, None, None, None, None, :], ".")
    dimensions = (
        _plain_region(regions),
        _closed(
            "HovArbStyrkStatus",
            "prioritert arbeidsstyrkestatus",
            {code: label for code, (label, _) in _STATUSES_13563.items()},
        ),
        _closed("Alder", "alder", {"20-66": "20-66 år"}),
        _closed("InnvandrKat", "innvandringskategori", {"A-G": "Alle"}),
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
    persons = np.stack([_fold(expression, regions) for expression, _ in parts.values()], axis=1)
    base = np.stack([_fold(expression, regions) for _, expression in parts.values()], axis=1)
    values: Values = np.stack([persons.astype(np.float64), ratio(persons, base, Fraction(100), 1)], axis=2)
    symbols = mark(values, ~regions.valid[:, None, None, :], ".")
    dimensions = (_plain_region(regions), dimension, contents(_DISABILITY, _DISABILITY_UNITS), years())
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
    dimension = _closed("Alder", "alder", {"18-67": "18-67 år", "18-44": "18-44 år", "45-67": "45-67 år"})
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


CROSS_TABLES: Mapping[str, Callable[[], StandinTable]] = {
    "03014": table_03014,
    "11645": table_11645,
    "11695": table_11695,
    "11715": table_11715,
    "11805": table_11805,
    "12003": table_12003,
    "13563": table_13563,
    "14534": table_14534,
}
