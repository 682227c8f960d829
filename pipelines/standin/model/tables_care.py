"""Care tables with more dimensions than region, contents and year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from pipelines.standin.model.build import closed, contents, kostra_region, mark, plain_region, table, years
from pipelines.standin.model.data import Counts
from pipelines.standin.model.entities import Regions, kostra_regions, plain_regions
from pipelines.standin.model.services import evaluate, home_service_hours
from pipelines.standin.model.tables_services import ratio
from pipelines.standin.table import StandinDimension, StandinPathItem, StandinTable, Values

_CARE_LIMIT = 5
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
_HEALTH = (
    StandinPathItem("he", "Helse"),
    StandinPathItem("he03", "Helse- og omsorgstjenester"),
    StandinPathItem("pleie", "Sjukeheimar, heimetenester og andre omsorgstenester"),
)
# Per mille of the hours of users 0-66, and of users 67 or older, in each band (modelled).
_AGES_11643 = {
    "Ialt": ("Alle aldrar", (1000, 1000)),
    "00-17": ("0-17 år", (180, 0)),
    "18-49": ("18-49 år", (520, 0)),
    "50-66": ("50-66 år", (300, 0)),
    "67-79": ("67-79 år", (0, 350)),
    "80-89": ("80-89 år", (0, 430)),
    "90+": ("90 år eller eldre", (0, 220)),
}
_SERVICES_11643 = {
    "00": ("Alle tenester", 1000),
    "01": ("Praktisk hjelp: daglege gjeremål", 380),
    "15": ("Helsetenester i heimen", 620),
}


def _fold(expression: str, regions: Regions) -> Counts:
    return regions.fold(evaluate(expression))


def _few(counts: Values) -> npt.NDArray[np.bool_]:
    return np.asarray((counts > 0) & (counts < _CARE_LIMIT))


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
        closed("KOKalder0000", "alder", {code: label for code, (label, *_) in _AGES_12003.items()}),
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
        plain_region(regions),
        closed("TenesteType", "tenestetype", {code: label for code, (label, _) in _SERVICES_11645.items()}),
        closed("Alder", "alder", _AGES_11645),
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


def table_11643() -> StandinTable:
    """Hours of care services in the year: region, service, age, contents, year."""
    regions = plain_regions()
    young, old = (regions.fold(hours) for hours in home_service_hours())
    per_service = [
        np.stack(
            [
                young * share * of_young // 1_000_000 + old * share * of_old // 1_000_000
                for _, (of_young, of_old) in _AGES_11643.values()
            ],
            axis=1,
        )
        for _, share in _SERVICES_11643.values()
    ]
    values: Values = np.stack(per_service, axis=1)[:, :, :, None, :].astype(np.float64)
    symbols = mark(values, ~regions.valid[:, None, None, None, :], ".")
    dimensions = (
        plain_region(regions),
        closed("TenesteType", "tenestetype", {code: label for code, (label, _) in _SERVICES_11643.items()}),
        closed("Alder", "alder", {code: label for code, (label, _) in _AGES_11643.items()}),
        contents({"Timeforbruk": "Timar"}, {"Timeforbruk": ("timar", 0)}),
        years(),
    )
    title = "Timar til omsorgstenester i løpet av året"
    return table("11643", title, dimensions, values, symbols, paths=(_HEALTH,), subject_code="he")


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
        closed("KOKstillingkode0000", "stilling", positions),
        closed(
            "KOKutdanningoms0000",
            "utdanning",
            {code: label for code, (label, _) in _EDUCATIONS_14534.items()},
        ),
        contents({"KOSARBAARSVERKST0000": "Avtalte årsverk"}, {"KOSARBAARSVERKST0000": ("årsverk", 0)}),
        years(),
    )
    title = "Årsverk i omsorgstjenestene etter stillingstype og utdanning"
    return table("14534", title, dimensions, values, symbols)


CARE_TABLES: Mapping[str, Callable[[], StandinTable]] = {
    "11643": table_11643,
    "11645": table_11645,
    "12003": table_12003,
    "14534": table_14534,
}
