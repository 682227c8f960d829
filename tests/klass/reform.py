"""KLASS rows written as text, and the true history of the members of the ASSS network.

Codes and changes: KLASS 131, Statistics Norway.
"""

from datetime import date

from assets.klass.rows import Change, Code


def new_year(year: str | int) -> date:
    return date(int(year), 1, 1)


def codes(text: str) -> list[Code]:
    """Codes from lines such as "0219 2015-2020 Bærum"; no last year while in force."""
    rows = []
    for line in text.strip().splitlines():
        code, years, name = line.strip().split(" ", 2)
        first, _, until = years.partition("-")
        rows.append(Code(code, name, new_year(first), new_year(until) if until else None))
    return rows


def changes(text: str) -> list[Change]:
    """Changes from lines such as "2020 0219 Bærum > 3024 Bærum"; "-" for none."""
    rows = []
    for line in text.strip().splitlines():
        year, rest = line.strip().split(" ", 1)
        old, new = (side.strip().partition(" ") for side in rest.split(" > "))
        old_code, _, old_name = old
        new_code, _, new_name = new
        created, ceased = old_code == "-", new_code == "-"
        rows.append(
            Change(
                new_year(year),
                None if created else old_code,
                None if created else old_name,
                None if ceased else new_code,
                None if ceased else new_name,
            )
        )
    return rows


MEMBER_CODES = codes("""
    0301 2015- Oslo - Oslove
    0219 2015-2020 Bærum
    3024 2020-2024 Bærum
    3201 2024- Bærum
    0220 2015-2020 Asker
    0627 2015-2020 Røyken
    0628 2015-2020 Hurum
    3025 2020-2024 Asker
    3203 2024- Asker
    0231 2015-2020 Skedsmo
    0226 2015-2020 Sørum
    0227 2015-2020 Fet
    3030 2020-2024 Lillestrøm
    3205 2024- Lillestrøm
    0602 2015-2020 Drammen
    0625 2015-2020 Nedre Eiker
    0711 2015-2020 Svelvik
    3005 2020-2024 Drammen
    3301 2024- Drammen
    0106 2015-2020 Fredrikstad
    3004 2020-2024 Fredrikstad
    3107 2024- Fredrikstad
    1001 2015-2020 Kristiansand
    1017 2015-2020 Songdalen
    1018 2015-2020 Søgne
    4204 2020- Kristiansand
    1102 2015-2020 Sandnes
    1129 2015-2020 Forsand
    1108 2020- Sandnes
    1130 2015- Strand
    1103 2015- Stavanger
    1141 2015-2020 Finnøy
    1142 2015-2020 Rennesøy
    1201 2015-2020 Bergen
    4601 2020- Bergen
    1601 2015-2018 Trondheim
    1662 2015-2018 Klæbu
    5030 2018-2020 Klæbu
    5001 2018- Trondheim - Tråante
    1902 2015-2020 Tromsø
    5401 2020-2024 Tromsø
    5501 2024- Tromsø
""")
MEMBER_CHANGES = changes("""
    2018 1601 Trondheim > 5001 Trondheim
    2018 1662 Klæbu > 5030 Klæbu
    2020 5030 Klæbu > 5001 Trondheim
    2020 0219 Bærum > 3024 Bærum
    2020 0220 Asker > 3025 Asker
    2020 0627 Røyken > 3025 Asker
    2020 0628 Hurum > 3025 Asker
    2020 0231 Skedsmo > 3030 Lillestrøm
    2020 0226 Sørum > 3030 Lillestrøm
    2020 0227 Fet > 3030 Lillestrøm
    2020 0602 Drammen > 3005 Drammen
    2020 0625 Nedre Eiker > 3005 Drammen
    2020 0711 Svelvik > 3005 Drammen
    2020 0106 Fredrikstad > 3004 Fredrikstad
    2020 1001 Kristiansand > 4204 Kristiansand
    2020 1017 Songdalen > 4204 Kristiansand
    2020 1018 Søgne > 4204 Kristiansand
    2020 1102 Sandnes > 1108 Sandnes
    2020 1129 Forsand > 1108 Sandnes
    2020 1129 Forsand > 1130 Strand
    2020 1141 Finnøy > 1103 Stavanger
    2020 1142 Rennesøy > 1103 Stavanger
    2020 1201 Bergen > 4601 Bergen
    2020 1902 Tromsø > 5401 Tromsø
    2021 5001 Trondheim > 5001 Trondheim - Tråante
    2024 3024 Bærum > 3201 Bærum
    2024 3025 Asker > 3203 Asker
    2024 3030 Lillestrøm > 3205 Lillestrøm
    2024 3005 Drammen > 3301 Drammen
    2024 3004 Fredrikstad > 3107 Fredrikstad
    2024 5401 Tromsø > 5501 Tromsø
""")
# The same history as the domain reference tabulates it: slug, then code and first year, in order.
MEMBER_TABLE = {
    "oslo": [("0301", 2015)],
    "baerum": [("0219", 2015), ("3024", 2020), ("3201", 2024)],
    "asker": [("0220", 2015), ("3025", 2020), ("3203", 2024)],
    "lillestrom": [("0231", 2015), ("3030", 2020), ("3205", 2024)],
    "drammen": [("0602", 2015), ("3005", 2020), ("3301", 2024)],
    "fredrikstad": [("0106", 2015), ("3004", 2020), ("3107", 2024)],
    "kristiansand": [("1001", 2015), ("4204", 2020)],
    "sandnes": [("1102", 2015), ("1108", 2020)],
    "stavanger": [("1103", 2015)],
    "bergen": [("1201", 2015), ("4601", 2020)],
    "trondheim": [("1601", 2015), ("5001", 2018)],
    "tromso": [("1902", 2015), ("5401", 2020), ("5501", 2024)],
}
