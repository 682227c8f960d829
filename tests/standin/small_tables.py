"""Two tiny tables and code lists for tests: every number can be checked by eye."""

from datetime import UTC, date, datetime

import numpy as np

from pipelines.standin.klass import StandinGroupMember, StandinKlass, StandinMunicipality
from pipelines.standin.table import (
    StandinCodelist,
    StandinCodelistValue,
    StandinDimension,
    StandinPathItem,
    StandinTable,
)

REGION = "KOKkommuneregion0000"
FUNCTION = "KOKfunksjon0000"
UPDATED = datetime(2026, 6, 15, 6, 0, tzinfo=UTC)
KOSTRA_PATH = (
    StandinPathItem("os", "Offentlig sektor"),
    StandinPathItem("os02", "KOSTRA"),
    StandinPathItem("kostrahoved", "KOSTRA hovedtall"),
)


def accounts_table() -> StandinTable:
    """Region (3, mandatory) × function (3, can be eliminated, no total) × contents (2) × year (3).

    The value of a cell is region·1000 + function·100 + contents·10 + year, counted from 1, except
    three nulls; the second contents has one decimal and adds 0.5.
    """
    shape = (3, 3, 2, 3)
    region, function, contents, year = np.indices(shape) + 1
    values = region * 1000.0 + function * 100 + contents * 10 + year + np.where(contents == 2, 0.5, 0.0)
    nulls = {(0, 0, 0, 0): ".", (1, 2, 0, 2): ":", (2, 1, 1, 1): ".."}
    for place in nulls:
        values[place] = np.nan
    return StandinTable(
        id="90001",
        label="MODELLERTE EKSEMPELTALL: Driftsregnskap, etter region, funksjon, statistikkvariabel og år",
        updated=UPDATED,
        dimensions=(
            StandinDimension(
                REGION, "region", ("0301", "3201", "EAK"), ("Oslo", "Bærum", "Landet"), role="geo"
            ),
            StandinDimension(
                FUNCTION,
                "funksjon",
                ("201", "202", "FGK1"),
                ("Barnehage", "Grunnskole", "Sum"),
                elimination=True,
                codelists=(
                    StandinCodelist(
                        "agg_Opplaering",
                        "Opplæring",
                        (
                            StandinCodelistValue("OPP", "Opplæring", ("201", "202")),
                            StandinCodelistValue("SUM", "Sum", ("FGK1",)),
                        ),
                    ),
                ),
            ),
            StandinDimension(
                "ContentsCode",
                "statistikkvariabel",
                ("KOSbelop0000", "KOSandel0000"),
                ("Beløp (1000 kr)", "Andel (prosent)"),
                role="metric",
                units={"KOSbelop0000": ("1000 kr", 0), "KOSandel0000": ("prosent", 1)},
            ),
            StandinDimension("Tid", "år", ("2022", "2023", "2024"), ("2022", "2023", "2024"), role="time"),
        ),
        values=values,
        symbols={int(np.ravel_multi_index(place, shape)): symbol for place, symbol in nulls.items()},
        notes=("Tallene er modellert.", "Brudd i KOSTRA-gruppene mellom 2019 og 2020."),
        mandatory_notes=frozenset({1}),
        paths=(KOSTRA_PATH,),
        contents_updated={"KOSandel0000": datetime(2026, 7, 1, 6, 0, tzinfo=UTC)},
    )


def population_table() -> StandinTable:
    """Region (2) × sex (total 0, men 1, women 2; can be eliminated by the total) × contents × year (2).

    Men are 100·region + year, women 200·region + year (counted from 1). The total is the sum plus one,
    so that elimination by the total can be told from a sum.
    """
    shape = (2, 3, 1, 2)
    region, sex, _, year = np.indices(shape) + 1
    persons = (sex - 1) * 100.0 * region + year
    persons[:, 0] = persons[:, 1] + persons[:, 2] + 1
    return StandinTable(
        id="90002",
        label="MODELLERTE EKSEMPELTALL: Befolkning, etter region, kjønn, statistikkvariabel og år",
        updated=datetime(2026, 2, 24, 7, 0, tzinfo=UTC),
        dimensions=(
            StandinDimension(
                "Region", "region", ("3024", "3201"), ("Bærum (2020-2023)", "Bærum"), role="geo"
            ),
            StandinDimension(
                "Kjonn",
                "kjønn",
                ("0", "1", "2"),
                ("Begge kjønn", "Menn", "Kvinner"),
                elimination=True,
                elimination_code="0",
            ),
            StandinDimension(
                "ContentsCode",
                "statistikkvariabel",
                ("Personer1",),
                ("Personer",),
                role="metric",
                units={"Personer1": ("personer", 0)},
            ),
            StandinDimension("Tid", "år", ("2023", "2024"), ("2023", "2024"), role="time"),
        ),
        values=persons,
        subject_code="be",
    )


def small_klass() -> StandinKlass:
    """Bærum through three codes, a merger, a split, a rename and a ceased code; groups for 2020-2026."""
    opening, reform, split = date(2013, 1, 1), date(2020, 1, 1), date(2024, 1, 1)
    return StandinKlass(
        municipalities=(
            StandinMunicipality("0219", "Bærum", opening, reform),
            StandinMunicipality("3024", "Bærum", reform, split, ("0219",)),
            StandinMunicipality("3201", "Bærum", split, None, ("3024",)),
            StandinMunicipality("0301", "Oslo kommune", opening, date(2021, 6, 1)),
            StandinMunicipality("0301", "Oslo", date(2021, 6, 1), None, ("0301",)),
            StandinMunicipality("1504", "Ålesund", opening, reform),
            StandinMunicipality("1534", "Haram", opening, reform),
            StandinMunicipality("1507", "Ålesund", reform, split, ("1504", "1534")),
            StandinMunicipality("1508", "Ålesund", split, None, ("1507",)),
            StandinMunicipality("1580", "Haram", split, None, ("1507",)),
            StandinMunicipality("2111", "Spitsbergen", opening, reform),
            StandinMunicipality("9998", "Ny kommune", split, None),
        ),
        members=(
            StandinGroupMember("EKG12", "KOSTRA-gruppe 12", "3024", reform, split),
            StandinGroupMember("EKG12", "KOSTRA-gruppe 12", "3201", split, date(2026, 1, 1)),
            StandinGroupMember("EKG13", "KOSTRA-gruppe 13", "0301", reform, date(2026, 1, 1)),
        ),
    )
