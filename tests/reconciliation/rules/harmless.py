"""Changes of a report that change nothing: layout, wording, and figures that still agree."""

import csv
import random
import unicodedata
from collections.abc import Callable

from tests.reconciliation.rules.altered import (
    AREAS,
    CLAIMS,
    PROFILES,
    SERIES,
    SHIPPED,
    Alteration,
    cell,
    changed,
    copy,
    moved,
    written,
)
from tests.reconciliation.rules.injected import (
    BY_AREA,
    HOME,
    INSTITUTION,
    MAIN_INCOME,
    RECIPIENTS_24,
    SOS,
)


def _comma(column: str, text: str) -> str:
    return text.replace(".", ",") if column == "value" else text


def _thousands(column: str, text: str) -> str:
    if column != "value" or not text.strip("-"):
        return text
    whole, _, rest = text.partition(".")
    return f"{int(whole):,}".replace(",", " ") + (f",{rest}" if rest else "")


def _float(column: str, text: str) -> str:
    return repr(float(text)) if column == "value" and text.strip("-") else text


_WORDS = ("chapter", "indicator_title", "quote", "section")


def _in_titles(change: Callable[[str], str]) -> Callable[[str, str], str]:
    return lambda column, text: change(text) if column in _WORDS else text


def _said(words: dict[str, str]) -> dict[str, bytes]:
    rows = copy()
    for row in rows[CLAIMS]:
        row["quote"] = words.get(row["statement_id"], row["quote"])
    return written(rows)


def _shuffled() -> dict[str, bytes]:
    rows = copy()
    for held in rows.values():
        random.Random(7).shuffle(held)
    return written(rows)


def _with_year(file: str, like: str, year: str, table: str = "") -> dict[str, bytes]:
    rows = copy()
    rows[file] += [
        r | {"year": year} for r in rows[file] if r["year"] == like and r["table"].startswith(table)
    ]
    return written(rows)


def _with_municipality() -> dict[str, bytes]:
    rows = copy()
    more = [row | {"entity": "Drammen"} for row in rows[SERIES] if row["entity"] == "Asker"]
    for row in more:
        decimals = len(row["value"].partition(".")[2])
        row["value"] = f"{1.05 * float(row['value']):.{decimals}f}"
    rows[SERIES] += more
    return written(rows)


def _with_table() -> dict[str, bytes]:
    """Days in institutions, by institution: three rows and their sum, for two years."""
    rows = copy()
    like = rows[AREAS][0] | {"table": "resident_days", "unit": "count", "adjusted": "nei"}
    like |= {"indicator_id": "plo_resident_days_by_institution", "indicator_title": "Oppholdsdøgn (antall)"}
    for year, values in {"2023": (9100, 8400, 700), "2024": (9250, 8300, 720)}.items():
        for name, value in zip(
            ("Lindelia", "Solvik", "Andre", "Totalt"), (*values, sum(values)), strict=True
        ):
            rows[AREAS].append(like | {"year": year, "entity": name, "value": str(value)})
    return written(rows)


#: Indicator, unit, kind, direction, value, comparator, base year and sentence of claims that are true.
TRUE_CLAIMS = f"""
{RECIPIENTS_24}; percent; level; level; 2.3; ; ; 2,3 prosent av de unge
sos_benefit_per_recipient; percent; relative; below; 10.2; ASSS mean; ; 10,2 prosent lavere
sos_supplementary_recipients_share; percentage_points; relative; above; 5.3; ASSS mean; ; 5,3 %-poeng over
sos_disability_pension_share_18_67; percentage_points; change; increase; 0.1; own 2023; 2023; opp 0,1 %-poeng
sos_recipients_share_18_67; percent; change; increase; 8; own 2023; 2023; åtte prosent flere: 8 prosent
sos_net_expenditure_per_inhabitant_18_66; percent; change; increase; 9.5; own 2023; 2023; vokste 9,5 %
sos_sickness_absence; percent; rank; lowest; ; ASSS; ; lavest sykefravær av alle
sos_recipients_with_children_share; percent; level; level; 23.69; ; ; 24 prosent har barn
{MAIN_INCOME}; percent; relative; above; ; Asker; ; ligger over Asker
"""


def _with_claims() -> dict[str, bytes]:
    """True claims of every kind, in words the report does not use."""
    rows = copy()
    columns = ("indicator_id", "unit", "claim_type", "direction", "value", "comparator", "base_year", "quote")
    for i, line in enumerate(TRUE_CLAIMS.strip().splitlines()):
        cells = dict(zip(columns, map(str.strip, line.split(";")), strict=True))
        like = rows[CLAIMS][0] | {"section": "Kvalitet", "adjusted": "nei", "indicator_title": "Ny"}
        rows[CLAIMS].append(like | {"statement_id": f"NY-{i}"} | cells)
    return written(rows)


def _rounded() -> dict[str, bytes]:
    rows = copy()
    for row in rows[PROFILES]:
        if row["indicator_id"] == "sos_recipients_with_children_share":
            row["value"] = f"{float(row['value']):.1f}"
        if row["indicator_id"] == "sos_resource_use_index":
            row["value"] = f"{float(row['value']):.2f}"
    return written(rows)


def _unrounded() -> dict[str, bytes]:
    rows = copy()
    for row in rows[PROFILES]:
        if row["unit"] == "NOK" and row["value"].strip("-"):
            row["value"] = f"{float(row['value']) + 0.3:.1f}"
    return written(rows)


REWORDED = {
    "SOS-02": "er fremdeles lavest blant kommunene i nettverket",
    "SOS-07": "bruker mer enn i 2023",
    "SOS-12": "andelen har falt jevnt gjennom hele perioden",
    "SOS-16": "er på samme nivå som året før",
    "SOS-19": "lå 2,2 % under snittet, til tross for høyere priser over tid",
    "SOS-20": "ned 5,3 prosentpoeng, etter flere års økning",
    "SOS-24": "som er 12 prosentpoeng bedre enn i fjor",
    "PLO-02": "brukte 9,0 % mer i 2023",
    "PLO-10": "ligger 6,3 prosentpoeng lavere enn gjennomsnittet",
    "PLO-21": "kostet 14 prosent mer per innbygger enn i snitt",
    "PLO-29": "har de høyeste utgiftene per innbygger, men ikke den laveste dekningen",
    "PLO-36": "er 1,3 prosent lavere enn året før",
    "PLO-43": "gikk fra 88,5 til 96,1 prosent",
    "PLO-44": "Gullhaug og Busoppveien åpnet",
    "PLO-46": "er omtrent 35 prosent høyere enn snittet",
    "PLO-54": "det er en anelse lavere enn året før",
}

HARMLESS: dict[str, Alteration] = {
    "rows shuffled": _shuffled,
    "turned round, and every byte another": lambda: written(
        {name: rows[::-1] for name, rows in copy().items()},
        columns=lambda names: names[::-1],
        quoting=csv.QUOTE_ALL,
        end="\r\n",
        mark=b"\xef\xbb\xbf",
    ),
    "other notes": lambda: changed({"note": ""}, note="should be 22 (E01); not adjusted in fact"),
    "semicolons and decimal commas": lambda: written(copy(), sep=";", cell=_comma),
    "spaces between thousands": lambda: written(copy(), sep=";", cell=_thousands),
    "spaces round everything": lambda: written(copy(), cell=lambda _, text: f"  {text} "),
    "written again by a program": lambda: written(copy(), cell=_float),
    "letters decomposed": lambda: written(
        copy(), cell=_in_titles(lambda text: unicodedata.normalize("NFD", text))
    ),
    "hard spaces": lambda: written(copy(), cell=_in_titles(lambda text: text.replace(" ", "\u00a0"))),
    "long dashes": lambda: written(copy(), cell=_in_titles(lambda text: text.replace("-", "–"))),
    "without chapters": lambda: written(copy(), columns=lambda names: [n for n in names if n != "chapter"]),
    "all in one file": lambda: written(
        {"alt.csv": [dict.fromkeys(SHIPPED[CLAIMS][0], "") | row for rows in copy().values() for row in rows]}
    ),
    "Norwegian names of entities": lambda: changed({"entity": "ASSS mean"}, entity="ASSS snitt"),
    "one more municipality": _with_municipality,
    "one more table, with the right sums": _with_table,
    "true claims more": _with_claims,
    "an earlier year of the series": lambda: _with_year(SERIES, "2021", "2020"),
    "a later year of the series": lambda: _with_year(SERIES, "2024", "2025"),
    "an earlier year by director area": lambda: _with_year(AREAS, "2021", "2020", HOME),
    "a later year by director area": lambda: _with_year(AREAS, "2024", "2025"),
    "fewer decimals": _rounded,
    "more decimals": _unrounded,
    "sentences reworded": lambda: _said(REWORDED),
    "sentences left out": lambda: _said(
        dict.fromkeys((f"{a}-{i:02}" for a in ("SOS", "PLO") for i in range(99)), "")
    ),
    "shares of one whole move together": lambda: moved(
        (cell(SOS, "sos_supplementary_recipients_share", "Bærum", 2023), 0.3),
        (cell("ts_sos_main_income_recipients_share", MAIN_INCOME, "Bærum", 2023), -0.3),
    ),
    "two rows of a column move together": lambda: moved(
        (cell(INSTITUTION, BY_AREA, "A 68 Organisasjon, Styring og Utvikling", 2024), 0.4),
        (cell(INSTITUTION, BY_AREA, "A 56 Bymiljø og eiendom", 2024), -0.4),
    ),
    "a row and its total move together": lambda: moved(
        (cell(INSTITUTION, BY_AREA, "A 42 Aldring og mestring", 2022), 2.0),
        (cell(INSTITUTION, BY_AREA, "Totalt", 2022), 2.0),
    ),
    "series and profile move together": lambda: moved(
        (cell(SOS, RECIPIENTS_24, "Bærum", 2023), 0.1),
        (cell("ts_sos_recipients_share_18_24", RECIPIENTS_24, "Bærum", 2023), 0.1),
    ),
    "the lowest and who holds it move together": lambda: moved(
        (cell(SOS, "sos_disability_pension_share_18_67", "Bærum", 2024), 0.1),
        (cell(SOS, "sos_disability_pension_share_18_67", "ASSS min", 2024), 0.1),
    ),
}
